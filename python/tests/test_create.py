"""Making tokens: what stands in them, and wrong arguments."""

import enum
from datetime import datetime, timedelta, timezone

import pytest
from compat_cases import parts
from conftest import NOW, configure
from fastapi_jwt_auth import AuthJWT
from keys_of_tests import P256, RSA


@pytest.fixture(params=["create_access_token", "create_refresh_token"])
def create(request):
    """Both calls, in turn."""
    return getattr(AuthJWT(), request.param)


def claims_of(token):
    return parts(token)[1]


def test_subject_is_required(create):
    with pytest.raises(TypeError, match="missing 1 required positional argument"):
        create()


@pytest.mark.parametrize("subject", [0.123, None, ["test"], True, b"test"])
def test_a_subject_that_is_neither_text_nor_integer_is_a_type_error(create, subject):
    with pytest.raises(TypeError, match="subject must be a string or integer"):
        create(subject=subject)


@pytest.mark.parametrize("subject", [2**63, -(2**63) - 1])
def test_a_subject_outside_64_bits_is_a_value_error(create, subject):
    with pytest.raises(ValueError, match="64 bits"):
        create(subject=subject)


@pytest.mark.parametrize("subject", ["test", "", "ü\U0001f600", 0, -7, 2**63 - 1])
def test_subjects_come_back_as_they_were(create, subject):
    assert claims_of(create(subject))["sub"] == subject


def test_fresh_must_be_a_boolean():
    with pytest.raises(TypeError, match="fresh must be a boolean"):
        AuthJWT().create_access_token("test", fresh="lol")


@pytest.mark.parametrize("fresh", [True, False])
def test_fresh_stands_in_access_tokens(fresh):
    assert claims_of(AuthJWT().create_access_token("test", fresh=fresh))["fresh"] is fresh
    assert "fresh" not in claims_of(AuthJWT().create_refresh_token("test"))


def test_headers_that_are_no_dictionary_are_a_value_error(create):
    with pytest.raises(ValueError, match="dictionary update sequence element"):
        create(subject=1, headers="test")


def test_headers_stand_in_the_header(create):
    assert parts(create(1, headers={"kid": "one", "x": 1}))[0] == {"alg": "HS256", "kid": "one", "typ": "JWT", "x": 1}


@pytest.mark.parametrize("name", ["alg", "typ", "crit", "jku", "x5u"])
def test_headers_may_not_name_what_verification_looks_at(create, name):
    with pytest.raises(ValueError, match=f"headers may not set '{name}'"):
        create(1, headers={name: "x"})


@pytest.mark.parametrize("audience", [1, 1.5, {"a": 1}, object(), ["a", 1]])
def test_an_audience_that_is_neither_text_nor_sequence_is_a_type_error(create, audience):
    with pytest.raises(TypeError, match="audience must be a string or sequence"):
        create(subject=1, audience=audience)


@pytest.mark.parametrize(
    "audience, stands", [("foo", "foo"), (["foo"], ["foo"]), (("a", "b"), ["a", "b"]), ({"a"}, ["a"])]
)
def test_audiences_of_every_kind(create, audience, stands):
    assert claims_of(create(1, audience=audience))["aud"] == stands


@pytest.mark.parametrize("audience", [None, "", [], ()])
def test_no_audience_is_no_claim(create, audience):
    assert "aud" not in claims_of(create(1, audience=audience))


def test_an_audience_from_a_generator(create):
    assert claims_of(create(1, audience=(name for name in "ab")))["aud"] == ["a", "b"]


def test_an_algorithm_that_is_no_text_is_a_type_error(create):
    with pytest.raises(TypeError, match="algorithm must be a string"):
        create(subject=1, algorithm=1)


@pytest.mark.parametrize("algorithm", ["test", "none", "hs256"])
def test_an_algorithm_that_there_is_not_is_a_value_error(create, algorithm):
    with pytest.raises(ValueError, match=f"Algorithm {algorithm} could not be found"):
        create(subject=1, algorithm=algorithm)


def test_an_algorithm_without_its_key_is_a_runtime_error(create):
    with pytest.raises(RuntimeError, match="authjwt_private_key must be set when using asymmetric algorithm RS256"):
        create(subject=1, algorithm="RS256")


@pytest.mark.parametrize("claims", ["asd", ["asd"], 1])
def test_user_claims_that_are_no_dictionary_are_a_type_error(create, claims):
    with pytest.raises(TypeError, match="user_claims must be a dictionary"):
        create(subject=1, user_claims=claims)


def test_user_claims_of_every_kind_stand_in_the_token(create):
    class Color(str, enum.Enum):
        RED = "red"

    given = {"n": None, "t": True, "i": -1, "u": 2**64 - 1, "f": 0.1, "s": "ü\n", "l": [1, ["x"]], "d": {"a": {}}}
    claims = claims_of(create(1, user_claims={**given, "tuple": (1, 2), "color": Color.RED, 1: "int", None: "none"}))
    assert {name: claims[name] for name in given} == given
    assert (claims["tuple"], claims["color"], claims["1"], claims["null"]) == ([1, 2], "red", "int", "none")


def test_user_claims_may_override_reserved_names_and_keep_their_place(create):
    claims = claims_of(create("test", user_claims={"sub": "other", "iss": "me", "jti": "mine"}))
    assert (claims["sub"], claims["iss"], claims["jti"]) == ("other", "me", "mine")
    assert list(claims)[0] == "sub"


def test_user_claims_with_a_date_for_exp_become_seconds():
    when = datetime(2033, 5, 18, 3, 33, 20, tzinfo=timezone.utc)
    assert claims_of(AuthJWT().create_access_token("test", user_claims={"exp": when}))["exp"] == 2_000_000_000


@pytest.mark.parametrize("value", [object(), b"bytes", {1, 2}, datetime.now()])
def test_user_claims_that_are_no_json_are_a_type_error(create, value):
    with pytest.raises(TypeError, match="is not JSON serializable"):
        create(1, user_claims={"x": value})


def contains_itself():
    claims = {}
    claims["x"] = claims
    return claims


@pytest.mark.parametrize(
    "claims",
    [{"x": float("nan")}, {"x": float("inf")}, {"x": 2**64}, {"x": "\ud800"}, {"\ud800": 1}, contains_itself()],
)
def test_user_claims_that_no_token_can_hold_are_a_value_error(create, claims):
    with pytest.raises(ValueError):
        create(1, user_claims=claims)


def test_the_default_of_user_claims_is_not_changed(create):
    create(1, user_claims={"x": 1})
    assert "x" not in claims_of(create(1))


@pytest.mark.parametrize(
    "expires_time, seconds",
    [(90, 90), (timedelta(days=1), 86400), (timedelta(seconds=1.9), 1), (-5, -5), (timedelta(seconds=-5), -5)],
)
def test_tokens_expire_when_the_call_says(create, fixed_time, expires_time, seconds):
    assert claims_of(create(1, expires_time=expires_time))["exp"] == NOW + seconds


@pytest.mark.parametrize("expires_time", [None, True, 0, timedelta(0)])
def test_tokens_expire_when_the_setting_says(fixed_time, expires_time):
    configure(secret_key="s" * 64, access_token_expires=2, refresh_token_expires=timedelta(seconds=4))
    assert claims_of(AuthJWT().create_access_token(1, expires_time=expires_time))["exp"] == NOW + 2
    assert claims_of(AuthJWT().create_refresh_token(1, expires_time=expires_time))["exp"] == NOW + 4


def test_false_is_a_token_without_end(create):
    assert "exp" not in claims_of(create(1, expires_time=False))
    configure(secret_key="s" * 64, access_token_expires=False, refresh_token_expires=False)
    assert "exp" not in claims_of(create(1))


@pytest.mark.parametrize("expires_time", ["test", 1.5, object()])
def test_an_expires_time_of_another_type_is_a_type_error(create, expires_time):
    with pytest.raises(TypeError, match="expires_time must be between timedelta, int, bool"):
        create(subject=1, expires_time=expires_time)


def test_an_expires_time_that_no_date_can_hold_is_a_value_error(create):
    with pytest.raises(ValueError):
        create(1, expires_time=10**20)


def test_a_token_over_the_limit_is_not_made_and_the_limit_can_be_raised(create):
    with pytest.raises(ValueError, match="the largest of user_claims is 'big'"):
        create(1, user_claims={"big": "x" * 9000})
    AuthJWT._max_token_size = 20_000
    assert create(1, user_claims={"big": "x" * 9000})


@pytest.mark.parametrize("pair, algorithm", [(RSA, "RS256"), (RSA, "PS512"), (P256, "ES256")])
def test_asymmetric_tokens_are_made_and_read(create, pair, algorithm):
    configure(algorithm=algorithm, **pair)
    token = create("test")
    assert parts(token)[0]["alg"] == algorithm
    assert AuthJWT().get_raw_jwt(token)["sub"] == "test"


def test_a_service_that_only_signs_cannot_read_and_one_that_only_reads_cannot_sign():
    configure(algorithm="RS256", private_key=RSA["private_key"])
    token = AuthJWT().create_access_token(1)
    with pytest.raises(RuntimeError, match="authjwt_public_key must be set when using asymmetric algorithm RS256"):
        AuthJWT().get_jti(token)
    configure(algorithm="RS256", public_key=RSA["public_key"])
    assert AuthJWT().get_jti(token)
    with pytest.raises(RuntimeError, match="authjwt_private_key must be set when using asymmetric algorithm RS256"):
        AuthJWT().create_access_token(1)
    assert AuthJWT().get_raw_jwt(token)["sub"] == 1
