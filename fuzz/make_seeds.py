#!/usr/bin/env python3
"""Writes what the fuzz targets begin with, from what this project has anyway: recorded and hostile requests, the keys of
the RFCs, the names of the settings. The files of fuzz/corpus come on top.

    python3 fuzz/make_seeds.py DIRECTORY     writes DIRECTORY/<target>/<digest> and DIRECTORY/settings.dict

The recordings are read where AUTHJWT_COMPAT names their directory.
"""
import base64
import hashlib
import json
import os
import pathlib
import re
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent


class Seeds:
    def __init__(self, directory):
        self.directory = pathlib.Path(directory)

    def add(self, target, data):
        data = data.encode() if isinstance(data, str) else data
        place = self.directory / target
        place.mkdir(parents=True, exist_ok=True)
        (place / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)


def requests():
    """The cases of the compatibility tests that are one request with headers."""
    files = sorted((TOP / "tests/compat").glob("*.jsonl"))
    if os.environ.get("AUTHJWT_COMPAT"):
        files.append(pathlib.Path(os.environ["AUTHJWT_COMPAT"]) / "verify.jsonl")
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            yield json.loads(line)


def decoded(segment):
    try:
        return base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
    except ValueError:
        return None


def add_token(seeds, token):
    seeds.add("token", token)
    segments = token.split(".")
    for segment in segments:
        seeds.add("base64url", segment)
    if len(segments) != 3:
        return
    header, payload = decoded(segments[0]), decoded(segments[1])
    if header is None or payload is None:
        return
    for text in (header, payload):
        seeds.add("json", text)
    if b"\n" not in header:
        seeds.add("sign", header + b"\n" + payload)


def add_requests(seeds):
    for case in requests():
        cookies = [value for name, value in case.get("headers", []) if name.lower() == "cookie"]
        lines = [value for name, value in case.get("headers", []) if name.lower() == "authorization"]
        if cookies:
            seeds.add("cookie", "\n".join(cookies))
        if lines:
            seeds.add("authorization", "header\n" + "\n".join(lines))
        for line in lines:
            token = re.split(r"[ \t]", line.strip())[-1]
            if token.isascii():
                add_token(seeds, token)
        seeds.add("settings", json.dumps(case.get("settings", {})))


def add_places(seeds):
    tokens = [case["headers"][0][1].split()[-1] for case in requests() if case.get("name", "").startswith("header: access")]
    for token in tokens[:3]:
        seeds.add("authorization", "query\njwt=" + token)
        seeds.add("authorization", "body\napplication/json\n" + json.dumps({"access_token": token}))


def add_keys(seeds):
    entries = json.loads((TOP / "tests/conformance/rfc_keys.json").read_text(encoding="utf-8"))
    keys = [entry["jwk"] for entry in entries if "jwk" in entry]
    for key in keys:
        seeds.add("key", json.dumps(key))
        public = {name: value for name, value in key.items() if name not in ("d", "p", "q", "dp", "dq", "qi")}
        seeds.add("key", json.dumps(public))
    asymmetric = [key for key in keys if key["kty"] != "oct"]
    seeds.add("key", json.dumps({"keys": asymmetric}))
    seeds.add("key", json.dumps({"keys": asymmetric[:1]}))


def names_of_settings():
    text = (TOP / "docs/configuration.md").read_text(encoding="utf-8")
    return sorted(set(re.findall(r"^\| `([a-z_]+)` \|", text, re.MULTILINE)))


def add_settings(seeds):
    names = names_of_settings()
    for name in names:
        for value in ("text", 60, True, None, ["HS256", "RS256"]):
            seeds.add("settings", json.dumps({"authjwt_secret_key": "s" * 32, "authjwt_" + name: value}))
    entries = "".join('"%s"\n' % name for name in [r"\"authjwt_%s\":" % name for name in names])
    (seeds.directory / "settings.dict").write_text(entries, encoding="utf-8")


def main():
    seeds = Seeds(sys.argv[1])
    add_requests(seeds)
    add_places(seeds)
    add_keys(seeds)
    add_settings(seeds)


if __name__ == "__main__":
    main()
