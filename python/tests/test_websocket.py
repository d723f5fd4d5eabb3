"""WebSockets: a token from the query, and cookies."""

import pytest
from conftest import SECRET, configure
from fastapi import Depends, Query, WebSocket
from fastapi.testclient import TestClient
from fastapi_jwt_auth import AuthJWT
from fastapi_jwt_auth.exceptions import AuthJWTException, MissingTokenError

GUARDS = ["jwt_required", "jwt_optional", "jwt_refresh_token_required", "fresh_jwt_required"]
COOKIES = {"secret_key": SECRET, "token_location": {"cookies"}}


@pytest.fixture
def client(app):
    """A socket for each guard, in both ways; it says whom it has let in, or why not."""

    @app.get("/login")
    def login(Authorize: AuthJWT = Depends()):
        Authorize.set_access_cookies(Authorize.create_access_token("test", fresh=True))
        Authorize.set_refresh_cookies(Authorize.create_refresh_token("test"))

    async def answer(socket, guard, Authorize, **source):
        await socket.accept()
        try:
            getattr(Authorize, guard)("websocket", **source)
            await socket.send_text(f"hello {Authorize.get_jwt_subject()}")
        except AuthJWTException as error:
            await socket.send_text(error.message)
        await socket.close()

    @app.websocket("/token/{guard}")
    async def by_token(websocket: WebSocket, guard: str, token: str = Query(...), Authorize: AuthJWT = Depends()):
        await answer(websocket, guard, Authorize, token=token)

    @app.websocket("/cookies/{guard}")
    async def by_cookie(websocket: WebSocket, guard: str, csrf: str = Query(...), Authorize: AuthJWT = Depends()):
        await answer(websocket, guard, Authorize, websocket=websocket, csrf_token=csrf)

    return TestClient(app)


def said(client, path, **options):
    with client.websocket_connect(path, **options) as websocket:
        return websocket.receive_text()


def good_token(guard):
    handle = AuthJWT()
    return handle.create_refresh_token("test") if "refresh" in guard else handle.create_access_token("test", fresh=True)


@pytest.mark.parametrize("guard", GUARDS)
def test_the_right_token_is_let_in(client, guard):
    assert said(client, f"/token/{guard}?token={good_token(guard)}") == "hello test"


@pytest.mark.parametrize("guard", GUARDS)
def test_no_token_is_told_but_where_it_is_optional(client, guard):
    kind = "refresh" if "refresh" in guard else "access"
    expected = "hello None" if guard == "jwt_optional" else f"Missing {kind} token from Query or Path"
    assert said(client, f"/token/{guard}?token=") == expected


def test_no_token_has_the_close_code_as_its_status():
    with pytest.raises(MissingTokenError) as raised:
        AuthJWT().jwt_required("websocket")
    assert raised.value.status_code == 1008


@pytest.mark.parametrize("guard", GUARDS)
def test_the_other_kind_of_token_is_told(client, guard):
    other = AuthJWT().create_access_token("test") if "refresh" in guard else AuthJWT().create_refresh_token("test")
    kind = "refresh" if "refresh" in guard else "access"
    assert said(client, f"/token/{guard}?token={other}") == f"Only {kind} tokens are allowed"


def test_a_token_that_is_not_fresh_is_told(client):
    token = AuthJWT().create_access_token("test")
    assert said(client, f"/token/fresh_jwt_required?token={token}") == "Fresh token required"


@pytest.mark.parametrize("guard", GUARDS)
def test_cookies_with_their_csrf_value(client, guard):
    configure(**COOKIES)
    path = f"/cookies/{guard}"
    if guard != "jwt_optional":
        kind = "refresh" if "refresh" in guard else "access"
        assert said(client, f"{path}?csrf=") == f"Missing cookie {kind}_token_cookie"
    cookies = client.get("/login").cookies
    csrf = cookies["csrf_refresh_token" if "refresh" in guard else "csrf_access_token"]
    assert said(client, f"{path}?csrf=") == "Missing CSRF Token"
    assert said(client, f"{path}?csrf=wrong") == "CSRF double submit tokens do not match"
    assert said(client, f"{path}?csrf={csrf}") == "hello test"
    AuthJWT._cookie_csrf_protect = False
    assert said(client, f"{path}?csrf=") == "hello test"


def test_origins_are_asked_where_they_are_configured_and_only_there(client):
    configure(**COOKIES)
    csrf = client.get("/login").cookies["csrf_access_token"]
    path = f"/cookies/jwt_required?csrf={csrf}"
    assert said(client, path, headers={"Origin": "https://elsewhere.example"}) == "hello test"
    AuthJWT._websocket_origins = ["https://app.example"]
    assert said(client, path, headers={"Origin": "https://elsewhere.example"}) == "Origin not allowed"
    assert said(client, path) == "Origin not allowed"
    assert said(client, path, headers={"Origin": "https://app.example"}) == "hello test"


@pytest.mark.parametrize("guard", GUARDS)
def test_what_is_no_websocket_is_a_type_error(guard):
    with pytest.raises(TypeError, match="request must be an instance of 'Request' or 'WebSocket'"):
        getattr(AuthJWT(), guard)("websocket", websocket="test")
