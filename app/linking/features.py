"""What is measured of every (upper task, lower sentence) pair, as dense tables; nothing here loops over pairs."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from app.linking.likeness import combined_likeness, task_share
from app.linking.prepared import PreparedPlan
from app.linking.space import Floats, Space, build_space, shares

# What a lower item's title lends to its sentences (a sentence rarely repeats its title's subject).
TITLE_LENDS = 0.8


@dataclass(frozen=True, slots=True)
class PairFeatures:
    """Tables of tasks × sentences, each 0 to 1 unless said otherwise; the order of the fields is the model's."""

    words: Floats  # share of the task's weight found in the sentence, to which its item's title lends
    bigrams: Floats  # share of the task's bigrams, whatever the cut into words
    context: Floats  # what surrounds the task above (title, rest of the sentence) found in sentence and title below
    item: Floats  # likeness of the items, about 0 to 1.5
    title: Floats  # 1 where the sentence is a title

    def stacked(self) -> Floats:
        """Features × tasks × sentences."""
        return np.stack([getattr(self, field.name) for field in fields(self)])


@dataclass(frozen=True, slots=True)
class ItemFeatures:
    """Tables of upper items × lower items; the order of the fields is the model's."""

    likeness: Floats  # how alike the two are, about 0 to 4
    above: Floats  # the same as a share of the upper item's best
    below: Floats  # the same as a share of the lower item's best

    def stacked(self) -> Floats:
        """Features × upper items × lower items."""
        return np.stack([getattr(self, field.name) for field in fields(self)])


@dataclass(frozen=True)
class Measured:
    """All that was measured between two plans.

    `clauses` is tasks × all clauses below, in order: the share of the task's weight found in the clause alone. Sentence
    `i` has the clauses from `clause_starts[i]` on.
    """

    pairs: PairFeatures
    items: ItemFeatures
    clauses: Floats
    clause_starts: NDArray[np.int64]

    @cached_property
    def tables(self) -> Floats:
        """`pairs.stacked()`, once."""
        return self.pairs.stacked()


# A task whose words weigh less than half of one rare word borrows the two most telling words around it. They weigh
# little, since the task may still be taken up where they are not repeated.
LIGHT = 0.5
MOST_BORROWED = 2
BORROWED_WEIGHT = 0.3

# Items this alike are about the same thing; beyond that, more says no more.
ITEM_CAP = 1.5
# Where nothing is alike, the best is not good either: a share is taken of this at least.
LEAST_BEST = 0.5


def measure(upper: PreparedPlan, lower: PreparedPlan) -> Measured:
    """Measure every task of `upper` against every sentence and clause of `lower`. Both must have an item at least."""
    space = build_space(upper)
    own = space.unit_rows(task.units for task in upper.tasks)
    mass = np.asarray(own.sum(axis=1)).ravel()
    surroundings = _surroundings(upper)
    tasks = shares(own)
    found = space.found(lower.sentences)
    titles = _title_columns(lower)
    titled = np.maximum(found, TITLE_LENDS * found[:, titles])
    clauses, starts = _clauses(space, tasks, lower)
    sentence_items = np.array([sentence.item for sentence in lower.sentences])
    task_items = np.array([task.item for task in upper.tasks])
    best = np.maximum.reduceat(tasks @ found, _starts(sentence_items, len(lower.folded)), axis=1)
    likeness = combined_likeness(upper, lower, task_share(best, mass, task_items, len(upper.folded)))
    pairs = PairFeatures(
        words=shares(own + _borrowed(space, mass, surroundings)) @ titled,
        bigrams=_bigram_share(space, upper, lower),
        context=shares(space.unit_rows(surroundings)) @ np.maximum(found, found[:, titles]),
        item=np.minimum(likeness, ITEM_CAP)[np.ix_(task_items, sentence_items)],
        title=np.tile([float(sentence.is_title) for sentence in lower.sentences], (len(task_items), 1)),
    )
    return Measured(pairs, _standing(likeness), clauses, starts)


def _standing(likeness: Floats) -> ItemFeatures:
    rows, columns = (np.maximum(likeness.max(axis=axis, keepdims=True), LEAST_BEST) for axis in (1, 0))
    return ItemFeatures(likeness, likeness / rows, likeness / columns)


def _clauses(space: Space, tasks: sp.csr_matrix, lower: PreparedPlan) -> tuple[Floats, NDArray[np.int64]]:
    clauses = [clause for sentence in lower.sentences for clause in sentence.clauses]
    starts = np.cumsum([0, *(len(sentence.clauses) for sentence in lower.sentences)])[:-1]
    return tasks @ space.found(clauses), starts


def _bigram_share(space: Space, upper: PreparedPlan, lower: PreparedPlan) -> Floats:
    rows = space.bigram_rows([task.bigrams for task in upper.tasks]) @ sp.diags(space.bigram_weights)
    columns = space.bigram_rows([sentence.bigrams for sentence in lower.sentences])
    return np.asarray((shares(sp.csr_matrix(rows)) @ columns.T).todense())


def _surroundings(upper: PreparedPlan) -> list[list[str]]:
    titles = {sentence.item: sentence.units for sentence in reversed(upper.sentences) if sentence.is_title}
    around = []
    for task in upper.tasks:
        own = set(task.units)
        words = (*titles.get(task.item, ()), *upper.sentences[task.sentence].units)
        around.append([unit for unit in words if unit not in own])
    return around


def _borrowed(space: Space, mass: Floats, surroundings: Sequence[Sequence[str]]) -> sp.csr_matrix:
    """Tasks × units: what a task that hardly says what it is about (建立长效机制) takes from its surroundings."""
    telling = [
        sorted(set(words), key=lambda unit: (-space.unit_weights[space.units[unit]], unit))[:MOST_BORROWED]
        if light
        else []
        for light, words in zip(mass < LIGHT, surroundings, strict=True)
    ]
    return sp.csr_matrix(BORROWED_WEIGHT * space.unit_rows(telling))


def _title_columns(lower: PreparedPlan) -> NDArray[np.int64]:
    """For each sentence the index of its item's title, or its own where the item has none."""
    titles: dict[int, int] = {}
    for index, sentence in enumerate(lower.sentences):
        if sentence.is_title:
            titles.setdefault(sentence.item, index)
    return np.array([titles.get(s.item, index) for index, s in enumerate(lower.sentences)], dtype=np.int64)


def _starts(groups: NDArray[np.int64], count: int) -> Sequence[int]:
    return [int(start) for start in np.searchsorted(groups, np.arange(count))]
