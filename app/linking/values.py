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
class Quote:
    """A verbatim piece of a lower item that another reader names as evidence."""

    item: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Opinion:
    """What another reader says of one upper task against one lower plan; without quotes where nothing takes it up."""

    verdict: Coverage
    quotes: tuple[Quote, ...] = ()


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


class Found(StrEnum):
    """How a word of a task was found below."""

    EXACT = "exact"  # as it stands
    TERM = "term"  # through the thesaurus
    SHORT = "short"  # as its short or long form (职教, 职业教育)
    PARTLY = "partly"  # some of its characters, in order
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class WordReason:
    """A word of the task. `weight` is its share of the task (0 to 1; all add up to 1), `share` how far it was found.

    `in_title`: only the title of the lower item has it. `borrowed`: not the task's own word, but lent by what stands
    around a task that hardly says what it is about. `upper_term`, `lower_term`, `group`: the thesaurus' terms and the
    group they share, where it was found through them; None otherwise.
    """

    word: str
    weight: float
    share: float
    found: Found
    in_title: bool
    borrowed: bool
    upper_term: str | None
    lower_term: str | None
    group: str | None


@dataclass(frozen=True, slots=True)
class Factor:
    """A feature, named as in PairFeatures or ItemFeatures: `contribution` (to the logit) is `value` times `weight`."""

    name: str
    value: float
    weight: float
    contribution: float


@dataclass(frozen=True, slots=True)
class Place:
    """A place that was weighed, as `Evidence` gives it; `score` is its own chance (0 to 1) of taking the task up."""

    item: int
    task: int | None
    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why a task has its verdict: `bias` and the factors' contributions add up to the logit of `place.score`.

    `place` is the best evidence or, for a missing task, what came nearest to it; None where the lower plan is empty.
    `scope` is in the bias: a task that is not a city's needs more. Words by falling weight; up to 5 other places.
    `alone` is what the task's score would be without a second opinion.
    """

    verdict: TaskVerdict
    scope: AppliesTo
    place: Place | None
    bias: float
    factors: tuple[Factor, ...]
    words: tuple[WordReason, ...]
    alternatives: tuple[Place, ...]
    alone: float


@dataclass(frozen=True, slots=True)
class ItemReasons:
    """Why two items are linked or not: `bias` and the contributions add up to the logit of `score`.

    `words`: up to 10 telling words that both items hold, the most telling first. `tasks`: upper tasks by number that
    find evidence in the lower item. `alternatives`: up to 5 other lower items as (number, score), best first.
    """

    item: int
    lower_item: int
    strength: Strength
    score: float
    bias: float
    factors: tuple[Factor, ...]
    words: tuple[str, ...]
    tasks: tuple[int, ...]
    alternatives: tuple[tuple[int, float], ...]
