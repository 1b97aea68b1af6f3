"""Where in a sentence the evidence stands, as a verbatim range of the item's text."""

import numpy as np
from numpy.typing import NDArray

from app.linking.features import Measured
from app.linking.prepared import PreparedPlan
from app.linking.values import Coverage, Evidence

# A clause joins the best one when it holds at least this share of what the best one holds: it carries the match too.
JOINS = 0.5


class Finder:
    """Finds the clauses of a lower plan that carry a match."""

    def __init__(self, lower: PreparedPlan, measured: Measured) -> None:
        self._lower = lower
        self._measured = measured
        numbers = [lower.plan.items[sentence.item].number for sentence in lower.sentences]
        places = [sentence.place.start for sentence in lower.sentences]
        rank = np.empty(len(numbers), dtype=np.int64)
        rank[np.lexsort((places, numbers))] = np.arange(len(numbers))
        self.reading_order: NDArray[np.int64] = rank

    def evidence(
        self, task: int, sentence: int, coverage: Coverage, score: float, quoted: tuple[int, int] | None = None
    ) -> Evidence:
        """The evidence that `sentence` (index) gives for `task` (index): what was `quoted` of it as a range of the
        item's text, or else the run of clauses that carries the match.
        """
        start, end = quoted or self._range(task, sentence)
        item = self._lower.plan.items[self._lower.sentences[sentence].item]
        below = None
        if not self._lower.sentences[sentence].is_title:
            overlaps = [(min(end, t.end) - max(start, t.start), -t.number) for t in item.tasks]
            best = max(overlaps, default=(0, 0))
            below = -best[1] if best[0] > 0 else None
        return Evidence(item.number, below, start, end, coverage, score)

    def _range(self, task: int, sentence: int) -> tuple[int, int]:
        found = self._lower.sentences[sentence]
        first = int(self._measured.clause_starts[sentence])
        held = self._measured.clauses[task, first : first + len(found.clauses)]
        carrying = np.flatnonzero(held >= max(JOINS * held.max(), 1e-9))
        folded = self._lower.folded[found.item]
        if not len(carrying):
            return folded.source_range(found.place.start, found.place.end)
        return folded.source_range(
            found.clauses[int(carrying[0])].place.start, found.clauses[int(carrying[-1])].place.end
        )
