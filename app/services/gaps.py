"""The compliance gaps of a cascade, each with its reasons in words."""

from dataclasses import dataclass

from sqlmodel import Session

from app import graph
from app.errors import GapNotFound
from app.graph import CityRow, Gap
from app.linking import Coverage
from app.models import LinkStatus
from app.pagination import Page, PageRequest
from app.schemas.common import GapKind, Severity
from app.schemas.coverage import GapDetail, GapEvidence, GapRead
from app.services import cascades, jurisdictions

# For each kind: the rule's id, and the sentence in Chinese and in English.
RULES = {
    "no_plan": (
        "no-plan",
        "{name}（{adcode}）在本级联的领域和年份前后两年内没有已导入的要点，无法判断是否承接。",
        "{name} ({adcode}) has no imported plan of this domain within two years, so nothing can be said.",
    ),
    "other_period": (
        "other-period",
        "{name}只有{year}年的要点（{plan}），与上级要点的{upper_year}年不是同一年，其承接情况仅供参考，不计入本年度。",
        "{name} only has a plan of {year} ({plan}), not of {upper_year}; what it carries out does not count for this year.",
    ),
    "not_judged": (
        "not-judged",
        "{name}的要点（{plan}）尚未与上级要点比对，请先运行比对（link-runs）。",
        "{name}'s plan ({plan}) has not been linked to the upper plan yet; start a link run.",
    ),
    "missing": (
        "task-missing",
        "在{name}的要点（{plan}）中没有找到承接「{upper_text}」的内容（{task}）；最接近之处的把握只有{closest:.0%}。",
        "Nothing in {name}'s plan ({plan}) takes up 「{upper_text}」 ({task}); the nearest place scores only {closest:.0%}.",
    ),
    "partial": (
        "task-partial",
        "{name}的「{lower_text}」（{lower}）只部分承接了「{upper_text}」（{task}）。",
        "{name}'s 「{lower_text}」 ({lower}) takes up 「{upper_text}」 ({task}) only in part.",
    ),
    "unreviewed": (
        "task-unreviewed",
        "「{upper_text}」（{task}）由{name}的「{lower_text}」（{lower}）承接，但只是机器提出的建议，尚未经人确认。",
        "「{upper_text}」 ({task}) is taken up by {name}'s 「{lower_text}」 ({lower}), but only as proposed, not confirmed.",
    ),
    "orphan": (
        "item-orphan",
        "{name}的「{lower_text}」（{lower}）没有对应的上级任务，属于本地自行安排，仅供了解。",
        "{name}'s 「{lower_text}」 ({lower}) answers to no upper task: an initiative of its own, for information.",
    ),
}


@dataclass(frozen=True, slots=True)
class GapFilter:
    """Which gaps are wanted; None means any."""

    adcode: str | None = None
    kind: GapKind | None = None
    severity: Severity | None = None


def page(session: Session, request: PageRequest, key: str, wanted: GapFilter, *, english: bool) -> Page[GapRead]:
    """A page of the gaps in their order; raises PlanNotFound or BadAdcode."""
    network = cascades.load(session, key)
    rows = _wanted(graph.gaps(network), wanted)
    found = request.sorted_page(rows, lambda gap: list(graph.order(gap)))
    cities = {city.adcode: city for city in graph.cities(network)}
    upper_year = network.nodes[key]["year"]
    return Page(
        items=[_read(gap, cities[gap.adcode], upper_year, english=english) for gap in found.items],
        next_cursor=found.next_cursor,
    )


def all_gaps(session: Session, key: str, wanted: GapFilter, *, english: bool) -> list[GapRead]:
    """Every gap, for a table or a file; raises PlanNotFound or BadAdcode."""
    network = cascades.load(session, key)
    cities = {city.adcode: city for city in graph.cities(network)}
    upper_year = network.nodes[key]["year"]
    rows = _wanted(graph.gaps(network), wanted)
    return [_read(gap, cities[gap.adcode], upper_year, english=english) for gap in rows]


def detail(session: Session, key: str, gap_id: str, *, english: bool) -> GapDetail:
    """One gap with the links it rests on; raises PlanNotFound or GapNotFound."""
    network = cascades.load(session, key)
    gap = next((gap for gap in graph.gaps(network) if gap.id == gap_id), None)
    if gap is None:
        raise GapNotFound(plan=key, gap=gap_id)
    city = next(city for city in graph.cities(network) if city.adcode == gap.adcode)
    evidence = graph.task_coverage(network, gap.task, city).evidence if gap.task else ()
    return GapDetail(
        **_read(gap, city, network.nodes[key]["year"], english=english).model_dump(),
        evidence=[
            GapEvidence(
                link=link.id,
                lower=link.lower,
                lower_text=link.lower_text,
                coverage=Coverage(link.coverage or Coverage.NONE),
                status=LinkStatus(link.status),
                score=link.score,
            )
            for link in evidence
        ],
    )


def _wanted(rows: list[Gap], wanted: GapFilter) -> list[Gap]:
    if wanted.adcode is not None:
        jurisdictions.check_adcode(wanted.adcode)
    return [
        gap
        for gap in rows
        if (wanted.adcode is None or gap.adcode == wanted.adcode)
        and (wanted.kind is None or gap.kind == wanted.kind)
        and (wanted.severity is None or gap.severity == wanted.severity)
    ]


def _read(gap: Gap, city: CityRow, upper_year: int, *, english: bool) -> GapRead:
    rule, zh, en = RULES[gap.kind]
    explanation = (en if english else zh).format(
        name=gap.name,
        adcode=gap.adcode,
        plan=gap.plan,
        year=city.year,
        upper_year=upper_year,
        task=gap.task,
        upper_text=gap.upper_text,
        lower_text=gap.lower_text,
        lower=gap.lower,
        closest=1 - gap.score,
    )
    return GapRead(
        id=gap.id,
        kind=GapKind(gap.kind),
        severity=Severity(gap.severity),
        score=gap.score,
        adcode=gap.adcode,
        plan=gap.plan,
        item=gap.item,
        task=gap.task,
        upper_text=gap.upper_text,
        lower_text=gap.lower_text,
        explanation=explanation,
        rule=rule,
        decision=None,
    )
