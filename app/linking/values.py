"""What linking takes and gives: plain values that know no database and no web.

Offsets are half-open ranges in `ItemText.text`, counted in Unicode code points.
"""

from dataclasses import dataclass
from enum import StrEnum


class AppliesTo(StrEnum):
    """Who has to carry a provincial task out."""

    CITY = "city"
    PROVINCE = "province"
    INSTITUTION = "institution"  # universities, and what the province runs itself


class Coverage(StrEnum):
    """How far a city's text takes a provincial task up."""

    FULL = "full"
    PARTIAL = "partial"
    NONE = "none"


class Strength(StrEnum):
    """How a city's item answers to a provincial item."""

    IMPLEMENTS = "implements"
    CONTRIBUTES = "contributes"


@dataclass(frozen=True, slots=True)
class TaskText:
    """A task's place in its item."""

    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ItemText:
    """An item: its title is the first sentence of its text."""

    number: int
    title: str
    text: str
    tasks: tuple[TaskText, ...]


@dataclass(frozen=True, slots=True)
class PlanText:
    """A plan as linking sees it."""

    items: tuple[ItemText, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A place in the city's plan that takes a task up. `task` is the city task it overlaps most, None in a title."""

    item: int
    task: int | None
    start: int
    end: int
    coverage: Coverage
    score: float


@dataclass(frozen=True, slots=True)
class TaskVerdict:
    """One provincial task against one city. `score` is how sure the judge is that something takes it up (0 to 1)."""

    item: int
    task: int
    coverage: Coverage
    score: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class ItemVerdict:
    """One city item that answers to one provincial item."""

    item: int
    lower_item: int
    strength: Strength
    score: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """A provincial plan against one city's plan."""

    items: tuple[ItemVerdict, ...]
    tasks: tuple[TaskVerdict, ...]
