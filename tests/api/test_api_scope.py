"""Cities do not see each other's undecided matters: gaps, the matrix, pairs, previews, and the files made of them."""

import csv
import io
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from app.db import Database
from app.main import create_app
from app.permissions import Role
from app.schemas.access import AccessKeyCreate
from app.services import access_keys
from tests.factories import ADMIN, Backend, settings_for

UPPER = "/api/v1/plans/370000-edu-2020"
LINYI, QINGDAO = "371300", "370200"


class House:
    """A seeded service with an editor for each of two cities, and a reviewer of their province."""

    def __init__(self, client: TestClient, database: Database) -> None:
        self.client = client
        self.headers: dict[str | None, dict[str, str]] = {None: ADMIN}
        for adcode, role in ((LINYI, Role.CITY_EDITOR), (QINGDAO, Role.CITY_EDITOR), ("370000", Role.REVIEWER)):
            with database.write() as session:
                made = access_keys.create(session, AccessKeyCreate(role=role, adcode=adcode), "test")
            self.headers[adcode] = {"Authorization": f"Bearer {made.key}"}

    def get(self, who: str | None, path: str, **params: object) -> dict:
        answer = self.client.get(path, params=params, headers=self.headers[who])
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture(scope="module")
def house(backend: Backend, seeded_url: str) -> Iterator[House]:
    url = backend.copy(seeded_url)
    with TestClient(create_app(settings_for(url))) as client:
        yield House(client, client.app.state.database)  # type: ignore[attr-defined]
    backend.drop(url)


def test_gaps(house: House) -> None:
    every = house.get(None, f"{UPPER}/gaps", limit=500)["items"]
    assert house.get("370000", f"{UPPER}/gaps", limit=500)["items"] == every, "a province sees all of its cascade"
    for city in (LINYI, QINGDAO):
        own = house.get(city, f"{UPPER}/gaps", limit=500)["items"]
        assert own == [gap for gap in every if gap["adcode"] == city]
        assert own
    assert house.get(LINYI, f"{UPPER}/gaps", adcode=QINGDAO)["items"] == []
    foreign = next(gap["id"] for gap in every if gap["adcode"] == QINGDAO)
    hidden = house.client.get(f"{UPPER}/gaps/{foreign}", headers=house.headers[LINYI])
    never = house.client.get(f"{UPPER}/gaps/none-such", headers=house.headers[LINYI])
    assert hidden.status_code == 404
    assert hidden.json()["detail"].replace(foreign, "none-such") == never.json()["detail"], "as if it were not there"
    assert house.get("370000", f"{UPPER}/gaps/{foreign}")["id"] == foreign


def test_gaps_in_pages(house: House) -> None:
    own = house.get(LINYI, f"{UPPER}/gaps", limit=500)["items"]
    seen: list[dict] = []
    cursor: dict[str, str] = {}
    while True:
        page = house.get(LINYI, f"{UPPER}/gaps", limit=7, **cursor)
        seen += page["items"]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert seen == own


def test_the_matrix(house: House) -> None:
    whole, own = (house.get(who, f"{UPPER}/coverage") for who in ("370000", LINYI))
    assert [city["adcode"] for city in own["cities"]] == [LINYI]
    at = [city["adcode"] for city in whole["cities"]].index(LINYI)
    for all_cities, one in zip(whole["items"], own["items"], strict=True):
        assert one["cells"] == [all_cities["cells"][at]]
    totals = own["summary"]
    assert totals["pairs"] == sum(value for name, value in totals.items() if name != "pairs")
    assert totals["pairs"] * len(whole["cities"]) == whole["summary"]["pairs"]
    for rollup in own["rollups"]:
        assert {city["adcode"] for city in rollup["cities"]} <= {LINYI}


def test_one_city_against_the_province(house: House) -> None:
    own = house.get(LINYI, f"{UPPER}/coverage/{LINYI}-edu-2020")
    assert own == house.get("370000", f"{UPPER}/coverage/{LINYI}-edu-2020")
    for form in ("json", "csv", "xlsx", "docx"):
        hidden = house.client.get(
            f"{UPPER}/coverage/{QINGDAO}-edu-2020", params={"format": form}, headers=house.headers[LINYI]
        )
        assert (hidden.status_code, hidden.json()["type"]) == (404, "/problems/not-found")


def test_who_does_not_implement_an_item(house: House) -> None:
    whole, own = (house.get(who, f"{UPPER}/items/8/implementers") for who in ("370000", LINYI))
    assert own["implementers"] == whole["implementers"], "what a city does stands in its published plan"
    assert len(whole["not_implemented_by"]) > 10
    assert {city["adcode"] for city in own["not_implemented_by"]} <= {LINYI}


def test_files(house: House) -> None:
    headers = house.headers[LINYI]
    table = house.client.get(f"{UPPER}/gaps", params={"format": "csv"}, headers=headers)
    rows = list(csv.reader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert len(rows) == 1 + len(house.get(LINYI, f"{UPPER}/gaps", limit=500)["items"])
    assert "青岛" not in table.content.decode("utf-8-sig")
    for path in ("gaps", "coverage"):
        for form in ("xlsx", "docx"):
            answer = house.client.get(f"{UPPER}/{path}", params={"format": form}, headers=headers)
            assert answer.status_code == 200
            assert "青岛" not in _text(answer.content), (path, form)
            assert "临沂" in _text(answer.content), (path, form)


def _text(data: bytes) -> str:
    """All XML of an office file."""
    import zipfile  # noqa: PLC0415 - here only

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


def test_previews_are_their_makers(house: House) -> None:
    document = {"file": ("draft.txt", "临沂市教育局2021年工作要点\n1.办好学校。新建学校3所。\n".encode())}
    url = "/api/v1/plans/previews"
    made = house.client.post(url, files=document, headers=house.headers[LINYI]).json()
    for who in (LINYI, "370000", None):
        assert made["id"] in {row["id"] for row in house.get(who, url)["items"]}
        assert house.get(who, f"{url}/{made['id']}")["id"] == made["id"]
    assert made["id"] not in {row["id"] for row in house.get(QINGDAO, url)["items"]}
    stranger = house.headers[QINGDAO]
    for method, path in (("GET", ""), ("GET", "/lines"), ("PATCH", ""), ("POST", "/confirmation"), ("DELETE", "")):
        sent: dict = {"json": {}} if method == "PATCH" else {}
        answer = house.client.request(method, f"{url}/{made['id']}{path}", headers=stranger, **sent)
        assert answer.status_code == 404, (method, path)
    # A city may look at any document, and store only its own.
    foreign = house.client.post(url, files=document, headers=stranger).json()
    assert house.client.post(f"{url}/{foreign['id']}/confirmation", headers=stranger).status_code == 403
    assert house.client.get("/api/v1/plans/371300-edu-2021", headers=ADMIN).status_code == 404
    assert house.client.post(f"{url}/{made['id']}/confirmation", headers=house.headers[LINYI]).status_code == 201


def test_importing_and_checking_for_another_city(house: House) -> None:
    document = {"file": ("draft.txt", "青岛市教育局2021年工作要点\n1.办好学校。新建学校3所。\n".encode())}
    for path in ("/api/v1/plans", "/api/v1/checks"):
        for form in ({}, {"adcode": QINGDAO, "domain": "edu", "year": "2021"}):
            refused = house.client.post(path, files=document, data=form, headers=house.headers[LINYI])
            assert refused.status_code == 403, path
            assert LINYI in refused.json()["detail"]
    named = {"adcode": "379900", "name": "云河市", "domain": "edu", "year": "2021"}
    assert (
        house.client.post("/api/v1/plans", files=document, data=named, headers=house.headers[LINYI]).status_code == 403
    )
    assert house.client.get("/api/v1/jurisdictions/379900", headers=ADMIN).status_code == 404, "nothing is registered"
