"""What the guards raise. Each but the base has `status_code`, to answer with, and `message`, which a client may see."""


class AuthJWTException(Exception):
    """The base of all of them."""


class _Refusal(AuthJWTException):
    def __init__(self, status_code: int, message: str):
        super().__init__(status_code, message)
        self.status_code = status_code
        self.message = message

    def __str__(self) -> str:
        return self.message


class InvalidHeaderError(_Refusal):
    """The header of the request or of the token cannot be read. 422"""


class JWTDecodeError(_Refusal):
    """The token is not to be believed: signature, time, issuer, audience or claims. 422"""


class CSRFError(_Refusal):
    """The CSRF value is missing or another one (401), or the page of a WebSocket is not one that may ask (403)."""


class MissingTokenError(_Refusal):
    """No token where one is needed. 401; for a token that was passed to a WebSocket's guard its close code, 1008"""


class RevokedTokenError(_Refusal):
    """The token has been revoked. 401"""


class AccessTokenRequired(_Refusal):
    """A refresh token where an access token is needed. 422"""


class RefreshTokenRequired(_Refusal):
    """An access token where a refresh token is needed. 422"""


class FreshTokenRequired(_Refusal):
    """A token that is not fresh where a fresh one is needed. 401"""


class AuthUnavailable(_Refusal):
    """The check could not be made. 503"""
