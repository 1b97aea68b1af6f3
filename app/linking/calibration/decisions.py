"""What decisions on links and gaps of a pair of plans say of its tasks and items."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.linking.calibration.observed import Decided, Grade
from app.linking.values import Coverage, Strength

Key = tuple[int, int]


@dataclass(frozen=True, slots=True)
class LinkDecision:
    """A link between two plans, by numbers. `confirmed`: True, False for rejected, None while nobody has decided it."""

    item: int
    task: int | None
    lower_item: int
    coverage: Coverage | None
    strength: Strength | None
    confirmed: bool | None

    @property
    def decided(self) -> bool:
        """Whether somebody has."""
        return self.confirmed is not None


class GapKind(StrEnum):
    """The gaps of which a decision says something about the judge; of numbers and dates it has no opinion."""

    MISSING = "missing"
    PARTIAL = "partial"


@dataclass(frozen=True, slots=True)
class GapFinding:
    """A gap that people found to be one (`real`, also where it is let be) or none, and then how far the task is taken up."""

    item: int
    task: int
    kind: GapKind
    real: bool
    coverage: Coverage | None = None


def labels(links: Sequence[LinkDecision], gaps: Iterable[GapFinding]) -> Decided:
    """What is known of a pair of plans.

    A task is taken up if a link of it was confirmed, and not if all that was proposed for it was rejected. A task with one
    confirmed place, in part, is taken up in part, unless others are still undecided. What was decided about a gap goes
    before what its links say: who decided it looked at the whole plan.
    """
    taken: dict[Key, bool] = {}
    whole: dict[Key, bool] = {}
    grades = {(link.item, link.lower_item): _grade(link) for link in links if link.task is None and link.decided}
    for key, own in _by_task(links).items():
        confirmed = [link for link in own if link.confirmed]
        all_decided = all(link.decided for link in own)
        if confirmed:
            taken[key] = True
            extent = _extent(confirmed, all_decided=all_decided)
            if extent is not None:
                whole[key] = extent
        elif all_decided:
            taken[key] = False
    for gap in gaps:
        _add_gap(gap, taken, whole)
    return Decided(taken, whole, grades)


def _by_task(links: Iterable[LinkDecision]) -> dict[Key, list[LinkDecision]]:
    out: dict[Key, list[LinkDecision]] = {}
    for link in links:
        if link.task is not None:
            out.setdefault((link.item, link.task), []).append(link)
    return out


def _add_gap(gap: GapFinding, taken: dict[Key, bool], whole: dict[Key, bool]) -> None:
    key = (gap.item, gap.task)
    extent = whole.pop(key, None)
    taken[key] = gap.kind is GapKind.PARTIAL or not gap.real
    if gap.kind is GapKind.PARTIAL:
        # A task whose words are all taken up may be so in part for its numbers, of which the judge knows nothing.
        whole[key] = not gap.real or extent is True
    elif gap.coverage is not None:
        whole[key] = gap.coverage is Coverage.FULL


def _grade(link: LinkDecision) -> Grade:
    if not link.confirmed:
        return Grade.NOT
    return Grade.IMPLEMENTS if link.strength is Strength.IMPLEMENTS else Grade.CONTRIBUTES


def _extent(confirmed: Sequence[LinkDecision], *, all_decided: bool) -> bool | None:
    if any(link.coverage is Coverage.FULL for link in confirmed):
        return True
    # Several parts may make a whole, and nobody said whether they do.
    return None if not all_decided or len(confirmed) > 1 else False
