"""Thesauri that users own: read, edited, imported, exported; what was judged with another one is outdated."""

import pytest
from fastapi.testclient import TestClient

URL = "/api/v1/thesauri"
CSV = {"content-type": "text/csv"}
HEADER = "group,term,relation,preferred\n"
SMALL = HEADER + "alarm,一键报警,same,1\nalarm,一键式紧急报警,same,\nalarm,校园安防,broader,\n"
PAIR = "/api/v1/plans/370000-edu-2020/coverage/371300-edu-2020"


def put(client: TestClient, domain: str, text: str | bytes) -> tuple[int, dict]:
    data = text.encode() if isinstance(text, str) else text
    seen = client.get(f"{URL}/{domain}").headers.get("etag")
    response = client.put(f"{URL}/{domain}", content=data, headers=CSV | ({"If-Match": seen} if seen else {}))
    return response.status_code, response.json()


def test_the_shipped_thesaurus(seeded_client: TestClient) -> None:
    shipped = seeded_client.get(f"{URL}/edu").json()
    assert shipped["groups"] >= 950
    assert seeded_client.get(URL).json()["items"] == [shipped]
    found = seeded_client.get(f"{URL}/edu/groups", params={"q": "控輟保學"}).json()["items"]
    assert any(term["term"] == "控辍保学" for group in found for term in group["terms"])
    group = found[0]["group"]
    assert seeded_client.get(f"{URL}/edu/groups/{group}").json()["group"] == group


def test_groups_come_in_pages(seeded_client: TestClient) -> None:
    seen: list[str] = []
    cursor = None
    while len(seen) < 30:
        params = {"limit": 7} | ({"cursor": cursor} if cursor else {})
        page = seeded_client.get(f"{URL}/edu/groups", params=params).json()
        seen += [group["group"] for group in page["items"]]
        cursor = page["next_cursor"]
    assert len(set(seen)) == len(seen)


def test_exporting_and_importing_again_changes_nothing(own_seeded_client: TestClient) -> None:
    before = own_seeded_client.get(f"{URL}/edu").json()
    exported = own_seeded_client.get(f"{URL}/edu/export")
    assert exported.content.startswith(b"\xef\xbb\xbf")
    status, done = put(own_seeded_client, "edu", exported.content)
    assert (status, done["added"], done["removed"], done["changed"]) == (200, 0, 0, 0)
    assert own_seeded_client.get(f"{URL}/edu").json() == before


def test_a_change_marks_what_was_judged_as_outdated(own_seeded_client: TestClient) -> None:
    client = own_seeded_client
    assert not client.get(PAIR).json()["outdated"]
    body = {"terms": [{"term": "一键报警", "relation": "same", "preferred": True}]}
    assert client.put(f"{URL}/edu/groups/test-group", json=body).status_code == 201
    assert client.get(PAIR).json()["outdated"]
    seen = {"If-Match": client.get(f"{URL}/edu/groups/test-group").headers["etag"]}
    assert client.put(f"{URL}/edu/groups/test-group", json=body, headers=seen).status_code == 200
    assert client.delete(f"{URL}/edu/groups/test-group", headers=seen).status_code == 204
    assert not client.get(PAIR).json()["outdated"], "the same content again is the same thesaurus"
    put(client, "health", SMALL)
    assert not client.get(PAIR).json()["outdated"], "another domain's thesaurus touches nothing here"


def test_a_domain_gets_its_own(client: TestClient) -> None:
    status, done = put(client, "health", SMALL)
    assert (status, done["groups"], done["terms"], done["added"]) == (200, 1, 3, 3)
    status, done = put(client, "health", SMALL.replace("校园安防,broader", "校园安防,narrower").encode("gb18030"))
    assert (status, done["changed"], done["added"]) == (200, 1, 0)
    group = client.get(f"{URL}/health/groups/alarm").json()
    assert group["terms"][0] == {"term": "一键报警", "relation": "same", "preferred": True}
    assert client.delete(f"{URL}/health/groups/alarm", headers={"If-Match": "*"}).status_code == 204
    assert client.get(f"{URL}/health/groups/alarm").status_code == 404


def test_nobody_overwrites_what_he_has_not_seen(client: TestClient) -> None:
    alarm, whole = f"{URL}/health/groups/alarm", f"{URL}/health"
    one = {"terms": [{"term": "一键报警", "relation": "same", "preferred": True}]}
    two = {"terms": [*one["terms"], {"term": "校园安防", "relation": "broader", "preferred": False}]}
    gone = client.put(alarm, json=one, headers={"If-Match": '"x"'})
    assert (gone.status_code, client.get(whole).status_code) == (412, 404), "what one has seen there is gone"
    first = client.put(alarm, json=one)
    tag = first.headers["etag"]
    assert (first.status_code, client.get(alarm).headers["etag"]) == (201, tag)
    assert client.put(alarm, json=two).status_code == 428
    second = client.put(alarm, json=two, headers={"If-Match": tag})
    assert (second.status_code, second.headers["etag"] != tag) == (200, True)
    late = client.put(alarm, json=one, headers={"If-Match": tag})
    assert (late.status_code, late.json()["type"]) == (412, "/problems/precondition-failed")
    assert client.delete(alarm, headers={"If-Match": tag}).status_code == 412
    assert client.get(alarm).json()["terms"] == two["terms"]

    seen = client.get(whole).headers["etag"]
    assert client.get(f"{whole}/export").headers["etag"] == seen
    assert client.put(whole, content=SMALL.encode(), headers=CSV).status_code == 428
    assert client.put(whole, content=SMALL.encode(), headers={**CSV, "If-Match": '"x"'}).status_code == 412
    stored = client.put(whole, content=SMALL.encode(), headers={**CSV, "If-Match": seen})
    assert (stored.status_code, stored.headers["etag"]) == (200, client.get(whole).headers["etag"])


@pytest.mark.parametrize(
    ("text", "pointer"),
    [
        ("term\n控辍保学\n", "/rows/1"),
        (HEADER + "Bad Key,控辍保学,same,1\n", "/rows/2"),
        (HEADER + "a,控辍保学,same,1\nb,失学辍学,equal,1\n", "/rows/3"),
        (HEADER + "a,控,same,1\n", "/rows/2"),
        (HEADER + "a,控辍保学,same,\n", "/rows/2"),
        (HEADER + "a,控辍保学,same,1\na,控輟保學,same,\n", "/rows/2"),
        (HEADER + "a,控辍保学,same,1,more\n", "/rows/2"),
        (HEADER + "a,控辍保学\n", "/rows/2"),
        (b"\xff\xfe\x00", "/rows/1"),
    ],
)
def test_a_bad_file_changes_nothing_and_names_the_row(client: TestClient, text: str | bytes, pointer: str) -> None:
    put(client, "health", SMALL)
    status, problem = put(client, "health", text)
    assert (status, problem["type"]) == (422, "/problems/bad-thesaurus"), problem
    assert problem["errors"][0]["pointer"] == pointer
    assert client.get(f"{URL}/health").json()["terms"] == 3


def test_bad_groups_and_names(client: TestClient) -> None:
    twice = {"terms": [{"term": "一键报警", "relation": "same", "preferred": True}] * 2}
    assert client.put(f"{URL}/health/groups/alarm", json=twice).json()["type"] == "/problems/bad-thesaurus"
    assert client.get(f"{URL}/health").status_code == 404, "nothing half stored"
    good = {"terms": twice["terms"][:1]}
    assert client.put(f"{URL}/health/groups/BAD", json=good).status_code == 422
    assert client.put(f"{URL}/Health/groups/alarm", json=good).status_code == 422
    assert client.put(f"{URL}/health/groups/alarm", json={"terms": []}).status_code == 422
