"""Key pairs that are nobody's: for tests alone."""

import pathlib

_DIRECTORY = pathlib.Path(__file__).parent / "keys"


def _pair(name):
    return {
        "private_key": (_DIRECTORY / f"{name}.pem").read_text(),
        "public_key": (_DIRECTORY / f"{name}_public.pem").read_text(),
    }


RSA = _pair("rsa")
P256 = _pair("p256")
