"""Tokens of an identity provider: what holds, and everything that must not."""

import base64
import hmac
import json
import time
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from hypothesis import given
from hypothesis import strategies as st

from app.oidc import BadTokenError, Claims, KeySet, ProviderAwayError, Tokens
from app.oidc.tokens import ALGORITHMS
from app.permissions import Role
from tests.oidc.providers import CLIENT, ISSUER, FakeProvider


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def provider() -> FakeProvider:
    return FakeProvider()


@pytest.fixture
def tokens(provider: FakeProvider) -> Tokens:
    return Tokens(KeySet(provider.jwks), ISSUER, [CLIENT], 60)


def test_a_good_token(provider: FakeProvider, tokens: Tokens) -> None:
    assert tokens.verify(provider.token())["sub"] == "liwei"
    assert tokens.verify(provider.token(aud=["other", CLIENT]))["sub"] == "liwei"
    for algorithm in ("RS512", "PS256"):
        assert tokens.verify(provider.token(algorithm=algorithm))["sub"] == "liwei"
    provider.rotate("curve", curve=True)
    assert Tokens(KeySet(provider.jwks), ISSUER, [CLIENT], 60).verify(provider.token(algorithm="ES256"))


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://other.example"},
        {"iss": ISSUER + "/"},
        {"iss": None},
        {"aud": "another service"},
        {"aud": []},
        {"aud": None},
        {"sub": None},
        {"exp": None},
        {"exp": -120},
        {"nbf": 120},
        {"exp": "soon"},
        {"iat": 3600},
    ],
    ids=str,
)
def test_a_token_for_others_or_another_time(provider: FakeProvider, tokens: Tokens, changes: dict) -> None:
    # Seconds from now, when the test runs: it may be collected long before.
    changes = {name: int(time.time()) + value if isinstance(value, int) else value for name, value in changes.items()}
    with pytest.raises(BadTokenError):
        tokens.verify(provider.token(**changes))


def test_clocks_may_differ_a_little(provider: FakeProvider, tokens: Tokens) -> None:
    now = int(time.time())
    assert tokens.verify(provider.token(exp=now - 30, nbf=now + 30))


def test_nobody_signs_but_the_provider(provider: FakeProvider, tokens: Tokens) -> None:
    stranger = FakeProvider()
    public = provider.keys["first"].public_key()
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    claims = provider.claims()
    for forged in (
        stranger.token(),
        stranger.token(headers={"kid": "unknown"}),
        jwt.encode(claims, "", algorithm="none"),
        _unsigned(claims, "None"),
        _with_secret(claims, pem),
        _with_secret(claims, b""),
        provider.token()[:-4] + "AAAA",
        provider.token(headers={"jku": "https://evil.example", "jwk": stranger.jwks()["keys"][0]})[:-4] + "AAAA",
        "a.b.c",
        "..",
        "",
        "é.é.é",
        "x" * 20_000,
    ):
        with pytest.raises(BadTokenError):
            tokens.verify(forged)


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _unsigned(claims: dict, algorithm: str) -> str:
    return f"{_part({'alg': algorithm, 'kid': 'first'})}.{_part(claims)}."


def _with_secret(claims: dict, secret: bytes) -> str:
    """Signed with the public key as if it were a shared secret; the library itself would refuse to make one."""
    signed = f"{_part({'alg': 'HS256', 'kid': 'first'})}.{_part(claims)}"
    mac = hmac.new(secret, signed.encode(), "sha256").digest()
    return f"{signed}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzABCDEFGHIJ0123456789-_.", max_size=200))
def test_anything_else_is_refused_calmly(text: str) -> None:
    provider: dict[str, list] = {"keys": []}
    with pytest.raises((BadTokenError, ProviderAwayError)):
        Tokens(KeySet(lambda: provider), ISSUER, [CLIENT], 60).verify(text)


def test_algorithms_with_shared_secrets_are_not_among_them() -> None:
    assert not [name for name in ALGORITHMS if name.startswith("HS") or name.lower() == "none"]


def test_a_key_is_for_its_own_algorithm_and_use(provider: FakeProvider) -> None:
    [key] = provider.jwks()["keys"]
    for changed, error in (
        ({"alg": "RS512"}, BadTokenError),
        ({"use": "enc"}, ProviderAwayError),
        ({"kty": "oct", "k": "AAAA"}, ProviderAwayError),
    ):
        published = {"keys": [key | changed]}
        tokens = Tokens(KeySet(lambda published=published: published), ISSUER, [CLIENT], 60)  # type: ignore[misc]
        with pytest.raises(error):
            tokens.verify(provider.token())
    no_id = {name: value for name, value in key.items() if name != "kid"}
    assert Tokens(KeySet(lambda: {"keys": [no_id]}), ISSUER, [CLIENT], 60).keys.find(None)


def test_new_keys_are_fetched_but_not_at_everybodys_wish(provider: FakeProvider) -> None:
    clock, asked = Clock(), []

    def fetch() -> object:
        asked.append(clock.now)
        return provider.jwks()

    tokens = Tokens(KeySet(fetch, clock), ISSUER, [CLIENT], 60)
    for _ in range(5):
        tokens.verify(provider.token())
    assert len(asked) == 1
    provider.rotate("second")
    with pytest.raises(BadTokenError):
        tokens.verify(provider.token())
    assert len(asked) == 1, "not again within the minute, whatever key ids come"
    clock.now += 61
    assert tokens.verify(provider.token())
    for number in range(50):
        with pytest.raises(BadTokenError):
            tokens.verify(provider.token(headers={"kid": f"made up {number}"}))
    assert len(asked) == 2


def test_keys_are_kept_for_a_while_when_the_provider_is_away(provider: FakeProvider) -> None:
    clock = Clock()
    away = False

    def fetch() -> object:
        if away:
            raise ProviderAwayError("no route")
        return provider.jwks()

    tokens = Tokens(KeySet(fetch, clock), ISSUER, [CLIENT], 60)
    assert tokens.verify(provider.token())
    away = True
    clock.now += 3700
    assert tokens.verify(provider.token())
    clock.now += 3700
    with pytest.raises(ProviderAwayError):
        tokens.verify(provider.token())
    away = False
    clock.now += 61
    assert tokens.verify(provider.token())


def test_keys_from_a_file(provider: FakeProvider, tmp_path: Path) -> None:
    file = tmp_path / "jwks.json"
    for wrong in ("", "[]", "{}", '{"keys": 1}'):
        file.write_text(wrong)
        with pytest.raises(ProviderAwayError):
            Tokens(KeySet.of_file(str(file)), ISSUER, [CLIENT], 60).verify(provider.token())
    file.write_text(json.dumps(provider.jwks()))
    assert Tokens(KeySet.of_file(str(file)), ISSUER, [CLIENT], 60).verify(provider.token())


@pytest.mark.parametrize(
    ("claims", "role", "adcode"),
    [
        ({"roles": ["reviewer"], "adcode": "370000"}, Role.REVIEWER, "370000"),
        ({"roles": "viewer"}, Role.VIEWER, None),
        ({"roles": ["viewer", "admin"]}, Role.ADMIN, None),
        ({"roles": ["city_editor"], "adcode": 371300}, Role.CITY_EDITOR, "371300"),
        ({"roles": ["city_editor"]}, None, None),
        ({"roles": ["city_editor"], "adcode": "临沂"}, None, "临沂"),
        ({"roles": ["king"]}, None, None),
        ({"roles": {"admin": True}}, None, None),
        ({"roles": [["admin"], 1, None]}, None, None),
        ({}, None, None),
    ],
)
def test_roles(claims: dict, role: Role | None, adcode: str | None) -> None:
    person = Claims.of("roles", "adcode", "").person({"sub": "x", **claims})
    assert (person.role, person.adcode) == (role, adcode)


def test_the_providers_own_words() -> None:
    claims = Claims.of("a.b", "org.code", '{"督查室": "reviewer", "*": "viewer"}')
    person = claims.person({"sub": "x", "a": {"b": ["*", "督查室"]}, "org": {"code": "370000"}})
    assert (person.role, person.adcode) == (Role.REVIEWER, "370000")
    assert Claims.of("a.b", "x", "").person({"sub": "x", "a.b": "admin"}).role is Role.ADMIN
    for wrong in ("[]", '{"x": "king"}', "x"):
        with pytest.raises(ValueError):  # noqa: PT011 - JSON's own messages
            Claims.of("a", "b", wrong)


def test_a_long_or_strange_name_is_told_by_its_digest() -> None:
    claims = Claims.of("roles", "adcode", "")
    for name in ("x" * 255, "a\nb"):
        subject = claims.person({"sub": name}).subject
        assert subject.startswith("oidc:sha256:")
        assert len(subject) < 100
