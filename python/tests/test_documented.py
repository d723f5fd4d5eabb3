"""One program for each page of the original's documentation, in brief, and what its reader would try."""

from datetime import timedelta

import pytest
from compat_cases import parts
from conftest import SECRET, configure
from fastapi import APIRouter, Depends, HTTPException
from fastapi.testclient import TestClient
from fastapi_jwt_auth import AuthJWT
from keys_of_tests import RSA
from pydantic import BaseModel


class User(BaseModel):
    username: str
    password: str


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def client(app):
    return TestClient(app)


def add_login(app, **options):
    """The login of most pages: both tokens, the access token with `options`."""

    @app.post("/login")
    def login(user: User, Authorize: AuthJWT = Depends()):
        if user.username != "test" or user.password != "test":
            raise HTTPException(status_code=401, detail="Bad username or password")
        return {
            "access_token": Authorize.create_access_token(subject=user.username, **options),
            "refresh_token": Authorize.create_refresh_token(subject=user.username),
        }


def log_in(client):
    answer = client.post("/login", json={"username": "test", "password": "test"})
    assert answer.status_code == 200
    return answer.json()


def test_basic_usage(app, client):
    add_login(app)

    @app.get("/user")
    def user(Authorize: AuthJWT = Depends()):
        Authorize.jwt_required()
        return {"user": Authorize.get_jwt_subject()}

    tokens = log_in(client)
    assert client.get("/user", headers=bearer(tokens["access_token"])).json() == {"user": "test"}
    assert client.get("/user").json() == {"detail": "Missing Authorization Header"}
    assert client.post("/login", json={"username": "test", "password": "x"}).status_code == 401


def test_partially_protecting(app, client):
    add_login(app)

    @app.get("/partially-protected")
    def partially_protected(Authorize: AuthJWT = Depends()):
        Authorize.jwt_optional()
        return {"user": Authorize.get_jwt_subject() or "anonymous"}

    assert client.get("/partially-protected").json() == {"user": "anonymous"}
    token = log_in(client)["access_token"]
    assert client.get("/partially-protected", headers=bearer(token)).json() == {"user": "test"}
    assert client.get("/partially-protected", headers=bearer(token + "x")).status_code == 422


def test_refresh_tokens(app, client):
    add_login(app)

    @app.post("/refresh")
    def refresh(Authorize: AuthJWT = Depends()):
        Authorize.jwt_refresh_token_required()
        return {"access_token": Authorize.create_access_token(subject=Authorize.get_jwt_subject())}

    tokens = log_in(client)
    renewed = client.post("/refresh", headers=bearer(tokens["refresh_token"])).json()["access_token"]
    assert AuthJWT().get_raw_jwt(renewed)["sub"] == "test"
    assert client.post("/refresh", headers=bearer(renewed)).json() == {"detail": "Only refresh tokens are allowed"}


def test_freshness(app, client):
    add_login(app, fresh=True)

    @app.get("/protected-fresh")
    def protected_fresh(Authorize: AuthJWT = Depends()):
        Authorize.fresh_jwt_required()
        return {"user": Authorize.get_jwt_subject()}

    assert client.get("/protected-fresh", headers=bearer(log_in(client)["access_token"])).json() == {"user": "test"}
    stale = AuthJWT().create_access_token("test", fresh=False)
    assert client.get("/protected-fresh", headers=bearer(stale)).json() == {"detail": "Fresh token required"}


def test_jwt_in_cookies_with_csrf_protection(app, client):
    configure(secret_key=SECRET, token_location={"cookies"})

    @app.post("/login")
    def login(user: User, Authorize: AuthJWT = Depends()):
        Authorize.set_access_cookies(Authorize.create_access_token(subject=user.username))
        Authorize.set_refresh_cookies(Authorize.create_refresh_token(subject=user.username))
        return {"msg": "Successfully login"}

    @app.post("/refresh")
    def refresh(Authorize: AuthJWT = Depends()):
        Authorize.jwt_refresh_token_required()
        Authorize.set_access_cookies(Authorize.create_access_token(subject=Authorize.get_jwt_subject()))
        return {"msg": "The token has been refresh"}

    @app.delete("/logout")
    def logout(Authorize: AuthJWT = Depends()):
        Authorize.jwt_required()
        Authorize.unset_jwt_cookies()
        return {"msg": "Successfully logout"}

    log_in(client)
    csrf = {kind: {"X-CSRF-Token": client.cookies[f"csrf_{kind}_token"]} for kind in ("access", "refresh")}
    assert client.post("/refresh", headers=csrf["refresh"]).json() == {"msg": "The token has been refresh"}
    assert client.delete("/logout").json() == {"detail": "Missing CSRF Token"}
    csrf_access = {"X-CSRF-Token": client.cookies["csrf_access_token"]}
    assert client.delete("/logout", headers=csrf_access).json() == {"msg": "Successfully logout"}
    assert not client.cookies


def test_dynamic_token_expires(app, client, fixed_time):
    @app.post("/create-dynamic-token")
    def create_dynamic_token(Authorize: AuthJWT = Depends()):
        return {
            "token": Authorize.create_access_token(subject="test", expires_time=timedelta(days=1)),
            "token2": Authorize.create_access_token(subject="test", expires_time=False),
        }

    tokens = client.post("/create-dynamic-token").json()
    claims = parts(tokens["token"])[1]
    assert claims["exp"] - claims["iat"] == 86_400
    assert "exp" not in parts(tokens["token2"])[1]


def test_dynamic_token_algorithm(app, client):
    configure(secret_key=SECRET, decode_algorithms=["HS384", "RS256"], **RSA)
    add_login(app, algorithm="HS384")

    @app.get("/protected")
    def protected(Authorize: AuthJWT = Depends()):
        Authorize.jwt_required()
        return Authorize.get_unverified_jwt_headers()

    assert client.get("/protected", headers=bearer(log_in(client)["access_token"])).json()["alg"] == "HS384"
    other = AuthJWT().create_access_token("test", algorithm="RS256")
    assert client.get("/protected", headers=bearer(other)).json()["alg"] == "RS256"


def test_asymmetric_algorithm(app, client):
    AuthJWT.load_config(
        lambda: [
            ("authjwt_algorithm", "RS256"),
            ("authjwt_public_key", RSA["public_key"]),
            ("authjwt_private_key", RSA["private_key"]),
        ]
    )
    add_login(app)

    @app.get("/user")
    def user(Authorize: AuthJWT = Depends()):
        Authorize.jwt_required()
        return {"user": Authorize.get_jwt_subject()}

    assert client.get("/user", headers=bearer(log_in(client)["access_token"])).json() == {"user": "test"}


def test_bigger_applications(app, client):
    users, items = APIRouter(), APIRouter()
    add_login(users)

    @items.get("/items/{item_id}")
    def get_item(item_id: int, Authorize: AuthJWT = Depends()):
        Authorize.jwt_required()
        return {"item": item_id, "user": Authorize.get_jwt_subject()}

    app.include_router(users, prefix="/users")
    app.include_router(items)
    token = client.post("/users/login", json={"username": "test", "password": "test"}).json()["access_token"]
    assert client.get("/items/7", headers=bearer(token)).json() == {"item": 7, "user": "test"}


def test_generated_docs_show_nothing_of_the_dependency(app):
    add_login(app)

    @app.get("/user")
    async def user(Authorize: AuthJWT = Depends()):
        Authorize.jwt_required()

    paths = app.openapi()["paths"]
    assert "parameters" not in paths["/user"]["get"] and "requestBody" not in paths["/user"]["get"]
    assert list(paths["/login"]["post"]["requestBody"]["content"]) == ["application/json"]


def test_the_api_has_the_documented_parameters_and_defaults():
    import inspect

    def parameters(name):
        listed = list(inspect.signature(getattr(AuthJWT, name)).parameters.values())
        return [(each.name, each.default) for each in listed if each.name != "self"]

    options = [("algorithm", None), ("headers", None), ("expires_time", None), ("audience", None), ("user_claims", {})]
    nothing = inspect.Parameter.empty
    assert parameters("create_access_token") == [("subject", nothing), ("fresh", False), *options]
    assert parameters("create_refresh_token") == [("subject", nothing), *options]
    for name in ("jwt_required", "jwt_optional", "jwt_refresh_token_required", "fresh_jwt_required"):
        assert parameters(name) == [
            ("auth_from", "request"), ("token", None), ("websocket", None), ("csrf_token", None)
        ]  # fmt: skip
    for kind in ("access", "refresh"):
        set_parameters = [(f"encoded_{kind}_token", nothing), ("response", None), ("max_age", None)]
        assert parameters(f"set_{kind}_cookies") == set_parameters
        assert parameters(f"unset_{kind}_cookies") == [("response", None)]
    assert parameters("unset_jwt_cookies") == [("response", None)]
    assert parameters("get_raw_jwt") == parameters("get_unverified_jwt_headers") == [("encoded_token", None)]
    assert parameters("get_jti") == [("encoded_token", nothing)] and parameters("get_jwt_subject") == []
    assert parameters("load_config") == [("settings", nothing)]
    assert parameters("token_in_denylist_loader") == [("callback", nothing)]
