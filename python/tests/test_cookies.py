"""Cookies and their CSRF values."""

import pytest
from conftest import SECRET, configure
from fastapi import Depends, Response
from fastapi.responses import JSONResponse
from fastapi.testclient import TestClient
from fastapi_jwt_auth import AuthJWT
from fastapi_jwt_auth.exceptions import AuthJWTException, JWTDecodeError

COOKIES = {"secret_key": SECRET, "token_location": {"cookies"}}


@pytest.fixture
def client(app):
    """Routes that set and unset cookies, on their own response and on one that they return, and one for each guard."""

    @app.get("/login")
    def login(Authorize: AuthJWT = Depends()):
        Authorize.set_access_cookies(Authorize.create_access_token("test", fresh=True))
        Authorize.set_refresh_cookies(Authorize.create_refresh_token("test"))
        return {}

    @app.get("/login-response")
    def login_response(Authorize: AuthJWT = Depends()):
        response = JSONResponse({})
        Authorize.set_access_cookies(Authorize.create_access_token("test", fresh=True), response)
        Authorize.set_refresh_cookies(Authorize.create_refresh_token("test"), response, 60)
        return response

    @app.get("/logout")
    def logout(Authorize: AuthJWT = Depends()):
        Authorize.unset_jwt_cookies()
        return {}

    @app.get("/logout-response")
    def logout_response(Authorize: AuthJWT = Depends()):
        response = JSONResponse({})
        Authorize.unset_jwt_cookies(response)
        return response

    @app.post("/{guard}")
    def guarded(guard: str, Authorize: AuthJWT = Depends()):
        getattr(Authorize, guard)()
        return Authorize.get_jwt_subject()

    return TestClient(app)


@pytest.mark.parametrize("kind", ["access", "refresh"])
@pytest.mark.parametrize("call", ["set_{}_cookies", "unset_{}_cookies"])
def test_cookies_that_are_not_configured_raise_a_runtime_warning(kind, call):
    call = call.format(kind)
    arguments = ["token"] if call.startswith("set") else []
    text = f"{call}\\(\\) called without 'authjwt_token_location' configured to use cookies"
    with pytest.raises(RuntimeWarning, match=text):
        getattr(AuthJWT(), call)(*arguments, Response())


@pytest.mark.parametrize("login, logout", [("/login", "/logout"), ("/login-response", "/logout-response")])
@pytest.mark.parametrize("csrf", [True, False])
def test_cookies_are_set_and_unset(client, login, logout, csrf):
    configure(**COOKIES, cookie_csrf_protect=csrf)
    names = {"access_token_cookie", "refresh_token_cookie"}
    if csrf:
        names |= {"csrf_access_token", "csrf_refresh_token"}
    assert set(client.get(login).cookies) == names
    assert set(client.cookies) == names
    client.get(logout)
    assert set(client.cookies) == set()


def test_names_paths_and_attributes_are_those_of_the_settings():
    configure(
        **COOKIES,
        access_cookie_key="a",
        access_cookie_path="/a",
        access_csrf_cookie_key="c",
        access_csrf_cookie_path="/c",
        cookie_domain="example.com",
        cookie_secure=True,
        cookie_samesite="strict",
        cookie_max_age=90,
    )
    response = Response()
    handle = AuthJWT(None, response)
    token = handle.create_access_token("test")
    handle.set_access_cookies(token)
    hidden, readable = [value.decode() for name, value in response.raw_headers if name == b"set-cookie"]
    assert hidden == f"a={token}; Domain=example.com; HttpOnly; Max-Age=90; Path=/a; SameSite=strict; Secure"
    csrf = handle.get_raw_jwt(token)["csrf"]
    assert readable == f"c={csrf}; Domain=example.com; Max-Age=90; Path=/c; SameSite=strict; Secure"


@pytest.mark.parametrize("kind", ["access", "refresh"])
def test_wrong_arguments_are_type_errors(kind):
    configure(**COOKIES)
    handle = AuthJWT(None, Response())
    token = getattr(handle, f"create_{kind}_token")("test")
    with pytest.raises(TypeError, match="max_age must be a integer"):
        getattr(handle, f"set_{kind}_cookies")(token, max_age="string")
    with pytest.raises(TypeError, match="The response must be an object response FastAPI"):
        getattr(handle, f"set_{kind}_cookies")(token, response={"msg": "hello"})
    for call in (f"unset_{kind}_cookies", "unset_jwt_cookies"):
        with pytest.raises(TypeError, match="The response must be an object response FastAPI"):
            getattr(handle, call)({"msg": "hello"})


def test_without_a_response_there_is_nothing_to_set_cookies_on():
    configure(**COOKIES)
    handle = AuthJWT()
    with pytest.raises(RuntimeError, match="no response"):
        handle.set_access_cookies(handle.create_access_token("test"))


def test_cookies_that_would_let_nobody_in_are_not_set():
    configure(**COOKIES)
    response = Response()
    handle = AuthJWT(None, response)
    with pytest.raises(ValueError, match="this is no access token"):
        handle.set_access_cookies(handle.create_refresh_token("test"))
    with pytest.raises(ValueError, match="4096"):
        handle.set_access_cookies(handle.create_access_token("test", user_claims={"big": "x" * 4000}))
    with pytest.raises(AuthJWTException):
        handle.set_access_cookies("garbage")
    assert "set-cookie" not in response.headers


def test_a_token_without_a_csrf_value_is_told():
    token = AuthJWT().create_access_token("test")
    configure(**COOKIES)
    with pytest.raises(JWTDecodeError, match="Missing claim: csrf"):
        AuthJWT(None, Response()).set_access_cookies(token)


@pytest.mark.parametrize("guard", ["jwt_required", "jwt_optional", "jwt_refresh_token_required", "fresh_jwt_required"])
def test_cookies_let_in_with_their_csrf_value_alone(client, guard):
    configure(**COOKIES)
    login = client.get("/login")
    csrf = login.cookies["csrf_refresh_token" if "refresh" in guard else "csrf_access_token"]
    answer = client.post(f"/{guard}", headers={"X-CSRF-Token": csrf})
    assert (answer.status_code, answer.json()) == (200, "test")
    answer = client.post(f"/{guard}")
    assert (answer.status_code, answer.json()) == (401, {"detail": "Missing CSRF Token"})
    answer = client.post(f"/{guard}", headers={"X-CSRF-Token": "wrong"})
    assert (answer.status_code, answer.json()) == (401, {"detail": "CSRF double submit tokens do not match"})


@pytest.mark.parametrize("setting", [{"csrf_methods": {"GET"}}, {"cookie_csrf_protect": False}])
def test_without_protection_the_cookie_is_enough(client, setting):
    configure(**COOKIES)
    client.get("/login")
    configure(**COOKIES, **setting)
    assert client.post("/jwt_required").json() == "test"


def test_no_cookie_is_401_but_where_it_is_optional(client):
    configure(**COOKIES)
    answer = client.post("/jwt_required")
    assert (answer.status_code, answer.json()) == (401, {"detail": "Missing cookie access_token_cookie"})
    assert client.post("/jwt_optional").json() is None


@pytest.mark.parametrize("guard", ["jwt_required", "jwt_optional", "jwt_refresh_token_required", "fresh_jwt_required"])
def test_header_or_cookie_where_both_are_configured(client, guard):
    configure(secret_key=SECRET, token_location={"headers", "cookies"})
    is_refresh = "refresh" in guard
    login = client.get("/login")
    csrf = login.cookies["csrf_refresh_token" if is_refresh else "csrf_access_token"]
    assert client.post(f"/{guard}", headers={"X-CSRF-Token": csrf}).json() == "test"
    handle = AuthJWT()
    token = handle.create_refresh_token("other") if is_refresh else handle.create_access_token("other", fresh=True)
    assert client.post(f"/{guard}", headers={"Authorization": f"Bearer {token}"}).json() == "other"


def test_a_host_cookie_is_deleted_with_what_browsers_demand():
    configure(**COOKIES, access_cookie_key="__Host-a", cookie_secure=True)
    response = Response()
    AuthJWT(None, response).unset_access_cookies()
    line = response.raw_headers[-2][1].decode()
    assert line.startswith('__Host-a="";') and "Secure" in line and "Max-Age=0" in line and "Path=/;" in line
