"""The model's numbers put to what was measured: how far each sentence takes each task up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields

import numpy as np
from numpy.typing import NDArray

from app.linking.features import Measured, PairFeatures
from app.linking.model import Model
from app.linking.prepared import PreparedPlan
from app.linking.space import Floats
from app.linking.values import AppliesTo

# Where the share of words stands among the features.
WORDS = [one.name for one in fields(PairFeatures)].index("words")

# Logits are compared to this many digits.
DIGITS = 9


def scopes_in_order(upper: PreparedPlan, known: Mapping[tuple[int, int], AppliesTo]) -> list[AppliesTo]:
    """The scopes of the plan's tasks in order; a city's where `known` lacks one."""
    keys = ((upper.plan.items[task.item].number, task.number) for task in upper.tasks)
    return [known.get(key, AppliesTo.CITY) for key in keys]


@dataclass(frozen=True)
class Weighed:
    """Tasks × sentences: the logit that the sentence takes the task up, how it ranks as evidence, whether wholly so."""

    logits: Floats
    least: float  # from this logit on a sentence is said to take the task up
    rank: Floats
    whole: NDArray[np.bool_]
    together: NDArray[np.bool_]  # tasks: whether all that take the task up do so wholly, each what it can
    # What a second opinion quotes of a sentence, as a range of its item's text: by task and sentence.
    quoted: Mapping[tuple[int, int], tuple[int, int]] = field(default_factory=dict)

    @property
    def taken(self) -> NDArray[np.bool_]:
        """Whether a sentence is said to take a task up."""
        found: NDArray[np.bool_] = self.logits >= self.least
        return found


def weighted(weights: Sequence[float], tables: Floats) -> Floats:
    """The tables' sum, each times its weight; one by one, so that no library's threads decide the order of the sum."""
    total = np.zeros(tables.shape[1:])
    for weight, table in zip(weights, tables, strict=True):
        if weight:
            total += weight * table
    return total


def weigh(measured: Measured, scopes: Sequence[AppliesTo], model: Model) -> Weighed:
    """Put the numbers to the measured features; `scopes` in the tasks' order."""
    shift = {AppliesTo.INSTITUTION: model.institution, AppliesTo.PROVINCE: model.province, AppliesTo.CITY: 0.0}
    bias = model.pair_bias + np.array([shift[scope] for scope in scopes])
    full_bias = model.full_bias + np.array([0.0 if s is AppliesTo.CITY else model.full_outside for s in scopes])
    logits, rank, full = (weighted(weights, measured.tables) for weights in (model.pair, model.rank, model.full))
    # Rounded: sums in another order differ in the last bits.
    logits = (logits + bias[:, None]).round(DIGITS)
    full = full + full_bias[:, None]
    together = _together(measured, logits >= model.taken_up, full, model.full[WORDS])
    return Weighed(logits, model.taken_up, rank.round(DIGITS), full.round(DIGITS) >= 0, together.round(DIGITS) >= 0)


def _together(measured: Measured, taken: NDArray[np.bool_], full: Floats, weight: float) -> Floats:
    """Tasks: the logit of `full`, were every word found that any of the sentences which take the task up holds.

    It can only grow with another sentence. Where none takes the task up, it is what nothing would be: below zero.
    """
    out = np.full(len(taken), -1.0)
    words = measured.above.lent
    for task in np.flatnonzero(taken.any(axis=1)):
        columns = np.flatnonzero(taken[task])
        shares = slice(words.indptr[task], words.indptr[task + 1])
        held = measured.held[np.ix_(words.indices[shares], columns)].max(axis=1)
        more = words.data[shares] @ held - measured.pairs.words[task, columns]
        out[task] = (full[task, columns] + weight * more).max()
    return out
