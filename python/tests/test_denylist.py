"""The callback that says which tokens are revoked."""

import pytest
from conftest import SECRET, configure
from fastapi import Depends, HTTPException
from fastapi.testclient import TestClient
from fastapi_jwt_auth import AuthJWT
from fastapi_jwt_auth.exceptions import JWTDecodeError, RevokedTokenError

ON = {"secret_key": SECRET, "denylist_enabled": True}


def enter(token, guard="jwt_required"):
    getattr(AuthJWT(), guard)("websocket", token=token)


@pytest.fixture
def denylist():
    """The denylist of the documentation: a set of `jti`."""
    configure(**ON)
    revoked = set()

    @AuthJWT.token_in_denylist_loader
    def check_if_token_in_denylist(decrypted_token):
        return decrypted_token["jti"] in revoked

    return revoked


def test_a_revoked_token_is_401_and_others_are_let_in(denylist):
    handle = AuthJWT()
    token, other = handle.create_access_token("test"), handle.create_access_token("test")
    enter(token)
    denylist.add(handle.get_jti(token))
    with pytest.raises(RevokedTokenError, match="Token has been revoked") as raised:
        enter(token)
    assert raised.value.status_code == 401
    enter(other)


def test_a_route_that_revokes_the_token_it_was_called_with(app, denylist):
    @app.delete("/access-revoke")
    def access_revoke(Authorize: AuthJWT = Depends()):
        Authorize.jwt_required()
        denylist.add(Authorize.get_raw_jwt()["jti"])
        return {"detail": "Access token has been revoke"}

    client = TestClient(app)
    headers = {"Authorization": f"Bearer {AuthJWT().create_access_token('test')}"}
    assert client.delete("/access-revoke", headers=headers).status_code == 200
    answer = client.delete("/access-revoke", headers=headers)
    assert (answer.status_code, answer.json()) == (401, {"detail": "Token has been revoked"})


def test_only_the_kinds_that_are_configured_are_asked_about(denylist):
    configure(**ON, denylist_token_checks=["refresh"])
    handle = AuthJWT()
    access, refresh = handle.create_access_token("test"), handle.create_refresh_token("test")
    denylist.update([handle.get_jti(access), handle.get_jti(refresh)])
    enter(access)
    with pytest.raises(RevokedTokenError):
        enter(refresh, "jwt_refresh_token_required")


def test_the_callback_gets_all_claims():
    configure(**ON)
    seen = []
    AuthJWT.token_in_denylist_loader(seen.append)
    token = AuthJWT().create_access_token("test", user_claims={"foo": ["fiz"]})
    enter(token)
    assert seen == [AuthJWT().get_raw_jwt(token)]


def test_no_callback_is_a_runtime_error_of_the_call_and_only_of_good_tokens():
    configure(**ON)
    handle = AuthJWT()
    token = handle.create_access_token("test")
    text = "A token_in_denylist_callback must be provided via the '@AuthJWT.token_in_denylist_loader'"
    with pytest.raises(RuntimeError, match=text):
        enter(token)
    with pytest.raises(JWTDecodeError):
        enter(token[:-4] + "AAAA")
    configure(secret_key=SECRET)
    enter(token)


@pytest.mark.parametrize("error", [ValueError("no database"), HTTPException(status_code=503), KeyboardInterrupt()])
def test_what_the_callback_raises_goes_to_the_program_and_nobody_is_let_in(error):
    configure(**ON)

    @AuthJWT.token_in_denylist_loader
    def fail(claims):
        raise error

    handle = AuthJWT()
    with pytest.raises(type(error)) as raised:
        handle.jwt_required("websocket", token=handle.create_access_token("test"))
    assert raised.value is error
    assert handle.get_raw_jwt() is None
    AuthJWT.token_in_denylist_loader(lambda claims: False)
    enter(handle.create_access_token("test"))


def test_an_answer_without_a_truth_value_lets_nobody_in():
    class Undecided:
        def __bool__(self):
            raise RuntimeError("undecided")

    configure(**ON)
    AuthJWT.token_in_denylist_loader(lambda claims: Undecided())
    with pytest.raises(RuntimeError, match="undecided"):
        enter(AuthJWT().create_access_token("test"))


def test_callbacks_of_every_kind():
    class Callback:
        def __call__(self, claims):
            return True

        def method(self, claims):
            return True

    configure(**ON)
    token = AuthJWT().create_access_token("test")
    for callback in (Callback(), Callback().method, lambda claims: 1, staticmethod(lambda claims: "yes")):
        AuthJWT._token_in_denylist_callback = callback
        with pytest.raises(RevokedTokenError):
            enter(token)
    AuthJWT._token_in_denylist_callback = lambda claims: 0
    enter(token)


def test_a_callback_may_use_the_package_itself():
    configure(**ON)
    AuthJWT.token_in_denylist_loader(lambda claims: AuthJWT().get_jti(other) == claims["jti"])
    handle = AuthJWT()
    other = handle.create_access_token("test")
    enter(handle.create_access_token("test"))
    with pytest.raises(RevokedTokenError):
        enter(other)
