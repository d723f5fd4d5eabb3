"""What this package costs, beside its floors, in one run:

    python3 python/bench/measure.py [--seconds N] [--original PYTHON]

1. `jwt_required()` and `get_raw_jwt()`, from Starlette's Request to the dict, beside PyJWT's `decode` of the token.
2. Requests per second of the page's program under uvicorn, beside routes of the same app without a token; where wrk is
   installed. `--original`: an interpreter that has the original fastapi-jwt-auth, measured too.
"""

import argparse
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import timeit

import httpx

HERE = pathlib.Path(__file__).parent
KEYS = HERE.parent / "tests" / "keys"
SECRET = "a secret of more than thirty-two bytes"
# The targets are for signatures that are verified; a token that comes again costs less (signature_cache_size).
ROWS = [("HS256", 0, 4), ("RS256", 0, 25), ("RS256", 16384, 25)]


def best_of(*functions, seconds=4.0):
    """The least microseconds of each, taken in turns, so that all see the same machine."""
    counts = [max(1, int(0.01 / timeit.timeit(function, number=1))) for function in functions]
    least = [float("inf")] * len(functions)
    stop = timeit.default_timer() + seconds
    while timeit.default_timer() < stop:
        for at, (function, count) in enumerate(zip(functions, counts)):
            least[at] = min(least[at], timeit.timeit(function, number=count) / count * 1e6)
    return least


def measure_calls(seconds):
    import jwt
    from fastapi_jwt_auth import AuthJWT
    from starlette.requests import Request

    for algorithm, remembered, target in ROWS:
        private, public = SECRET, SECRET
        if algorithm == "RS256":
            private, public = ((KEYS / name).read_text() for name in ("rsa.pem", "rsa_public.pem"))
        keys = {"secret_key": SECRET} if private is SECRET else {"private_key": private, "public_key": public}
        settings = [("authjwt_algorithm", algorithm), *((f"authjwt_{name}", key) for name, key in keys.items())]
        settings.append(("authjwt_signature_cache_size", remembered))
        AuthJWT.load_config(lambda: settings)
        token = AuthJWT().create_access_token("test", user_claims={"foo": ["fiz", "baz"]})
        headers = {"host": "127.0.0.1:8000", "user-agent": "curl/7.88.1", "accept": "*/*", "connection": "keep-alive"}
        headers["authorization"] = f"Bearer {token}"
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        request = Request({"type": "http", "method": "GET", "path": "/claims", "headers": raw})

        def ours():
            handle = AuthJWT(request, None)
            handle.jwt_required()
            return handle.get_raw_jwt()

        def theirs():
            return jwt.decode(token, public, algorithms=[algorithm])

        assert ours() == theirs()
        mine, other = best_of(ours, theirs, seconds=seconds)
        row = f"{algorithm} {'again' if remembered else 'new':5}"
        print(f"{row} jwt_required() + get_raw_jwt()  {mine:8.2f} us")
        ratio = f"{other / mine:.1f} times ours, target {target}"
        print(f"{row} PyJWT decode                    {other:8.2f} us   {ratio}")


class Server:
    """The app under uvicorn, one process, in the given interpreter."""

    def __init__(self, python, environment):
        listening = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        command = [python, "-m", "uvicorn", "app:app", "--fd", str(listening.fileno()), "--log-level", "error"]
        self._process = subprocess.Popen(
            [*command, "--no-access-log"], cwd=HERE, env=environment, pass_fds=[listening.fileno()]
        )
        listening.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.kill()
        self._process.wait()


def requests_per_second(url, seconds, *arguments):
    command = ["wrk", "--threads", "1", "--connections", "16", "--duration", f"{seconds}s", *arguments, url]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert "Non-2xx" not in said, said
    return float(re.search(r"Requests/sec:\s+([\d.]+)", said).group(1))


def measure_server(name, python, environment, seconds):
    with Server(python, environment) as server:
        login = httpx.post(f"{server.url}/login", json={"username": "test", "password": "test"}, timeout=60)
        bearer = ["-H", f"Authorization: Bearer {login.json()['access_token']}"]
        post = ["-s", str(HERE / "login.lua")]
        for route, arguments in (("claims", bearer), ("login", post)):
            floor = requests_per_second(f"{server.url}/floor/{route}", seconds, *arguments)
            found = requests_per_second(f"{server.url}/{route}", seconds, *arguments)
            print(f"/{route:7} {name:10} {found:8.0f} requests/s   without a token {floor:8.0f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=4, help="for each figure")
    parser.add_argument("--original", help="an interpreter with the original fastapi-jwt-auth")
    given = parser.parse_args()
    measure_calls(given.seconds)
    if shutil.which("wrk") is None:
        print("wrk is not installed: nothing is served")
        return
    measure_server("this", sys.executable, dict(os.environ), given.seconds)
    if given.original:
        without_ours = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        measure_server("original", given.original, without_ours, given.seconds)


if __name__ == "__main__":
    main()
