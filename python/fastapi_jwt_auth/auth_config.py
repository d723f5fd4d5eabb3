"""The configuration of a class: settings as class attributes, and the engine that is made of them."""

import itertools
import sys
import threading
import warnings
from typing import Any, Callable, Optional

from pydantic import ValidationError

from ._engine import Engine
from .config import SETTINGS, LoadConfig

_CALLBACK = "_token_in_denylist_callback"
# The attributes that an engine is made of.
WATCHED = frozenset([_CALLBACK, *(f"_{name}" for name in SETTINGS)])

# Held while settings change and while an engine is made of them: no engine is made of half a change.
_changing = threading.RLock()
_revisions = itertools.count(1)
_warned = set()

_SYMMETRIC = frozenset({"HS256", "HS384", "HS512"})


def _warn_once(text: str) -> None:
    if text in _warned:
        return
    _warned.add(text)
    _warn(text)


def _warn(text: str) -> None:
    """As coming from the first frame that is not this package's."""
    frame, level = sys._getframe(1), 2
    while frame.f_back is not None and frame.f_globals.get("__package__") == __package__:
        frame, level = frame.f_back, level + 1
    warnings.warn(text, RuntimeWarning, stacklevel=level)


def _missing_key(read: Callable[[str], Any]) -> Optional[str]:
    """What is missing where no key verifies any of the accepted algorithms; None where one does."""
    algorithms = list(read("decode_algorithms") or [read("algorithm")])
    for algorithm in algorithms:
        if read("secret_key") if algorithm in _SYMMETRIC else read("public_key"):
            return None
    if algorithms[0] in _SYMMETRIC:
        return f"authjwt_secret_key must be set when using symmetric algorithm {algorithms[0]}"
    return f"authjwt_public_key must be set when using asymmetric algorithm {algorithms[0]}"


def _build(read: Callable[[str], Any], callback: Optional[Callable]) -> Engine:
    settings = {}
    for name, (kind, default) in SETTINGS.items():
        value = kind.to_engine(read(name))
        # None for what is not set; for others the engine says that it cannot be.
        if name != "secret_key" and (value is not None or default is not None):
            settings[f"authjwt_{name}"] = value
    # Without a list of them pages are told by the CSRF value alone, as in the original.
    settings["authjwt_websocket_without_origin"] = "authjwt_websocket_origins" not in settings
    engine = Engine(settings, read("secret_key") or "", callback, _missing_key(read))
    for doubt in engine.doubts:
        _warn_once(doubt)
    return engine


class _Watching(type):
    """Drops the engine of a class, and of the classes below it, when one of its settings changes."""

    def __init__(cls, name, bases, namespace):
        super().__init__(name, bases, namespace)
        cls._forget_engine()

    def __setattr__(cls, name, value):
        with _changing:
            super().__setattr__(name, value)
            if name in WATCHED:
                cls._forget_engine()

    def __delattr__(cls, name):
        with _changing:
            super().__delattr__(name)
            if name in WATCHED:
                cls._forget_engine()

    def _forget_engine(cls):
        type.__setattr__(cls, "_revision", next(_revisions))
        type.__setattr__(cls, "_engine", None)
        for below in cls.__subclasses__():
            below._forget_engine()

    def _make_engine(cls) -> Engine:
        with _changing:
            if cls._engine is None:
                type.__setattr__(cls, "_engine", _build(lambda name: getattr(cls, f"_{name}"), getattr(cls, _CALLBACK)))
            return cls._engine


class AuthConfig(metaclass=_Watching):
    """The settings, each an attribute `_name`. One that is set on a class or on an instance holds from the next call
    of it on; a container that is changed where it is does not: set it anew."""

    __slots__ = ()

    _token_in_denylist_callback = None

    @property
    def jwt_in_cookies(self) -> bool:
        return "cookies" in self._token_location

    @property
    def jwt_in_headers(self) -> bool:
        return "headers" in self._token_location

    @classmethod
    def load_config(cls, settings: Callable[[], Any]) -> Callable[[], Any]:
        """Sets all settings from what `settings()` returns: a pydantic object or a list of tuples, names in either
        case. What is not named there gets its default. Raises pydantic's ValidationError, naming what is wrong, and
        TypeError for anything else."""
        try:
            given = {key.lower(): value for key, value in settings()}
            config = LoadConfig(**given)
        except ValidationError:
            raise
        except Exception as error:
            raise TypeError("Config must be pydantic 'BaseSettings' or list of tuple") from error
        for name in given:
            if name.startswith("authjwt_") and name[len("authjwt_"):] not in SETTINGS:
                _warn(f"there is no setting {name}")
        with _changing:
            for name in SETTINGS:
                setattr(cls, f"_{name}", getattr(config, f"authjwt_{name}"))
        try:
            cls._make_engine()  # what is doubtful is told now
        except RuntimeError:
            pass  # and what cannot work when it is called: there may be more to come
        return settings

    @classmethod
    def token_in_denylist_loader(cls, callback: Callable[[dict], bool]) -> Callable[[dict], bool]:
        """Sets the function that is asked, with the claims of a token, whether it has been revoked."""
        cls._token_in_denylist_callback = callback
        return callback


for _name, (_, _default) in SETTINGS.items():
    setattr(AuthConfig, f"_{_name}", _default)
