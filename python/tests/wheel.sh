#!/usr/bin/env bash
# Builds the wheel without a network and uses it in a virtual environment of its own:
#   python/tests/wheel.sh PYTHON SCRATCH_DIR CMAKE_ARGUMENT...
set -euo pipefail

python=$1
scratch=$2
shift 2
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
unset PYTHONPATH
export CMAKE_ARGS="$*" PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INDEX=1
rm -rf "$scratch" "$here"/../../build/python-wheel/lib.*  # a module that is gone must not be in the wheel

echo "--- the wheel"
"$python" -m pip wheel --no-deps --no-build-isolation --wheel-dir "$scratch/wheels" "$here/.."

echo "--- installed"
"$python" -m venv --system-site-packages "$scratch/venv"
"$scratch/venv/bin/python" -m pip install --no-deps "$scratch"/wheels/*.whl

echo "--- the page's program on it"
cd "$scratch"
"$scratch/venv/bin/python" - "$here/../examples" <<'PROGRAM'
import pathlib, sys

import fastapi_jwt_auth
from fastapi.testclient import TestClient

assert pathlib.Path(sys.prefix) in pathlib.Path(fastapi_jwt_auth.__file__).parents, fastapi_jwt_auth.__file__
sys.path.append(sys.argv[1])
from additional_claims import app

client = TestClient(app)
token = client.post("/login", json={"username": "test", "password": "test"}).json()["access_token"]
claims = client.get("/claims", headers={"Authorization": f"Bearer {token}"})
assert claims.json() == {"foo": ["fiz", "baz"]}, claims.text
print("the claims are there")
PROGRAM
