"""The headings of two texts: those that belong together by their words and by the items below them."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from app.documents.changes.matching import Bigrams, best_pairs
from app.documents.changes.values import ChangeKind, PlanVersion, SectionChange
from app.documents.changes.words import comparable

# Half for the words, half for the items: either alone is enough.
_LEAST_ALIKE = 0.3


def match_sections(old: PlanVersion, new: PlanVersion, pairs: Sequence[tuple[int, int]]) -> dict[int, int]:
    """Old heading → new heading (indices), given the items (indices) that belong together."""
    if not old.sections or not new.sections:
        return {}
    titles = Bigrams([comparable(s.title) for s in old.sections], [comparable(s.title) for s in new.sections])
    homes = [(old.items[i].section, new.items[j].section) for i, j in pairs]
    votes = np.zeros(titles.shared.shape)
    for (above, below), count in Counter(homes).items():
        if above is not None and below is not None:
            votes[above, below] = count
    sizes = [Counter(item.section for item in side.items) for side in (old, new)]
    totals = np.array(
        [[max(1, sizes[0][i] + sizes[1][j]) for j in range(len(new.sections))] for i in range(len(old.sections))]
    )
    likeness = titles.likeness() / 2 + votes / totals
    return {group.old[0]: group.new[0] for group in best_pairs(likeness, _LEAST_ALIKE)}


def section_rows(old: PlanVersion, new: PlanVersion, matched: dict[int, int]) -> tuple[SectionChange, ...]:
    """All headings of both sides."""
    rows = []
    for i, section in enumerate(old.sections):
        j = matched.get(i)
        if j is None:
            rows.append(SectionChange(ChangeKind.DROPPED, i, None, section.title, None))
            continue
        other = new.sections[j]
        kind = ChangeKind.SAME
        if comparable(section.title) != comparable(other.title):
            kind = ChangeKind.CHANGED
        elif comparable(section.label) != comparable(other.label):
            kind = ChangeKind.RENUMBERED
        rows.append(SectionChange(kind, i, j, section.title, other.title))
    here = set(matched.values())
    rows += [
        SectionChange(ChangeKind.ADDED, None, j, None, section.title)
        for j, section in enumerate(new.sections)
        if j not in here
    ]
    return tuple(rows)
