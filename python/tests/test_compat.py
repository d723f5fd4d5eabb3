"""The recorded cases through the Python API: what the original answers, this package answers."""

from datetime import timedelta

import pytest
from compat_cases import cases, own_cases, parts, request_of, settings_of, websocket_of
from conftest import stand_still
from fastapi import Response
from fastapi_jwt_auth import AuthJWT
from fastapi_jwt_auth.config import SETTINGS
from fastapi_jwt_auth.exceptions import AuthJWTException, InvalidHeaderError, JWTDecodeError

PARSER_TEXTS = ("Invalid header string: ", "Invalid payload string: ")


def load(case):
    settings, denylisted = settings_of(case)
    AuthJWT.load_config(lambda: settings)
    AuthJWT._token_in_denylist_callback = None if denylisted is None else lambda claims: claims["jti"] in denylisted
    stand_still(case.get("now", 1_700_000_000))


def run_guard(case, handle):
    guard = getattr(handle, case["guard"])
    if case.get("auth_from") != "websocket":
        return guard()
    if case.get("websocket"):
        return guard("websocket", websocket=websocket_of(case), csrf_token=case.get("csrf_token"))
    return guard("websocket", token=case.get("token"))


def same_message(expected, got):
    for prefix in PARSER_TEXTS:  # what follows is the parser's own
        if expected.startswith(prefix):
            return got.startswith(prefix)
    return expected == got


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_guards_answer_as_recorded():
    for case in cases("verify.jsonl"):
        check_guard(case)


def check_guard(case):
    load(case)
    expect, name = case["expect"], f"{case['guard']}: {case['name']}"
    handle = AuthJWT(request_of(case), Response())
    if "misconfigured" in expect:
        with pytest.raises(RuntimeError) as raised:
            run_guard(case, handle)
        assert str(raised.value) == expect["misconfigured"], name
    elif "peer_breaks" in expect:
        with pytest.raises((JWTDecodeError, InvalidHeaderError)) as raised:
            run_guard(case, handle)
            handle.get_jwt_subject()
        assert raised.value.status_code == 422, name
    elif expect.get("refused") or "error" in expect:
        by_guard = True
        with pytest.raises(AuthJWTException) as raised:
            run_guard(case, handle)
            by_guard = False
            handle.get_jwt_subject()
        check_refusal(expect, raised.value, name)
        assert not by_guard or (handle.get_raw_jwt() is None and handle.get_jwt_subject() is None), name
    else:
        run_guard(case, handle)
        assert handle.get_jwt_subject() == expect["subject"], name
        assert handle.get_raw_jwt() == expect["claims"], name


def check_refusal(expect, error, name):
    """What the case does not name is not compared."""
    got = {"error": type(error).__name__, "status_code": error.status_code}
    assert got == {**got, **{field: expect[field] for field in got if field in expect}}, name
    assert same_message(expect.get("message", error.message), error.message), name


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_tokens_are_made_as_recorded():
    for case in cases("create.jsonl"):
        check_create(case)


def check_create(case):
    load(case)
    expect, name = case["expect"], f"{case['call']}: {case['name']}"
    call, args = getattr(AuthJWT(), case["call"]), dict(case["args"])
    if isinstance(args.get("expires_time"), float):  # a timedelta, as JSON has it
        args["expires_time"] = timedelta(seconds=args["expires_time"])
    if "raises" in expect:
        with pytest.raises(Exception) as raised:
            call(**args)
        assert type(raised.value).__name__ == expect["raises"], name
        assert str(raised.value) == expect["message"], name
        return
    header, claims = parts(call(**args))
    assert header == expect["header"], name
    assert list(claims) == expect["order"], name
    now = case.get("now", 1_700_000_000)
    relative = {claim: claims[claim] - now for claim in ("iat", "nbf", "exp") if claim in claims}
    sizes = {claim: len(claims[claim]) for claim in ("jti", "csrf") if claim in claims}
    assert {**claims, **relative, **sizes} == expect["claims"], name


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_cookies_are_set_as_recorded():
    for case in cases("cookies.jsonl"):
        check_cookies(case)


def check_cookies(case):
    load(case)
    response = Response()
    handle = AuthJWT(request_of(case), response)
    for call in case["calls"]:
        if call.startswith("set_access"):
            handle.set_access_cookies(handle.create_access_token("test"), max_age=case.get("max_age"))
        elif call.startswith("set_refresh"):
            handle.set_refresh_cookies(handle.create_refresh_token("test"), max_age=case.get("max_age"))
        else:
            getattr(handle, call)()
    got = [value.decode() for name, value in response.raw_headers if name == b"set-cookie"]
    assert [compared(line) for line in got] == [compared(line) for line in case["set_cookie"]], case["name"]


def compared(line):
    """A cookie that is set by its name and all attributes; a deletion by what makes a browser find it."""
    pair, *attributes = line.split("; ")
    attributes = {attribute.lower() for attribute in attributes}
    if "max-age=0" in attributes:
        attributes = {each for each in attributes if each.split("=")[0] in ("max-age", "path", "domain")}
    return pair.split("=")[0], attributes


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_guards_stand_the_hostile_cases_of_this_project():
    checked = 0
    for case in own_cases("hostile.jsonl"):
        settings = case["settings"]
        is_ours = all(name == "denylisted_jtis" or name[len("authjwt_") :] in SETTINGS for name in settings)
        if "guard" not in case or not is_ours:
            continue
        if settings.get("authjwt_header_type") == "":
            settings["authjwt_header_type"] = None  # as Python says it
        check_guard(case)
        checked += 1
    assert checked > 100
