"""Python that runs in the middle of the engine's work: finalizers, signals, odd settings."""

import gc
import signal
import sys

import pytest
from conftest import SECRET, configure
from fastapi_jwt_auth import AuthJWT
from fastapi_jwt_auth.exceptions import AuthJWTException
from starlette.requests import Request


def test_claims_are_of_one_token_though_a_finalizer_calls_another_guard():
    configure(secret_key=SECRET, max_token_size=100_000)

    def token_of(name):
        return AuthJWT().create_access_token(name, user_claims={"list": [[f"{name}{i}"] for i in range(800)]})

    mine, others = token_of("mine"), [token_of("your") for _ in range(3)]
    handle, kept, ran = AuthJWT(), [], []

    class Finalized:
        def __del__(self):
            ran.append(True)
            handle.jwt_required("websocket", token=others[0])
            for other in others[1:]:
                kept.append(AuthJWT())
                kept[-1].jwt_required("websocket", token=other)

    gc.collect()
    threshold = gc.get_threshold()
    try:
        for _ in range(10):
            gc.disable()
            handle.jwt_required("websocket", token=mine)
            garbage = Finalized()
            garbage.itself = garbage
            del garbage
            gc.set_threshold(100)
            gc.enable()
            claims = handle.get_raw_jwt()
            assert claims["sub"] == "mine" and {item[0][:4] for item in claims["list"]} == {"mine"}
    finally:
        gc.enable()
        gc.set_threshold(*threshold)
    assert ran, "no finalizer ran: nothing was tried"


def bad_header():
    return AuthJWT(Request({"type": "http", "method": "GET", "headers": [(b"authorization", b"Bearer a.b.c")]}))


def test_a_signal_that_raises_while_a_header_is_refused_is_an_exception():
    class Stop(Exception):
        pass

    def stop(*_):
        raise Stop

    handle, stopped = bad_header(), 0
    before = signal.signal(signal.SIGALRM, stop)
    try:
        while stopped < 50:
            try:
                signal.setitimer(signal.ITIMER_REAL, 0.0005)  # once: the next one must not come while this is handled
                for _ in range(1_000_000):
                    with pytest.raises(AuthJWTException):
                        handle.get_unverified_jwt_headers()
                pytest.fail("the signal was lost")
            except Stop:
                stopped += 1
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_the_limit_of_recursion_while_a_header_is_refused_is_an_exception():
    handle, seen = bad_header(), set()

    def deeper():
        try:
            handle.get_unverified_jwt_headers()
        except Exception as error:
            seen.add(type(error).__name__)
        deeper()

    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(200)
    try:
        with pytest.raises(RecursionError):
            deeper()
    finally:
        sys.setrecursionlimit(limit)
    assert "InvalidHeaderError" in seen


@pytest.mark.parametrize("secret", ["secret \udcff secret, of more than thirty-two bytes", 123])
def test_a_secret_that_is_no_text_is_refused_and_not_shown(secret):
    AuthJWT._private_key = "-----BEGIN PRIVATE KEY-----"
    AuthJWT._secret_key = secret
    with pytest.raises((TypeError, ValueError)) as raised:
        AuthJWT().create_access_token("test")
    assert "secret_key" in str(raised.value)
    assert "PRIVATE" not in str(raised.value) and str(secret)[:6] + " " not in repr(raised.value)


def test_an_age_beyond_all_numbers_is_refused_and_the_token_not_shown():
    configure(secret_key=SECRET, token_location={"cookies"})
    token = AuthJWT().create_access_token("test")
    from starlette.responses import Response

    with pytest.raises(ValueError) as raised:
        AuthJWT().set_access_cookies(token, Response(), max_age=2**70)
    assert token not in str(raised.value)


def test_an_instance_with_own_settings_is_never_of_half_a_change():
    import base64
    import json
    import threading

    def settings(bits):
        return {"secret_key": SECRET, "algorithm": f"HS{bits}", "encode_issuer": bits}

    def change():
        while not done.is_set():
            for bits in ("256", "512"):
                configure(**settings(bits))

    def read(segment):
        return json.loads(base64.urlsafe_b64decode(segment + "=="))

    configure(**settings("256"))
    done, interval = threading.Event(), sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    thread = threading.Thread(target=change)
    thread.start()
    try:
        for _ in range(3000):
            handle = AuthJWT()
            handle._decode_leeway = 1
            header, payload, _ = handle.create_access_token("test").split(".")
            assert read(header)["alg"] == "HS" + read(payload)["iss"]
    finally:
        done.set()
        thread.join()
        sys.setswitchinterval(interval)
