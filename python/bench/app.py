"""The page's program, with a route beside it that does the same work without a token: the floor of the others."""

import pathlib
import sys
from typing import Any, Dict

sys.path.append(str(pathlib.Path(__file__).parent.parent / "examples"))

from additional_claims import User, app  # noqa: E402


@app.get("/floor/claims")
def claims_floor():
    return {"foo": ["fiz", "baz"]}


@app.post("/floor/login")
def login_floor(user: User) -> Dict[str, Any]:
    return {"access_token": "x" * 300}
