"""The graph layer by itself: coverage is counted per pair, walks have budgets, and cycles do not hold it."""

from itertools import product

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import graph
from app.graph import CascadeRows, CityRow, GraphBudgetExceededError, ItemRow, LinkRow, TaskRow

UPPER = "370000-edu-2020"
CITIES = ("370100", "370200", "370300")
STATUSES = ("proposed", "confirmed", "stale", "rejected", "withdrawn")


def city(adcode: str, *, plan: bool = True, year: int = 2020, judged: bool = True) -> CityRow:
    key = f"{adcode}-edu-{year}" if plan else None
    return CityRow(adcode, adcode, key, year if plan else None, year == 2020 if plan else None, judged, outdated=False)


def item(plan: str, number: int, scopes: tuple[str, ...]) -> ItemRow:
    tasks = tuple(TaskRow(f"{plan}/{number}.{k}", f"任务{k}", scope) for k, scope in enumerate(scopes, 1))
    return ItemRow(f"{plan}/{number}", plan, number, f"第{number}条", tasks)


def task_link(upper: str, lower: str, coverage: str = "full", status: str = "proposed", score: float = 0.9) -> LinkRow:
    return LinkRow(f"{upper}>{lower}", upper, lower, coverage, None, status, score, "上", "下")


def item_link(upper: str, lower: str, strength: str = "implements", status: str = "proposed") -> LinkRow:
    return LinkRow(f"{upper}>{lower}", upper, lower, None, strength, status, 0.8, "上", "下")


def cascade(
    cities: tuple[CityRow, ...], items: tuple[ItemRow, ...], links: tuple[LinkRow, ...] = ()
) -> "nx.DiGraph[str]":
    return graph.build(CascadeRows(UPPER, "370000", "山东省", 2020, cities, items, links, {}, {}, ()), max_nodes=10_000)


@st.composite
def cascades(draw: st.DrawFn) -> "nx.DiGraph[str]":
    """A small cascade with links of every kind and status."""
    scopes = st.sampled_from(("city", "province", "institution"))
    upper = tuple(
        item(UPPER, number, tuple(draw(st.lists(scopes, min_size=1, max_size=3))))
        for number in range(1, draw(st.integers(1, 4)) + 1)
    )
    rows = tuple(
        city(code, plan=draw(st.booleans()), year=draw(st.sampled_from((2020, 2021))), judged=draw(st.booleans()))
        for code in CITIES
    )
    lower = tuple(item(row.plan, number, ("city", "city")) for row in rows if row.plan for number in (1, 2))
    ends = list(product([t.id for i in upper for t in i.tasks], [t.id for i in lower for t in i.tasks]))
    chosen = draw(st.lists(st.sampled_from(ends), max_size=12, unique=True)) if ends else []
    judged = {row.plan for row in rows if row.judged}
    links = tuple(
        task_link(
            *pair,
            coverage=draw(st.sampled_from(("full", "partial"))),
            status=draw(st.sampled_from(STATUSES)),
            score=draw(st.floats(0, 1)),
        )
        for pair in chosen
        if pair[1].partition("/")[0] in judged
    )
    return cascade(rows, upper + lower, links)


@given(cascades())
def test_gaps_and_coverage_say_the_same(network: "nx.DiGraph[str]") -> None:
    found = graph.gaps(network)
    assert [graph.order(gap) for gap in found] == sorted(graph.order(gap) for gap in found)
    assert len({gap.id for gap in found}) == len(found)
    for row in graph.cities(network):
        of_city = {(gap.kind, gap.task) for gap in found if gap.adcode == row.adcode}
        if row.plan is None:
            assert of_city == {("no_plan", None)}
        elif not row.same_period:
            assert of_city == {("other_period", None)}
        elif not row.judged:
            assert of_city == {("not_judged", None)}
        else:
            tasks = graph.applicable([t for i in graph.pair_coverage(network, row) for t in i.tasks])
            missing = {("missing", task.task) for task in tasks if task.coverage == "none"}
            partial = {("partial", task.task) for task in tasks if task.coverage == "partial"}
            statuses = {task.task: {link.status for link in task.evidence} for task in tasks}
            open_ones = {("unreviewed", task) for task, found in statuses.items() if found == {"proposed"}}
            open_ones |= {("stale", task) for task, found in statuses.items() if "stale" in found}
            orphans = {("orphan", None)} if graph.orphans(network, row.plan) else set()
            assert of_city == missing | partial | open_ones | orphans


@given(cascades())
def test_one_citys_links_never_change_anothers_coverage(network: "nx.DiGraph[str]") -> None:
    rows = [row for row in graph.cities(network) if row.plan]
    for row in rows:
        alone = network.copy()
        others = [row.plan for row in graph.cities(network) if row.plan] if row.plan is None else []
        others += [other.plan for other in rows if other.plan != row.plan and other.plan]
        alone.remove_nodes_from([node for node, data in network.nodes(data=True) if data.get("plan") in others])
        assert graph.pair_coverage(alone, row) == graph.pair_coverage(network, row)


@given(cascades())
def test_rejected_links_count_nowhere(network: "nx.DiGraph[str]") -> None:
    for row in graph.cities(network):
        for answer in graph.pair_coverage(network, row):
            for task in answer.tasks:
                assert all(link.status in graph.COUNTING for link in task.evidence)
                if task.coverage is not None:
                    levels = {link.coverage for link in task.evidence}
                    assert task.coverage == ("full" if "full" in levels else "partial" if levels else "none")
                    scores = [link.score for link in task.evidence]
                    assert scores == sorted(scores, reverse=True)


@given(cascades())
def test_cells_count_the_tasks_that_apply(network: "nx.DiGraph[str]") -> None:
    for node in graph.items_of(network, UPPER):
        scopes = [network.nodes[task]["applies_to"] for task in graph.tasks_of(network, node)]
        for row in graph.cities(network):
            cell = graph.cell(network, node, row)
            counted = cell.full + cell.partial + cell.none
            silent = cell.verdict in {"no_plan", "other_period", "not_judged"}
            assert counted == (0 if silent else scopes.count("city"))
            assert (cell.verdict == "not_applicable") == (not silent and counted == 0)


def test_a_diligent_city_does_not_hide_anothers_gap() -> None:
    rows = (city("370100"), city("370200"))
    items = (item(UPPER, 1, ("city",)), item("370100-edu-2020", 1, ("city",)), item("370200-edu-2020", 1, ("city",)))
    network = cascade(rows, items, (task_link(f"{UPPER}/1.1", "370100-edu-2020/1.1"),))
    assert [(gap.kind, gap.adcode) for gap in graph.gaps(network)] == [
        ("missing", "370200"),
        ("unreviewed", "370100"),
        ("orphan", "370200"),
    ]


@pytest.mark.parametrize(
    ("coverages", "expected"),
    [((), "missing"), (("full", "full"), "covered"), (("full", "partial"), "partial"), (("full", None), "partial")],
)
def test_verdict_of_an_item(coverages: tuple[str | None, ...], expected: str) -> None:
    lower = "370100-edu-2020"
    items = (item(UPPER, 1, ("city", "city", "province")), item(lower, 1, ("city",)))
    links = tuple(task_link(f"{UPPER}/1.{k}", f"{lower}/1.1", c) for k, c in enumerate(coverages, 1) if c)
    network = cascade((city("370100"),), items, links)
    assert graph.cell(network, f"{UPPER}/1", city("370100")).verdict == expected


@pytest.mark.parametrize(
    ("statuses", "basis"),
    [
        (("confirmed",), "confirmed"),
        (("proposed", "stale"), "proposed"),
        (("confirmed", "proposed"), "mixed"),
        ((), None),
    ],
)
def test_basis(statuses: tuple[str, ...], basis: str | None) -> None:
    lower = "370100-edu-2020"
    items = (item(UPPER, 1, ("city", "city")), item(lower, 1, ("city",)))
    links = tuple(task_link(f"{UPPER}/1.{k}", f"{lower}/1.1", status=s) for k, s in enumerate(statuses, 1))
    assert graph.cell(cascade((city("370100"),), items, links), f"{UPPER}/1", city("370100")).basis == basis


def test_a_cycle_does_not_hold_the_walk() -> None:
    """A link that leads back up: A → B → A. Another tool's recursion never comes back from one."""
    lower = "370100-edu-2020"
    items = (item(UPPER, 1, ("city",)), item(lower, 1, ("city",)))
    links = (item_link(f"{UPPER}/1", f"{lower}/1"), item_link(f"{lower}/1", f"{UPPER}/1"))
    network = cascade((city("370100"),), items, links)
    assert not nx.is_directed_acyclic_graph(network)
    assert graph.impact(network, f"{UPPER}/1", depth=100, max_nodes=10) == [
        f"{UPPER}/1",
        f"{UPPER}/1.1",
        f"{lower}/1",
        f"{lower}/1.1",
    ]


def test_budgets_are_exact_and_named() -> None:
    items = (item(UPPER, 1, ("city",) * 3),)
    network = cascade((), items)
    assert len(graph.impact(network, UPPER, depth=9, max_nodes=5)) == 5
    with pytest.raises(GraphBudgetExceededError) as walk:
        graph.impact(network, UPPER, depth=9, max_nodes=4)
    assert walk.value.limit == 4
    rows = CascadeRows(UPPER, "370000", "山东省", 2020, (), items, (), {}, {}, ())
    assert len(graph.build(rows, max_nodes=5)) == 5
    with pytest.raises(GraphBudgetExceededError):
        graph.build(rows, max_nodes=4)


def test_depth_is_exact() -> None:
    network = cascade((), (item(UPPER, 1, ("city",)), item(UPPER, 2, ("city",))))
    assert [len(graph.impact(network, UPPER, depth=depth, max_nodes=99)) for depth in range(4)] == [1, 3, 5, 5]


def test_links_into_another_cascade_are_left_out() -> None:
    network = cascade((), (item(UPPER, 1, ("city",)),), (item_link(f"{UPPER}/1", "990000-edu-2020/1"),))
    assert set(network) == {UPPER, f"{UPPER}/1", f"{UPPER}/1.1"}


@given(cascades())
def test_exports_read_back(network: "nx.DiGraph[str]") -> None:
    part = graph.part(network, graph.impact(network, UPPER, depth=10, max_nodes=1000))
    back = nx.node_link_graph(graph.node_link(part), edges="edges")
    assert nx.utils.graphs_equal(back, part)
    parsed = nx.parse_graphml(graph.graphml(part).decode())
    assert set(parsed) == set(part)
    assert set(parsed.edges) == set(part.edges)


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [(("proposed", "confirmed"), "full"), (("proposed", "rejected"), "partial"), (("rejected", "rejected"), "none")],
)
def test_partial_ones_that_together_are_whole(statuses: tuple[str, str], expected: str) -> None:
    lower = "370100-edu-2020"
    items = (item(UPPER, 1, ("city",)), item(lower, 1, ("city", "city")))
    links = tuple(
        task_link(f"{UPPER}/1.1", f"{lower}/1.{k}", "partial", status) for k, status in enumerate(statuses, 1)
    )
    scores = {(f"{UPPER}/1.1", lower): graph.Judged(0.9, together=True)}
    rows = CascadeRows(UPPER, "370000", "山东省", 2020, (city("370100"),), items, links, scores, {}, ())
    found = graph.task_coverage(graph.build(rows, max_nodes=99), f"{UPPER}/1.1", city("370100"))
    assert found.coverage == expected
