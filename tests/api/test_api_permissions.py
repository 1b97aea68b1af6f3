"""Every operation × every role × every jurisdiction, generated from OpenAPI and the table of permissions."""

import base64
import hmac
import json
import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response

from app.db import Database
from app.main import create_app
from app.models import AccessKey
from app.models.base import now
from app.permissions import PERMISSIONS, PREFIX, Reach, Role, UncoveredRouteError, check_covered
from app.routers import ROUTERS
from app.services.access_keys import digest_of
from app.services.scope import Scope
from app.throttle import Budgets
from tests.factories import CITY, PROVINCE, Backend, settings_for
from tests.oidc.providers import CLIENT, ISSUER, FakeProvider

# The jurisdiction that every request is about is Linyi; the callers are there for these.
_NUMBERS = count(1000)
CALLERS = {"own": "371300", "child": "371302", "sibling": "370200", "parent": "370000", "none": None}
WITHIN = {"own", "parent", "none"}
DRAFT = {"file": ("draft.txt", "临沂市2020年卫生工作要点\n1.办好医院。新建医院3所。\n".encode())}
FORM = {"adcode": "371300", "domain": "health", "year": "2020"}
PATHS = {
    "plan": CITY,
    "lower_plan": CITY,
    "number": "8",
    "gap": "no_plan-370100",
    "edition": "1",
    "task": "1",
    "change": "8",
    "adcode": "371300",
    "domain": "edu",
    "group": "none",
    "run": "none",
    "link": "none",
    "key": "none",
    "preview": "none",
    "calibration": "none",
}
# Where the path alone does not say enough. Bodies that a route refuses (422) keep the allowed ones cheap.
SENT: dict[str, dict[str, Any]] = {
    "import_plan": {"files": DRAFT, "data": FORM},
    "check_draft": {"files": DRAFT, "data": FORM},
    "register_jurisdiction": {"json": {"adcode": "371300", "name": "临沂市"}},
    "create_key": {"json": {"role": "viewer", "adcode": "371300"}},
    "rotate_key": {"json": {}},
    "search_items": {"params": {"q": "大班额"}},
    "start_link_run": {"json": {"lower": []}},
    "carry_links_over": {"json": {"lower": [CITY], "dry_run": True}},
    "read_cascade": {"params": {"depth": 0}},
    "put_group": {"json": {}},
    "delete_group": {"headers": {"If-Match": "*"}},
    "reopen_gap": {"headers": {"If-Match": "*"}},
    "import_thesaurus": {"content": b"x", "headers": {"content-type": "text/csv"}},
    "update_preview": {"json": {}},
    "propose_link": {"json": {"upper": f"{PROVINCE}/8.4", "lower": f"{CITY}/18.1"}},
    "decide_link": {"json": {"status": "withdrawn"}, "headers": {"If-Match": '"1"'}},
    "decide_links": {"json": {"links": []}},
    "decide_gap": {"json": {}},
    "update_plan": {"json": {"issuer": "某局"}, "headers": {"If-Match": '"99"'}},
    "withdraw_plan": {"params": {"reason": "误传"}, "headers": {"If-Match": '"99"'}},
    "restore_plan": {"json": {"reason": "误撤"}, "headers": {"If-Match": '"99"'}},
    "start_calibration": {"json": {"domain": ""}},
    "undo_calibration": {"json": {}, "headers": {"If-Match": '"1"'}},
}
# What cities see of their province's cascade.
ABOUT_THE_PROVINCE = {
    "list_gaps",
    "read_gap",
    "read_matrix",
    "list_implementers",
    "read_coverage",
    "carry_links_over",
}
# The request's body names Linyi.
IN_THE_BODY = {"import_plan", "check_draft", "register_jurisdiction", "create_key", "propose_link", "carry_links_over"}
# What they act on is named by its own id: test_api_keys, test_previews_are_their_makers, test_api_decisions.
BY_ID = {"rotate_key", "revoke_key", "confirm_preview", "decide_link", "decide_links"}


@dataclass(frozen=True, slots=True)
class Operation:
    name: str
    method: str
    path: str

    def address(self) -> str:
        plan = PROVINCE if self.name in ABOUT_THE_PROVINCE else CITY
        # Writing a whole thesaurus takes its time.
        domain = "none" if self.name == "export_thesaurus" else PATHS["domain"]
        return self.path.format(**{**PATHS, "plan": plan, "domain": domain})


@dataclass
class House:
    """A seeded service that knows an identity provider, with a key for every role and jurisdiction, and some that no longer hold."""

    client: TestClient
    database: Database
    provider: FakeProvider
    keys: dict[tuple[Role, str], str] = field(default_factory=dict)
    bad: dict[str, str | None] = field(default_factory=dict)

    def give(self, role: Role, adcode: str | None, **changes: object) -> str:
        key = f"{next(_NUMBERS):012x}_{secrets.token_hex(32)}"
        until = now() + timedelta(days=1)
        row = AccessKey(
            prefix=key[:12],
            digest=digest_of(key),
            role=role,
            adcode=adcode,
            created_by="test",
            expires_at=until,
            used_at=now(),
        )
        for name, value in changes.items():
            setattr(row, name, value)
        with self.database.write(unaudited="a test's own keys") as session:
            session.add(row)
        return key

    def bearer(self, role: Role, caller: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.keys[role, caller]}"}

    def ask(self, operation: Operation, bearer: str | None) -> Response:
        sent = dict(SENT.get(operation.name, {}))
        headers = {**sent.pop("headers", {}), **({"Authorization": f"Bearer {bearer}"} if bearer else {})}
        return self.client.request(operation.method, operation.address(), headers=headers, **sent)


@pytest.fixture(scope="module")
def house(backend: Backend, seeded_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    url = backend.copy(seeded_url)
    provider = FakeProvider()
    published = tmp_path_factory.mktemp("provider") / "jwks.json"
    published.write_text(json.dumps(provider.jwks()), encoding="utf-8")
    known: dict[str, object] = {"oidc_issuer": ISSUER, "oidc_client_id": CLIENT, "oidc_jwks_file": str(published)}
    # Nobody is slowed down here.
    with TestClient(create_app(settings_for(url, failed_attempts=1000, **known))) as client:
        database: Database = client.app.state.database  # type: ignore[attr-defined]
        with database.write(unaudited="the counties are not shipped") as session:
            from app.services import jurisdictions  # noqa: PLC0415 - as heavy as in the shared fixtures

            jurisdictions.register(session, "371302", "兰山区")
        made = House(client, database, provider)
        for role in Role:
            for caller, adcode in CALLERS.items():
                made.keys[role, caller] = made.give(role, adcode)
        yield made
    backend.drop(url)


def operations() -> list[Operation]:
    document = create_app(settings_for("sqlite:///never-opened.db")).openapi()
    return [
        Operation(described["operationId"], method.upper(), path)
        for path, item in document["paths"].items()
        for method, described in item.items()
        if path.startswith(PREFIX)
    ]


OPERATIONS = operations()


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_every_role_everywhere(house: House, operation: Operation) -> None:
    rule = PERMISSIONS[operation.name]
    aimed = rule.about is not None or operation.name in IN_THE_BODY
    for (role, caller), key in house.keys.items():
        reach = rule.reach.get(role, Reach.NOWHERE)
        answer = house.ask(operation, key)
        told = f"{operation.name} as {role} of {caller}: {answer.status_code} {answer.text[:300]}"
        assert answer.status_code < 500, told
        if reach is Reach.NOWHERE:
            assert answer.status_code == 403, told
            assert all(needed in answer.json()["detail"] for needed in rule.reach), told
        elif reach is Reach.OWN and aimed and caller not in WITHIN:
            assert answer.status_code == (404 if rule.secret else 403), told
        else:
            assert answer.status_code not in {401, 403}, told
            assert not (rule.secret and answer.status_code == 404), told
            if reach is Reach.SEEN:
                seen = set(_adcodes(answer.json())) if answer.status_code == 200 else set()
                beyond = {adcode for adcode in seen if not Scope(CALLERS[caller]).sees(adcode)}
                assert not beyond, told


def _adcodes(answer: object) -> Iterator[str]:
    """The jurisdictions of whatever an answer lists, but for who carries something out: that is printed in plans."""
    if isinstance(answer, dict):
        for name, value in answer.items():
            if name == "adcode" and value is not None:
                yield value
            elif name != "implementers":
                yield from _adcodes(value)
    elif isinstance(answer, list):
        for entry in answer:
            yield from _adcodes(entry)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_nobody_comes_in_without_a_key_that_holds(house: House, operation: Operation) -> None:
    for what, bearer in _bad(house).items():
        answer = house.ask(operation, bearer)
        assert answer.status_code == 401, f"{operation.name} with {what}: {answer.text}"
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert answer.json()["type"] == "/problems/unauthenticated"


def _bad(house: House) -> dict[str, str | None]:
    if not house.bad:
        good = house.keys[Role.ADMIN, "none"]
        bad: dict[str, str | None] = {
            "no key": None,
            "an expired key": house.give(Role.ADMIN, None, expires_at=now() - timedelta(seconds=1)),
            "a revoked key": house.give(Role.ADMIN, None, revoked_at=now()),
            "another secret": good[:-1] + ("0" if good[-1] != "0" else "1"),
            "an unknown key": f"{'f' * 12}_{'0' * 64}",
            "only a prefix": good[:13],
            "something else": "Bearer",
        }
        house.bad |= bad | _forged(house.provider)
    return house.bad


def _forged(provider: FakeProvider) -> dict[str, str]:
    """Tokens that say admin, each wrong in one thing only."""
    said: dict[str, Any] = {"roles": ["admin"], "adcode": None}
    [(key_id, key)] = provider.keys.items()
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    now_ = int(time.time())
    header, body, signature = provider.token(**said).split(".")
    other = FakeProvider()
    return {
        "a token that nobody signed": jwt.encode(
            provider.claims(**said), "", algorithm="none", headers={"kid": key_id}
        ),
        "a token whose signature was taken off": f"{header}.{body}.",
        "a token whose claims were changed": f"{header}.{provider.token(roles=['admin'], sub='boss').split('.')[1]}.{signature}",
        "a token signed with a secret": jwt.encode(
            provider.claims(**said), "x" * 32, algorithm="HS256", headers={"kid": key_id}
        ),
        "a token signed with the public key as a secret": _with_public_key(provider.claims(**said), key_id, public),
        "a token of another signer": other.token(**said),
        "a token that brings its own key": other.token(**said, headers={"jwk": other.jwks()["keys"][0]}),
        "a token of an unknown key": provider.token(**said, headers={"kid": "another"}),
        "a token for another service": provider.token(**said, aud="another"),
        "a token of another issuer": provider.token(**said, iss="https://other.example"),
        "an expired token": provider.token(**said, exp=now_ - 3600),
        "a token for tomorrow": provider.token(**said, nbf=now_ + 86_400),
    }


def _with_public_key(claims: dict[str, Any], key_id: str, public: bytes) -> str:
    """HS256 by hand: the library would not make such a token."""
    parts = [{"alg": "HS256", "typ": "JWT", "kid": key_id}, claims]
    text = ".".join(_base64(json.dumps(part).encode()) for part in parts)
    return f"{text}.{_base64(hmac.digest(public, text.encode(), 'sha256'))}"


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def test_the_same_token_holds_if_nothing_is_wrong_with_it(house: House) -> None:
    """Or the forged ones would be refused for another reason."""
    answer = house.client.get(
        "/api/v1/caller", headers={"Authorization": f"Bearer {house.provider.token(roles=['admin'], adcode=None)}"}
    )
    assert (answer.status_code, answer.json()["role"]) == (200, "admin")


def test_every_operation_that_is_bound_to_a_jurisdiction_is_tried_on_one() -> None:
    bound = {name for name, rule in PERMISSIONS.items() if Reach.OWN in rule.reach.values()}
    aimed = {name for name, rule in PERMISSIONS.items() if rule.about is not None}
    assert bound == aimed | IN_THE_BODY | BY_ID
    for operation in OPERATIONS:
        about = PERMISSIONS[operation.name].about
        assert about is None or f"{{{about}}}" in operation.path, operation


def test_the_table_names_what_is_served_and_nothing_else(app: FastAPI) -> None:
    served = {operation.name for operation in OPERATIONS}
    assert served == set(PERMISSIONS) == {route.name for router in ROUTERS for route in router.routes}  # type: ignore[attr-defined]
    check_covered(served)
    with pytest.raises(UncoveredRouteError, match=r"no entry in .* for new_route"):
        check_covered({*served, "new_route"})
    with pytest.raises(UncoveredRouteError, match="names what no route serves: list_plans"):
        check_covered(served - {"list_plans"})


def test_a_route_without_an_entry_stops_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.permissions.PERMISSIONS", {n: r for n, r in PERMISSIONS.items() if n != "list_plans"})
    with pytest.raises(UncoveredRouteError, match="list_plans"):
        create_app(settings_for("sqlite:///never-opened.db"))


def test_the_description_says_what_it_takes(app: FastAPI) -> None:
    document = app.openapi()
    assert set(document["components"]["securitySchemes"]) == {"bearer", "session"}
    for path, item in document["paths"].items():
        for described in item.values():
            if path.startswith(PREFIX):
                assert described["security"] == [{"bearer": []}, {"session": []}]
                assert {"401", "403", "429"} <= set(described["responses"])
            else:
                assert "security" not in described
                assert "401" not in described["responses"]


def test_what_is_open_stays_open(house: House) -> None:
    for path in ("/healthz", "/readyz", "/openapi.json", "/docs", "/redoc", "/sign-in", "/"):
        assert house.client.get(path).status_code == 200, path


@pytest.mark.parametrize("role", [Role.CITY_EDITOR, Role.REVIEWER])
def test_a_refusal_is_recorded(house: House, role: Role) -> None:
    house.client.app.state.authenticator.recorded_of = Budgets(10)  # type: ignore[attr-defined]
    headers = {"Authorization": f"Bearer {house.keys[role, 'sibling']}"}
    body = {"adcode": "371300", "name": "临沂市"}
    assert house.client.post("/api/v1/jurisdictions", json=body, headers=headers).status_code == 403
    auditor = {"Authorization": f"Bearer {house.keys[Role.AUDITOR, 'none']}"}
    entry = house.client.get("/api/v1/audit", params={"limit": 1}, headers=auditor).json()["items"][0]
    assert (entry["action"], entry["outcome"]) == ("access.refuse", "refused")
    assert entry["actor"] == f"key:{house.keys[role, 'sibling'][:12]}"
    assert entry["subject"] == "POST /api/v1/jurisdictions"
    assert entry["after"]["role"] == role
    assert (entry["after"]["reason"], entry["request_id"] is not None, entry["client"]) == (
        "forbidden",
        True,
        "testclient",
    )


def test_an_attempt_at_what_is_a_secret_is_recorded_though_the_answer_is_404(house: House) -> None:
    preview = house.client.post(
        "/api/v1/plans/previews", headers=house.bearer(Role.CITY_EDITOR, "own"), files=DRAFT, data=FORM
    ).json()["id"]
    key = house.give(Role.VIEWER, "370200")[:12]
    attempts = {
        f"/api/v1/plans/{PROVINCE}/coverage/370200-edu-2020": Role.CITY_EDITOR,
        f"/api/v1/plans/{PROVINCE}/gaps/no_plan-370100": Role.CITY_EDITOR,
        f"/api/v1/keys/{key}": Role.SECURITY_ADMIN,
    }
    asked = [(address, house.bearer(role, "own")) for address, role in attempts.items()]
    asked.append((f"/api/v1/plans/previews/{preview}", house.bearer(Role.CITY_EDITOR, "sibling")))
    auditor = house.bearer(Role.AUDITOR, "none")
    for address, headers in asked:
        house.client.app.state.authenticator.recorded_of = Budgets(10)  # type: ignore[attr-defined]
        not_there = re.sub(r"[^/]+$", "371300-edu-1999", address)
        for path in (address, not_there):
            answer = house.client.get(path, headers=headers)
            assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found"), path
        [entry] = house.client.get("/api/v1/audit", params={"limit": 1}, headers=auditor).json()["items"]
        assert (entry["outcome"], entry["subject"]) == ("refused", f"GET {address}"), (
            "and not the one that is not there"
        )
        assert entry["after"]["reason"] == "not-found"
