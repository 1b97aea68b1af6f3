"""Where in a draft a provincial task that it lacks could be taken up."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from app.linking import Strength
from app.schemas.checks import TakeUpRead, Where
from app.schemas.coverage import CoverageItem, GapRead, PairCoverage


@dataclass(frozen=True, slots=True)
class Headings:
    """A plan's headings: printed by position; each item's heading (None: it stands under none) and title by number."""

    printed: dict[int, str]
    of_item: dict[int, int | None]
    titles: dict[int, str]

    def over(self, item: int) -> str | None:
        """The heading above an item, as printed."""
        return self.printed.get(self.of_item.get(item) or 0)


def suggest(gaps: Sequence[GapRead], pair: PairCoverage, above: Headings, below: Headings) -> list[TakeUpRead | None]:
    """For each gap of a pair where its wording belongs in the lower plan; None where no wording would close it.

    An item that takes the task up already is the one to amend; else the one that best implements the task's own item;
    else the heading under which most items stand that implement the items beside it.
    """
    items = {item.number: item for item in pair.items}
    evidence = {task.id: task.evidence for item in pair.items for task in item.tasks}
    homes = _homes(pair, above, below)
    out: list[TakeUpRead | None] = []
    for gap in gaps:
        if gap.task is None or gap.item is None or gap.upper_text is None:
            out.append(None)
            continue
        best = evidence[gap.task][0].item if evidence[gap.task] else None
        item = best or _implementer(items[gap.item])
        section = homes.get(above.of_item.get(gap.item)) if item is None else below.of_item.get(item)
        where = Where.AMEND if best else Where.EXTEND if item else Where.NEW_ITEM
        out.append(
            TakeUpRead(
                wording=gap.upper_text,
                upper_title=above.titles[gap.item],
                upper_section=above.over(gap.item),
                where=where,
                item=item,
                section=section,
                heading=below.printed.get(section or 0),
            )
        )
    return out


def _implementer(item: CoverageItem) -> int | None:
    """The lower item that implements an upper one best."""
    return next((found.number for found in item.implementers if found.strength is Strength.IMPLEMENTS), None)


def _homes(pair: PairCoverage, above: Headings, below: Headings) -> dict[int | None, int | None]:
    """Upper heading → the lower heading under which most of its items are implemented; of equals the first."""
    votes: dict[int | None, Counter[int]] = {}
    for item in pair.items:
        lower = _implementer(item)
        home = None if lower is None else below.of_item.get(lower)
        if home is not None:
            votes.setdefault(above.of_item.get(item.number), Counter())[home] += 1
    return {heading: min(found, key=lambda home: (-found[home], home)) for heading, found in votes.items()}
