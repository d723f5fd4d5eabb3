"""The recorded cases of fastapi-jwt-auth, where AUTHJWT_COMPAT says that they are."""

import base64
import json
import os
import pathlib

import pytest
from starlette.requests import Request
from starlette.websockets import WebSocket

DIRECTORY = os.environ.get("AUTHJWT_COMPAT")


def cases(name):
    """One for each line of the file."""
    if not DIRECTORY:
        pytest.skip("AUTHJWT_COMPAT is not set")
    return _read(os.path.join(DIRECTORY, name))


def own_cases(name):
    """This project's own cases, in the same format."""
    return _read(pathlib.Path(__file__).parent.parent.parent / "tests" / "compat" / name)


def _read(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def settings_of(case):
    """As they are loaded, and what the denylist's callback says yes to."""
    settings = dict(case["settings"])
    denylisted = settings.pop("denylisted_jtis", None)
    return list(settings.items()), denylisted


def _headers(case):
    return [(name.lower().encode(), value.encode()) for name, value in case.get("headers", [])]


def request_of(case):
    return Request({"type": "http", "method": case.get("method", "GET"), "path": "/", "headers": _headers(case)})


def websocket_of(case):
    scope = {"type": "websocket", "path": "/", "headers": _headers(case)}
    return WebSocket(scope, receive=None, send=None)


def parts(token):
    """Header and claims of a token, not verified."""
    header, claims, _ = token.split(".")
    return tuple(json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))) for part in (header, claims))
