"""Which link is looked at first: how doubtful it is, times how much hangs on it. Pure; docs/review.md shows the table."""

from dataclasses import dataclass

from app.models import LinkMethod, LinkStatus

# From here on a link is nearer to the judge's threshold than to a sure answer.
DOUBTFUL = 0.5
# A task link decides whether a task is covered; an item link only who is named beside the item.
_TASK, _ITEM, _CONTRIBUTES = 2.0, 1.0, 0.5
# A figure or a day is what a notice is written about.
_FIGURE = _DAY = 1.0
# Of a plan of another year nothing is counted for this one.
_OTHER_YEAR = 0.5


@dataclass(frozen=True, slots=True)
class Case:
    """What of a link the order looks at. `threshold`: the score from which the judge proposes such a link.

    `applies`: its task is one for cities; `target`, `deadline`: the task has one. These three are False for item links.
    """

    status: LinkStatus
    method: LinkMethod
    score: float
    threshold: float
    task: bool
    implements: bool
    same_period: bool
    applies: bool = False
    target: bool = False
    deadline: bool = False


def doubt(case: Case) -> float:
    """From 0, the judge is sure, to 1, it stands on its threshold and could as well have said the opposite.

    A stale link is wholly doubtful: its text has changed. So is a person's: it has no degree, and somebody waits.
    """
    if case.status is LinkStatus.STALE or case.method is not LinkMethod.MACHINE:
        return 1.0
    # There is no room above a threshold of 1.
    room = (1 - case.threshold if case.score >= case.threshold else case.threshold) or 1.0
    return round(1 - min(1.0, abs(case.score - case.threshold) / room), 4)


def weight(case: Case) -> float:
    """How much hangs on it, from 0.25 to 4."""
    if not case.task:
        found = _ITEM if case.implements else _CONTRIBUTES
    elif not case.applies:
        # No figure rests on a task that is not a city's.
        found = _ITEM
    else:
        found = _TASK + _FIGURE * case.target + _DAY * case.deadline
    return found if case.same_period else found * _OTHER_YEAR


def urgency(case: Case) -> float:
    """The higher, the earlier it is looked at."""
    return round(doubt(case) * weight(case), 4)
