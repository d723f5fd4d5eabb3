"""The page's program, as it stands, served by uvicorn and driven over HTTP."""

import hashlib
import os
import pathlib
import re
import socket
import subprocess
import sys

import httpx
import pytest

EXAMPLES = pathlib.Path(__file__).parent.parent / "examples"
PROGRAM = EXAMPLES / "additional_claims.py"


@pytest.fixture(scope="module")
def server():
    """The program on a port of the system's choice; what it wrote to standard error is behind `.errors()`."""
    listening = socket.create_server(("127.0.0.1", 0))
    command = [sys.executable, "-m", "uvicorn", "additional_claims:app", "--fd", str(listening.fileno())]
    process = subprocess.Popen(
        [*command, "--log-level", "warning"],
        cwd=EXAMPLES,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        pass_fds=[listening.fileno()],
        stderr=subprocess.PIPE,
        text=True,
    )
    # The socket listens before the program does: a client waits in its queue.
    with httpx.Client(base_url=f"http://127.0.0.1:{listening.getsockname()[1]}", timeout=60) as client:
        yield client, process
    process.kill()
    process.wait()
    listening.close()


def login(client, password="test"):
    return client.post("/login", json={"username": "test", "password": password})


def test_the_program_is_the_page_s_byte_for_byte():
    assert hashlib.sha256(PROGRAM.read_bytes()).hexdigest() == (
        "5f23cc92b52bd0e3a62f0d406ecd7fb45cd003a619a4c464968ccc3e2390581c"
    )


def test_who_logs_in_reads_the_claims(server):
    client, _ = server
    answer = login(client)
    assert answer.status_code == 200
    token = answer.json()["access_token"]
    answer = client.get("/claims", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()) == (200, {"foo": ["fiz", "baz"]})


def test_a_wrong_password_is_401(server):
    client, _ = server
    answer = login(client, "wrong")
    assert (answer.status_code, answer.json()) == (401, {"detail": "Bad username or password"})


@pytest.mark.parametrize(
    "headers, status, detail",
    [
        ({}, 401, "Missing Authorization Header"),
        ({"Authorization": "Bearer garbage"}, 422, "Not enough segments"),
        ({"Authorization": "Basic garbage"}, 422, "Bad Authorization header. Expected value 'Bearer <JWT>'"),
        ({"Authorization": "Bearer e30.e30.e30"}, 422, None),
    ],
)
def test_who_shows_no_good_token_is_told_why(server, headers, status, detail):
    client, _ = server
    answer = client.get("/claims", headers=headers)
    assert answer.status_code == status
    assert detail is None or answer.json() == {"detail": detail}


def test_a_token_with_one_bit_changed_is_refused(server):
    client, _ = server
    token = login(client).json()["access_token"]
    changed = token[:-10] + ("A" if token[-10] != "A" else "B") + token[-9:]
    answer = client.get("/claims", headers={"Authorization": f"Bearer {changed}"})
    assert (answer.status_code, answer.json()) == (422, {"detail": "Signature verification failed"})


def test_the_short_secret_is_warned_about_once(server):
    client, process = server
    assert login(client).status_code == 200
    process.terminate()
    process.wait(timeout=60)
    written = process.stderr.read()
    assert len(re.findall("RuntimeWarning: authjwt_secret_key is .*too short for HS256", written)) == 1, written
