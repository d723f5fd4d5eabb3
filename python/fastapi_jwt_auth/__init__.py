"""fastapi-jwt-auth on the engine of authjwt: the same names, tokens, settings and answers, and none of its holes."""

from .auth_jwt import AuthJWT

__all__ = ["AuthJWT"]
__version__ = "0.5.0+authjwt.0.1.0"
