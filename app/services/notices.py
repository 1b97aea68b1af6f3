"""The supervision notice (督查通报) as a draft: what the cities of a cascade carry out, and what they leave out.

It states and does not judge: cities stand in the order of their codes, nobody is ranked, and a target above the
province's is told like any other figure. The document office adds head, number, seal and date.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import networkx as nx
from sqlmodel import Session

from app import graph
from app.documents.writers.paper import Column, Grid, Heading, Paper, Part, Text
from app.graph import CityRow, Gap, TaskCoverage
from app.linking import Coverage
from app.models import Decision, LinkStatus
from app.schemas.common import DeadlineVerdict, GapKind, Target
from app.schemas.coverage import GapDecisionRead
from app.schemas.plans import PlanDetail
from app.services import gaps as found_gaps
from app.services import history, plans
from app.services.gap_decisions import holding
from app.services.gaps import Found, GapFilter
from app.services.history import Moment
from app.services.paper_words import MOST_EVIDENCE, named, numbered, place, stated
from app.services.rules import short
from app.services.scope import EVERYTHING, Scope

# The gaps of a city that a notice names, in the words of its tables.
NAMED = (
    GapKind.MISSING,
    GapKind.PARTIAL,
    GapKind.WEAKER_TARGET,
    GapKind.LATER_DEADLINE,
    GapKind.MISSING_DEADLINE,
)
_TOTALS = (
    Column("市", 22, centred=True),
    Column("要点", 30, centred=True),
    Column("适用\n任务", 13, centred=True),
    Column("全部\n承接", 13, centred=True),
    Column("部分\n承接", 13, centred=True),
    Column("未见\n承接", 13, centred=True),
    Column("目标\n偏低", 13, centred=True),
    Column("时限\n偏晚", 13, centred=True),
    Column("未定\n时限", 13, centred=True),
    Column("已经\n复核", 13, centred=True),
)
_GAPS = (
    Column("序号", 12, centred=True),
    Column("省级任务", 54),
    Column("市级要点中的相应内容", 50),
    Column("情况", 40),
)
_ROLLUPS = (
    Column("省级任务", 66),
    Column("指标", 30),
    Column("省级目标", 20, centred=True),
    Column("各市合计", 20, centred=True),
    Column("差额", 20, centred=True),
)
_NONE = "—"


@dataclass(frozen=True, slots=True)
class _Told:
    """A gap as the notice tells it: a finding, or, as long as nobody has confirmed it, to be verified."""

    gap: Gap
    confirmed: bool


@dataclass(frozen=True, slots=True)
class _City:
    """A city with what was found in its plan: its applicable tasks, and its gaps by task.

    `gaps` are those to be told, with whether somebody has confirmed them; `waived` are let be, and told apart. Gaps
    that were refuted are in neither.
    """

    row: CityRow
    plan: PlanDetail | None  # None: no plan
    tasks: tuple[TaskCoverage, ...]
    gaps: dict[str, tuple[_Told, ...]]
    waived: tuple[tuple[Gap, GapDecisionRead], ...]

    @property
    def counts(self) -> bool:
        """Whether its plan is of this year and was judged."""
        return bool(self.plan and self.row.same_period and self.row.judged)

    def having(self, kind: GapKind) -> int:
        told = [told.gap for found in self.gaps.values() for told in found]
        return sum(gap.kind == kind for gap in [*told, *(gap for gap, _ in self.waived)])

    @property
    def findings(self) -> int:
        """How many tasks have a gap that somebody has confirmed."""
        return sum(any(told.confirmed for told in found) for found in self.gaps.values())


def notice(
    session: Session, key: str, wanted: GapFilter, scope: Scope = EVERYTHING, seen: Moment | None = None
) -> Paper:
    """The notice about a plan's cities and their gaps, as far as they are wanted; raises as `gaps.find` does."""
    found = found_gaps.find(session, key, wanted, scope, seen)
    network = found.network
    upper = plans.detail(session, key, found.seen)
    cities = _cities(session, found, wanted, scope)
    parts: list[Part] = [Heading(1, "总体情况"), Text(_overview(network, upper, cities)), Text(_basis(cities))]
    rests_on = history.provenance(session, found.seen, [key, *(city.row.plan for city in cities)])
    parts.append(Text(stated(session, rests_on)))
    parts.append(Grid("表1  各市承接情况", _TOTALS, tuple(_totals(city) for city in cities)))
    judged = [city for city in cities if city.counts]
    if judged:
        parts.append(Heading(1, "各市情况"))
        for number, city in enumerate(judged, start=2):
            parts += _city_parts(city, number)
    parts += _without_plan(cities)
    rollups = network.graph["rollups"]
    if rollups and wanted == GapFilter(counted=wanted.counted):
        parts += [Heading(1, "省级总量指标"), Text(_ROLLUPS_TEXT), _rollups(network, len(judged) + 2)]
    parts += [Heading(1, "有关要求"), Text(_DEMAND)]
    return Paper(
        title=(f"关于{upper.name}{named(upper)}", "任务承接情况的通报"),
        remark="（代拟稿）",
        addressee="各有关市",
        parts=tuple(parts),
        # Organs that issue together are printed beside each other.
        signature=tuple((upper.issuer or "").split()),
    )


_ROLLUPS_TEXT = "以下指标由省级提出总量，各市要点写明数量的计入合计，没有写明的不计入；省级总量不作为单个市的要求。"
_DEMAND = (
    "请有关市对照本通报所列事项逐项核实。确未承接的，研究提出承接措施，明确责任单位和完成时限；"
    "已由其他文件承接的，说明文件名称、文号和相应条款。核实情况请于    年  月  日前反馈。"
)


def _cities(session: Session, found: Found, wanted: GapFilter, scope: Scope) -> list[_City]:
    network = found.network
    told: dict[str, dict[str, list[_Told]]] = {}
    waived: dict[str, list[tuple[Gap, GapDecisionRead]]] = {}
    for gap in found.gaps:
        decision = found.decisions.get(gap.id)
        holds = holding(decision)
        if gap.task is None or gap.kind not in NAMED or holds is Decision.REFUTED:
            continue
        if decision and holds is Decision.WAIVED:
            waived.setdefault(gap.adcode, []).append((gap, decision))
        else:
            rows = told.setdefault(gap.adcode, {}).setdefault(gap.task, [])
            rows.append(_Told(gap, holds is Decision.CONFIRMED))
    return [
        _City(
            row,
            plans.detail(session, row.plan, found.seen) if row.plan else None,
            tuple(graph.applicable([task for item in graph.pair_coverage(network, row) for task in item.tasks])),
            {task: tuple(gaps) for task, gaps in told.get(row.adcode, {}).items()},
            tuple(waived.get(row.adcode, [])),
        )
        for row in sorted(graph.cities(network), key=lambda row: row.adcode)
        if scope.sees(row.adcode) and wanted.adcode in (None, row.adcode)
    ]


def _overview(network: "nx.DiGraph[str]", upper: PlanDetail, cities: Sequence[_City]) -> str:
    items = graph.items_of(network, upper.id)
    tasks = [task for item in items for task in graph.tasks_of(network, item)]
    apply = sum(network.nodes[task]["applies_to"] == graph.CITY for task in tasks)
    judged = sum(city.counts for city in cities)
    other = sum(bool(city.plan) and not city.row.same_period for city in cities)
    waiting = sum(bool(city.plan) and bool(city.row.same_period) and not city.row.judged for city in cities)
    none = sum(city.plan is None for city in cities)
    parts = [
        f"{judged}个市{upper.year}年的要点已与省要点逐项比对",
        f"{waiting}个市的要点尚未比对" if waiting else "",
        f"{other}个市只有其他年度的要点" if other else "",
        f"{none}个市没有提供要点" if none else "",
    ]
    return (
        f"{named(upper)}{numbered(upper)}共{len(items)}条{len(tasks)}项任务，其中适用于各市的{apply}项。"
        f"本次涉及{len(cities)}个市：{'，'.join(part for part in parts if part)}。各市情况按行政区划代码排列，见表1。"
    )


def _basis(cities: Sequence[_City]) -> str:
    """What the notice rests on, said before anything else: proposals are no findings yet."""
    links = [link for city in cities if city.counts for task in city.tasks for link in task.evidence]
    confirmed = sum(link.status == LinkStatus.CONFIRMED for link in links)
    if len(links) == confirmed:
        return f"本通报所依据的{confirmed}处承接关系均已经人工复核确认。"
    return (
        f"本通报所依据的承接关系中，{confirmed}处已经人工复核确认，{len(links) - confirmed}处由系统比对提出、尚未复核。"
        "尚未复核的内容在正式印发前应当逐项核实。"
    )


def _totals(city: _City) -> tuple[str, ...]:
    if not city.plan:
        return (city.row.name, "未提供", *[_NONE] * 8)
    if not city.row.same_period:
        return (city.row.name, f"{city.row.year}年要点", *[_NONE] * 8)
    if not city.row.judged:
        return (city.row.name, "尚未比对", *[_NONE] * 8)
    levels = [task.coverage for task in city.tasks]
    counts = [levels.count(level) for level in (Coverage.FULL, Coverage.PARTIAL, Coverage.NONE)]
    kinds = (GapKind.WEAKER_TARGET, GapKind.LATER_DEADLINE, GapKind.MISSING_DEADLINE)
    reviewed = sum(any(link.status == LinkStatus.CONFIRMED for link in task.evidence) for task in city.tasks)
    figures = (len(levels), *counts, *(city.having(kind) for kind in kinds), reviewed)
    return (city.row.name, f"{city.row.year}年要点", *(str(figure) for figure in figures))


def _city_parts(city: _City, number: int) -> Iterator[Part]:
    plan = city.plan
    yield Heading(2, city.row.name)
    levels = [task.coverage for task in city.tasks]
    yield Text(
        f"{named(plan)}{numbered(plan)}。适用于市的{len(levels)}项任务中，全部承接{levels.count(Coverage.FULL)}项，"
        f"部分承接{levels.count(Coverage.PARTIAL)}项，未见承接{levels.count(Coverage.NONE)}项。"
        + _outlook(city, number)
    )
    if city.gaps:
        rows = tuple(
            (str(count), *_gap_row(city, task))
            for count, task in enumerate((task for task in city.tasks if task.task in city.gaps), start=1)
        )
        what = "存在问题和待核实的事项" if city.findings else "待核实的事项"
        yield Grid(f"表{number}  {city.row.name}{what}", _GAPS, rows)
    if city.waived:
        yield Text(f"经批准暂不承接的有{len(city.waived)}项：{'；'.join(_waived(*one) for one in city.waived)}。")
    above = [_above(task) for task in city.tasks if _is_above(task)]
    if above:
        yield Text(f"另有{len(above)}项任务，市级目标高于或者时限早于省级：{'；'.join(above)}。")


def _outlook(city: _City, number: int) -> str:
    """How many tasks are found wanting, and how many have to be verified first."""
    if not city.gaps:
        return "没有需要核实的事项。"
    findings, rest = city.findings, len(city.gaps) - city.findings
    parts = [f"经核实存在问题的{findings}项" if findings else "", f"待核实的{rest}项" if rest else ""]
    return f"{'，'.join(part for part in parts if part)}，见表{number}。"


def _waived(gap: Gap, decision: GapDecisionRead) -> str:
    day = decision.expires_on
    until = f"，至{day.year}年{day.month}月{day.day}日" if day else ""
    return f"{place(gap.task or '')}“{gap.upper_text}”（{decision.reason.rstrip('。')}{until}）"


def _gap_row(city: _City, task: TaskCoverage) -> tuple[str, str, str]:
    upper = f"{place(task.task)}：{task.text}"
    lower = "\n".join(f"{place(link.lower)}：{link.lower_text}" for link in task.evidence[:MOST_EVIDENCE])
    states = [f"{short(told.gap, task.check)}{'' if told.confirmed else '（待核实）'}" for told in city.gaps[task.task]]
    return upper, lower or _NONE, "\n".join(states)


def _is_above(task: TaskCoverage) -> bool:
    return task.check.target == Target.STRONGER or task.check.deadline == DeadlineVerdict.EARLIER


def _above(task: TaskCoverage) -> str:
    return f"{place(task.task)}“{task.text}”（市要点{place(task.evidence[0].lower)}：{task.evidence[0].lower_text}）"


def _without_plan(cities: Sequence[_City]) -> list[Part]:
    groups = (
        ("没有提供本领域要点的", [city for city in cities if not city.plan]),
        ("只有其他年度要点、未列入本年度统计的", [c for c in cities if c.plan and not c.row.same_period]),
        ("要点尚未比对的", [c for c in cities if c.plan and c.row.same_period and not c.row.judged]),
    )
    sentences = [
        f"{what}有{len(found)}个市：{'、'.join(_with_year(city) for city in found)}。"
        for what, found in groups
        if found
    ]
    return [Heading(1, "未列入比对的市"), *(Text(sentence) for sentence in sentences)] if sentences else []


def _with_year(city: _City) -> str:
    return f"{city.row.name}（{city.row.year}年）" if city.plan and not city.row.same_period else city.row.name


def _rollups(network: "nx.DiGraph[str]", number: int) -> Grid:
    rows = tuple(
        (
            f"{place(row.task)}：{network.nodes[row.task]['text']}",
            row.indicator,
            f"{row.target:g}{row.unit}",
            f"{row.allocated:g}{row.unit}",
            f"{row.shortfall:g}{row.unit}",
        )
        for row in network.graph["rollups"]
    )
    return Grid(f"表{number}  省级总量指标", _ROLLUPS, rows)
