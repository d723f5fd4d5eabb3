import warnings

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from fastapi_jwt_auth import AuthJWT, _engine, auth_config
from fastapi_jwt_auth.exceptions import AuthJWTException

SECRET = "a secret of more than the sixty-four bytes that HS512 asks for, in ASCII"
NOW = 1_700_000_000


def configure(**settings):
    """Loads these settings, named without their prefix."""
    AuthJWT.load_config(lambda: [(f"authjwt_{name}", value) for name, value in settings.items()])


def stand_still(seconds):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _engine.stand_still_for_tests(seconds)


@pytest.fixture(autouse=True)
def untouched():
    """Each test finds AuthJWT as it is imported, with a secret, and the time of every day."""
    configure(secret_key=SECRET)
    yield
    configure()
    AuthJWT._token_in_denylist_callback = None
    auth_config._warned.clear()
    stand_still(None)


@pytest.fixture
def fixed_time():
    """The time stands still at NOW; call it with other seconds to change that."""
    stand_still(NOW)
    return stand_still


@pytest.fixture
def app():
    """An app that answers as the documentation's programs do."""
    app = FastAPI()

    @app.exception_handler(AuthJWTException)
    def refuse(request: Request, error: AuthJWTException):
        return JSONResponse(status_code=error.status_code, content={"detail": error.message})

    return app


def pytest_sessionfinish(session, exitstatus):
    """ctest is to tell a file whose tests were all skipped from one that passed."""
    results = session.config.pluginmanager.get_plugin("terminalreporter").stats
    if exitstatus == 0 and results.get("skipped") and not results.get("passed"):
        session.exitstatus = 77
