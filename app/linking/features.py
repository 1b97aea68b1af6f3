"""What is measured of every (upper task, lower sentence) pair, as dense tables; nothing here loops over pairs."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property, lru_cache

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from app.linking.characters import character_share
from app.linking.likeness import likeness, task_share
from app.linking.prepared import PreparedPlan, Unit, general
from app.linking.space import REMEMBERED, Floats, Space, build_space, shares

# What a lower item's title lends to its sentences (a sentence rarely repeats its title's subject).
TITLE_LENDS = 0.8


@dataclass(frozen=True, slots=True)
class PairFeatures:
    """Tables of tasks × sentences, each 0 to 1 unless said otherwise; the order of the fields is the model's.

    None of them falls when a sentence is added to the lower plan.
    """

    words: Floats  # share of the task's weight found in the sentence, to which its item's title lends
    amount: Floats  # weight found in the sentence alone, as a share of two rare words, squared: chance meets one easily
    bigrams: Floats  # share of the task's bigrams, whatever the cut into words, squared: a few are met by chance
    characters: Floats  # share of the task's single characters
    context: Floats  # what surrounds the task above (title, rest of the sentence) found in sentence and title below
    item: Floats  # likeness of the items, about 0 to 1.5
    standing: Floats  # how well the sentence fits this task by its words and characters, beside the task it fits best
    aim: Floats  # 1 where the clause that fits best commits to something, 0 where it only leads to the next one
    act: Floats  # share of the task's general words (建立, 机制) in the clause that fits best
    title: Floats  # 1 where the sentence is a title
    place: Floats  # how late the task comes in its item, from 0 to 1: cities take up what an item begins with

    def stacked(self) -> Floats:
        """Features × tasks × sentences."""
        return np.stack([getattr(self, field.name) for field in fields(self)])


@dataclass(frozen=True, slots=True)
class ItemFeatures:
    """Tables of upper items × lower items; the order of the fields is the model's.

    Two more come from the judge: how sure the best evidence of any of the upper item's tasks stands here, and how sure
    any evidence at all does.
    """

    likeness: Floats  # how alike the two are, about 0 to 4
    above: Floats  # the same as a share of the upper item's best
    below: Floats  # the same as a share of the lower item's best

    def stacked(self) -> Floats:
        """Features × upper items × lower items."""
        return np.stack([getattr(self, field.name) for field in fields(self)])


# A task whose words weigh less than half of one rare word borrows the two most telling words around it. They weigh
# little, since the task may still be taken up where they are not repeated.
LIGHT = 0.5
MOST_BORROWED = 2
BORROWED_WEIGHT = 0.3

# Two rare words found are plenty.
AMPLE = 2.0

# Items this alike are about the same thing; beyond that, more says no more.
ITEM_CAP = 1.5
# Where nothing is alike, the best is not good either: a share is taken of this at least.
LEAST_BEST = 0.5
# The same for the sentence's best task: a faint likeness stands at a half, though no other one be less faint.
LEAST_STANDING = 0.2
# How well a sentence fits a task: the share of words, with those of bigrams and characters about as the models weigh them.
BIGRAMS_FIT, CHARACTERS_FIT = 0.7, 1.5


@dataclass(frozen=True, slots=True, eq=False)
class Above:
    """What is worked out from an upper plan alone; tables are tasks × units (or bigrams, or general words) of `space`.

    `own`: weights; `mass`: their sums; `alone`, `lent`, `around`: as shares, of the task's own words, of these with what
    it borrows, and of its surroundings; `bigrams`, `acts`: shares of its bigrams and of its general words.
    """

    space: Space
    own: sp.csr_matrix
    mass: Floats
    alone: sp.csr_matrix
    lent: sp.csr_matrix
    around: sp.csr_matrix
    bigrams: sp.csr_matrix
    general: dict[str, int]
    acts: sp.csr_matrix
    items: NDArray[np.int64]
    places: Floats


@dataclass(frozen=True)
class Measured:
    """All that was measured between two plans.

    `clauses` is tasks × all clauses below, in order: the share of the task's weight found in the clause alone. Sentence
    `i` has the clauses from `clause_starts[i]` on. `held` is units × sentences: how far the sentence, with its title,
    holds a unit. Item `i` below has the sentences from `item_starts[i]` on.
    """

    pairs: PairFeatures
    items: ItemFeatures
    clauses: Floats
    clause_starts: NDArray[np.int64]
    above: Above
    held: Floats
    item_starts: NDArray[np.int64]

    @cached_property
    def tables(self) -> Floats:
        """`pairs.stacked()`, once."""
        return self.pairs.stacked()


@lru_cache(maxsize=REMEMBERED)
def above(upper: PreparedPlan) -> Above:
    """Weigh an upper plan, once for all that it is judged against."""
    space = build_space(upper)
    own = space.unit_rows(task.units for task in upper.tasks)
    mass = np.asarray(own.sum(axis=1)).ravel()
    surroundings = _surroundings(upper)
    bigrams = space.bigram_rows([task.bigrams for task in upper.tasks]) @ sp.diags(space.bigram_weights)
    tasks = [general(unit.word for unit in task.units) for task in upper.tasks]
    known = {word: index for index, word in enumerate(sorted(frozenset[str]().union(*tasks)))}
    acts = _indicator(tasks, known)
    return Above(
        space,
        own,
        mass,
        shares(own),
        shares(own + _borrowed(space, mass, surroundings)),
        shares(space.unit_rows(surroundings)),
        shares(sp.csr_matrix(bigrams)),
        known,
        shares(acts),
        np.array([task.item for task in upper.tasks]),
        _places(upper),
    )


def measure(upper: PreparedPlan, lower: PreparedPlan) -> Measured:
    """Measure every task of `upper` against every sentence and clause of `lower`. Both must have an item at least."""
    top = above(upper)
    sparse = top.space.found(lower.sentences)
    found = sparse.toarray()
    titles = _title_columns(lower)
    held = np.maximum(found, TITLE_LENDS * found[:, titles])
    every = [clause for sentence in lower.sentences for clause in sentence.clauses]
    starts = np.cumsum([0, *(len(sentence.clauses) for sentence in lower.sentences)])[:-1]
    clauses = (top.alone @ top.space.found(every)).toarray()
    carrying = _carrying(clauses, starts)
    homes = np.array([sentence.item for sentence in lower.sentences])
    item_starts = np.searchsorted(homes, np.arange(len(lower.folded)))
    alone = (top.alone @ sparse).toarray()
    best = np.maximum.reduceat(alone, item_starts, axis=1)
    alike = likeness(upper, lower, task_share(best, top.mass, top.items, len(upper.folded)))
    acts = (top.acts @ _indicator([clause.acts for clause in every], top.general).T).toarray()
    written = top.space.bigram_rows([sentence.bigrams for sentence in lower.sentences])
    words, characters = top.lent @ held, character_share(upper, lower)
    bigrams = np.asarray((top.bigrams @ written.T).todense())
    fit = words + BIGRAMS_FIT * bigrams + CHARACTERS_FIT * characters
    pairs = PairFeatures(
        words=words,
        amount=np.minimum((top.own @ sparse).toarray() / AMPLE, 1) ** 2,
        bigrams=bigrams**2,
        characters=characters,
        context=top.around @ np.maximum(found, found[:, titles]),
        item=np.minimum(alike.growing, ITEM_CAP)[np.ix_(top.items, homes)],
        standing=(fit + LEAST_STANDING / 2) / (fit.max(axis=0, keepdims=True) + LEAST_STANDING),
        aim=np.array([float(not clause.opening) for clause in every])[carrying],
        act=np.take_along_axis(acts, carrying, axis=1),
        title=np.tile([float(sentence.is_title) for sentence in lower.sentences], (len(top.items), 1)),
        place=np.tile(top.places[:, None], len(lower.sentences)),
    )
    return Measured(pairs, _standing(alike.whole), clauses, starts, top, held, item_starts)


def _standing(alike: Floats) -> ItemFeatures:
    rows, columns = (np.maximum(alike.max(axis=axis, keepdims=True), LEAST_BEST) for axis in (1, 0))
    return ItemFeatures(alike, alike / rows, alike / columns)


def _carrying(clauses: Floats, starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Tasks × sentences: the index of the clause that holds most of the task, the first of equals."""
    ends = np.append(starts[1:], clauses.shape[1])
    # Equal up to the last bits, which sums in another order change.
    level = clauses.round(9)
    columns = [start + level[:, start:end].argmax(axis=1) for start, end in zip(starts, ends, strict=True)]
    return np.stack(columns, axis=1)


def _indicator(texts: Sequence[frozenset[str]], known: dict[str, int]) -> sp.csr_matrix:
    """Texts × known words: one where the text has the word."""
    columns = [sorted(known[word] for word in words if word in known) for words in texts]
    ends = np.cumsum([0, *(len(row) for row in columns)])
    every = [column for row in columns for column in row]
    return sp.csr_matrix((np.ones(len(every)), every, ends), shape=(len(texts), len(known)))


def _places(upper: PreparedPlan) -> Floats:
    """Tasks: 0 for the first of its item, 1 for the last, 0 for one alone."""
    seen: list[int] = []
    counts = Counter(task.item for task in upper.tasks)
    so_far: Counter[int] = Counter()
    for task in upper.tasks:
        seen.append(so_far[task.item])
        so_far[task.item] += 1
    return np.array([k / max(1, counts[task.item] - 1) for k, task in zip(seen, upper.tasks, strict=True)])


def _surroundings(upper: PreparedPlan) -> list[list[Unit]]:
    titles = {sentence.item: sentence.units for sentence in reversed(upper.sentences) if sentence.is_title}
    around = []
    for task in upper.tasks:
        own = {unit.word for unit in task.units}
        words = (*titles.get(task.item, ()), *upper.sentences[task.sentence].units)
        around.append([unit for unit in words if unit.word not in own])
    return around


def _borrowed(space: Space, mass: Floats, surroundings: Sequence[Sequence[Unit]]) -> sp.csr_matrix:
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
