"""Guards of an app, as its client sees them."""

import pytest
from conftest import NOW, SECRET, configure
from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient
from fastapi_jwt_auth import AuthJWT
from fastapi_jwt_auth.exceptions import (
    AuthJWTException,
    InvalidHeaderError,
    JWTDecodeError,
    MissingTokenError,
)
from keys_of_tests import RSA
from starlette.requests import Request

GUARDS = ["jwt_required", "jwt_optional", "jwt_refresh_token_required", "fresh_jwt_required"]


@pytest.fixture
def client(app):
    """One route for each guard; it answers with the subject and the claims."""

    @app.get("/{guard}")
    def guarded(guard: str, Authorize: AuthJWT = Depends()):
        getattr(Authorize, guard)()
        return {"subject": Authorize.get_jwt_subject(), "claims": Authorize.get_raw_jwt()}

    return TestClient(app)


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def request_with(*headers):
    return Request({"type": "http", "method": "GET", "headers": list(headers)})


def access(**options):
    return AuthJWT().create_access_token("test", **options)


def refresh(**options):
    return AuthJWT().create_refresh_token("test", **options)


@pytest.mark.parametrize("guard", GUARDS)
def test_the_right_token_is_let_in(client, guard):
    token = refresh() if "refresh" in guard else access(fresh=True)
    answer = client.get(f"/{guard}", headers=bearer(token))
    assert answer.status_code == 200
    assert answer.json()["subject"] == "test" and answer.json()["claims"]["sub"] == "test"


@pytest.mark.parametrize("guard", GUARDS)
def test_no_token_is_401_but_where_it_is_optional(client, guard):
    answer = client.get(f"/{guard}")
    if guard == "jwt_optional":
        assert answer.json() == {"subject": None, "claims": None}
    else:
        assert (answer.status_code, answer.json()) == (401, {"detail": "Missing Authorization Header"})


@pytest.mark.parametrize("guard", ["jwt_required", "jwt_optional", "fresh_jwt_required"])
def test_a_refresh_token_where_access_is_wanted_is_422(client, guard):
    answer = client.get(f"/{guard}", headers=bearer(refresh()))
    assert (answer.status_code, answer.json()) == (422, {"detail": "Only access tokens are allowed"})


def test_an_access_token_where_refresh_is_wanted_is_422(client):
    answer = client.get("/jwt_refresh_token_required", headers=bearer(access()))
    assert (answer.status_code, answer.json()) == (422, {"detail": "Only refresh tokens are allowed"})


def test_a_token_that_is_not_fresh_is_401(client):
    answer = client.get("/fresh_jwt_required", headers=bearer(access()))
    assert (answer.status_code, answer.json()) == (401, {"detail": "Fresh token required"})


def test_a_token_expires_when_its_time_has_come(client, fixed_time):
    token = access(expires_time=10)
    fixed_time(NOW + 9)
    assert client.get("/jwt_required", headers=bearer(token)).status_code == 200
    fixed_time(NOW + 10)
    answer = client.get("/jwt_required", headers=bearer(token))
    assert (answer.status_code, answer.json()) == (422, {"detail": "Signature has expired"})
    AuthJWT._decode_leeway = 1
    assert client.get("/jwt_required", headers=bearer(token)).status_code == 200


def test_issuers_are_compared(client):
    token = access()
    AuthJWT._decode_issuer = "urn:foo"
    answer = client.get("/jwt_required", headers=bearer(token))
    assert (answer.status_code, answer.json()) == (422, {"detail": 'Token is missing the "iss" claim'})
    AuthJWT._encode_issuer = "urn:bar"
    answer = client.get("/jwt_required", headers=bearer(access()))
    assert (answer.status_code, answer.json()) == (422, {"detail": "Invalid issuer"})
    AuthJWT._encode_issuer = "urn:foo"
    assert client.get("/jwt_required", headers=bearer(access())).status_code == 200


@pytest.mark.parametrize(
    "wanted, audience, detail",
    [
        (["foo", "bar"], "foo", None),
        ({"foo", "bar"}, ["bar", "baz"], None),
        ("foo", ["bar"], "Invalid audience"),
        ("foo", None, 'Token is missing the "aud" claim'),
        (None, "foo", "Invalid audience"),
    ],
)
def test_audiences_are_compared(client, wanted, audience, detail):
    AuthJWT._decode_audience = wanted
    answer = client.get("/jwt_required", headers=bearer(access(audience=audience)))
    assert answer.status_code == (422 if detail else 200)
    assert detail is None or answer.json() == {"detail": detail}


def test_algorithms_that_are_not_accepted_are_refused(client):
    configure(secret_key=SECRET, decode_algorithms=["HS384", "RS256"])
    answer = client.get("/jwt_required", headers=bearer(access()))
    assert (answer.status_code, answer.json()) == (422, {"detail": "The specified alg value is not allowed"})


def test_a_token_of_the_other_algorithm_is_refused_with_the_key_that_is_there(client):
    hmac_token = access()
    configure(secret_key=SECRET, algorithm="RS256", **RSA)
    assert client.get("/jwt_required", headers=bearer(hmac_token)).status_code == 422
    assert client.get("/jwt_required", headers=bearer(access())).status_code == 200


def test_another_header_and_no_type(client):
    configure(secret_key=SECRET, header_name="Foo", header_type=None)
    assert client.get("/jwt_required", headers={"Foo": access()}).status_code == 200
    answer = client.get("/jwt_required", headers={"Foo": f"Bearer {access()}"})
    assert (answer.status_code, answer.json()) == (422, {"detail": "Bad Foo header. Expected value '<JWT>'"})
    answer = client.get("/jwt_required", headers=bearer(access()))
    assert (answer.status_code, answer.json()) == (401, {"detail": "Missing Foo Header"})


# --- the handle alone


def test_nothing_can_be_read_before_a_guard_or_after_one_has_refused():
    handle = AuthJWT(request_with((b"authorization", b"Bearer " + access().encode())))
    assert handle.get_raw_jwt() is None and handle.get_jwt_subject() is None
    handle.jwt_required()
    assert handle.get_jwt_subject() == "test"
    with pytest.raises(AuthJWTException):
        handle.jwt_refresh_token_required()
    assert handle.get_raw_jwt() is None and handle.get_jwt_subject() is None and handle._token is None


def test_claims_are_a_dict_of_one_s_own():
    handle = AuthJWT(request_with((b"authorization", b"Bearer " + access().encode())))
    handle.jwt_required()
    handle.get_raw_jwt()["sub"] = "other"
    assert handle.get_raw_jwt()["sub"] == "test" == handle.get_jwt_subject()


def test_exceptions_have_status_and_message_and_can_be_made_by_hand():
    with pytest.raises(MissingTokenError) as raised:
        AuthJWT().jwt_required()
    assert (raised.value.status_code, raised.value.message) == (401, "Missing Authorization Header")
    assert str(raised.value) == raised.value.message
    error = InvalidHeaderError(status_code=422, message="text")
    assert (error.status_code, error.message) == (422, "text") and isinstance(error, AuthJWTException)


def test_auth_from_that_is_neither_lets_nobody_in():
    with pytest.raises(ValueError, match="auth_from must be between 'request', 'websocket'"):
        AuthJWT().jwt_required("elsewhere")


def test_a_token_that_the_program_sets_takes_the_place_of_the_header():
    handle = AuthJWT()
    handle._token = access()
    handle.jwt_required()
    assert handle.get_jwt_subject() == "test"
    handle._token = "garbage"
    with pytest.raises(InvalidHeaderError, match="Not enough segments"):
        handle.jwt_required()


def test_request_and_response_can_be_looked_at():
    request = request_with()
    handle = AuthJWT(request)
    assert handle._request is request and handle._response is None


@pytest.mark.parametrize("encode", [str, str.encode])
def test_tokens_are_read_from_text_and_bytes(encode):
    token = access(user_claims={"foo": [1]})
    handle = AuthJWT()
    assert handle.get_raw_jwt(encode(token))["foo"] == [1]
    assert handle.get_jti(encode(token)) == handle.get_raw_jwt(token)["jti"]
    assert handle.get_unverified_jwt_headers(encode(token)) == {"alg": "HS256", "typ": "JWT"}


@pytest.mark.parametrize("call", ["get_raw_jwt", "get_jti", "get_unverified_jwt_headers"])
def test_a_token_of_another_type_is_a_type_error(call):
    with pytest.raises(TypeError, match="a token must be a string"):
        getattr(AuthJWT(), call)(7)


def test_a_token_that_is_not_to_be_believed_is_refused_when_it_is_read():
    with pytest.raises(JWTDecodeError, match="Signature verification failed"):
        AuthJWT().get_raw_jwt(access()[:-4] + "AAAA")
    with pytest.raises(JWTDecodeError, match="Signature has expired"):
        AuthJWT().get_jti(access(expires_time=-5))


def test_the_header_of_the_request_s_token_before_and_after_a_guard():
    handle = AuthJWT(request_with((b"authorization", b"Bearer " + access(headers={"kid": "x"}).encode())))
    assert handle.get_unverified_jwt_headers()["kid"] == "x"
    handle.jwt_required()
    assert handle.get_unverified_jwt_headers()["kid"] == "x"
    with pytest.raises(MissingTokenError):
        AuthJWT(request_with()).get_unverified_jwt_headers()


# --- what a server may hand over


def test_headers_are_read_from_every_iterable_that_asgi_allows():
    pairs = [(b"authorization", b"Bearer " + access().encode())]
    for headers in (pairs, tuple(pairs), [list(pair) for pair in pairs], iter(pairs)):
        scope = {"type": "http", "method": "GET", "headers": headers}
        for _ in range(2):  # an iterator can be read but once, and others want to read it too
            handle = AuthJWT(Request(scope))
            handle.jwt_required()
            assert handle.get_jwt_subject() == "test"


def test_the_case_of_a_header_s_name_does_not_matter():
    handle = AuthJWT(request_with((b"AUTHORIZATION", b"Bearer " + access().encode())))
    handle.jwt_required()


def test_two_authorization_headers_are_refused():
    pair = (b"authorization", b"Bearer " + access().encode())
    with pytest.raises(InvalidHeaderError):
        AuthJWT(request_with(pair, pair)).jwt_required()


@pytest.mark.parametrize(
    "headers", [[(b"authorization",)], [("authorization", "Bearer x")], [b"authorization"], [None]]
)
def test_headers_that_are_no_pairs_of_bytes_are_a_type_error(headers):
    with pytest.raises(TypeError, match="pairs of bytes"):
        AuthJWT(Request({"type": "http", "method": "GET", "headers": headers})).jwt_required()


@pytest.mark.parametrize("request_", ["text", 7, object()])
def test_what_is_no_request_raises(request_):
    with pytest.raises((TypeError, AttributeError)):
        AuthJWT(request_).jwt_required()


@pytest.mark.parametrize(
    "value", [b"", b" ", b"Bearer", b"Bearer ", b"\xff\xfe", b"Bearer \xff.\xff.\xff", b"\x00" * 99999]
)
def test_whatever_stands_in_the_header_ends_in_the_package_s_exception(value):
    with pytest.raises(AuthJWTException):
        AuthJWT(request_with((b"authorization", value))).jwt_required()


def test_a_handle_in_a_cycle_is_collected():
    import gc
    import weakref

    class Handle(AuthJWT):
        pass

    request = request_with((b"authorization", b"Bearer " + access().encode()))
    request.state.handle = Handle(request)
    request.state.handle.jwt_required()
    dead = weakref.ref(request.state.handle)
    del request
    gc.collect()
    assert dead() is None


def test_a_subclass_may_have_an_init_of_its_own(app):
    class Named(AuthJWT):
        def __init__(self, name: str = "x", handle: AuthJWT = Depends()):
            super().__init__(handle._request, handle._response)
            self.name = name

    @app.get("/named")
    def named(Authorize: Named = Depends()):
        Authorize.jwt_required()
        return [Authorize.name, Authorize.get_jwt_subject()]

    answer = TestClient(app).get("/named?name=y", headers=bearer(access()))
    assert answer.json() == ["y", "test"]


def test_an_app_without_a_handler_shows_the_exception():
    app = FastAPI()

    @app.get("/")
    def guarded(Authorize: AuthJWT = Depends()):
        Authorize.jwt_required()

    with pytest.raises(MissingTokenError):
        TestClient(app).get("/")
