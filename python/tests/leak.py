"""How much memory a process takes after many calls: `python3 leak.py 1000000` says it for a million."""

import gc
import os
import sys

from fastapi import Response
from fastapi_jwt_auth import AuthJWT
from fastapi_jwt_auth.exceptions import AuthJWTException
from starlette.requests import Request

PAGE = os.sysconf("SC_PAGE_SIZE")


def resident_bytes():
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * PAGE


class Called(AuthJWT):
    _secret_key = "a secret of more than thirty-two bytes"
    _token_location = {"headers", "cookies"}
    _denylist_enabled = True
    _token_in_denylist_callback = staticmethod(lambda claims: claims["sub"] == "revoked")


def request_with(token):
    headers = [(b"host", b"127.0.0.1"), (b"authorization", b"Bearer " + token.encode())]
    return Request({"type": "http", "method": "GET", "headers": headers})


def call_everything(good, bad, revoked):
    """Eight calls that let in, refuse, read and make tokens."""
    handle = Called(good, Response())
    handle.jwt_required()
    handle.get_raw_jwt()
    handle.get_jwt_subject()
    token = handle.create_access_token("test", user_claims={"foo": ["fiz", {"n": 1.5}]}, headers={"kid": "x"})
    handle.set_access_cookies(token)
    handle.get_raw_jwt(token)
    for request in (bad, revoked):
        try:
            Called(request).jwt_required()
        except AuthJWTException:
            pass


def growth(calls):
    """Bytes that the process has grown by in the second half of so many calls."""
    maker = Called()
    requests = [request_with(maker.create_access_token("test")), request_with("garbage")]
    requests.append(request_with(maker.create_access_token("revoked")))
    sizes = []
    for _ in range(2):
        for _ in range(calls // 2 // 8):
            call_everything(*requests)
        gc.collect()
        sizes.append(resident_bytes())
    return sizes[1] - sizes[0]


if __name__ == "__main__":
    print(f"{growth(int(sys.argv[1])) / 1024:.0f} KiB more after the second half of {sys.argv[1]} calls")
