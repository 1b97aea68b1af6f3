"""What was answered once is answered again, byte for byte, whatever was written since."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event
from zoneinfo import ZoneInfo

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app.db import Database
from app.main import create_app
from app.models import LinkStatus
from app.preconditions import Expected
from app.schemas.links import LinkPatch
from app.services import decisions, history
from app.services.days import start_of
from tests.factories import ADMIN, Backend, settings_for
from tests.small_world import ASKED, LOWER, OTHER, UPPER, V1, World, moment

BEIJING = ZoneInfo("Asia/Shanghai")


@pytest.fixture(scope="module")
def world_url(backend: Backend, migrated_url: str) -> str:
    """A store with the small world in it, to copy from."""
    url = backend.copy(migrated_url)
    with TestClient(create_app(settings_for(url)), headers=ADMIN) as client:
        World(client).build()
    return url


@pytest.fixture
def world(backend: Backend, world_url: str) -> Iterator[World]:
    url = backend.copy(world_url)
    with TestClient(create_app(settings_for(url)), headers=ADMIN) as client:
        yield World(client)
    backend.drop(url)


def differing(before: dict, after: dict) -> list[str]:
    return [path for path, answer in before.items() if after[path] != answer]


def test_everything_is_as_it_was_after_fifty_writes_of_all_kinds(world: World) -> None:
    world.decide("confirmed")
    world.gap("PUT")
    yesterday = world.everything()
    assert all(status == 200 for status, *_ in yesterday.values())
    between = moment()
    writes = list(world.writes().values())
    for number in range(50):
        writes[number % len(writes)]()
    world.withdraw()
    today = world.everything()
    assert len(differing(yesterday, today)) == len(ASKED), "there is nothing that no write has changed"
    assert differing(yesterday, world.everything(between)) == []
    # Files are slow to write, and come from the same rows.
    answers = [path for path in ASKED if "xlsx" not in path and "docx" not in path]
    for path in answers:
        if yesterday[path][2] is not None:
            assert world.ask(path, yesterday[path][2]) == yesterday[path], f"{path} as of its own moment"
        assert world.ask(path) == today[path], "looking back changes nothing"


# Nothing is shrunk: an example takes seconds, and its moments tell where it went wrong.
@settings(max_examples=3, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 13), min_size=3, max_size=6))
def test_each_of_n_moments_shows_what_was_answered_then(backend: Backend, world_url: str, kinds: list[int]) -> None:
    url = backend.copy(world_url)
    asked = [path for path in ASKED if "xlsx" not in path and "docx" not in path]
    with TestClient(create_app(settings_for(url)), headers=ADMIN) as client:
        world = World(client)
        writes = list(world.writes().values())
        recorded = []
        for kind in kinds:
            writes[kind]()
            recorded.append((moment(), {path: world.ask(path) for path in asked}))
        for then, answers in recorded:
            assert {path: world.ask(path, then) for path in asked} == answers
    backend.drop(url)


def test_a_write_that_commits_late_never_changes_an_older_moment(world: World) -> None:
    database: Database = world.client.app.state.database  # type: ignore[attr-defined]
    link = world.links()[0]["id"]
    taken, asked = Event(), Event()

    def write() -> None:
        with database.write() as session:
            wanted = LinkPatch(status=LinkStatus.CONFIRMED)
            decisions.decide(session, link, wanted, Expected(None), "li")
            taken.set()
            # It has its moment, and nobody sees it yet.
            asked.wait(0.5)

    with ThreadPoolExecutor(1) as threads:
        late = threads.submit(write)
        assert taken.wait(10)
        as_of = moment()
        paths = [f"/links/{link}", f"/plans/{UPPER}/coverage", "/links", f"/plans/{LOWER}/items/1/upstream"]
        first = [world.ask(path, as_of) for path in paths]
        asked.set()
        late.result()
    assert [world.ask(path, as_of) for path in paths] == first


def test_a_plan_above_that_comes_later_changes_no_answer_about_before(world: World) -> None:
    asked = [f"/plans/{LOWER}/items/1/upstream", f"/links?lower={LOWER}"]
    between = moment()
    before = [world.client.get(f"{V1}{path}", params={"as_of": between}) for path in asked]
    assert [answer.status_code for answer in before] == [200, 200]
    later = {"file": ("plan.txt", "某省2021年卫生工作要点\n1.办好医院。新建医院3所。\n".encode())}
    form = {"adcode": UPPER[:6], "domain": "health", "year": "2021"}
    assert world.client.post(f"{V1}/plans", files=later, data=form).status_code == 201
    for path, seen in zip(asked, before, strict=True):
        again = world.client.get(f"{V1}{path}", params={"as_of": between})
        assert (again.content, again.headers.get("luoshi-revision")) == (
            seen.content,
            seen.headers.get("luoshi-revision"),
        )


def test_a_waiver_that_runs_out_is_a_moment_of_its_own(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.gap("PUT")
    path = f"/plans/{UPPER}/gaps?decision=waived"
    before = world.ask(path)
    assert len(world.send("GET", path)["items"]) == 1
    until = datetime.fromisoformat(world.send("GET", path)["items"][0]["decision"]["expires_on"]).date()
    midnight = start_of(until + timedelta(days=1), BEIJING)
    monkeypatch.setattr(history, "now", lambda: midnight + timedelta(hours=5))
    after = world.ask(path)
    assert world.send("GET", path)["items"] == []
    assert datetime.fromisoformat(after[2] or "") == midnight
    assert world.ask(path, after[2]) == after
    assert world.ask(path, before[2]) == before
    assert world.ask(path, (midnight - timedelta(seconds=1)).isoformat()) == before


def test_a_list_does_not_change_while_it_is_turned_over(world: World) -> None:
    for path, name in ((f"/plans/{UPPER}/gaps", "id"), (f"/plans/{UPPER}/items", "text"), ("/links", "status")):
        whole = [row[name] for row in world.send("GET", path)["items"]]
        first = world.send("GET", path, params={"limit": 2})
        world.decide("confirmed")
        world.upload("370000", f"山东省2020年卫生健康工作要点\n1.第{next(world.numbers)}版。办好一件事。\n")
        found, cursor = first["items"], first["next_cursor"]
        while cursor:
            page = world.send("GET", path, params={"limit": 2, "cursor": cursor})
            found, cursor = found + page["items"], page["next_cursor"]
        assert [row[name] for row in found] == whole
        other = world.client.get(f"{V1}{path}", params={"cursor": first["next_cursor"], "as_of": moment()})
        assert other.json()["type"] == "/problems/bad-cursor", "a cursor is of one moment"


def test_moments_that_cannot_be_asked_of(world: World) -> None:
    def refused(as_of: str, path: str = f"/plans/{UPPER}/coverage") -> tuple[int, str]:
        answer = world.client.get(f"{V1}{path}", params={"as_of": as_of})
        return answer.status_code, answer.json()["type"]

    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    for path in (f"/plans/{UPPER}/coverage", "/plans", "/links", f"/plans/{LOWER}/items/1/upstream"):
        assert refused(tomorrow, path) == (422, "/problems/future-moment")
    assert refused(str(datetime.now(BEIJING).date())) == (422, "/problems/future-moment")
    for wrong in ("gestern", "2026-02-30", "2026-11-23T15:04:05", "9999-12-31", ""):
        status, kind = refused(wrong)
        assert (status, kind) in {(422, "/problems/bad-moment"), (422, "/problems/future-moment")}, wrong
    for path in (f"/plans/{UPPER}", f"/plans/{UPPER}/gaps", f"/plans/{LOWER}/items/1/upstream"):
        assert refused("2019-12-31", path) == (404, "/problems/plan-not-yet")
    assert world.send("GET", "/plans", params={"as_of": "2019-12-31"})["items"] == []
    assert world.client.get(f"{V1}/plans/{OTHER}", params={"as_of": "2019-12-31"}).status_code == 404


def test_an_answer_says_what_it_rests_on(world: World) -> None:
    world.upload("371300", "临沂市2020年卫生健康工作要点\n1.推进分级诊疗。\n")
    answer = world.client.get(f"{V1}/plans/{UPPER}/coverage/{LOWER}")
    source = answer.json()["provenance"]
    assert source["editions"] == {UPPER: 1, LOWER: 2}
    assert answer.headers["luoshi-editions"] == f"{UPPER}=1, {LOWER}=2"
    assert answer.headers["luoshi-as-of"] == source["as_of"]
    assert answer.headers["luoshi-revision"] == str(source["revision"])
    world.decide("confirmed")
    world.put_group()
    later = world.client.get(f"{V1}/plans/{UPPER}/coverage/{LOWER}").json()["provenance"]
    assert later["revision"] > source["revision"]
    assert later["as_of"] > source["as_of"]
