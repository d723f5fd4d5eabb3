#!/usr/bin/env python3
"""Writes hostile.jsonl: cases in the format of the recordings, for what a stranger may send and no recording has.

    python3 make_hostile.py > hostile.jsonl

The output follows from this file alone: no clock, no random numbers. Expectations are those of the contract where it
names a text, and `refused` (or the class alone) where any clean refusal will do.
"""
import base64
import hashlib
import hmac
import json
import sys

NOW = 1700000000
SECRET = "the-secret-key-of-at-least-32-bytes"
SETTINGS = {"authjwt_secret_key": SECRET}
JTI = "0d4c7f4e-5a3d-4b6e-9f0a-000000000001"
HASHES = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}

BAD_AUTHORIZATION = "Bad Authorization header. Expected value 'Bearer <JWT>'"
REFUSED = {"refused": True}
NOBODY = {"subject": None, "claims": None}
NOT_ALLOWED = "The specified alg value is not allowed"
BAD_SIGNATURE = "Signature verification failed"
BAD_TIME = {
    "iat": "Issued At claim (iat) must be an integer.",
    "nbf": "Not Before claim (nbf) must be an integer.",
    "exp": "Expiration Time claim (exp) must be an integer.",
}


class Raw(str):
    """JSON text that goes into the token as it stands."""


def dumps(value):
    if isinstance(value, Raw):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(json.dumps(k) + ":" + dumps(v) for k, v in value.items()) + "}"
    return json.dumps(value, separators=(",", ":"))


def claims(**changes):
    """The claims of a good access token, changed; a claim set to Ellipsis is left out."""
    result = {"sub": "test", "iat": NOW, "nbf": NOW, "jti": JTI, "exp": NOW + 900, "type": "access", "fresh": True}
    result.update(changes)
    return {name: value for name, value in result.items() if value is not ...}


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def segment(data):
    """base64url of bytes, of a text, or of the JSON text of anything else."""
    if isinstance(data, bytes):
        return encode(data)
    return encode((data if isinstance(data, str) else dumps(data)).encode())


def sign(text, alg="HS256", secret=SECRET):
    return hmac.new(secret.encode(), text.encode(), HASHES[alg]).digest()


def seal(header_segment, payload_segment, **how):
    text = header_segment + "." + payload_segment
    return text + "." + encode(sign(text, **how))


def token(header=None, payload=None, **how):
    header = {"alg": "HS256", "typ": "JWT"} if header is None else header
    payload = claims() if payload is None else payload
    return seal(segment(header), segment(payload), **how)


def header_error(message=None):
    return {"error": "InvalidHeaderError", "status_code": 422} | ({"message": message} if message else {})


def decode_error(message=None):
    return {"error": "JWTDecodeError", "status_code": 422} | ({"message": message} if message else {})


HEADER_STRING = header_error("Invalid header string: not to be compared")
PAYLOAD_STRING = decode_error("Invalid payload string: not to be compared")


def let_in(payload=None):
    payload = json.loads(dumps(claims() if payload is None else payload))
    return {"subject": payload["sub"], "claims": payload}


def emit(**case):
    print(json.dumps(case))


def verify(name, expect, sent=None, guard="jwt_required", headers=None, method="GET", **settings):
    """One case: `sent` is the token in the usual header, `headers` are all header fields instead."""
    if headers is None:
        headers = [["Authorization", "Bearer " + sent]]
    emit(name=name, settings=SETTINGS | settings, now=NOW, guard=guard, method=method, headers=headers, expect=expect)


def create(name, expect, call="create_access_token", settings=None, **args):
    emit(name=name, settings=SETTINGS | (settings or {}), call=call, args={"subject": "test"} | args, expect=expect)


def header_fields():
    good = token()
    bad = header_error(BAD_AUTHORIZATION)
    for name, gap in [("line feed", "\n"), ("carriage return", "\r"), ("vertical tab", "\v"), ("form feed", "\f"),
                      ("no-break space", "\u00a0"), ("ideographic space", "\u3000"), ("NUL", "\0"), ("colon", ":"),
                      ("nothing", "")]:
        verify(f"type and token parted by {name}", bad, headers=[["Authorization", "Bearer" + gap + good]])
    for name, gap in [("tabs and spaces", " \t \t "), ("a hundred spaces", " " * 100)]:
        verify(f"type and token parted by {name}", let_in(), headers=[["Authorization", "Bearer" + gap + good]])
    for value in ["Bearer Bearer " + good, "BEARER " + good, "Bearer " + good + " " + good, "Bearer\t", "\t",
                  "Bearer: " + good, '"Bearer" ' + good, "Bearerx " + good, "Bearer null, Bearer " + good]:
        verify(f"field value {value[:16]!r}", REFUSED, headers=[["Authorization", value]])
    for name in ["authorization", "AUTHORIZATION", "aUTHORIZATIOn"]:
        verify(f"field name {name}", let_in(), headers=[[name, "Bearer " + good]])
    for name in ["Authorization ", "Authorizatio", "Authorizations", "Proxy-Authorization", "", "Authorization\0"]:
        verify(f"field name {name!r} is another field", {"error": "MissingTokenError", "status_code": 401,
               "message": "Missing Authorization Header"}, headers=[[name, "Bearer " + good]])
        verify(f"field name {name!r} is another field", NOBODY, guard="jwt_optional",
               headers=[[name, "Bearer " + good]])
    field = ["Authorization", "Bearer " + good]
    for guard in ["jwt_required", "jwt_optional"]:
        verify("the field twice", REFUSED, guard=guard, headers=[field, field])
        verify("the field twice in another case", REFUSED, guard=guard, headers=[field, ["authorization", field[1]]])
        verify("the field twice, the second empty", REFUSED, guard=guard, headers=[field, ["Authorization", ""]])
        verify("the field twice, the first empty", REFUSED, guard=guard, headers=[["Authorization", ""], field])
        verify("the field nine times", REFUSED, guard=guard, headers=[field] * 9)
        verify("type without token", bad, guard=guard, headers=[["Authorization", "Bearer"]])
    verify("other fields around", let_in(), headers=[["Host", "x"], ["Cookie", "a=b"], field, ["Cookie", "a=b"]])
    verify("a cookie is no header", {"error": "MissingTokenError", "status_code": 401},
           headers=[["Cookie", "access_token_cookie=" + good]])
    verify("POST needs no CSRF value for a header", let_in(), good, method="POST")
    bare = {"authjwt_header_type": ""}
    verify("no header type", let_in(), headers=[["Authorization", good]], **bare)
    verify("no header type, got one", header_error(), headers=[["Authorization", "Bearer " + good]], **bare)
    other = {"authjwt_header_name": "X-Token", "authjwt_header_type": "JWT"}
    verify("renamed header", let_in(), headers=[["Authorization", "JWT x"], ["x-token", "JWT " + good]], **other)
    verify("renamed header, got the usual type", header_error("Bad X-Token header. Expected value 'JWT <JWT>'"),
           headers=[["X-Token", "Bearer " + good]], **other)
    verify("extra fields of a case are passed over", let_in(), good, authjwt_decode_leeway=0)


def algorithms():
    for alg in ["hs256", "Hs256", "None", "NONE", "nOnE", "none", "", "HS256 ", " HS256", "HS256\0", "HS-256", "RS256",
                "ES256", "EdDSA", "PS256", "HS384", "HS512", "HMAC", 256, None, True, ["HS256"], {"HS256": 1}, 1e308]:
        verify(f"alg {json.dumps(alg)}", decode_error(NOT_ALLOWED), token({"alg": alg, "typ": "JWT"}))
    for alg in ["none", "None"]:
        text = segment({"alg": alg}) + "." + segment(claims()) + "."
        verify(f"alg {alg} without signature", decode_error(NOT_ALLOWED), text)
        verify(f"alg {alg} without signature", decode_error(NOT_ALLOWED), text, guard="jwt_optional")
    verify("ALG is no alg", decode_error(NOT_ALLOWED), token({"ALG": "HS256"}))
    verify("alg allowed, signature of another digest", decode_error(BAD_SIGNATURE), token(alg="HS384"))
    verify("alg written with escapes", let_in(), token(r'{"\u0061lg":"\u0048S256"}'))
    key = base64.urlsafe_b64encode(b"attacker").decode()
    for name, value in [("jku", "https://attacker.example/jwks"), ("x5u", "file:///etc/passwd"), ("x5c", [key]),
                        ("jwk", {"kty": "oct", "k": key}), ("x5t", key), ("cty", "JWT"), ("zip", "DEF"), ("typ", 7)]:
        verify(f"{name} in the header is not read", let_in(), token({"alg": "HS256", name: value}))
        verify(f"{name} in the header does not choose the key", decode_error(BAD_SIGNATURE),
               token({"alg": "HS256", name: value}, secret="attacker"))
    for kid in [1, None, True, [], ["k"], {}]:
        verify(f"kid {json.dumps(kid)}", header_error(), token({"alg": "HS256", "kid": kid}))
    for kid in ["../../../../dev/null", "' OR 1=1 --", "\0", "k" * 256]:
        verify(f"kid {kid[:24]!r}", let_in(), token({"alg": "HS256", "kid": kid}))
    verify("kid of 257 bytes", header_error(), token({"alg": "HS256", "kid": "k" * 257}))
    verify("kid of 129 letters of two bytes", header_error(), token({"alg": "HS256", "kid": "\u00e9" * 129}))
    verify("kid of null with a key of nothing", decode_error(BAD_SIGNATURE),
           token({"alg": "HS256", "kid": "../../../../dev/null"}, secret=""))
    for crit in [[], "exp", 1, None, {}, [1], [None], ["b64"], ["exp", 1], [[]], [""], True]:
        verify(f"crit {json.dumps(crit)}", header_error(), token({"alg": "HS256", "crit": crit}))
    for b64 in [False, "false", 0, None, []]:
        verify(f"b64 {json.dumps(b64)}", header_error(), token({"alg": "HS256", "b64": b64}))
    verify("b64 false as RFC 7797 has it", header_error(), token({"alg": "HS256", "b64": False, "crit": ["b64"]}))
    verify("b64 true changes nothing", let_in(), token({"alg": "HS256", "b64": True}))


def segments():
    good = token()
    head, body, tail = good.split(".")
    for text in ["", ".", "a", "a.b", head + "." + body, head + "." + tail]:
        verify(f"{text.count('.') + 1} segments in {text[:8]!r}", REFUSED, text)
    for text in [good + ".", "." + good, good + "." + tail, good + "." * 4000, "." * 8000, ".".join("abcde")]:
        verify(f"{text.count('.') + 1} segments in {text[:8]!r}", REFUSED, text)
    verify("empty header segment", HEADER_STRING, "." + body + "." + tail)
    verify("empty payload segment", PAYLOAD_STRING, seal(head, ""))
    verify("five parts of a JWE", header_error(), ".".join([head, "", body, tail, tail]))
    verify("header segment of 1 modulo 4", header_error("Invalid header padding"), "eyJhb." + body + "." + tail)
    verify("payload segment of 1 modulo 4", header_error("Invalid payload padding"), head + ".eyJhb." + tail)
    verify("signature segment of 1 modulo 4", header_error("Invalid crypto padding"), head + "." + body + ".abcde")
    loose_bits(head, body)
    alphabet(head, body)
    mac = sign(head + "." + body)
    for name, text in [("an added byte", encode(mac + b"\0")), ("a byte less", encode(mac[:-1])),
                       ("hex digits", mac.hex()), ("zeros", encode(bytes(32))),
                       ("another token's", token(payload=claims(sub="x")).split(".")[2]), ("upper case", tail.upper()),
                       ("nothing", ""), ("6000 bytes", "A" * 6000)]:
        verify(f"signature of {name}", decode_error(BAD_SIGNATURE), head + "." + body + "." + text)
    for name, key in [("nothing", ""), ("a line feed more", SECRET + "\n"), ("a letter less", SECRET[:-1])]:
        verify(f"signed with a secret of {name}", decode_error(BAD_SIGNATURE), token(secret=key))
    verify("the payload replaced", decode_error(BAD_SIGNATURE), ".".join([head, segment(claims(sub="admin")), tail]))


def loose_bits(head, body):
    """The last character of a segment may hold bits that no byte takes up: they must be zero (RFC 4648, 3.5)."""
    loose = {"A": "B", "Q": "R", "g": "h", "w": "x", "E": "F", "I": "J", "M": "N", "U": "V", "Y": "Z", "c": "d",
             "k": "l", "o": "p", "s": "t", "0": "1", "4": "5", "8": "9"}
    for pad in range(3):
        odd_head = segment({"alg": "HS256", "x": "y" * pad})
        odd_body = segment(claims(x="y" * pad))
        if len(odd_head) % 4:
            odd_head = odd_head[:-1] + loose[odd_head[-1]]
            verify(f"header with loose bits, {len(odd_head) % 4} modulo 4", HEADER_STRING, seal(odd_head, body))
        if len(odd_body) % 4:
            odd_body = odd_body[:-1] + loose[odd_body[-1]]
            verify(f"payload with loose bits, {len(odd_body) % 4} modulo 4", PAYLOAD_STRING, seal(head, odd_body))
    text = seal(head, body)
    verify("signature with loose bits", decode_error(BAD_SIGNATURE), text[:-1] + loose[text[-1]])


def alphabet(head, body):
    padded_head = next(s for s in (segment({"alg": "HS256", "x": "y" * n}) for n in range(3)) if len(s) % 4 == 3)
    padded_body = next(s for s in (segment(claims(x="y" * n)) for n in range(3)) if len(s) % 4 == 2)
    verify("header padded with =", HEADER_STRING, seal(padded_head + "=", body))
    verify("payload padded with ==", PAYLOAD_STRING, seal(head, padded_body + "=="))
    verify("signature padded with =", decode_error(BAD_SIGNATURE), seal(head, body) + "=")
    slashed_head, slashed_body = segment({"alg": "HS256", "xx": "??????~~~~~~"}), segment(claims(xx="??????~~~~~~"))
    standard = str.maketrans("-_", "+/")
    assert slashed_head != slashed_head.translate(standard) and slashed_body != slashed_body.translate(standard)
    verify("header in the alphabet of RFC 4648, 4", HEADER_STRING, seal(slashed_head.translate(standard), body))
    verify("payload in the alphabet of RFC 4648, 4", PAYLOAD_STRING, seal(head, slashed_body.translate(standard)))
    text = next(t for t in (seal(head, segment(claims(n=n))) for n in range(100)) if set("-_") & set(t.split(".")[2]))
    verify("signature in the alphabet of RFC 4648, 4", decode_error(BAD_SIGNATURE), text.translate(standard))
    for name, odd in [("a line feed", "\n"), ("a NUL", "\0"), ("a letter of two bytes", "\u00e9"), ("%2E", "%2E")]:
        verify(f"header with {name} inside", REFUSED, seal(head[:4] + odd + head[4:], body))
        verify(f"payload with {name} inside", REFUSED, seal(head, body[:4] + odd + body[4:]))
        whole = seal(head, body)
        verify(f"signature with {name} at its end", REFUSED, whole + odd)


def json_texts():
    good = dumps(claims())
    cut = good[:-1]
    for name, text in [("a member twice", cut + ',"sub":"admin"}'), ("a member twice, equal", cut + ',"sub":"test"}'),
                       ("a member twice, once escaped", cut + r',"s\u0075b":"admin"}'),
                       ("type twice", cut + ',"type":"refresh"}'), ("exp twice", cut + ',"exp":99999999999}'),
                       ("a member twice deep inside", cut + ',"x":[{"a":{"b":1,"b":2}}]}'),
                       ("a member twice among many", cut + "".join(f',"k{n}":0' for n in range(200)) + ',"k7":0}'),
                       ("an empty name twice", cut + ',"":1,"":2}'), ("a byte order mark", "\ufeff" + good),
                       ("trailing text", good + "x"), ("a second text", good + " {}"), ("a trailing NUL", good + "\0"),
                       ("a trailing comma", cut + ",}"), ("a comment", cut + "/**/}"), ("NaN", cut + ',"x":NaN}'),
                       ("Infinity", cut + ',"x":-Infinity}'), ("a leading zero", cut + ',"x":01}'),
                       ("a plus sign", cut + ',"x":+1}'), ("hexadecimal", cut + ',"x":0x1}'),
                       ("1e400", cut + ',"x":1e400}'),
                       ("-1e400", cut + ',"x":[-1e400]}'), ("single quotes", good.replace('"', "'")),
                       ("a name without quotes", cut + ",x:1}"), ("half a surrogate pair", cut + r',"x":"\ud800"}'),
                       ("the pair the wrong way round", cut + r',"x":"\udc00\ud800"}'), ("a cut text", cut),
                       ("a raw NUL", cut + ',"x":"\0"}'), ("a raw line feed", cut + ',"x":"\n"}'),
                       ("true for an object", "true"), ("null for an object", "null"), ("a number for an object", "1"),
                       ("an array around it", "[" + good + "]"), ("nothing but blanks", "   ")]:
        verify(f"payload: {name}", PAYLOAD_STRING, token(payload=text))
        alg = text.replace(good, '{"alg":"HS256"}').replace(cut, '{"alg":"HS256"')
        if '"alg"' in alg:
            odd_header(name, alg.replace('"sub":', '"alg":').replace(r'"s\u0075b":', r'"\u0061lg":'))
    for name, data in [("a byte FF", b"\xff"), ("a cut sequence", b"\xc3"), ("an overlong NUL", b"\xc0\x80"),
                       ("an overlong slash", b"\xe0\x80\xaf"), ("a surrogate half", b"\xed\xa0\x80"),
                       ("beyond U+10FFFF", b"\xf4\x90\x80\x80"), ("Latin-1", b"\xe9")]:
        verify(f"payload: not UTF-8, {name}", PAYLOAD_STRING, token(payload=cut.encode() + b',"x":"' + data + b'"}'))
        verify(f"payload: a name not UTF-8, {name}", PAYLOAD_STRING,
               token(payload=cut.encode() + b',"' + data + b'":1}'))
        verify(f"header: not UTF-8, {name}", HEADER_STRING, token(b'{"alg":"HS256","x":"' + data + b'"}'))
    for name, changes in [("an escaped NUL", {"x": "a\0b"}), ("an empty name", {"": 1}), ("0.1", {"x": 0.1}),
                          ("a hard double", {"x": 2.2250738585072011e-308}), ("2^64", {"x": 2 ** 63 + 2 ** 62}),
                          ("names of other languages", {"__proto__": {}, "constructor": 1}), ("1.0", {"x": 1.0}),
                          ("a thousand ones", {"x": [1] * 1000})]:
        verify(f"payload: {name} is data", let_in(claims(**changes)), token(payload=claims(**changes)))
    verify("payload: blanks around it", let_in(), token(payload=" \r\n\t" + good + " \n"))
    verify("payload: nothing in it", decode_error(), token(payload="{}"))


def odd_header(name, text):
    """The same oddity in a header, where it is not one of the claims."""
    if not any(claim in text for claim in ['"type"', '"exp"']):
        verify(f"header: {name}", HEADER_STRING, token(text))


def depths_and_sizes():
    def nested(arrays):
        return Raw("[" * arrays + "]" * arrays)

    def objects(levels):
        return Raw('{"a":' * levels + "1" + "}" * levels)

    verify("payload of 16 levels", let_in(claims(x=nested(15))), token(payload=claims(x=nested(15))))
    verify("payload of 17 levels", PAYLOAD_STRING, token(payload=claims(x=nested(16))))
    verify("payload of 17 levels of objects", PAYLOAD_STRING, token(payload=claims(x=objects(16))))
    verify("payload of 5000 open arrays", PAYLOAD_STRING, token(payload="[" * 5000))
    verify("payload of 1000 open objects", PAYLOAD_STRING, token(payload='{"a":' * 1000))
    verify("header of 16 levels", let_in(), token({"alg": "HS256", "x": nested(15)}))
    verify("header of 17 levels", HEADER_STRING, token({"alg": "HS256", "x": nested(16)}))
    verify("header of 5000 open arrays", HEADER_STRING, token("[" * 5000))
    for size, fits in [(8192, True), (8193, False), (12000, False)]:
        payload = sized(size)
        expect = let_in(payload) if fits else REFUSED
        verify(f"token of {size} bytes", expect, token(payload=payload))
    verify("no token, 20000 bytes", REFUSED, "x" * 20000)
    verify("many members", let_in(claims(**{f"k{n}": n for n in range(400)})),
           token(payload=claims(**{f"k{n}": n for n in range(400)})))
    bigger = {"authjwt_max_token_size": 12000}
    verify("a larger limit", let_in(sized(12000)), token(payload=sized(12000)), **bigger)
    verify("one byte over a larger limit", REFUSED, token(payload=sized(12001)), **bigger)


def sized(size):
    """Claims whose token has exactly `size` bytes. Unpadded base64 has no length of 1 modulo 4, so some sizes fail."""
    payload = claims(pad="x" * (size // 2))
    while len(token(payload=payload)) < size:
        payload["pad"] += "x"
    assert len(token(payload=payload)) == size, size
    return payload


def times():
    for claim, message in BAD_TIME.items():
        for value in [True, False, None, str(NOW), "", [], [NOW], {}, 2 ** 63, 2 ** 64, 1e19, -1e19, 1e308]:
            verify(f"{claim} {json.dumps(value)}", decode_error(message), token(payload=claims(**{claim: value})))
        verify(f"{claim} 1e400", PAYLOAD_STRING, token(payload=claims(**{claim: Raw("1e400")})))
    for value in [0, -1, -0.0, -(2 ** 63), 1, NOW, NOW + 0.9, -1e18]:
        verify(f"exp {value}", decode_error("Signature has expired"), token(payload=claims(exp=value)))
    for value in [2 ** 63 - 1, NOW + 1, NOW + 1.0, NOW + 900.999, 9e18]:
        verify(f"exp {value}", let_in(claims(exp=value)), token(payload=claims(exp=value)))
    for claim in ["iat", "nbf"]:
        for value in [0, -1, -(2 ** 63), -0.5, 1e-300, ...]:
            verify(f"{claim} {'absent' if value is ... else value}", let_in(claims(**{claim: value})),
                   token(payload=claims(**{claim: value})))
        for value in [NOW + 1, 2 ** 63 - 1, 9e18]:
            verify(f"{claim} {value}", decode_error(f"The token is not yet valid ({claim})"),
                   token(payload=claims(**{claim: value})))
    verify("exp 2^63-1 with a leeway", let_in(claims(exp=2 ** 63 - 1)), token(payload=claims(exp=2 ** 63 - 1)),
           authjwt_decode_leeway=3600)
    verify("exp -2^63 with a leeway", decode_error("Signature has expired"), token(payload=claims(exp=-(2 ** 63))),
           authjwt_decode_leeway=3600)
    verify("EXP is no exp", let_in(claims(exp=..., EXP=1)), token(payload=claims(exp=..., EXP=1)))


def audiences_and_issuers():
    wanted = {"authjwt_decode_audience": ["api", "web"]}
    for value in [5, True, {"api": 1}, [5], ["api", 5], [["api"]], [None], ["api", ["api"]]]:
        verify(f"aud {json.dumps(value)}", decode_error("Invalid claim format in token"),
               token(payload=claims(aud=value)), **wanted)
    for value in ["API", "api ", "ap", "api\0", "apiweb", ["API"], ["x", "y"], [""]]:
        verify(f"aud {json.dumps(value)}", decode_error("Invalid audience"), token(payload=claims(aud=value)), **wanted)
    for value in ["", [], None, False, 0, {}]:
        verify(f"aud {json.dumps(value)}", decode_error('Token is missing the "aud" claim'),
               token(payload=claims(aud=value)), **wanted)
    for value in ["api", "web", ["x", "web"], ["api", "api"]]:
        verify(f"aud {json.dumps(value)}", let_in(claims(aud=value)), token(payload=claims(aud=value)), **wanted)
    for value in ["api", ["api"], 5, True, [None]]:
        verify(f"aud {json.dumps(value)}, none wanted", decode_error("Invalid audience"),
               token(payload=claims(aud=value)))
    wanted = {"authjwt_decode_issuer": "urn:foo"}
    for value in [5, None, True, ["urn:foo"], {"urn:foo": 1}, "", "URN:FOO", "urn:foo ", "urn:fo", "urn:foo\0"]:
        verify(f"iss {json.dumps(value)}", decode_error("Invalid issuer"), token(payload=claims(iss=value)), **wanted)
        verify(f"iss {json.dumps(value)}", decode_error("Invalid issuer"), token(payload=claims(iss=value)),
               guard="fresh_jwt_required", **wanted)
    verify("iss as wanted", let_in(claims(iss="urn:foo")), token(payload=claims(iss="urn:foo")), **wanted)


def other_claims():
    for value in [True, False, None, 1.5, 100.0, [], ["test"], {}, {"sub": 1}, 2 ** 63, -(2 ** 63) - 1, 1e300]:
        verify(f"sub {json.dumps(value)}", decode_error(), token(payload=claims(sub=value)))
    verify("sub absent", {"peer_breaks": "KeyError: 'sub'"}, token(payload=claims(sub=...)))
    for value in ["", "a\0b", "\u017elu\u0165", "7", 7, 0, -1, 2 ** 63 - 1, -(2 ** 63), "x" * 3000]:
        verify(f"sub {json.dumps(value)[:24]}", let_in(claims(sub=value)), token(payload=claims(sub=value)))
    for guard in ["jwt_required", "jwt_optional", "jwt_refresh_token_required", "fresh_jwt_required"]:
        for value in [["access"], ["refresh"], 1, None, True, {}, ...]:
            verify(f"type {'absent' if value is ... else json.dumps(value)}", {"refused": True, "status_code": 422},
                   token(payload=claims(type=value)), guard=guard)
    for value in ["Access", "ACCESS", "access ", "", "access\0", "refresh"]:
        verify(f"type {value!r}", {"error": "AccessTokenRequired", "status_code": 422},
               token(payload=claims(type=value)))
    for value in ["Refresh", "refresh ", "", "access"]:
        verify(f"type {value!r}", {"error": "RefreshTokenRequired", "status_code": 422},
               token(payload=claims(type=value)), guard="jwt_refresh_token_required")
    for value in [1, 1.0, "true", "True", "", None, [True], {"a": True}, False, ...]:
        verify(f"fresh {'absent' if value is ... else json.dumps(value)}", REFUSED, token(payload=claims(fresh=value)),
               guard="fresh_jwt_required")
    verify("fresh", let_in(), token(), guard="fresh_jwt_required")
    for value in [1, None, True, [], [JTI], {}, 1.5]:
        verify(f"jti {json.dumps(value)}", decode_error(), token(payload=claims(jti=value)))
    for value in ["", "x", "revoked\0", "j" * 1000]:
        verify(f"jti {value[:8]!r}", let_in(claims(jti=value)), token(payload=claims(jti=value)))


def created_tokens():
    def made(order, **changes):
        members = {"sub": "test", "iat": 0, "nbf": 0, "jti": 36, "exp": 900, "type": "access", "fresh": False} | changes
        return {"header": {"alg": "HS256", "typ": "JWT"}, "claims": members, "order": order}

    refusal = {"raises": "ValueError"}
    order = ["sub", "iat", "nbf", "jti", "exp", "type", "fresh"]
    for claim in ["sub", "iat", "nbf", "exp", "jti", "iss", "aud", "type", "fresh", "csrf", "sid", "auth_time"]:
        for call in ["create_access_token", "create_refresh_token"]:
            create(f"user_claims set {claim}", refusal, call, user_claims={claim: "x"})
    for header in ["alg", "typ", "crit", "b64", "jku", "jwk", "x5u", "x5c"]:
        create(f"headers set {header}", refusal, headers={header: "x"})
    for subject in [True, None, 1.5, [], {}, 2 ** 63]:
        create(f"subject {json.dumps(subject)}", refusal, subject=subject)
    for subject in [0, -1, -(2 ** 63), 2 ** 63 - 1, "", "\u017elu\u0165 \U0001f40e", "a\0b", "\"\\/"]:
        create(f"subject {json.dumps(subject)}", made(order, sub=subject), subject=subject)
    for algorithm in ["hs256", "none", "HS256 ", "RS1", "ES256K1"]:
        create(f"algorithm {algorithm!r}", refusal, algorithm=algorithm)
    deep = {"a": json.loads("[" * 14 + "]" * 14)}
    create("user_claims of 16 levels", made(order + ["x"], x=deep), user_claims={"x": deep})
    create("user_claims of 17 levels", refusal, user_claims={"x": [deep]})
    create("user_claims of 9000 bytes", refusal, user_claims={"x": "y" * 9000})
    odd = {"": 1, "\0": 2, "\u017e": 0.1, "EXP": 1, "n": -0.5, "big": 2 ** 63 + 2 ** 62}
    create("user_claims of odd names", made(order + list(odd), **odd), user_claims=odd)
    create("expires_time of 90.7", made(order, exp=90), expires_time=90.7)
    for nothing in [None, {}]:
        create(f"user_claims {nothing}", made(order), user_claims=nothing, headers=nothing)


def main():
    sys.stdout.reconfigure(encoding="ascii", newline="\n")
    for part in [header_fields, algorithms, segments, json_texts, depths_and_sizes, times, audiences_and_issuers,
                 other_claims, created_tokens]:
        part()


if __name__ == "__main__":
    main()
