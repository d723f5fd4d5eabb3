"""The settings: their names, defaults and types, checked with pydantic 1 or 2, and as the engine takes them.

Pydantic 2 differs in how a model is configured and a validator declared, and in nothing else here.
"""

from collections import deque
from datetime import timedelta
from types import GeneratorType
from typing import Any, Callable, List, NamedTuple, Optional, Union

import pydantic
from pydantic import BaseModel, StrictBool, StrictInt, StrictStr, create_model

if pydantic.VERSION.startswith("1."):

    class _Checked(BaseModel):
        class Config:
            min_anystr_length = 1
            anystr_strip_whitespace = True

    def _before(*names: str) -> Callable:
        return pydantic.validator(*names, pre=True, allow_reuse=True)

else:

    class _Checked(BaseModel):
        model_config = {"str_min_length": 1, "str_strip_whitespace": True, "hide_input_in_errors": True}

    def _before(*names: str) -> Callable:
        return pydantic.field_validator(*names, mode="before")


class _Kind(NamedTuple):
    """The pydantic type of a setting, and its value as the engine takes it."""

    type: Any
    to_engine: Callable[[Any], Any]


def _seconds(value):
    return int(value.total_seconds()) if isinstance(value, timedelta) else value


def _names(value):
    return value if value is None or isinstance(value, str) else list(value)


_TEXT = _Kind(Optional[StrictStr], lambda value: value)
_FLAG = _Kind(Optional[StrictBool], bool)
_WHOLE = _Kind(Optional[StrictInt], lambda value: value)
_LEEWAY = _Kind(Optional[Union[StrictInt, timedelta]], _seconds)
_LIFETIME = _Kind(Optional[Union[StrictBool, StrictInt, timedelta]], _seconds)
_LIST = _Kind(Optional[List[StrictStr]], _names)
_COLLECTION = _Kind(Any, _names)  # _CHECKS has its type

# Without the prefixes: `authjwt_` of a setting, `_` of the class attribute that holds it.
SETTINGS = {
    "token_location": (_COLLECTION, frozenset({"headers"})),
    "secret_key": (_TEXT, None),
    "public_key": (_TEXT, None),
    "private_key": (_TEXT, None),
    "algorithm": (_TEXT, "HS256"),
    "decode_algorithms": (_LIST, None),
    "decode_leeway": (_LEEWAY, 0),
    "encode_issuer": (_TEXT, None),
    "decode_issuer": (_TEXT, None),
    "decode_audience": (_COLLECTION, None),
    "access_token_expires": (_LIFETIME, timedelta(minutes=15)),
    "refresh_token_expires": (_LIFETIME, timedelta(days=30)),
    "denylist_enabled": (_FLAG, False),
    "denylist_token_checks": (_COLLECTION, frozenset({"access", "refresh"})),
    "header_name": (_TEXT, "Authorization"),
    "header_type": (_TEXT, "Bearer"),
    "access_cookie_key": (_TEXT, "access_token_cookie"),
    "refresh_cookie_key": (_TEXT, "refresh_token_cookie"),
    "access_cookie_path": (_TEXT, "/"),
    "refresh_cookie_path": (_TEXT, "/"),
    "cookie_max_age": (_WHOLE, None),
    "cookie_domain": (_TEXT, None),
    "cookie_secure": (_FLAG, False),
    "cookie_samesite": (_TEXT, None),
    "cookie_csrf_protect": (_FLAG, True),
    "access_csrf_cookie_key": (_TEXT, "csrf_access_token"),
    "refresh_csrf_cookie_key": (_TEXT, "csrf_refresh_token"),
    "access_csrf_cookie_path": (_TEXT, "/"),
    "refresh_csrf_cookie_path": (_TEXT, "/"),
    "access_csrf_header_name": (_TEXT, "X-CSRF-Token"),
    "refresh_csrf_header_name": (_TEXT, "X-CSRF-Token"),
    "csrf_methods": (_COLLECTION, frozenset({"POST", "PUT", "PATCH", "DELETE"})),
    # beyond the original
    "allow_reserved_user_claims": (_FLAG, True),
    "max_token_size": (_WHOLE, 8192),
    "signature_cache_size": (_WHOLE, 16384),
    "websocket_origins": (_COLLECTION, None),
}

def _text(value) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("it must be a string that is not empty")
    return value.strip()


def _one_of(value, allowed) -> str:
    text = _text(value)
    if text not in allowed:
        raise ValueError("it must be between " + ", ".join(f"'{choice}'" for choice in allowed))
    return text


def _each(check: Callable) -> Callable:
    """Checks each item of a container and keeps the container's class; a generator becomes a list."""

    def check_all(values):
        if not isinstance(values, (list, tuple, set, frozenset, deque, GeneratorType)):
            raise ValueError("it must be a sequence of strings")
        checked = [check(value) for value in values]
        return checked if isinstance(values, GeneratorType) else type(values)(checked)

    return check_all


def _text_or_texts(value):
    return _text(value) if isinstance(value, str) else _each(_text)(value)


def _lifetime(value):
    if value is True:
        raise ValueError("it must be a timedelta or an integer, and only accept value False (bool)")
    return value


def _leeway(value):
    if isinstance(value, bool):
        raise ValueError("it must be a timedelta or an integer")
    return value


_METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH")
# What the types alone do not say; asked before them, of every value but None.
_CHECKS = {
    "token_location": _each(lambda place: _one_of(place, ("headers", "cookies"))),
    "decode_leeway": _leeway,
    "decode_audience": _text_or_texts,
    "access_token_expires": _lifetime,
    "refresh_token_expires": _lifetime,
    "denylist_token_checks": _each(lambda kind: _one_of(kind, ("access", "refresh"))),
    "cookie_samesite": lambda value: _one_of(value, ("strict", "lax", "none")),
    "csrf_methods": _each(lambda method: _one_of(_text(method).upper(), _METHODS)),
    "websocket_origins": _each(_text),
}


def _validator(check: Callable) -> Callable:
    def validate(cls, value):
        return None if value is None else check(value)

    return validate


LoadConfig = create_model(
    "LoadConfig",
    __base__=_Checked,
    __validators__={f"check_{name}": _before(f"authjwt_{name}")(_validator(check)) for name, check in _CHECKS.items()},
    **{f"authjwt_{name}": (kind.type, default) for name, (kind, default) in SETTINGS.items()},
)
LoadConfig.__doc__ = "The settings as a pydantic model, with their full names."
