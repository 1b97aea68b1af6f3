"""What the graph is built from: plain rows of one cascade, known by their public identifiers.

An item's id is `{plan}/{number}`, a task's `{plan}/{item}.{task}`: `370000-edu-2020/8`, `370000-edu-2020/8.4`.
"""

from dataclasses import dataclass

FULL, PARTIAL, NONE = "full", "partial", "none"
IMPLEMENTS, CONTRIBUTES = "implements", "contributes"
CITY = "city"

# A stale link was decided once and waits to be decided again: until then it counts like a proposal.
PROPOSALS = frozenset({"proposed", "stale"})
COUNTING = PROPOSALS | {"confirmed"}


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
class CascadeRows:
    """Everything one cascade consists of. `scores` maps (upper task id, lower plan) to the judge's certainty."""

    plan: str
    adcode: str
    name: str
    year: int
    cities: tuple[CityRow, ...]
    items: tuple[ItemRow, ...]
    links: tuple[LinkRow, ...]
    scores: dict[tuple[str, str], float]
