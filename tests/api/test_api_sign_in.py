"""Signing in and out with a browser, by key, by the identity provider and in a trial; what a session may and may not."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response

from app.db import Database
from app.main import create_app
from app.models import AccessKey, BrowserSession
from app.models.base import now
from app.permissions import Role
from app.services import access_keys
from app.settings import Settings
from app.throttle import Budget, Budgets
from app.trial import CODE_SECONDS, Trial
from tests.factories import ADMIN, AS, AUDITOR, KEYS, settings_for
from tests.oidc.providers import CLIENT, ISSUER, SECRET, FakeProvider

HOST = "http://testserver"
# What browsers send with a form of our own page, encrypted or not.
FROM_HERE = [{"Sec-Fetch-Site": "same-origin"}, {"Origin": HOST}]
FROM_ELSEWHERE = [
    {},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://[x"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site", "Origin": HOST},
]
PLACE = {"adcode": "100000", "name": "中国"}
PREFIX = KEYS[Role.ADMIN][:12]


@pytest.fixture
def browser(app: FastAPI) -> Iterator[TestClient]:
    """A client without a key, which follows no redirections."""
    with TestClient(app, follow_redirects=False) as made:
        yield made


def sign_in(browser: TestClient, key: str = KEYS[Role.ADMIN], **form: str) -> Response:
    return browser.post("/sign-in", data={"key": key, **form}, headers=FROM_HERE[0])


def audit(browser: TestClient, count: int) -> list[dict]:
    entries = browser.get("/api/v1/audit", params={"limit": count}, headers=AUDITOR).json()["items"]
    return entries[::-1]


def test_the_way_in_and_out(browser: TestClient) -> None:
    home = browser.get("/")
    assert (home.status_code, home.headers["location"]) == (303, "/sign-in")
    page = browser.get("/sign-in")
    assert page.status_code == 200
    assert "访问密钥" in page.text
    assert browser.get("/language/en", params={"next": "/sign-in"}).headers["location"] == "/sign-in"
    assert "Access key" in browser.get("/sign-in").text
    browser.get("/language/zh")
    answer = sign_in(browser)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert browser.get("/").status_code == 200
    me = browser.get("/api/v1/caller").json()
    assert (me["subject"], me["role"]) == (f"key:{PREFIX}", "admin")
    assert browser.get("/api/v1/plans").status_code == 200
    out = browser.get("/sign-out")
    assert me["csrf_token"] in out.text
    left = browser.post("/sign-out", data={"csrf_token": me["csrf_token"]})
    assert (left.status_code, left.headers["location"]) == (303, "/sign-in")
    assert browser.get("/").headers["location"] == "/sign-in"
    assert browser.get("/api/v1/plans").status_code == 401
    came, went = audit(browser, 2)
    assert (came["action"], went["action"]) == ("session.sign-in", "session.sign-out")
    assert came["actor"] == went["actor"] == f"key:{PREFIX}"
    assert came["subject"] == went["subject"]
    assert came["after"] == {"role": "admin", "adcode": None, "with": "key"}


def test_the_cookie(browser: TestClient, database: Database, settings: Settings) -> None:
    cookie = sign_in(browser).headers["set-cookie"]
    name, _, rest = cookie.partition("=")
    value = rest.partition(";")[0]
    assert name == "luoshi-session"
    assert len(value) >= 43
    assert {part.strip().lower() for part in rest.split(";")[1:]} == {"httponly", "path=/", "samesite=lax"}
    with database.read() as session:
        assert session.get(BrowserSession, access_keys.digest_of(value))
        assert session.get(BrowserSession, value) is None
    for changes, name, path in (
        ({"public_url": "https://luoshi.gov.example"}, "__Host-luoshi-session", "path=/"),
        ({"public_url": "https://gov.example/luoshi", "root_path": "/luoshi"}, "luoshi-session", "path=/luoshi"),
    ):
        with TestClient(create_app(settings.model_copy(update=changes)), follow_redirects=False) as client:
            cookie = sign_in(client).headers["set-cookie"]
            assert cookie.startswith(f"{name}=")
            assert {"secure", "httponly", path} <= {part.strip().lower() for part in cookie.split(";")}


def test_the_pages_are_safe(browser: TestClient) -> None:
    hostile = '"><script>alert(1)</script>'
    sign_in(browser)
    for page in (
        browser.get("/sign-in", params={"next": hostile}),
        browser.get("/sign-out"),
        sign_in(browser, key=hostile, next=hostile),
    ):
        assert "<script>" not in page.text
        assert not re.search(r"(src|href|action)=\"(https?:)?//", page.text)
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("/docs", "/docs"),
        ("/plans?x=1", "/plans?x=1"),
        ("https://evil.example", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/a\r\nSet-Cookie: x", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_nobody_is_led_elsewhere(browser: TestClient, wanted: str, found: str) -> None:
    assert sign_in(browser, next=wanted).headers["location"] == found


def test_a_wrong_key(browser: TestClient) -> None:
    answer = sign_in(browser, key=f"{PREFIX}_{'0' * 64}")
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers
    assert "无效" in answer.text
    assert "www-authenticate" not in answer.headers, "the browser would ask for a password of its own"
    [entry] = audit(browser, 1)
    assert (entry["actor"], entry["action"], entry["outcome"]) == ("anonymous", "access.refuse", "refused")
    assert entry["subject"] == PREFIX
    assert "0" * 64 not in str(entry)


@pytest.mark.parametrize("headers", FROM_ELSEWHERE, ids=str)
def test_another_site_signs_nobody_in(browser: TestClient, headers: dict[str, str]) -> None:
    answer = browser.post("/sign-in", data={"key": KEYS[Role.ADMIN]}, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/cross-site-write")


@pytest.mark.parametrize("headers", FROM_ELSEWHERE, ids=str)
def test_another_site_writes_nothing_with_a_session(browser: TestClient, headers: dict[str, str]) -> None:
    sign_in(browser)
    answer = browser.post("/api/v1/jurisdictions", json=PLACE, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/cross-site-write")
    assert browser.post("/sign-out", headers=headers).status_code == 403
    assert browser.get("/api/v1/jurisdictions", headers=headers).json()["items"] == []


@pytest.mark.parametrize("headers", FROM_HERE, ids=str)
def test_own_pages_write_with_a_session(browser: TestClient, headers: dict[str, str]) -> None:
    sign_in(browser)
    assert browser.post("/api/v1/jurisdictions", json=PLACE, headers=headers).status_code == 201
    token = browser.get("/api/v1/caller").json()["csrf_token"]
    for given, status in ((token, 200), (token[:-1], 403), ("", 403)):
        answer = browser.post("/api/v1/jurisdictions", json=PLACE, headers={"X-CSRF-Token": given})
        assert answer.status_code == status
    assert browser.post("/sign-out", headers=headers).status_code == 303


def test_a_key_needs_no_proof_of_a_page(browser: TestClient) -> None:
    for headers in FROM_ELSEWHERE:
        assert browser.post("/api/v1/jurisdictions", json=PLACE, headers=ADMIN | headers).status_code in {200, 201}


def test_idleness_and_age_end_a_session(browser: TestClient, database: Database) -> None:
    def aged(**changes: timedelta) -> int:
        sign_in(browser)
        with database.write(unaudited="time passes") as session:
            row = session.get_one(BrowserSession, access_keys.digest_of(browser.cookies["luoshi-session"]))
            for name, by in changes.items():
                setattr(row, name, getattr(row, name) - by)
        return browser.get("/api/v1/plans").status_code

    assert aged(seen_at=timedelta(minutes=29)) == 200
    with database.read() as session:
        row = session.get_one(BrowserSession, access_keys.digest_of(browser.cookies["luoshi-session"]))
        assert now() - row.seen_at < timedelta(minutes=1), "it was used"
    assert aged(seen_at=timedelta(minutes=30)) == 401
    assert aged(expires_at=timedelta(hours=11)) == 200
    assert aged(expires_at=timedelta(hours=12)) == 401


@pytest.mark.parametrize("change", ["revoked_at", "expires_at"])
def test_a_session_ends_with_its_key(browser: TestClient, database: Database, change: str) -> None:
    sign_in(browser)
    assert browser.get("/api/v1/plans").status_code == 200
    with database.write(unaudited="a test's own change") as session:
        setattr(session.get_one(AccessKey, PREFIX), change, now())
    assert browser.get("/api/v1/plans").status_code == 401
    assert browser.get("/").headers["location"] == "/sign-in"


def test_revoking_a_key_deletes_its_sessions(browser: TestClient, database: Database) -> None:
    sign_in(browser)
    with database.write() as session:
        access_keys.revoke(session, PREFIX, "test")
    with database.read() as session:
        assert session.get(BrowserSession, access_keys.digest_of(browser.cookies["luoshi-session"])) is None


def test_signing_in_again_ends_the_session_before(browser: TestClient) -> None:
    sign_in(browser)
    old = browser.cookies["luoshi-session"]
    sign_in(browser)
    assert browser.cookies["luoshi-session"] != old
    browser.cookies.set("luoshi-session", old, domain="testserver.local", path="/")
    browser.cookies.clear()
    assert browser.get("/api/v1/plans", headers={"Cookie": f"luoshi-session={old}"}).status_code == 401


def test_guessing_is_slowed(browser: TestClient) -> None:
    wrong = f"{PREFIX}_{'0' * 64}"
    seen = [sign_in(browser, key=wrong) for _ in range(22)]
    assert [answer.status_code for answer in seen] == [401] * 20 + [429] * 2
    assert int(seen[-1].headers["retry-after"]) > 20
    assert sign_in(browser).status_code == 429, "not even the right key from there"
    elsewhere = TestClient(browser.app, follow_redirects=False, client=("10.9.9.9", 1))
    assert sign_in(elsewhere).status_code == 303, "nobody is locked out by somebody else"


def test_guessing_over_the_api_is_slowed(app: FastAPI) -> None:
    with TestClient(app, client=("10.1.1.1", 1)) as client:
        wrong = {"Authorization": f"Bearer {PREFIX}_{'0' * 64}"}
        codes = [client.get("/api/v1/plans", headers=wrong).status_code for _ in range(102)]
        assert codes == [401] * 100 + [429] * 2
        refused = client.get("/api/v1/plans", headers=wrong)
        assert refused.json()["type"] == "/problems/too-many-attempts"
        assert refused.headers["retry-after"]
        other = {"Authorization": f"Bearer {KEYS[Role.VIEWER]}"}
        assert client.get("/api/v1/plans", headers=other).status_code == 200, "another key from there still works"


def test_refusals_cannot_fill_the_disk(app: FastAPI, browser: TestClient) -> None:
    app.state.authenticator.recorded = Budget(3)
    before = audit(browser, 1)
    for number in range(10):
        browser.get("/api/v1/plans", headers={"Authorization": f"Bearer {number:012x}_{'0' * 64}"})
    entries = audit(browser, 500)
    assert not before
    assert [entry["action"] for entry in entries] == ["access.refuse"] * 3


def test_strangers_do_not_hide_what_somebody_inside_has_tried(app: FastAPI, browser: TestClient) -> None:
    app.state.authenticator.recorded, app.state.authenticator.recorded_of = Budget(2), Budgets(3)
    for number in range(10):
        browser.get("/api/v1/plans", headers={"Authorization": f"Bearer {number:012x}_{'0' * 64}"})
    for role in (Role.VIEWER, Role.CITY_EDITOR):
        for _ in range(5):
            assert browser.get("/api/v1/keys", headers=AS[role]).status_code == 403
    actors = Counter(entry["actor"] for entry in audit(browser, 500))
    assert actors == {
        "anonymous": 2,
        f"key:{KEYS[Role.VIEWER][:12]}": 3,
        f"key:{KEYS[Role.CITY_EDITOR][:12]}": 3,
    }


def test_a_cookie_that_no_longer_holds_counts_as_no_attempt(browser: TestClient) -> None:
    for _ in range(150):
        answer = browser.get("/api/v1/plans", headers={"Cookie": "luoshi-session=x"})
        assert answer.status_code == 401
    assert audit(browser, 5) == []


def test_under_a_path_prefix(settings: Settings) -> None:
    with TestClient(create_app(settings.model_copy(update={"root_path": "/luoshi"})), follow_redirects=False) as client:
        assert client.get("/luoshi/").headers["location"] == "/luoshi/sign-in"
        assert 'action="/luoshi/sign-in"' in client.get("/luoshi/sign-in").text
        for path in ("/api/v1/plans", "/luoshi/api/v1/plans"):
            assert client.get(path).status_code == 401
            assert client.get(path, headers=ADMIN).status_code == 200


# A trial.


@pytest.fixture
def trial() -> Trial:
    return Trial("cli:liwei")


@pytest.fixture
def visitor(settings: Settings, trial: Trial) -> Iterator[TestClient]:
    with TestClient(create_app(settings, trial), follow_redirects=False) as made:
        yield made


def test_a_trial_is_for_reading(visitor: TestClient) -> None:
    assert visitor.get("/api/v1/plans").status_code == 200
    assert visitor.head("/api/v1/plans").status_code == 200
    assert visitor.get("/api/v1/caller").json() == {
        "subject": "trial",
        "role": None,
        "adcode": None,
        "csrf_token": None,
    }
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert visitor.request(method, "/api/v1/jurisdictions").status_code == 401
    assert visitor.get("/api/v1/plans", headers={"Authorization": "Bearer x"}).status_code == 401
    assert visitor.get("/api/v1/plans", headers={"Host": "evil.example"}).status_code == 421
    assert "不登录" in visitor.get("/sign-in").text


def test_a_trials_administrator_signs_in_once(visitor: TestClient, trial: Trial) -> None:
    code = trial.code()
    assert visitor.get("/sign-in", params={"key": code[:-1] + "?"}).status_code == 401
    assert visitor.get("/sign-in", params={"key": code}).headers["location"] == "/"
    me = visitor.get("/api/v1/caller").json()
    assert (me["subject"], me["role"]) == ("cli:liwei", "admin")
    made = visitor.post("/api/v1/jurisdictions", json=PLACE, headers=FROM_HERE[0])
    assert made.status_code == 201
    visitor.cookies.clear()
    assert visitor.get("/sign-in", params={"key": code}).status_code == 401, "it works once"
    came = visitor.get("/api/v1/audit", params={"action": "session.sign-in"}).json()["items"]
    assert [(entry["actor"], entry["after"]["with"]) for entry in came] == [("cli:liwei", "trial")]


def test_a_trials_code_is_short_lived_and_there_is_none_otherwise(browser: TestClient) -> None:
    moment = [0.0]
    trial = Trial("cli:x", lambda: moment[0])
    assert not trial.redeem("")
    first, second = trial.code(), trial.code()
    assert not trial.redeem(first)
    moment[0] = CODE_SECONDS
    assert not trial.redeem(second)
    third = trial.code()
    assert trial.redeem(third)
    assert not trial.redeem(third)
    assert browser.get("/sign-in", params={"key": third}).status_code == 401


# The identity provider.


@pytest.fixture
def provider() -> FakeProvider:
    return FakeProvider()


@pytest.fixture
def house(database_url: str, provider: FakeProvider) -> Iterator[TestClient]:
    settings = settings_for(
        database_url,
        oidc_issuer=ISSUER,
        oidc_client_id=CLIENT,
        oidc_client_secret=SECRET,
        public_url="http://testserver",
    )
    app = create_app(settings)
    app.state.provider.flow.transport = httpx.MockTransport(provider.answer)
    with TestClient(app, follow_redirects=False) as made:
        yield made


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_token_is_as_good_as_a_key(house: TestClient, provider: FakeProvider) -> None:
    me = house.get("/api/v1/caller", headers=bearer(provider.token())).json()
    assert me == {"subject": "oidc:liwei", "role": "reviewer", "adcode": "370000", "csrf_token": None}
    house.get("/api/v1/plans", headers=bearer(provider.token()))
    assert provider.asked.count("/jwks") == 1
    country = {"adcode": "100000", "name": "中国"}
    refused = house.post("/api/v1/jurisdictions", json=country, headers=bearer(provider.token()))
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/forbidden")
    made = house.post("/api/v1/jurisdictions", json=country, headers=bearer(provider.token(roles="admin", adcode=None)))
    assert made.status_code == 201
    assert audit(house, 1)[0]["actor"] == "oidc:liwei"


def test_a_token_without_a_role_here(house: TestClient, provider: FakeProvider) -> None:
    refused = house.get("/api/v1/plans", headers=bearer(provider.token(roles=["cook"])))
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/forbidden")
    assert "oidc:liwei" in refused.json()["detail"]


def test_a_bad_token(house: TestClient, provider: FakeProvider) -> None:
    for token in (provider.token(aud="x"), provider.token(exp=1), FakeProvider().token(), "a.b.c"):
        assert house.get("/api/v1/plans", headers=bearer(token)).status_code == 401
    assert house.get("/api/v1/plans", headers=ADMIN).status_code == 200, "keys go on to work"


def test_the_provider_is_away(house: TestClient, provider: FakeProvider) -> None:
    provider.away = True
    answer = house.get("/api/v1/plans", headers=bearer(provider.token()))
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/identity-provider-away")
    assert house.get("/sign-in/provider").status_code == 503
    assert house.get("/api/v1/plans", headers=ADMIN).status_code == 200


def go(house: TestClient) -> str:
    assert "/sign-in/provider" in house.get("/sign-in").text
    away = house.get("/sign-in/provider")
    assert away.status_code == 303
    assert away.headers["location"].startswith(f"{ISSUER}/authorize?")
    query = parse_qs(urlsplit(away.headers["location"]).query)
    assert query["redirect_uri"] == ["http://testserver/sign-in/callback"]
    assert query["client_id"] == [CLIENT]
    assert "code_verifier" not in query
    return away.headers["location"]


def test_signing_in_at_the_provider(house: TestClient, provider: FakeProvider) -> None:
    back = provider.sign_in(go(house))
    answer = house.get("/sign-in/callback", params=back)
    assert (answer.status_code, answer.headers["location"]) == (303, "/"), answer.text
    me = house.get("/api/v1/caller").json()
    assert (me["subject"], me["role"], me["adcode"]) == ("oidc:liwei", "reviewer", "370000")
    assert "luoshi-sign-in" not in house.cookies
    came = audit(house, 1)[0]
    assert (came["actor"], came["after"]["with"]) == ("oidc:liwei", "provider")
    again = house.get("/sign-in/callback", params=back)
    assert again.status_code == 401, "the state was for once"


def test_a_callback_that_this_browser_did_not_begin(house: TestClient, provider: FakeProvider) -> None:
    good = provider.sign_in(go(house))
    stranger = provider.sign_in(go(TestClient(house.app, follow_redirects=False)))
    for back in (
        stranger,
        {**good, "state": "x"},
        {"state": good["state"]},
        {"code": good["code"]},
        {"error": "denied"},
    ):
        go(house)
        answer = house.get("/sign-in/callback", params=back)
        assert answer.status_code == 401, back
        assert house.get("/").headers["location"] == "/sign-in"


@pytest.mark.parametrize(
    ("changes", "status"),
    [({"nonce": "another"}, 401), ({"aud": "another"}, 401), ({"exp": 1}, 401), ({"roles": []}, 403)],
    ids=str,
)
def test_an_id_token_that_does_not_hold(house: TestClient, provider: FakeProvider, changes: dict, status: int) -> None:
    back = provider.sign_in(go(house), **changes)
    assert house.get("/sign-in/callback", params=back).status_code == status
    assert house.get("/api/v1/plans").status_code == 401
    assert audit(house, 1)[0]["action"] == "access.refuse"


def test_a_code_of_another_browser(house: TestClient, provider: FakeProvider) -> None:
    """Stolen, and sent with a state of one's own: the verifier is missing."""
    stolen = provider.sign_in(go(TestClient(house.app, follow_redirects=False)))
    own = provider.sign_in(go(house))
    answer = house.get("/sign-in/callback", params={"code": stolen["code"], "state": own["state"]})
    assert answer.status_code == 503
    assert house.get("/").headers["location"] == "/sign-in"


def test_without_a_provider_there_is_no_way_to_it(browser: TestClient) -> None:
    assert "/sign-in/provider" not in browser.get("/sign-in").text
    assert browser.get("/sign-in/provider").headers["location"] == "/sign-in"
    assert browser.get("/sign-in/callback", params={"code": "x", "state": "y"}).status_code == 401
    assert "identity-provider-away" not in browser.get("/api/v1/plans").text


def test_settings_that_would_take_anybodys_token() -> None:
    with pytest.raises(ValueError, match="oidc_audience"):
        Settings(oidc_issuer=ISSUER)
    for wrong in ("[]", '{"x": "king"}', "x"):
        with pytest.raises(ValueError, match="oidc_roles"):
            Settings(oidc_roles=wrong)
