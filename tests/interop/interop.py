"""Tokens, keys and key sets between authjwt and libraries that nobody here wrote: interop.py AUTHJWT

authjwt's side is its command. Prints what was tried as the table of docs/interop.md, which must be the same; exits with
1 where something is refused that should not be, or taken that should not be.
"""

import datetime
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID
from peers import ALL, Cryptography, LibJwt, Node, OfNode, PyJwt

PAGE = Path(__file__).parents[2] / "docs" / "interop.md"
CLAIMS = {"sub": "Zoë 😀", "n": -7, "list": [1, "two", None, True], "object": {"a": {}}, "exp": int(time.time()) + 3600}


class Authjwt:
    def __init__(self, program, folder):
        self._program = program
        self._folder = folder
        self._files = 0
        self._signed = {}

    def run(self, *arguments, input=""):
        done = subprocess.run([self._program, *arguments], input=input, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"authjwt {arguments[0]}: exit code {done.returncode}: {done.stderr.strip()}")
        return done.stdout

    def file(self, text):
        self._files += 1
        path = self._folder / str(self._files)
        path.write_text(text)
        return str(path)

    def new_key(self, alg, crv, form):
        """(private, public), each as text in its form."""
        options = ["--bits", "2048"] if alg[:2] in ("RS", "PS") else ["--curve", crv] if crv else []
        private, public = (self._folder / name for name in ("private", "public"))
        halves = [] if alg.startswith("HS") else ["--public-out", str(public)]
        format = "text" if alg.startswith("HS") and form == "pem" else form
        self.run("keygen", alg, "--format", format, "--out", str(private), "--force", *options, *halves)
        return private.read_text(), (public if halves else private).read_text()

    def _key(self, key):
        if "text" in key:
            return "--secret", self.file(key["text"])
        return "--key", self.file(key.get("pem") or json.dumps(key["jwk"]))

    def sign(self, alg, key, claims):
        """The same token for the same arguments: all others get that one."""
        arguments = json.dumps([alg, key, claims])
        if arguments not in self._signed:
            options = ["--algorithm", alg, "--no-iat", "--claims", "-"]
            token = self.run("sign", *self._key(key), *options, input=json.dumps(claims))
            self._signed[arguments] = token.strip()
        return self._signed[arguments]

    def verify(self, alg, key, token):
        return json.loads(self.run("verify", *self._key(key), "--algorithm", alg, "--json", input=token))["claims"]


def key_of(alg, form, text):
    """A key as the peers take it. What stands for PEM where there is none is the text of a secret."""
    if form == "jwk":
        return {"jwk": json.loads(text)}
    return {"text": text.strip()} if alg.startswith("HS") else {"pem": text}


def without_private(jwk):
    if jwk["kty"] == "oct":
        return jwk
    return {name: jwk[name] for name in ("kty", "crv", "x", "y", "n", "e", "alg") if name in jwk}


def tampered(token):
    data, _, signature = token.rpartition(".")
    return data + "." + ("B" if signature[0] == "A" else "A") + signature[1:]


class Interop:
    def __init__(self, authjwt, node):
        self.authjwt = authjwt
        self.node = node
        self.cryptography = Cryptography()
        self.pyjwt = PyJwt()
        jsonwebtoken = [alg for alg in ALL if alg not in ("ES256K", "EdDSA")]
        self.peers = [self.pyjwt, self.cryptography, OfNode(node, "jose", ALL), OfNode(node, "jsonwebtoken", jsonwebtoken)]
        self.peers.append(LibJwt())
        self.made = {}
        self.failures = []
        self.checks = 0

    def attempt(self, what, check):
        self.checks += 1
        try:
            check()
        except Exception as error:  # a library may raise anything; each is told and none ends the others
            self.failures.append(f"{what}: {type(error).__name__}: {error}")

    def cross(self, what, alg, private, public, signer, verifier):
        """One direction: a token crosses. That the others refuse a changed one shows that they have looked."""

        def check():
            token = signer.sign(alg, private, CLAIMS)
            assert verifier.verify(alg, public, token) == CLAIMS, "other claims"
            if verifier is self.authjwt:
                return
            try:
                verifier.verify(alg, public, tampered(token))
            except Exception:
                return
            raise AssertionError("a changed signature was taken")

        self.attempt(what, check)

    def their_key(self, alg, crv, form):
        """A key that authjwt did not make: jose's as JWK, python3-cryptography's as PEM."""
        if form == "jwk":
            jwk = self.node.ask("jose.new_key", alg=alg, crv=crv)
            return {"jwk": jwk}, {"jwk": without_private(jwk)}
        if alg.startswith("HS"):
            secret = {"text": "a secret that was made nowhere in particular, but is as long as any digest asks for"}
            return secret, secret
        key = self.cryptography.new_key(alg, crv)
        plain = serialization.NoEncryption()
        pem = serialization.Encoding.PEM
        private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
        public = key.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo)
        return {"pem": private.decode()}, {"pem": public.decode()}

    def keys(self, alg, crv, form):
        """Our pair and theirs. One of RSA is for all of its algorithms: they take long to make."""
        family = "RSA" if alg[:2] in ("RS", "PS") else alg, crv, form
        if family not in self.made:
            self.made[family] = self.authjwt.new_key(alg, crv, form), self.their_key(alg, crv, form)
        texts, theirs = self.made[family]
        ours = [key_of(alg, form, text) for text in texts]
        for key in ours:
            if "jwk" in key:
                key["jwk"]["alg"] = alg
        return ours, theirs

    def tokens(self, alg, crv):
        for form in ("pem", "jwk"):
            ours, theirs = self.keys(alg, crv, form)
            for peer in self.peers:
                if alg not in peer.algorithms or form not in peer.forms:
                    continue
                for whose, (private, public) in (("our", ours), ("their", theirs)):
                    what = f"{alg} {crv or ''} {whose} key as {form}"
                    self.cross(f"authjwt to {peer.name}, {what}", alg, private, public, self.authjwt, peer)
                    self.cross(f"{peer.name} to authjwt, {what}", alg, private, public, peer, self.authjwt)

    def sets(self, algorithms):
        """Sets of keys, each way, with tokens that name their key. An RSA key stands in them once for each algorithm."""
        ours = {case: self.keys(*case, "jwk")[0][0]["jwk"] for case in algorithms}
        published = json.loads(self.authjwt.run("jwks", *(self.authjwt.file(json.dumps(jwk)) for jwk in ours.values())))
        for (alg, crv), jwk in ours.items():
            token = self.authjwt.sign(alg, {"jwk": jwk}, CLAIMS)
            what = f"{alg} {crv or ''} by authjwt's JWKS"
            self.attempt(f"jose, {what}", lambda: self.same(self.node.ask("jose.verify_by_set", jwks=published, token=token)))
            self.attempt(f"PyJWT, {what}", lambda: self.same(self.pyjwt.verify_by_set(published, token)))
        theirs = {case: {**self.keys(*case, "jwk")[1][0]["jwk"], "alg": case[0]} for case in algorithms}
        for jwk in theirs.values():
            jwk["kid"] = self.node.ask("jose.thumbprint", jwk=jwk)
        their_set = {"keys": [{**without_private(jwk), "kid": jwk["kid"]} for jwk in theirs.values()]}
        for (alg, crv), jwk in theirs.items():
            token = self.node.ask("jose.sign", alg=alg, kid=jwk["kid"], key={"jwk": jwk}, claims=CLAIMS)
            what = f"{alg} {crv or ''} by jose's JWKS"
            self.attempt(f"authjwt, {what}", lambda: self.same(self.authjwt.verify(alg, {"jwk": their_set}, token)))
            file = self.authjwt.file(json.dumps(jwk))
            self.attempt(f"thumbprint, {what}", lambda: self.same(self.authjwt.run("thumbprint", file).strip(), jwk["kid"]))

    def certificate(self, alg):
        key = self.cryptography.new_key(alg, None)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "interop")])
        now = datetime.datetime.utcnow()
        builder = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + datetime.timedelta(days=1))
        certificate = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
        ).decode()
        what = f"PyJWT to authjwt, {alg} by an X.509 certificate"
        self.cross(what, alg, {"pem": pem}, {"pem": certificate}, self.pyjwt, self.authjwt)

    @staticmethod
    def same(got, wanted=CLAIMS):
        assert got == wanted, f"got {got}"

    def table(self):
        """What `tokens` tries."""
        header = "| Algorithm | " + " | ".join(peer.name for peer in self.peers) + " |"
        lines = [header, "|---" * (len(self.peers) + 1) + "|"]
        for alg in ALL:
            cells = []
            for peer in self.peers:
                forms = [("text" if alg.startswith("HS") else "PEM") if form == "pem" else "JWK" for form in peer.forms]
                cells.append("both ways: " + ", ".join(forms) if alg in peer.algorithms else "it has none")
            lines.append(f"| {alg} | " + " | ".join(cells) + " |")
        return "\n".join(lines)


def main(program):
    node = Node()
    with tempfile.TemporaryDirectory() as folder:
        interop = Interop(Authjwt(program, Path(folder)), node)
        cases = [(alg, None) for alg in ALL if alg != "EdDSA"] + [("EdDSA", "Ed25519"), ("EdDSA", "Ed448")]
        for alg, crv in cases:
            interop.tokens(alg, crv)
        interop.sets([case for case in cases if not case[0].startswith("HS")])
        for alg in ("RS256", "PS512", "ES256", "ES512"):
            interop.certificate(alg)
    print(interop.table())
    versions = [f"{peer.name} {peer.version}" for peer in interop.peers] + ["Node " + node.ask("versions")["node"]]
    print("\n" + ", ".join(versions))
    node.close()
    interop.attempt("docs/interop.md has the table above", lambda: Interop.same(interop.table() in PAGE.read_text(), True))
    for failure in interop.failures:
        print("FAILED " + failure)
    print(f"{interop.checks} checks, {len(interop.failures)} failed")
    return 1 if interop.failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
