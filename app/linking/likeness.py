"""How alike whole items are: the baseline's n-grams, words, and the share of the upper item's tasks taken up."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from app.linking.lexicon import word_factor
from app.linking.prepared import PreparedPlan, Sentence
from app.linking.space import Floats, plan_rarity
from app.linking.words import rarity

# Typical spread (standard deviation over all pairs of items) of words, n-grams and task share on the two judged pairs of
# plans, so that none drowns the others; the sums are scaled so that a clear pair of items comes to 1 or more.
SPREAD = (0.057, 0.034, 0.045)
GROWING_SPREAD = (0.08, 0.043, 0.045)
SCALE = 6.0

# Pairs of sentences are tried among this many of an item's: beyond it their number would run away, and no plan read so
# far has an item of 40 sentences.
MOST_PAIRED = 40


@dataclass(frozen=True, slots=True)
class Likeness:
    """Upper items × lower items, each about 0 to 4.

    `whole` compares the items as they are. `growing` takes the best that any two sentences of the lower item, under its
    title, make of it: another sentence can only add to it, which a cosine of whole items does not grant.
    """

    whole: Floats
    growing: Floats


def likeness(upper: PreparedPlan, lower: PreparedPlan, share: Floats) -> Likeness:
    """Words, n-grams and `share` (of `task_share`) taken together."""
    below = _Bundles.of(lower)
    words = below.best(*_word_rows(upper, lower))
    grams = below.best(*_gram_rows(upper, lower))
    return Likeness(
        *(
            np.asarray((words[k] / spread[0] + grams[k] / spread[1] + share / spread[2]) / SCALE)
            for k, spread in enumerate((SPREAD, GROWING_SPREAD))
        )
    )


def task_share(best: Floats, masses: Floats, task_items: NDArray[np.int64], items: int) -> Floats:
    """Upper items × lower items: the mean over the item's tasks of the cubed best match in the lower item.

    `best` is tasks × lower items. The cube lets a few good matches outweigh many faint ones; the root of a task's
    mass of words keeps a short, empty task from counting as much as a telling one.
    """
    weights = np.sqrt(np.maximum(masses, 1e-2))
    member = sp.csr_matrix((weights, (task_items, np.arange(len(task_items)))), shape=(items, len(task_items)))
    totals = np.asarray(member.sum(axis=1)).ravel()
    return np.asarray((member @ best**3) / np.where(totals > 0, totals, 1)[:, None])


@dataclass(frozen=True, slots=True)
class _Bundles:
    """Sets of a plan's sentences, as rows: first each item whole, then its parts; and the item of each part."""

    members: sp.csr_matrix
    items: int
    owners: NDArray[np.int64]

    @classmethod
    def of(cls, plan: PreparedPlan) -> "_Bundles":
        inside: list[list[int]] = [[] for _ in plan.folded]
        titles: list[list[int]] = [[] for _ in plan.folded]
        for index, sentence in enumerate(plan.sentences):
            home = titles if sentence.is_title and not titles[sentence.item] else inside
            home[sentence.item].append(index)
        rows = [title + rest for title, rest in zip(titles, inside, strict=True)]
        owners: list[int] = []
        for item, (title, rest) in enumerate(zip(titles, inside, strict=True)):
            parts = [[], *([one] for one in rest), *map(list, combinations(rest[:MOST_PAIRED], 2))]
            rows.extend(title + part for part in parts)
            owners.extend([item] * len(parts))
        member = [index for row in rows for index in row]
        row_numbers = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
        shape = (len(rows), len(plan.sentences))
        members = sp.csr_matrix((np.ones(len(member)), (row_numbers, member)), shape=shape)
        return cls(members, len(plan.folded), np.array(owners, dtype=np.int64))

    def best(self, upper: sp.csr_matrix, sentences: sp.csr_matrix, weights: Floats) -> tuple[Floats, Floats]:
        """Cosines of upper items (rows of counts) with the whole items below, and the best of their parts."""
        below = _unit_vectors(sp.csr_matrix(self.members @ sentences), weights)
        cosines = np.asarray((_unit_vectors(upper, weights) @ below.T).todense())
        starts = np.searchsorted(self.owners, np.arange(self.items))
        return cosines[:, : self.items], np.maximum.reduceat(cosines[:, self.items :], starts, axis=1)


def _word_rows(upper: PreparedPlan, lower: PreparedPlan) -> tuple[sp.csr_matrix, sp.csr_matrix, Floats]:
    sides = [[Counter(text) for text in upper.item_units]]
    sides.append([Counter(unit.word for unit in sentence.units) for sentence in lower.sentences])
    vocabulary: dict[str, int] = {}
    for text in (*sides[0], *sides[1]):
        for word in text:
            vocabulary.setdefault(word, len(vocabulary))
    rows = [_count_rows(side, vocabulary) for side in sides]
    background = np.array([rarity(word) for word in vocabulary])
    factor = np.array([word_factor(word) for word in vocabulary])
    # Rarity in the upper plan only: what else the lower plan holds must not change how alike two items are.
    return *rows, np.sqrt(background * plan_rarity(_seen(rows[0]), len(upper.folded))) * factor


def _count_rows(texts: Sequence[Counter[str]], vocabulary: dict[str, int]) -> sp.csr_matrix:
    rows = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
    columns = [vocabulary[word] for text in texts for word in text]
    counts = [float(count) for text in texts for count in text.values()]
    return sp.csr_matrix((counts, (rows, columns)), shape=(len(texts), len(vocabulary)))


def _gram_rows(upper: PreparedPlan, lower: PreparedPlan) -> tuple[sp.csr_matrix, sp.csr_matrix, Floats]:
    none: list[NDArray[np.int64]] = [np.zeros(0, dtype=np.int64)]
    vocabulary = np.unique(np.concatenate(none + [s.grams for s in (*upper.sentences, *lower.sentences)]))
    above = _gram_counts(upper.sentences, vocabulary)
    homes = [sentence.item for sentence in upper.sentences]
    places = np.arange(len(homes))
    member = sp.csr_matrix((np.ones(len(homes)), (homes, places)), shape=(len(upper.folded), len(homes)))
    items = sp.csr_matrix(member @ above)
    weights = 1 + np.log((1 + len(upper.folded)) / (1 + _seen(items)))
    return items, _gram_counts(lower.sentences, vocabulary), weights


def _gram_counts(sentences: Sequence[Sentence], vocabulary: NDArray[np.int64]) -> sp.csr_matrix:
    lengths = np.array([0, *(len(sentence.grams) for sentence in sentences)])
    nothing: list[NDArray[np.int64]] = [np.zeros(0, dtype=np.int64)]
    columns = np.searchsorted(vocabulary, np.concatenate(nothing + [sentence.grams for sentence in sentences]))
    counts = np.concatenate(nothing + [sentence.gram_counts for sentence in sentences]).astype(float)
    return sp.csr_matrix((counts, columns, np.cumsum(lengths)), shape=(len(sentences), len(vocabulary)))


def _seen(items: sp.csr_matrix) -> Floats:
    return np.bincount(items.indices, minlength=items.shape[1]).astype(float)


def _unit_vectors(counts: sp.csr_matrix, weights: Floats) -> sp.csr_matrix:
    data = (1 + np.log(counts.data)) * weights[counts.indices]
    rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    lengths = np.sqrt(np.bincount(rows, data**2, minlength=counts.shape[0]))
    data = data / np.where(lengths > 0, lengths, 1)[rows]
    return sp.csr_matrix((data, counts.indices, counts.indptr), shape=counts.shape)
