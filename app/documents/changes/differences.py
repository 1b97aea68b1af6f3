"""What of a commitment has changed, told in its own words: the old figure and the new, and which asks or promises more."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from app.documents.changes.aspects import aspects
from app.documents.changes.values import Aspect
from app.documents.changes.words import comparable, differences
from app.documents.facts import (
    Deadline,
    Due,
    Fact,
    Number,
    TargetVerdict,
    compare_deadlines,
    compare_targets,
    facts,
)

Direction = Literal["weaker", "stronger"]
# A passage is shown whole up to here, beyond it only around what differs: as much as one reads beside another.
MOST_SHOWN = 300
_AROUND = 12


@dataclass(frozen=True, slots=True)
class Difference:
    """One aspect that differs: the words for it on either side (None: there are none).

    `direction` tells of numbers and deadlines whether the new text commits to less or to more; None where that cannot
    be told.
    """

    aspect: Aspect
    old: str | None
    new: str | None
    direction: Direction | None = None


@dataclass(frozen=True, slots=True)
class Commitment:
    """What an item or a task says: its words without notes, and who answers for it until when, as its notes say."""

    text: str
    year: int
    lead_unit: str | None
    responsible_units: tuple[str, ...]
    deadline: str | None


def between(old: Commitment, new: Commitment, *, same_words: bool = False) -> tuple[Difference, ...]:
    """What differs from one commitment to another, in the order of the aspects.

    `same_words`: they are known to be the same though their signs cut them otherwise. Width, script, spaces and
    punctuation are no difference.
    """
    same = same_words and old.year == new.year
    found = () if same else aspects(old.text, new.text, old.year, new.year)
    # Reading facts takes a tenth of a millisecond, and most of a plan stays as it was.
    read = {Aspect.NUMBERS, Aspect.DEADLINE} & set(found)
    before, after = (facts(old.text, old.year), facts(new.text, new.year)) if read else ((), ())
    rows = []
    if Aspect.TEXT in found:
        rows.append(Difference(Aspect.TEXT, *_passages(old.text, new.text)))
    if Aspect.NUMBERS in found:
        shown = _apart([f for f in before if isinstance(f, Number)], [f for f in after if isinstance(f, Number)])
        rows.append(Difference(Aspect.NUMBERS, *shown, _numbers_direction(before, after)))
    noted = comparable(old.deadline or "") != comparable(new.deadline or "")
    if Aspect.DEADLINE in found or noted:
        rows.append(_deadline(old, new, (before, after) if Aspect.DEADLINE in found else ((), ()), noted=noted))
    if _answering(old) != _answering(new):
        rows.append(Difference(Aspect.UNITS, _units(old), _units(new)))
    return tuple(rows)


def _answering(side: Commitment) -> tuple[str, frozenset[str]]:
    """Who answers for it; the order in which helpers are named says nothing."""
    return comparable(side.lead_unit or ""), frozenset(map(comparable, side.responsible_units))


def _units(side: Commitment) -> str | None:
    """The one that leads, then the others."""
    others = [unit for unit in side.responsible_units if unit != side.lead_unit]
    return "；".join(filter(None, (side.lead_unit, "、".join(others)))) or None


def _deadline(
    old: Commitment, new: Commitment, found: tuple[Sequence[Fact], Sequence[Fact]], *, noted: bool
) -> Difference:
    """The times that differ, those of the sentence before those of the notes."""
    times = _times(found[0]), _times(found[1])
    shown = list(_apart(*times))
    directions = {_deadline_direction(times[0], times[1], old.year)} if any(times) else set()
    if noted:
        notes = [side.deadline for side in (old, new)]
        shown = ["；".join(filter(None, pair)) or None for pair in zip(shown, notes, strict=True)]
        read = [facts(note or "", old.year) for note in notes]
        directions.add(_deadline_direction(read[0], read[1], old.year))
    direction = directions.pop() if len(directions) == 1 else None
    return Difference(Aspect.DEADLINE, shown[0], shown[1], direction)


def _times(found: Sequence[Fact]) -> list[Deadline]:
    return [fact for fact in found if isinstance(fact, Deadline)]


def _apart(old: Sequence[Number | Deadline], new: Sequence[Number | Deadline]) -> tuple[str | None, str | None]:
    """The words of those facts that stand on one side only; of all, where they differ in nothing but their order."""
    before, after = ({comparable(fact.text) for fact in side} for side in (old, new))
    left = [fact.text for fact in old if comparable(fact.text) not in after]
    right = [fact.text for fact in new if comparable(fact.text) not in before]
    if not left and not right:
        left, right = [fact.text for fact in old], [fact.text for fact in new]
    return "、".join(left) or None, "、".join(right) or None


def _numbers_direction(old: Sequence[Fact], new: Sequence[Fact]) -> Direction | None:
    """Whether the new text commits to less: a target's verdict, the old text taken for the one that asks."""
    found = compare_targets(old, new, province_total=False)
    verdicts: dict[TargetVerdict, Direction] = {TargetVerdict.WEAKER: "weaker", TargetVerdict.STRONGER: "stronger"}
    return verdicts.get(found.verdict) if found else None


def _deadline_direction(old: Sequence[Fact], new: Sequence[Fact], year: int) -> Direction | None:
    """Whether the new text leaves more time: a deadline's verdict, the old text taken for the one that asks."""
    found = compare_deadlines(old, new, year)
    verdicts: dict[Due, Direction] = {Due.LATER: "weaker", Due.MISSING: "weaker", Due.EARLIER: "stronger"}
    return verdicts.get(found.verdict) if found else None


def _passages(old: str, new: str) -> tuple[str, str]:
    if max(len(old), len(new)) <= MOST_SHOWN:
        return old, new
    spans = differences(old, new)
    if not spans:
        return old[:MOST_SHOWN], new[:MOST_SHOWN]
    before = _around(old, spans[0].old_start, spans[-1].old_end)
    return before, _around(new, spans[0].new_start, spans[-1].new_end)


def _around(text: str, start: int, end: int) -> str:
    first, last = max(0, start - _AROUND), min(len(text), end + _AROUND)
    shown = text[first:last][:MOST_SHOWN]
    return ("…" if first else "") + shown + ("…" if first + len(shown) < len(text) else "")
