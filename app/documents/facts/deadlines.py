"""A city's deadline beside the province's: later, missing, equal, earlier, or left open by the calendar."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.documents.facts.values import Deadline, Fact, deadlines


class Due(StrEnum):
    """A city's deadline beside the province's."""

    LATER = "later"
    MISSING = "missing"
    EQUAL = "equal"
    EARLIER = "earlier"
    UNDETERMINED = "undetermined"


@dataclass(frozen=True, slots=True)
class DeadlineVerdict:
    """A verdict with its reasons: the rule (a stable word), the days compared, and what was printed for them."""

    verdict: Due
    rule: str
    upper: date
    lower: date | None
    upper_text: str | None
    lower_text: str | None

    def as_dict(self) -> dict[str, str | None]:
        """For JSON, dates as ISO 8601."""
        return {
            "verdict": self.verdict.value,
            "rule": self.rule,
            "upper": self.upper.isoformat(),
            "lower": self.lower.isoformat() if self.lower else None,
            "upper_text": self.upper_text,
            "lower_text": self.lower_text,
        }


def compare_deadlines(upper: Sequence[Fact], lower: Sequence[Fact], year: int) -> DeadlineVerdict | None:
    """Hold the deadline of a city's commitment (`facts_for`) against that of a provincial task of a plan of `year`.

    None where the province names no time and the city no calendar date. A task without a time, and 尽快, 限期, 按期,
    fall due at the end of `year`. The year in an event's name counts only beside a date on the other side.
    """
    close = date(year, 12, 31)
    above, below = _last(deadlines(upper)), _last(deadlines(lower))
    if below is None or (above is None and (below.vague or below.named)):
        if above is None or above.named:
            return None
        return DeadlineVerdict(Due.MISSING, "no-lower-time", above.latest, None, above.text, None)
    due = above or Deadline(None, close, True, 0, 0, "", close)
    verdict, rule = _order(due, below)
    if above is None:
        rule = f"{rule}-end-of-year"
    return DeadlineVerdict(verdict, rule, due.latest, below.latest, above.text if above else None, below.text)


def _last(found: Sequence[Deadline]) -> Deadline | None:
    """The deadline on which all of it is done: the last one; one that names a day before vague ones and names."""
    return max(found, key=lambda d: (not d.vague and not d.named, not d.named, d.latest, d.due_from), default=None)


def _order(above: Deadline, below: Deadline) -> tuple[Due, str]:
    if above.latest == below.latest and above.due_from == below.due_from:
        return Due.EQUAL, "same-day"
    if below.due_from > above.latest:
        return Due.LATER, "after"
    if below.latest < above.due_from:
        return Due.EARLIER, "before"
    exact = below.due_from == below.latest and above.due_from == above.latest
    return (Due.LATER, "after") if exact and below.latest > above.latest else (Due.UNDETERMINED, "open-days")
