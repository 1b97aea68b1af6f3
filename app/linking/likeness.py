"""How alike whole items are: the baseline's n-grams, words, and the share of the upper item's tasks taken up."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from app.linking.lexicon import word_factor
from app.linking.prepared import PreparedPlan
from app.linking.space import Floats, plan_rarity
from app.linking.words import rarity

_RUNS = re.compile(r"[^\W_]+")

GRAM_SIZES = (2, 3, 4)  # as in the baseline: shorter grams carry topics, longer ones set phrases

# Typical spread (standard deviation over all pairs of items) of the three measures on the two judged pairs of plans, so
# that none drowns the others; the sum is scaled so that a clear pair of items comes to 1 or more.
SPREAD = (0.057, 0.034, 0.045)
SCALE = 6.0


def combined_likeness(upper: PreparedPlan, lower: PreparedPlan, share: Floats) -> Floats:
    """Upper items × lower items: words, n-grams and `share` (of `task_share`) taken together, about 0 to 4."""
    measures = (word_likeness(upper, lower), gram_likeness(upper, lower), share)
    return np.asarray(sum(m / s for m, s in zip(measures, SPREAD, strict=True)) / SCALE)


def word_likeness(upper: PreparedPlan, lower: PreparedPlan) -> Floats:
    """Upper items × lower items: cosine over words weighted by rarity, 0 to 1."""
    return _cosine(upper.item_units, lower.item_units, by_background=True)


def gram_likeness(upper: PreparedPlan, lower: PreparedPlan) -> Floats:
    """Upper items × lower items: cosine over character 2- to 4-grams, 0 to 1."""
    return _cosine([_grams(f.text) for f in upper.folded], [_grams(f.text) for f in lower.folded], by_background=False)


def task_share(best: Floats, masses: Floats, task_items: NDArray[np.int64], items: int) -> Floats:
    """Upper items × lower items: the mean over the item's tasks of the cubed best match in the lower item.

    `best` is tasks × lower items. The cube lets a few good matches outweigh many faint ones; the root of a task's
    mass of words keeps a short, empty task from counting as much as a telling one.
    """
    weights = np.sqrt(np.maximum(masses, 1e-2))
    member = sp.csr_matrix((weights, (task_items, np.arange(len(task_items)))), shape=(items, len(task_items)))
    totals = np.asarray(member.sum(axis=1)).ravel()
    return np.asarray((member @ best**3) / np.where(totals > 0, totals, 1)[:, None])


def _grams(text: str) -> list[str]:
    return [
        run[start : start + size]
        for run in _RUNS.findall(text)
        for size in GRAM_SIZES
        for start in range(len(run) - size + 1)
    ]


def _cosine(upper: Iterable[Sequence[str]], lower: Iterable[Sequence[str]], *, by_background: bool) -> Floats:
    counts = [[Counter(text) for text in side] for side in (upper, lower)]
    vocabulary: dict[str, int] = {}
    for text in (*counts[0], *counts[1]):
        for term in text:
            vocabulary.setdefault(term, len(vocabulary))
    # Rarity in the upper plan only: what else the lower plan holds must not change how alike two items are.
    seen = np.zeros(len(vocabulary))
    for text in counts[0]:
        seen[[vocabulary[term] for term in text]] += 1
    if by_background:
        background = np.array([rarity(term) for term in vocabulary])
        factor = np.array([word_factor(term) for term in vocabulary])
        weights = np.sqrt(background * plan_rarity(seen, len(counts[0]))) * factor
    else:
        weights = 1 + np.log((1 + len(counts[0])) / (1 + seen))
    rows = [_unit_vectors(side, vocabulary, weights) for side in counts]
    return np.asarray((rows[0] @ rows[1].T).todense())


def _unit_vectors(texts: Sequence[Counter[str]], vocabulary: dict[str, int], weights: Floats) -> sp.csr_matrix:
    rows = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
    columns = np.array([vocabulary[term] for text in texts for term in text], dtype=np.int64)
    counted = np.array([1 + math.log(n) for text in texts for n in text.values()])
    data = counted * weights[columns] if len(columns) else np.zeros(0)
    lengths = np.sqrt(np.bincount(rows, data**2, minlength=len(texts)))
    return sp.csr_matrix(
        (data / np.where(lengths > 0, lengths, 1)[rows], (rows, columns)), shape=(len(texts), len(vocabulary))
    )
