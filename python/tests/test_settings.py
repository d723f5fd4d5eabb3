"""Settings: loaded, set on the class or on an instance, and checked."""

import warnings
from collections import deque
from datetime import timedelta
from typing import Optional, Sequence
from unittest import mock

import pytest
from compat_cases import parts
from conftest import SECRET, configure
from fastapi_jwt_auth import AuthJWT
from fastapi_jwt_auth.config import SETTINGS
from pydantic import BaseModel, ValidationError
from starlette.requests import Request

OTHER = "another secret, of more than the sixty-four bytes that HS512 asks for"


def bearer(token):
    headers = [(b"authorization", b"Bearer " + token.encode())]
    return Request({"type": "http", "method": "GET", "headers": headers})


def test_defaults_are_the_original_s():
    configure()
    assert AuthJWT._token is None and AuthJWT._request is None and AuthJWT._response is None
    assert AuthJWT._token_in_denylist_callback is None
    assert AuthJWT._token_location == {"headers"}
    assert AuthJWT._secret_key is None and AuthJWT._public_key is None and AuthJWT._private_key is None
    assert AuthJWT._algorithm == "HS256" and AuthJWT._decode_algorithms is None
    assert AuthJWT._decode_leeway == 0 and AuthJWT._decode_audience is None
    assert AuthJWT._encode_issuer is None and AuthJWT._decode_issuer is None
    assert AuthJWT._denylist_enabled is False and AuthJWT._denylist_token_checks == {"access", "refresh"}
    assert AuthJWT._header_name == "Authorization" and AuthJWT._header_type == "Bearer"
    assert AuthJWT._access_token_expires == timedelta(minutes=15)
    assert AuthJWT._refresh_token_expires == timedelta(days=30)
    assert AuthJWT._access_cookie_key == "access_token_cookie" and AuthJWT._access_cookie_path == "/"
    assert AuthJWT._refresh_cookie_key == "refresh_token_cookie" and AuthJWT._refresh_cookie_path == "/"
    assert AuthJWT._cookie_max_age is None and AuthJWT._cookie_domain is None
    assert AuthJWT._cookie_secure is False and AuthJWT._cookie_samesite is None
    assert AuthJWT._cookie_csrf_protect is True and AuthJWT._csrf_methods == {"POST", "PUT", "PATCH", "DELETE"}
    assert AuthJWT._access_csrf_cookie_key == "csrf_access_token" and AuthJWT._access_csrf_cookie_path == "/"
    assert AuthJWT._refresh_csrf_cookie_key == "csrf_refresh_token" and AuthJWT._refresh_csrf_cookie_path == "/"
    assert AuthJWT._access_csrf_header_name == AuthJWT._refresh_csrf_header_name == "X-CSRF-Token"


GIVEN = {
    "token_location": ["cookies"],
    "secret_key": "testing",
    "public_key": "a public key",
    "private_key": "a private key",
    "algorithm": "HS512",
    "decode_algorithms": ["HS256"],
    "decode_leeway": timedelta(seconds=8),
    "encode_issuer": "urn:foo",
    "decode_issuer": "urn:foo",
    "decode_audience": "urn:foo",
    "denylist_token_checks": ["refresh"],
    "denylist_enabled": True,
    "header_name": "Auth-Token",
    "header_type": None,
    "access_token_expires": timedelta(minutes=2),
    "refresh_token_expires": False,
    "cookie_max_age": 90,
    "cookie_domain": "example.com",
    "cookie_secure": True,
    "cookie_samesite": "strict",
    "cookie_csrf_protect": False,
}


def test_a_pydantic_object_sets_every_attribute_to_what_it_says():
    class Settings(BaseModel):
        authjwt_token_location: list = ["cookies"]
        authjwt_secret_key: str = "testing"
        AUTHJWT_HEADER_TYPE: Optional[str] = None
        authjwt_denylist_token_checks: Sequence = ["refresh"]
        authjwt_decode_leeway: timedelta = timedelta(seconds=8)
        database_url: str = "not ours"

    AuthJWT.load_config(Settings)
    assert AuthJWT._token_location == ["cookies"] and AuthJWT._secret_key == "testing"
    assert AuthJWT._header_type is None and AuthJWT._denylist_token_checks == ["refresh"]
    assert AuthJWT._decode_leeway == timedelta(seconds=8)


def test_a_list_of_tuples_sets_them_too_with_names_in_either_case():
    AuthJWT.load_config(lambda: [(f"AUTHJWT_{name}".upper(), value) for name, value in GIVEN.items()])
    assert {name: getattr(AuthJWT, f"_{name}") for name in GIVEN} == GIVEN


def test_what_is_not_named_gets_its_default_again():
    configure(secret_key=SECRET, algorithm="HS384")
    configure(secret_key=SECRET)
    assert AuthJWT._algorithm == "HS256"


@pytest.mark.parametrize("kind", [list, tuple, set, frozenset, deque])
def test_a_container_keeps_its_class(kind):
    configure(csrf_methods=kind(["post"]))
    assert AuthJWT._csrf_methods == kind(["POST"]) and type(AuthJWT._csrf_methods) is kind


def test_a_generator_is_read_once_and_kept():
    configure(secret_key=SECRET, decode_audience=(name for name in ["a", "b"]))
    assert AuthJWT._decode_audience == ["a", "b"]


def test_blanks_around_a_text_are_taken_off():
    configure(secret_key="  padded  ")
    assert AuthJWT._secret_key == "padded"


WRONG = [
    ("token_location", 1),
    ("token_location", "headers"),
    ("token_location", {"headers", "cookie"}),
    ("secret_key", 123),
    ("secret_key", ""),
    ("secret_key", "  "),
    ("public_key", 123),
    ("private_key", 123),
    ("algorithm", 123),
    ("decode_algorithms", "test"),
    ("decode_algorithms", [1]),
    ("decode_leeway", "test"),
    ("decode_leeway", True),
    ("encode_issuer", 1),
    ("decode_issuer", 1),
    ("decode_audience", 1),
    ("decode_audience", [1]),
    ("denylist_enabled", "test"),
    ("denylist_token_checks", "string"),
    ("denylist_token_checks", ["access", "refreshh"]),
    ("header_name", 1),
    ("header_type", 1),
    ("access_token_expires", "lol"),
    ("access_token_expires", True),
    ("refresh_token_expires", "lol"),
    ("refresh_token_expires", True),
    ("access_cookie_key", 1),
    ("refresh_cookie_key", 1),
    ("access_cookie_path", 1),
    ("refresh_cookie_path", 1),
    ("cookie_max_age", "string"),
    ("cookie_max_age", True),
    ("cookie_domain", 1),
    ("cookie_secure", "string"),
    ("cookie_samesite", 1),
    ("cookie_samesite", "laxx"),
    ("cookie_csrf_protect", 1),
    ("access_csrf_cookie_key", 1),
    ("refresh_csrf_cookie_key", 1),
    ("access_csrf_cookie_path", 1),
    ("refresh_csrf_cookie_path", 1),
    ("access_csrf_header_name", 1),
    ("refresh_csrf_header_name", 1),
    ("csrf_methods", [1, 2, 3]),
    ("csrf_methods", {"OUT"}),
]


@pytest.mark.parametrize("name, value", WRONG)
def test_a_wrong_value_raises_the_setting_s_name_and_changes_nothing(name, value):
    with pytest.raises(ValidationError, match=f"authjwt_{name}"):
        configure(**{"secret_key": OTHER, "algorithm": "HS512", name: value})
    assert AuthJWT._secret_key == SECRET and AuthJWT._algorithm == "HS256"


def test_every_setting_of_the_original_has_a_case_that_is_wrong():
    beyond = {"allow_reserved_user_claims", "max_token_size", "signature_cache_size", "websocket_origins"}
    assert {name for name, _ in WRONG} == set(SETTINGS) - beyond


@pytest.mark.parametrize("settings", ["test", 1, None, [1, 2], {"authjwt_secret_key": "x"}])
def test_anything_but_pydantic_and_tuples_is_a_type_error(settings):
    with pytest.raises(TypeError, match="Config must be pydantic 'BaseSettings' or list of tuple"):
        AuthJWT.load_config(lambda: settings)


def test_a_misspelled_setting_is_warned_about():
    with pytest.warns(RuntimeWarning, match="there is no setting authjwt_denylist_enable"):
        configure(denylist_enable=True)


# --- a change takes effect on the next call


def test_a_change_on_the_class_holds_for_instances_that_exist():
    handle = AuthJWT()
    handle.create_access_token("test")
    AuthJWT._algorithm = "HS512"
    assert parts(handle.create_access_token("test"))[0]["alg"] == "HS512"


@pytest.mark.parametrize(
    "name, value", [("_decode_issuer", "urn:me"), ("_decode_audience", "me"), ("_secret_key", OTHER)]
)
def test_what_is_demanded_changes_with_the_class(name, value):
    handle = AuthJWT(bearer(AuthJWT().create_access_token("test")))
    handle.jwt_required()
    before = getattr(AuthJWT, name)
    setattr(AuthJWT, name, value)
    with pytest.raises(Exception):
        handle.jwt_required()
    setattr(AuthJWT, name, before)
    handle.jwt_required()


def test_a_change_on_an_instance_holds_for_it_alone():
    first, second = AuthJWT(), AuthJWT()
    first._secret_key = OTHER
    token = first.create_access_token("test")
    assert first.get_jti(token)
    with pytest.raises(Exception, match="Signature verification failed"):
        second.get_jti(token)
    del first._secret_key
    assert second.get_jti(first.create_access_token("test"))


def test_an_instance_with_a_setting_of_its_own_still_follows_its_class():
    handle = AuthJWT()
    handle._encode_issuer = "urn:me"
    AuthJWT._algorithm = "HS384"
    header, claims = parts(handle.create_access_token("test"))
    assert (header["alg"], claims["iss"]) == ("HS384", "urn:me")


def test_a_subclass_has_settings_of_its_own_and_inherits_the_others():
    class Other(AuthJWT):
        _secret_key = OTHER

    token = Other().create_access_token("test")
    with pytest.raises(Exception, match="Signature verification failed"):
        AuthJWT().get_jti(token)
    AuthJWT._algorithm = "HS384"
    assert parts(Other().create_access_token("test"))[0]["alg"] == "HS384"
    assert parts(token)[0]["alg"] == "HS256"


def test_patches_of_tests_hold_while_they_last(monkeypatch):
    token = AuthJWT().create_access_token("test")
    with mock.patch.object(AuthJWT, "_secret_key", OTHER), pytest.raises(Exception):
        AuthJWT().get_jti(token)
    assert AuthJWT().get_jti(token)
    monkeypatch.setattr(AuthJWT, "_secret_key", OTHER)
    with pytest.raises(Exception):
        AuthJWT().get_jti(token)
    monkeypatch.undo()
    assert AuthJWT().get_jti(token)


def test_the_properties_of_places():
    configure(token_location={"cookies"})
    assert AuthJWT().jwt_in_cookies and not AuthJWT().jwt_in_headers


# --- what cannot work is told when it is called


def test_a_missing_key_is_a_runtime_error_of_the_call():
    configure()
    with pytest.raises(RuntimeError, match="authjwt_secret_key must be set when using symmetric algorithm HS256"):
        AuthJWT().create_access_token("test")
    token = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.aaaa"
    with pytest.raises(RuntimeError, match="authjwt_secret_key must be set"):
        AuthJWT(bearer(token)).jwt_required()
    with pytest.raises(RuntimeError, match="authjwt_secret_key must be set"):
        AuthJWT().get_jti(token)


def test_who_shows_nothing_is_told_so_even_where_there_is_no_key():
    configure()
    with pytest.raises(Exception, match="Missing Authorization Header"):
        AuthJWT(Request({"type": "http", "method": "GET", "headers": []})).jwt_required()
    handle = AuthJWT(Request({"type": "http", "method": "GET", "headers": []}))
    handle.jwt_optional()
    assert handle.get_jwt_subject() is None


def test_settings_that_make_no_sense_are_a_runtime_error_that_names_them():
    AuthJWT._header_name = "Author ization"
    with pytest.raises(RuntimeError, match="authjwt_header_name"):
        AuthJWT().create_access_token("test")


def test_a_short_secret_is_warned_about_once():
    AuthJWT._secret_key = "secret"
    with pytest.warns(RuntimeWarning, match="authjwt_secret_key is .*too short for HS256") as warned:
        AuthJWT().create_access_token("test")
    assert len(warned) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        AuthJWT().create_access_token("test")
        AuthJWT._decode_leeway = 1
        AuthJWT().create_access_token("test")


def test_the_warning_comes_when_the_settings_are_loaded_and_names_their_file():
    with pytest.warns(RuntimeWarning, match="too short") as warned:
        configure(secret_key="secret")
    assert warned[0].filename.endswith("conftest.py")
