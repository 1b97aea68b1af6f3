"""What the graph is built from: plain rows of one cascade, known by their public identifiers.

An item's id is `{plan}/{number}`, a task's `{plan}/{item}.{task}`: `370000-edu-2020/8`, `370000-edu-2020/8.4`.
"""

from dataclasses import dataclass
from typing import Any

FULL, PARTIAL, NONE = "full", "partial", "none"
IMPLEMENTS, CONTRIBUTES = "implements", "contributes"
CITY = "city"
WEAKER, LATER, MISSING = "weaker", "later", "missing"

# A stale link was decided once and waits to be decided again: until then it counts like a proposal.
PROPOSED, STALE, CONFIRMED = "proposed", "stale", "confirmed"
PROPOSALS = frozenset({PROPOSED, STALE})
COUNTING = PROPOSALS | {CONFIRMED}
ALL = COUNTING | {"rejected", "withdrawn"}


@dataclass(frozen=True, slots=True)
class CityRow:
    """A direct child of the upper jurisdiction, and the plan with which it enters the cascade (None: none)."""

    adcode: str
    name: str
    plan: str | None
    year: int | None
    same_period: bool | None
    judged: bool
    outdated: bool


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task. `applies_to` is city, province or institution."""

    id: str
    text: str
    applies_to: str


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item with its tasks, in order."""

    id: str
    plan: str
    number: int
    title: str
    tasks: tuple[TaskRow, ...]


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link. `upper` and `lower` are ids of items or tasks; `coverage` is set for task links only."""

    id: str
    upper: str
    lower: str
    coverage: str | None
    strength: str | None
    status: str
    score: float
    upper_text: str
    lower_text: str


@dataclass(frozen=True, slots=True)
class CheckRow:
    """What comparing numbers and dates found for a task in a lower plan, with the reasons as plain data.

    `target` is weaker, equal, stronger or not_comparable; `deadline` later, missing, equal, earlier or undetermined;
    None where there was nothing to compare.
    """

    target: str | None
    deadline: str | None
    target_reasons: dict[str, Any] | None
    deadline_reasons: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Judged:
    """How sure the judge is that something takes a task up (0 to 1), and whether only all of it `together` is whole."""

    score: float
    together: bool


@dataclass(frozen=True, slots=True)
class RollupRow:
    """A province-wide total beside the sum over its cities; a city's value is None where it names none."""

    task: str
    indicator: str
    unit: str
    target: float
    allocated: float
    shortfall: float
    cities: tuple[tuple[str, float | None], ...]


@dataclass(frozen=True, slots=True)
class CascadeRows:
    """Everything one cascade consists of.

    `scores` (what the judge said) and `checks` are by (upper task id, lower plan), and so is what the judge has not seen
    yet of plans that were judged (`unjudged`).
    """

    plan: str
    adcode: str
    name: str
    year: int
    cities: tuple[CityRow, ...]
    items: tuple[ItemRow, ...]
    links: tuple[LinkRow, ...]
    scores: dict[tuple[str, str], Judged]
    checks: dict[tuple[str, str], CheckRow]
    rollups: tuple[RollupRow, ...]
    unjudged: frozenset[tuple[str, str]] = frozenset()
