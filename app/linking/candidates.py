"""What of a lower plan a second reader has to see to judge the tasks of an upper item: whole items, where they may be."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from app.linking.features import measure
from app.linking.judge import item_logits, item_tables
from app.linking.model import SHIPPED, Model
from app.linking.prepared import PreparedPlan
from app.linking.scope import applies_to
from app.linking.segments import Range
from app.linking.space import Floats
from app.linking.values import AppliesTo
from app.linking.weighing import scopes_in_order, weigh

# Characters. In 2,000 of them stands the evidence for 99 % of the tasks that either judged city takes up, in 1,500 for
# 96 % (docs/opinions.md). A long upper item, which is shown with its tasks, takes of them, so that a question stays below
# 6,000 tokens.
MOST_SHOWN, LEAST_SHOWN, MOST_WITH_UPPER = 2000, 1000, 2600
# Of a longer item only its title and the likeliest sentences are shown; items of printed plans have some 200 characters.
LONGEST_WHOLE = 600


@dataclass(frozen=True, slots=True)
class Passage:
    """An item of the lower plan, by number, as far as it is shown: half-open ranges of its text, in order."""

    item: int
    ranges: tuple[tuple[int, int], ...]


def candidates(
    upper: PreparedPlan,
    lower: PreparedPlan,
    scopes: Mapping[tuple[int, int], AppliesTo] | None = None,
    model: Model = SHIPPED,
) -> dict[int, tuple[Passage, ...]]:
    """For each upper item that has tasks: the lower items that may carry one of them out, in the lower plan's order.

    Items come in as they rank for any of the tasks, or for the item as a whole, until the characters are full.
    """
    if not upper.tasks or not lower.folded:
        return {}
    measured = measure(upper, lower)
    known = applies_to(upper.plan) if scopes is None else scopes
    logits = weigh(measured, scopes_in_order(upper, known), model).logits
    alike = item_logits(item_tables(measured, logits), model)
    shown = {}
    for index, item in enumerate(upper.plan.items):
        rows = np.flatnonzero(measured.above.items == index)
        if len(rows):
            order = _order(np.maximum.reduceat(logits[rows], measured.item_starts, axis=1), alike[index])
            most = min(MOST_SHOWN, max(LEAST_SHOWN, MOST_WITH_UPPER - 2 * len(item.text)))
            shown[item.number] = _filled(lower, order, logits[rows].max(axis=0), most)
    return shown


def _order(best: Floats, alike: Floats) -> list[int]:
    """Lower items, the best first: by their rank for whichever task, or the item, they suit best."""
    ranks = np.vstack(
        [(-best).argsort(axis=1, kind="stable").argsort(axis=1), (-alike).argsort(kind="stable").argsort()]
    )
    return [int(item) for item in np.lexsort((-best.max(axis=0), ranks.min(axis=0)))]


def _filled(lower: PreparedPlan, order: list[int], chances: Floats, left: int) -> tuple[Passage, ...]:
    chosen: dict[int, tuple[tuple[int, int], ...]] = {}
    for item in order:
        ranges = _shown(lower, item, chances)
        length = sum(end - start for start, end in ranges)
        if length <= left:
            chosen[item] = ranges
            left -= length
    return tuple(Passage(lower.plan.items[item].number, chosen[item]) for item in sorted(chosen))


def _shown(lower: PreparedPlan, item: int, chances: Floats) -> tuple[tuple[int, int], ...]:
    """The whole item, or the title and the likeliest sentences of one that is too long."""
    text = lower.plan.items[item].text
    if len(text) <= LONGEST_WHOLE:
        return ((0, len(text)),)
    inside = [index for index, sentence in enumerate(lower.sentences) if sentence.item == item]
    ordered = sorted(inside, key=lambda index: (not lower.sentences[index].is_title, -chances[index], index))
    chosen: list[tuple[int, int]] = []
    left = LONGEST_WHOLE
    for index in ordered:
        start, end = _source(lower, item, lower.sentences[index].place)
        # A sentence without end is cut: else nothing of the item would be shown.
        end = min(end, start + left)
        if end > start:
            chosen.append((start, end))
            left -= end - start
    return tuple(sorted(chosen))


def _source(lower: PreparedPlan, item: int, place: Range) -> tuple[int, int]:
    return lower.folded[item].source_range(place.start, place.end) if place.end > place.start else (0, 0)
