"""Requests that meet: each is answered as if it came alone, on both databases."""

from concurrent.futures import ThreadPoolExecutor

from fastapi.testclient import TestClient

PLAN = "烟台市教育局2020年教育工作要点\n1.抓好落实。新建学校{}所。\n"
TOGETHER = 8


def upload(client: TestClient, schools: int) -> tuple[int, int]:
    response = client.post("/api/v1/plans", files={"file": PLAN.format(schools).encode()})
    return response.status_code, response.json()["edition"]


def test_the_same_plan_imported_at_once_is_stored_once(own_seeded_client: TestClient) -> None:
    with ThreadPoolExecutor(TOGETHER) as threads:
        answers = sorted(threads.map(lambda _: upload(own_seeded_client, 10), range(TOGETHER)))
    assert answers == [(200, 1)] * (TOGETHER - 1) + [(201, 1)]


def test_different_texts_imported_at_once_are_all_kept(own_seeded_client: TestClient) -> None:
    with ThreadPoolExecutor(TOGETHER) as threads:
        answers = sorted(threads.map(lambda number: upload(own_seeded_client, number), range(10, 10 + TOGETHER)))
    assert answers == [(201, edition) for edition in range(1, TOGETHER + 1)]


def test_readers_never_see_half_a_write(own_seeded_client: TestClient) -> None:
    """The matrix adds up whenever it is asked for, while link runs write."""
    url = "/api/v1/plans/370000-edu-2020"

    def read(_: int) -> bool:
        summary = own_seeded_client.get(f"{url}/coverage").json()["summary"]
        return summary.pop("pairs") == sum(summary.values())

    with ThreadPoolExecutor(TOGETHER) as threads:
        runs = [threads.submit(own_seeded_client.post, f"{url}/link-runs", json={}) for _ in range(2)]
        assert all(threads.map(read, range(20)))
        assert [run.result().status_code for run in runs] == [202, 202]
