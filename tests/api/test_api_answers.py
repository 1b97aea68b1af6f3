"""The answers about the five plans, asked as a front end would."""

import pytest
from fastapi.testclient import TestClient

V1 = "/api/v1/plans"
SHANDONG = f"{V1}/370000-edu-2020"
LINYI = "371300-edu-2020"
TASK_LINKS = {"full", "partial"}


def get(client: TestClient, url: str, **params: object) -> dict:
    response = client.get(url, params={k: v for k, v in params.items() if v is not None})
    assert response.status_code == 200, response.text
    return response.json()


def every(client: TestClient, url: str, **params: object) -> list[dict]:
    """All pages of a list."""
    found, cursor = [], None
    while True:
        page = get(client, url, cursor=cursor, **params)
        found += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return found


@pytest.fixture(scope="module")
def texts(seeded_client: TestClient) -> dict[str, str]:
    """The text of every item by its id."""
    plans = [plan["id"] for plan in every(seeded_client, V1)]
    return {item["id"]: item["text"] for plan in plans for item in every(seeded_client, f"{V1}/{plan}/items")}


def test_who_implements_provincial_task_8(seeded_client: TestClient) -> None:
    answer = get(seeded_client, f"{SHANDONG}/items/8/implementers")
    assert answer["item"] == {
        "id": "370000-edu-2020/8",
        "number": 8,
        "title": "实现失学辍学、大班额和配套园整治“三个清零”",
    }
    found = {plan["plan"]: plan for plan in answer["implementers"]}
    linyi = {item["number"]: item["strength"] for item in found[LINYI]["items"]}
    assert linyi[16] == linyi[18] == "implements"
    assert found["370200-edu-2020"]["same_period"]
    assert not found["370800-edu-2021"]["same_period"]
    assert list(found)[-1] == "370800-edu-2021", "plans of another year come last"
    assert not any(plan.startswith("32") for plan in found), "Jiangsu is no parent of Shandong's cities"
    reasons = [city["reason"] for city in answer["not_implemented_by"]]
    assert reasons == ["no_plan"] * 13


def test_every_city_stands_in_one_of_the_two_lists(seeded_client: TestClient) -> None:
    cities = {city["adcode"] for city in every(seeded_client, "/api/v1/jurisdictions", parent="370000")}
    assert len(cities) == 16
    for number in range(1, 24):
        answer = get(seeded_client, f"{SHANDONG}/items/{number}/implementers")
        inside = [plan["adcode"] for plan in answer["implementers"]]
        outside = [city["adcode"] for city in answer["not_implemented_by"]]
        assert sorted(inside + outside) == sorted(cities)
        assert all(plan["items"] for plan in answer["implementers"])


def test_evidence_is_verbatim(seeded_client: TestClient, texts: dict[str, str]) -> None:
    seen = 0
    for number in range(1, 24):
        for plan in get(seeded_client, f"{SHANDONG}/items/{number}/implementers")["implementers"]:
            for item in plan["items"]:
                assert item["evidence"], "nothing without its evidence"
                for evidence in item["evidence"]:
                    assert evidence["upper_text"] in texts[f"370000-edu-2020/{number}"]
                    assert evidence["lower_text"] in texts[item["id"]]
                    seen += 1
    assert seen > 100


def test_implementers_are_ranked_and_filtered(seeded_client: TestClient) -> None:
    url = f"{SHANDONG}/items/8/implementers"
    for plan in get(seeded_client, url)["implementers"]:
        scores = [item["score"] for item in plan["items"]]
        assert scores == sorted(scores, reverse=True)
    only = get(seeded_client, url, adcode="371300")
    assert [plan["adcode"] for plan in only["implementers"]] == ["371300"]
    assert only["not_implemented_by"] == []
    assert get(seeded_client, url, status="confirmed")["implementers"] == []
    same = get(seeded_client, url, period="same")
    assert {"adcode": "370800", "name": "济宁市", "reason": "other_period"} in same["not_implemented_by"]
    assert all(plan["same_period"] for plan in same["implementers"])


def test_upstream_is_the_same_links_seen_from_below(seeded_client: TestClient) -> None:
    down = {
        (number, item["number"]): item["link"]
        for number in range(1, 24)
        for plan in get(seeded_client, f"{SHANDONG}/items/{number}/implementers")["implementers"]
        if plan["plan"] == LINYI
        for item in plan["items"]
    }
    up = {
        (item["number"], number): item["link"]
        for number in range(1, 36)
        for plan in get(seeded_client, f"{V1}/{LINYI}/items/{number}/upstream")["upstream"]
        for item in plan["items"]
    }
    assert up == down


def test_one_city_against_the_province(seeded_client: TestClient, texts: dict[str, str]) -> None:
    answer = get(seeded_client, f"{SHANDONG}/coverage/{LINYI}")
    assert (answer["upper"], answer["lower"], answer["same_period"], answer["outdated"]) == (
        "370000-edu-2020",
        LINYI,
        True,
        False,
    )
    assert [item["number"] for item in answer["items"]] == list(range(1, 24))
    tasks = [task for item in answer["items"] for task in item["tasks"]]
    plan = every(seeded_client, f"{SHANDONG}/items")
    assert [task["id"] for task in tasks] == [task["id"] for item in plan for task in item["tasks"]]
    for task in tasks:
        assert task["coverage"] in {"full", "partial", "none"}
        assert bool(task["evidence"]) == (task["coverage"] != "none")
        for evidence in task["evidence"]:
            assert evidence["text"] in texts[f"{LINYI}/{evidence['item']}"]
    applicable = [task["coverage"] for task in tasks if task["applies_to"] == "city"]
    assert answer["summary"] == {
        "applicable_tasks": len(applicable),
        "full": applicable.count("full"),
        "partial": applicable.count("partial"),
        "none": applicable.count("none"),
        "not_judged": 0,
    }


def test_a_plan_of_another_year_is_judged_but_does_not_count(seeded_client: TestClient) -> None:
    answer = get(seeded_client, f"{SHANDONG}/coverage/370800-edu-2021")
    assert not answer["same_period"]
    assert answer["summary"]["full"] > 0
    matrix = get(seeded_client, f"{SHANDONG}/coverage")
    cells = [cell for item in matrix["items"] for cell in item["cells"] if cell["adcode"] == "370800"]
    assert {cell["verdict"] for cell in cells} == {"other_period"}
    kinds = {gap["kind"] for gap in every(seeded_client, f"{SHANDONG}/gaps", adcode="370800")}
    assert kinds == {"other_period"}


def test_the_matrix_adds_up(seeded_client: TestClient) -> None:
    matrix = get(seeded_client, f"{SHANDONG}/coverage")
    summary = dict(matrix["summary"])
    assert len(matrix["cities"]) == 16
    assert all(
        [cell["adcode"] for cell in item["cells"]] == [c["adcode"] for c in matrix["cities"]]
        for item in matrix["items"]
    )
    applicable = sum(item["applicable_tasks"] for item in matrix["items"])
    assert summary.pop("pairs") == applicable * 16 == sum(summary.values())
    assert summary["no_plan"] == applicable * 13
    assert summary["other_period"] == applicable
    pair = get(seeded_client, f"{SHANDONG}/coverage/{LINYI}")
    for row, item in zip(matrix["items"], pair["items"], strict=True):
        cell = next(cell for cell in row["cells"] if cell["adcode"] == "371300")
        assert cell["verdict"] == item["verdict"]
        assert cell["full"] + cell["partial"] + cell["none"] == row["applicable_tasks"]
        assert cell["basis"] == ("proposed" if cell["full"] + cell["partial"] else None)


def test_gaps_are_what_the_pairs_leave_open(seeded_client: TestClient) -> None:
    gaps = every(seeded_client, f"{SHANDONG}/gaps", limit=50)
    assert len({gap["id"] for gap in gaps}) == len(gaps)
    assert len([gap for gap in gaps if gap["kind"] == "no_plan"]) == 13
    for city in ("370200-edu-2020", LINYI):
        pair = get(seeded_client, f"{SHANDONG}/coverage/{city}")
        tasks = [t for item in pair["items"] for t in item["tasks"] if t["applies_to"] == "city"]
        for kind, coverage in (("missing", {"none"}), ("partial", {"partial"}), ("unreviewed", TASK_LINKS)):
            expected = sorted(task["id"] for task in tasks if task["coverage"] in coverage)
            assert sorted(gap["task"] for gap in gaps if gap["kind"] == kind and gap["plan"] == city) == expected
        orphans = sorted(gap["item"] for gap in gaps if gap["kind"] == "orphan" and gap["plan"] == city)
        assert orphans == [orphan["number"] for orphan in pair["orphans"]]


def test_gaps_are_explained_and_ordered(seeded_client: TestClient) -> None:
    gaps = every(seeded_client, f"{SHANDONG}/gaps")
    ranks = {"high": 0, "medium": 1, "low": 2, "info": 3}
    per_city = {"no_plan", "other_period", "not_judged"}
    order = [(gap["kind"] not in per_city, ranks[gap["severity"]], -gap["score"]) for gap in gaps]
    assert order == sorted(order)
    for gap in gaps:
        assert gap["explanation"]
        assert gap["rule"]
        assert 0 <= gap["score"] <= 1
    # Reasons are computed anew for each: a sample of every kind.
    for gap in {gap["kind"]: gap for gap in gaps}.values():
        detail = get(seeded_client, f"{SHANDONG}/gaps/{gap['id']}")
        assert {name: detail[name] for name in gap} == gap
        if gap["kind"] in {"partial", "unreviewed"}:
            assert detail["evidence"][0]["lower_text"] == gap["lower_text"]
            assert gap["lower_text"] in gap["explanation"]
        if gap["task"]:
            assert gap["upper_text"] in gap["explanation"]


def test_gaps_in_english_and_by_filter(seeded_client: TestClient) -> None:
    response = seeded_client.get(f"{SHANDONG}/gaps", headers={"Accept-Language": "en"})
    assert response.json()["items"][0]["explanation"].startswith("济南市 (370100) has no imported plan")
    severe = every(seeded_client, f"{SHANDONG}/gaps", severity="high", adcode="371300")
    assert severe
    assert {(gap["severity"], gap["adcode"]) for gap in severe} == {("high", "371300")}


def test_a_province_without_city_plans(seeded_client: TestClient) -> None:
    gaps = every(seeded_client, f"{V1}/320000-edu-2020/gaps")
    assert [gap["kind"] for gap in gaps] == ["no_plan"] * 13
    answer = get(seeded_client, f"{V1}/320000-edu-2020/items/1/implementers")
    assert answer["implementers"] == []
    assert len(answer["not_implemented_by"]) == 13


def test_the_cascade_as_a_graph(seeded_client: TestClient) -> None:
    plan = get(seeded_client, f"{SHANDONG}/cascade", depth=0)
    assert [node["id"] for node in plan["nodes"]] == ["370000-edu-2020"]
    assert plan["edges"] == []
    items = get(seeded_client, f"{SHANDONG}/cascade", depth=1)
    assert len(items["nodes"]) == 24
    whole = get(seeded_client, f"{SHANDONG}/cascade")
    nodes = {node["id"] for node in whole["nodes"]}
    assert {f"{LINYI}/16", f"{LINYI}/18", "370000-edu-2020/8.4"} <= nodes
    assert all(edge["source"] in nodes and edge["target"] in nodes for edge in whole["edges"])
    assert {edge["kind"] for edge in whole["edges"]} == {"contains", "implements", "covers"}
    graphml = seeded_client.get(f"{SHANDONG}/cascade", params={"format": "graphml"})
    assert graphml.headers["content-type"].startswith("application/graphml+xml")
    assert graphml.text.count("<node ") == len(nodes)


def test_links_are_read_from_either_end(seeded_client: TestClient) -> None:
    links = every(seeded_client, "/api/v1/links", upper="370000-edu-2020/8", lower=LINYI)
    assert any(link["strength"] == "implements" and link["lower"] == f"{LINYI}/18" for link in links)
    tasks = every(seeded_client, "/api/v1/links", upper="370000-edu-2020/8.4")
    assert tasks
    assert {link["upper"] for link in tasks} == {"370000-edu-2020/8.4"}
    assert every(seeded_client, "/api/v1/links", upper="370000-edu-2020/999999999999") == []
    assert every(seeded_client, "/api/v1/links", status="rejected") == []
    for link in links:
        assert (link["coverage"] is None) != (link["strength"] is None)


def test_a_link_is_read_as_it_is_listed(seeded_client: TestClient) -> None:
    for link in every(seeded_client, "/api/v1/links", upper="370000-edu-2020/8", lower=LINYI)[:3]:
        assert get(seeded_client, f"/api/v1/links/{link['id']}").items() >= link.items()


def test_search_knows_both_scripts(seeded_client: TestClient, texts: dict[str, str]) -> None:
    simplified = every(seeded_client, "/api/v1/search", q="控辍保学")
    traditional = every(seeded_client, "/api/v1/search", q="控輟保學")
    assert simplified == traditional
    assert "370200-edu-2020/17" in {hit["id"] for hit in simplified}
    for hit in simplified:
        assert hit["spans"]
        for start, end in hit["spans"]:
            assert texts[hit["id"]][start:end] in {"控辍保学", "控輟保學"}
    assert every(seeded_client, "/api/v1/search", q="大班额 幼儿园") != every(
        seeded_client, "/api/v1/search", q="大班额"
    )
    assert every(seeded_client, "/api/v1/search", q="100%") != every(seeded_client, "/api/v1/search", q="%"), (
        "no wildcards"
    )
    assert every(seeded_client, "/api/v1/search", q="这句话哪里都没有") == []


def test_head_is_answered_wherever_get_is(seeded_client: TestClient) -> None:
    for url in ("/", "/healthz", "/docs", "/openapi.json", V1, f"{SHANDONG}/gaps", f"{SHANDONG}/items/8/implementers"):
        head = seeded_client.head(url, follow_redirects=False)
        assert head.status_code == seeded_client.get(url, follow_redirects=False).status_code
        assert head.content == b""


def test_whatever_covers_a_task_is_among_the_implementers(seeded_client: TestClient) -> None:
    for lower in ("370200-edu-2020", LINYI, "370800-edu-2021"):
        for item in get(seeded_client, f"{SHANDONG}/coverage/{lower}")["items"]:
            shown = {implementer["number"] for implementer in item["implementers"]}
            covering = {evidence["item"] for task in item["tasks"] for evidence in task["evidence"]}
            assert covering <= shown
