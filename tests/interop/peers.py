"""The libraries of others, each behind the same two methods.

A key is a dict with `pem`, `jwk` or `text` (the bytes of a secret). `sign` gives a token, `verify` the claims, and
either raises whatever it likes.
"""

import base64
import ctypes
import hmac
import json
import subprocess
from pathlib import Path

import cryptography
import jwt
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa, utils

ALL = ["HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512"]
ALL += ["ES256", "ES384", "ES512", "ES256K", "EdDSA"]
CURVES = {"ES256": ec.SECP256R1, "ES384": ec.SECP384R1, "ES512": ec.SECP521R1, "ES256K": ec.SECP256K1}


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class PyJwt:
    name = "PyJWT"
    version = jwt.__version__
    algorithms = ALL
    forms = ("pem", "jwk")

    def _key(self, alg, key):
        return jwt.PyJWK(key["jwk"], alg).key if "jwk" in key else key.get("pem") or key["text"]

    def sign(self, alg, key, claims):
        return jwt.encode(claims, self._key(alg, key), algorithm=alg)

    def verify(self, alg, key, token):
        return jwt.decode(token, self._key(alg, key), algorithms=[alg])

    def verify_by_set(self, jwks, token):
        keys = {key.key_id: key for key in jwt.PyJWKSet.from_dict(jwks).keys}
        header = jwt.get_unverified_header(token)
        return jwt.decode(token, keys[header["kid"]].key, algorithms=[header["alg"]])


class Cryptography:
    """RFC 7515 written by hand on the primitives of python3-cryptography."""

    name = "cryptography"
    version = cryptography.__version__
    algorithms = ALL
    forms = ("pem",)

    def new_key(self, alg, crv):
        if alg in CURVES:
            return ec.generate_private_key(CURVES[alg]())
        if alg == "EdDSA":
            return {"Ed25519": ed25519.Ed25519PrivateKey, "Ed448": ed448.Ed448PrivateKey}[crv].generate()
        return rsa.generate_private_key(65537, 2048)

    def sign(self, alg, key, claims):
        header = encoded(json.dumps({"alg": alg, "typ": "JWT"}).encode())
        data = (header + "." + encoded(json.dumps(claims).encode())).encode()
        return data.decode() + "." + encoded(self._signature(alg, key, data))

    def _signature(self, alg, key, data):
        if alg.startswith("HS"):
            return hmac.new(key["text"].encode(), data, "sha" + alg[2:]).digest()
        private = serialization.load_pem_private_key(key["pem"].encode(), None)
        if alg not in CURVES:
            return private.sign(data, *self._parameters(alg))
        size = (private.key_size + 7) // 8
        r_s = utils.decode_dss_signature(private.sign(data, *self._parameters(alg)))
        return b"".join(number.to_bytes(size, "big") for number in r_s)

    def verify(self, alg, key, token):
        data, _, signature = token.rpartition(".")
        header, payload = (json.loads(decoded(part)) for part in data.split("."))
        assert header["alg"] == alg
        self._verify(alg, key, data.encode(), decoded(signature))
        return payload

    def _verify(self, alg, key, data, signature):
        if alg.startswith("HS"):
            assert hmac.compare_digest(signature, self._signature(alg, key, data))
            return
        public = serialization.load_pem_public_key(key["pem"].encode())
        if alg in CURVES:
            half = (public.key_size + 7) // 8
            assert len(signature) == 2 * half
            r_s = (int.from_bytes(part, "big") for part in (signature[:half], signature[half:]))
            signature = utils.encode_dss_signature(*r_s)
        public.verify(signature, data, *self._parameters(alg))

    def _parameters(self, alg):
        if alg == "EdDSA":
            return ()
        digest = hashes.SHA256() if alg == "ES256K" else getattr(hashes, "SHA" + alg[2:])()
        if alg in CURVES:
            return (ec.ECDSA(digest),)
        if alg.startswith("PS"):
            return (padding.PSS(padding.MGF1(digest), digest.digest_size), digest)
        return (padding.PKCS1v15(), digest)


class LibJwt:
    name = "libjwt"
    algorithms = ["HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "ES256", "ES384", "ES512"]  # its enum, from 1
    forms = ("pem",)

    def __init__(self):
        self._library = ctypes.CDLL("libjwt.so.0")
        self._free = ctypes.CDLL(None).free  # it has no function of its own for that
        self._library.jwt_encode_str.restype = ctypes.c_void_p
        self._library.jwt_get_grants_json.restype = ctypes.c_void_p
        # The library tells no version; Debian's file is named by that of its interface.
        self.version = Path("/proc/self/maps").read_text().split("libjwt.so.")[1].split()[0]

    def _text(self, pointer):
        assert pointer
        text = ctypes.string_at(pointer).decode()
        self._free(ctypes.c_void_p(pointer))
        return text

    def _bytes(self, key):
        return (key.get("pem") or key["text"]).encode()

    def sign(self, alg, key, claims):
        token = ctypes.c_void_p()
        secret = self._bytes(key)
        assert self._library.jwt_new(ctypes.byref(token)) == 0
        try:
            assert self._library.jwt_add_grants_json(token, json.dumps(claims).encode()) == 0
            assert self._library.jwt_set_alg(token, self.algorithms.index(alg) + 1, secret, len(secret)) == 0
            return self._text(self._library.jwt_encode_str(token))
        finally:
            self._library.jwt_free(token)

    def verify(self, alg, key, token):
        parsed = ctypes.c_void_p()
        secret = self._bytes(key)
        assert self._library.jwt_decode(ctypes.byref(parsed), token.encode(), secret, len(secret)) == 0, "refused"
        try:
            assert self._library.jwt_get_alg(parsed) == self.algorithms.index(alg) + 1
            return json.loads(self._text(self._library.jwt_get_grants_json(parsed, None)))
        finally:
            self._library.jwt_free(parsed)


class Node:
    """The process that jose and jsonwebtoken share."""

    def __init__(self):
        script = Path(__file__).with_name("peers.mjs")
        self._process = subprocess.Popen(
            ["node", str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, action, **request):
        self._process.stdin.write(json.dumps({"action": action, **request}) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["value"]

    def close(self):
        self._process.stdin.close()
        self._process.wait(10)


class OfNode:
    forms = ("pem", "jwk")

    def __init__(self, node, name, algorithms):
        self._node = node
        self.name = name
        self.version = node.ask("versions")[name]
        self.algorithms = algorithms

    def sign(self, alg, key, claims):
        return self._node.ask(self.name + ".sign", alg=alg, key=key, claims=claims)

    def verify(self, alg, key, token):
        return self._node.ask(self.name + ".verify", alg=alg, key=key, token=token)
