"""The handle of one request."""

from calendar import timegm
from datetime import datetime, timedelta
from types import GeneratorType
from typing import Dict, Optional, Sequence, Union

from fastapi import Request, Response, WebSocket

from ._engine import FRESH, OPTIONAL, REFRESH, REQUIRED, Engine, Handle
from .auth_config import _CALLBACK, WATCHED, AuthConfig, _build, _changing

_DATES = ("exp", "iat", "nbf")
_AUDIENCES = (str, list, tuple, set, frozenset, GeneratorType)


class _OnInstance:
    """An attribute of instances that is None on the class."""

    def __init__(self, name: str):
        self._name = name

    def __get__(self, instance, owner):
        return None if instance is None else getattr(instance, self._name)

    def __set__(self, instance, value):
        setattr(instance, self._name, value)


def _seconds(expires_time):
    """As the engine takes it: whole seconds, False for never, None for the setting."""
    if expires_time and not isinstance(expires_time, (timedelta, int, bool)):
        raise TypeError("expires_time must be between timedelta, int, bool")
    if expires_time is False:
        return False
    if not expires_time or expires_time is True:
        return None
    return int(expires_time.total_seconds()) if isinstance(expires_time, timedelta) else int(expires_time)


def _audience(audience):
    if not audience:
        return None
    if not isinstance(audience, _AUDIENCES):
        raise TypeError("audience must be a string or sequence")
    if isinstance(audience, str):
        return audience
    audience = list(audience)
    if not all(isinstance(name, str) for name in audience):
        raise TypeError("audience must be a string or sequence of strings")
    return audience or None


def _claims(user_claims):
    if not user_claims:
        return None
    if not isinstance(user_claims, dict):
        raise TypeError("user_claims must be a dictionary")
    dates = {
        name: timegm(user_claims[name].utctimetuple())
        for name in _DATES
        if isinstance(user_claims.get(name), datetime)
    }
    return {**user_claims, **dates} if dates else user_claims


class AuthJWT(Handle, AuthConfig):
    """Guards a request, and gives what its token says; without a request it makes tokens.

    A dependency of FastAPI: `Authorize: AuthJWT = Depends()`. All work on tokens is the engine's.
    """

    _request = _OnInstance("_connection")
    _response = _OnInstance("_answer")
    # The token that the last guard has let in; one that is set takes the place of the header.
    _token = _OnInstance("_presented")

    def __init__(self, req: Request = None, res: Response = None):
        self._begin(req, res)

    def __setattr__(self, name, value):
        super().__setattr__(name, value)
        if name in WATCHED:
            # From now on this instance does not look at the engine of its class.
            self.__dict__["_engine"] = None

    def __delattr__(self, name):
        super().__delattr__(name)
        if name in WATCHED:
            self.__dict__["_engine"] = None

    def _find_engine(self) -> Engine:
        own = {name: value for name, value in self.__dict__.items() if name in WATCHED}
        if not own:
            return type(self)._make_engine()
        with _changing:
            made_of = (type(self)._revision, own)
            known = self.__dict__.get("_own_engine")
            if known is None or known[0] != made_of:
                callback = own.get(_CALLBACK, getattr(type(self), _CALLBACK))
                known = (made_of, _build(lambda name: getattr(self, f"_{name}"), callback))
                self.__dict__["_own_engine"] = known
            return known[1]

    # --- making tokens

    def create_access_token(
        self,
        subject: Union[str, int],
        fresh: Optional[bool] = False,
        algorithm: Optional[str] = None,
        headers: Optional[Dict] = None,
        expires_time: Optional[Union[timedelta, int, bool]] = None,
        audience: Optional[Union[str, Sequence[str]]] = None,
        user_claims: Optional[Dict] = {},
    ) -> str:
        """A new access token. `expires_time`: a timedelta or seconds, False for a token without end; else the setting.
        Anyone who holds the token can read `user_claims`: nothing sensitive goes in."""
        return self._create(True, subject, fresh, algorithm, headers, expires_time, audience, user_claims)

    def create_refresh_token(
        self,
        subject: Union[str, int],
        algorithm: Optional[str] = None,
        headers: Optional[Dict] = None,
        expires_time: Optional[Union[timedelta, int, bool]] = None,
        audience: Optional[Union[str, Sequence[str]]] = None,
        user_claims: Optional[Dict] = {},
    ) -> str:
        """A new refresh token: good for `jwt_refresh_token_required` alone."""
        return self._create(False, subject, False, algorithm, headers, expires_time, audience, user_claims)

    def _create(self, is_access, subject, fresh, algorithm, headers, expires_time, audience, user_claims) -> str:
        if not isinstance(subject, (str, int)) or isinstance(subject, bool):
            raise TypeError("subject must be a string or integer")
        if not isinstance(fresh, bool):
            raise TypeError("fresh must be a boolean")
        if algorithm and not isinstance(algorithm, str):
            raise TypeError("algorithm must be a string")
        return (self._engine or self._find_engine()).create(
            is_access,
            subject,
            fresh,
            algorithm or None,
            dict(headers) if headers else None,
            _seconds(expires_time),
            _audience(audience),
            _claims(user_claims),
        )

    # --- guards

    def jwt_required(
        self,
        auth_from: str = "request",
        token: Optional[str] = None,
        websocket: Optional[WebSocket] = None,
        csrf_token: Optional[str] = None,
    ) -> None:
        """Lets in who shows a valid access token. With `auth_from="websocket"`: `token`, else that in the cookies of
        `websocket`, whose page sent the CSRF value as `csrf_token`."""
        self._enter(REQUIRED, auth_from, token, websocket, csrf_token)

    def jwt_optional(
        self,
        auth_from: str = "request",
        token: Optional[str] = None,
        websocket: Optional[WebSocket] = None,
        csrf_token: Optional[str] = None,
    ) -> None:
        """Lets in who shows a valid access token, and who shows none: then there is no subject."""
        self._enter(OPTIONAL, auth_from, token, websocket, csrf_token)

    def jwt_refresh_token_required(
        self,
        auth_from: str = "request",
        token: Optional[str] = None,
        websocket: Optional[WebSocket] = None,
        csrf_token: Optional[str] = None,
    ) -> None:
        """Lets in who shows a valid refresh token."""
        self._enter(REFRESH, auth_from, token, websocket, csrf_token)

    def fresh_jwt_required(
        self,
        auth_from: str = "request",
        token: Optional[str] = None,
        websocket: Optional[WebSocket] = None,
        csrf_token: Optional[str] = None,
    ) -> None:
        """Lets in who shows a valid access token that was made with `fresh`."""
        self._enter(FRESH, auth_from, token, websocket, csrf_token)

    def _enter(self, guard, auth_from, token, websocket, csrf_token) -> None:
        engine = self._engine or self._find_engine()
        if auth_from == "request":
            self._guard(engine, guard)
        elif auth_from != "websocket":
            raise ValueError("auth_from must be between 'request', 'websocket'")
        elif not websocket:
            self._guard_token(engine, guard, token or "")
        elif isinstance(websocket, WebSocket):
            self._guard_cookies(engine, guard, websocket, csrf_token or "")
        elif isinstance(websocket, Request):
            self._guard_cookies(engine, guard, websocket, None)
        else:
            raise TypeError("request must be an instance of 'Request' or 'WebSocket'")

    # --- what the token says

    def get_raw_jwt(self, encoded_token: Optional[str] = None) -> Optional[Dict[str, Union[str, int, bool]]]:
        """The claims of the token that the last guard has let in, None where there is none; those of `encoded_token`
        after verifying it."""
        return (self._engine or self._find_engine()).raw_jwt(encoded_token) if encoded_token else self._raw_jwt()

    def get_jti(self, encoded_token: str) -> str:
        """The claim `jti` of `encoded_token`, after verifying it."""
        return (self._engine or self._find_engine()).jti(encoded_token)

    def get_jwt_subject(self) -> Optional[Union[str, int]]:
        """The subject of the token that the last guard has let in; None where there is none."""
        return self._subject()

    def get_unverified_jwt_headers(self, encoded_token: Optional[str] = None) -> dict:
        """The header of `encoded_token`, else of the request's token: NOT verified."""
        engine = self._engine or self._find_engine()
        return engine.unverified_headers(encoded_token) if encoded_token else self._unverified_headers(engine)

    # --- cookies

    def set_access_cookies(
        self, encoded_access_token: str, response: Optional[Response] = None, max_age: Optional[int] = None
    ) -> None:
        """Sets the cookie of an access token and, with CSRF protection, the one of its CSRF value, which the page
        reads. `max_age`: seconds, else the setting."""
        self._set_cookies("access", encoded_access_token, response, max_age)

    def set_refresh_cookies(
        self, encoded_refresh_token: str, response: Optional[Response] = None, max_age: Optional[int] = None
    ) -> None:
        """The same for a refresh token."""
        self._set_cookies("refresh", encoded_refresh_token, response, max_age)

    def unset_jwt_cookies(self, response: Optional[Response] = None) -> None:
        """Makes the browser drop all cookies that this class sets."""
        self.unset_access_cookies(response)
        self.unset_refresh_cookies(response)

    def unset_access_cookies(self, response: Optional[Response] = None) -> None:
        """Makes the browser drop the cookies of the access token."""
        self._unset_cookies("access", response)

    def unset_refresh_cookies(self, response: Optional[Response] = None) -> None:
        """Makes the browser drop the cookies of the refresh token."""
        self._unset_cookies("refresh", response)

    def _set_cookies(self, kind: str, token: str, response, max_age) -> None:
        self._check_cookies_configured(f"set_{kind}_cookies")
        if max_age and not isinstance(max_age, int):
            raise TypeError("max_age must be a integer")
        response = self._response_of(response)
        lifetime = max_age or self._cookie_max_age
        cookies = (self._engine or self._find_engine()).cookies(kind == "access", token, lifetime)
        for (key, value), (path, httponly) in zip(cookies, self._paths(kind)):
            response.set_cookie(
                key,
                value,
                max_age=lifetime,
                path=path,
                domain=self._cookie_domain,
                secure=self._cookie_secure,
                httponly=httponly,
                samesite=self._cookie_samesite,
            )

    def _unset_cookies(self, kind: str, response) -> None:
        self._check_cookies_configured(f"unset_{kind}_cookies")
        response = self._response_of(response)
        keys = [getattr(self, f"_{kind}_cookie_key"), getattr(self, f"_{kind}_csrf_cookie_key")]
        for key, (path, httponly) in zip(keys if self._cookie_csrf_protect else keys[:1], self._paths(kind)):
            # With the attributes it was set with: some browsers keep a `__Host-` cookie otherwise.
            response.delete_cookie(
                key,
                path=path,
                domain=self._cookie_domain,
                secure=self._cookie_secure,
                httponly=httponly,
                samesite=self._cookie_samesite,
            )

    def _paths(self, kind: str):
        """Path and `HttpOnly` of the two cookies of a token: only that of the CSRF value is for the page to read."""
        return (getattr(self, f"_{kind}_cookie_path"), True), (getattr(self, f"_{kind}_csrf_cookie_path"), False)

    def _check_cookies_configured(self, call: str) -> None:
        if not self.jwt_in_cookies:
            raise RuntimeWarning(f"{call}() called without 'authjwt_token_location' configured to use cookies")

    def _response_of(self, response) -> Response:
        if response is not None and not isinstance(response, Response):
            raise TypeError("The response must be an object response FastAPI")
        if response is None and self._answer is None:
            raise RuntimeError("there is no response to set cookies on: pass one to the call")
        return self._answer if response is None else response
