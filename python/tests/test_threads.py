"""Many threads at once, the GIL, and memory."""

import sys
import threading
import time
import tracemalloc

import leak
import pytest
from conftest import SECRET, configure
from fastapi_jwt_auth import AuthJWT
from fastapi_jwt_auth.exceptions import AuthJWTException
from keys_of_tests import P256, RSA
from starlette.requests import Request

THREADS = 8


def request_with(token):
    return Request({"type": "http", "method": "GET", "headers": [(b"authorization", b"Bearer " + token.encode())]})


def run_in_threads(work):
    """Calls `work(number)` in all threads at once; raises what one of them raised."""
    start, raised = threading.Barrier(THREADS), []

    def run(number):
        start.wait()
        try:
            work(number)
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if raised:
        raise raised[0]


@pytest.fixture(params=["HS256", "RS256", "ES256"])
def algorithm(request):
    keys = {"HS256": {"secret_key": SECRET}, "RS256": RSA, "ES256": P256}[request.param]
    configure(algorithm=request.param, **keys)


def test_each_thread_reads_its_own_token(algorithm):
    def work(number):
        for _ in range(30):
            token = AuthJWT().create_access_token(number, user_claims={"n": number})
            handle = AuthJWT(request_with(token))
            handle.jwt_required()
            assert handle.get_jwt_subject() == number and handle.get_raw_jwt()["n"] == number

    run_in_threads(work)


def test_threads_that_share_a_handle_never_read_what_no_token_says(algorithm):
    handle = AuthJWT()
    tokens = [handle.create_access_token(number, user_claims={"n": number}) for number in range(THREADS)]

    def work(number):
        for _ in range(100):
            handle.jwt_required("websocket", token=tokens[number])
            claims = handle.get_raw_jwt()
            assert claims is None or claims["n"] == claims["sub"]
            with pytest.raises(AuthJWTException):
                handle.jwt_required("websocket", token="garbage")

    run_in_threads(work)


def test_settings_may_change_while_others_work():
    secrets = ["a" * 40, "b" * 40]
    token = AuthJWT().create_access_token("test")

    def work(number):
        for turn in range(200):
            if number == 0:
                AuthJWT._secret_key = secrets[turn % 2]
            try:
                handle = AuthJWT(request_with(token))
                handle.jwt_required()
            except AuthJWTException as error:
                assert error.message == "Signature verification failed"

    run_in_threads(work)
    configure(secret_key=SECRET)
    AuthJWT().get_jti(token)


def turns_inside(call, calls=20_000):
    """How often another thread had its turn inside of the first call that let it; 0 where none did. Nobody is made to
    give the GIL up here: a turn inside of a call is one that the call gave."""
    turns, done = [], threading.Event()

    def take_turns():
        while not done.is_set():
            turns.append(None)
            time.sleep(0)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1000)
    other = threading.Thread(target=take_turns)
    other.start()
    inside = 0
    try:
        for _ in range(calls):
            before = len(turns)
            call()
            inside = len(turns) - before
            if inside:
                break
            turns.clear()
            time.sleep(0)
    finally:
        done.set()
        sys.setswitchinterval(interval)
        other.join()
    return inside


@pytest.mark.parametrize("call", ["create_access_token", "get_raw_jwt"])
def test_others_have_their_turn_while_rsa_works(call):
    configure(algorithm="RS256", signature_cache_size=0, **RSA)
    handle = AuthJWT()
    argument = "test" if call == "create_access_token" else handle.create_access_token("test")
    assert turns_inside(lambda: getattr(handle, call)(argument)) > 0


def test_others_have_their_turn_inside_a_guard_too():
    configure(algorithm="RS256", signature_cache_size=0, **RSA)
    request = request_with(AuthJWT().create_access_token("test"))
    assert turns_inside(lambda: AuthJWT(request).jwt_required()) > 0


def test_nobody_has_a_turn_inside_an_hmac():
    request = request_with(AuthJWT().create_access_token("test"))
    assert turns_inside(lambda: AuthJWT(request).jwt_required(), calls=1000) == 0


def test_many_calls_leave_nothing_behind():
    """6,000 calls; leak.py does a million. What one call left behind would be more than a byte for each."""
    leak.growth(1200)
    tracemalloc.start()
    leak.growth(600)
    before = tracemalloc.get_traced_memory()[0]
    leak.growth(6000)
    assert tracemalloc.get_traced_memory()[0] - before < 6000
    tracemalloc.stop()
    assert leak.growth(12_000) < 512 * 1024
