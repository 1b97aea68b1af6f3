"""What of a text has changed: its numbers, its times, or other words."""

from collections import Counter
from collections.abc import Hashable, Sequence

from app.documents.changes.values import Aspect
from app.documents.changes.words import comparable
from app.documents.facts import Deadline, Fact, Number, facts


def aspects(old: str, new: str, old_year: int, new_year: int) -> tuple[Aspect, ...]:
    """Which aspects of a text differ; none where the two are the same once compared."""
    if comparable(old) == comparable(new) and old_year == new_year:
        return ()
    before, after = facts(old, old_year), facts(new, new_year)
    found = []
    if _without(old, before) != _without(new, after):
        found.append(Aspect.TEXT)
    if _differ(_numbers(before), _numbers(after)):
        found.append(Aspect.NUMBERS)
    if _differ(_deadlines(before), _deadlines(after)):
        found.append(Aspect.DEADLINE)
    if not found and comparable(old) != comparable(new):
        # The same number or day in other words.
        found.append(Aspect.TEXT)
    return tuple(found)


def _without(text: str, found: Sequence[Fact]) -> str:
    """The words beside the numbers and times."""
    out, place = [], 0
    for fact in sorted((f for f in found if isinstance(f, Number | Deadline)), key=lambda f: (f.start, f.end)):
        out.append(text[place : fact.start])
        place = max(place, fact.end)
    return comparable("".join([*out, text[place:]]))


def _numbers(found: Sequence[Fact]) -> list[tuple[Hashable, ...]]:
    """What each number says, and, last, of what."""
    return [
        (
            n.comparator,
            n.low,
            n.high,
            n.unit,
            n.change,
            n.per,
            n.qualifier,
            n.approximate,
            comparable(n.indicator or ""),
        )
        for n in found
        if isinstance(n, Number)
    ]


def _deadlines(found: Sequence[Fact]) -> list[tuple[Hashable, ...]]:
    return [(d.earliest, d.latest, d.due_from, d.vague, "") for d in found if isinstance(d, Deadline)]


def _differ(old: list[tuple[Hashable, ...]], new: list[tuple[Hashable, ...]]) -> bool:
    """Whether values differ both in order (without what they are of) and as a set (with it).

    An indicator in other words is no other number, and neither is a sentence that changed places with another.
    """
    return [row[:-1] for row in old] != [row[:-1] for row in new] and Counter(old) != Counter(new)
