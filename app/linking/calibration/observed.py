"""What is known of a pair of plans: the measured features of its tasks and items, and what people said of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from app.linking.features import measure
from app.linking.model import SHIPPED, Model, probability
from app.linking.prepared import PreparedPlan
from app.linking.space import Floats
from app.linking.values import AppliesTo
from app.linking.weighing import scopes_in_order, weigh

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

# Of each task so many of the lower plan's sentences are kept, those that take it up most likely. The one that decides is
# among them however the weights move, and a pair of plans takes a megabyte instead of ten.
KEPT = 24

# Nobody said.
UNKNOWN = -1


class Grade(IntEnum):
    """How a lower item answers to an upper one, as it was judged."""

    NOT = 0
    CONTRIBUTES = 1
    IMPLEMENTS = 2


@dataclass(frozen=True, slots=True)
class Decided:
    """What people decided about a pair of plans, by numbers.

    `taken`: upper tasks (item, task), whether the lower plan takes them up at all; `whole`: of those that it does,
    whether wholly; `items`: (upper item, lower item) to their grade.
    """

    taken: Mapping[tuple[int, int], bool] = field(default_factory=dict)
    whole: Mapping[tuple[int, int], bool] = field(default_factory=dict)
    items: Mapping[tuple[int, int], Grade] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether anything was decided."""
        return bool(self.taken or self.whole or self.items)


@dataclass(frozen=True, slots=True)
class Observed:
    """One or more pairs of plans, measured: tasks, the sentences kept of each, and pairs of items.

    `group` tells the upper items apart, those of all pairs: what one group holds is never both learnt from and
    measured on. Labels are 1, 0 or UNKNOWN; weights say what a labelled task or pair of items counts.
    """

    sentences: Floats  # features × tasks × kept sentences
    homes: Ints  # tasks × kept sentences: the lower item they stand in
    outside: Floats  # tasks × (institution, province): 1 where the task is theirs
    group: Ints  # tasks
    taken: Ints  # tasks: labels
    whole: Ints  # tasks: labels
    weight: Floats  # tasks
    proposed: Bools  # tasks: whether the judge as shipped says that they are taken up
    likeness: Floats  # 3 features × pairs of items
    pair_group: Ints  # pairs of items
    pair_lower: Ints  # pairs of items: the lower item
    grade: Ints  # pairs of items: Grade, or UNKNOWN
    pair_weight: Floats  # pairs of items

    def of(self, tasks: Bools, pairs: Bools) -> "Observed":
        """The same, with only these tasks' and pairs' labels; all stay in place, since items rest on all their tasks."""
        return replace(
            self,
            taken=np.where(tasks, self.taken, UNKNOWN),
            whole=np.where(tasks, self.whole, UNKNOWN),
            grade=np.where(pairs, self.grade, UNKNOWN),
        )


def observe(
    upper: PreparedPlan,
    lower: PreparedPlan,
    decided: Decided,
    scopes: Mapping[tuple[int, int], AppliesTo],
    groups: Mapping[int, int],
) -> Observed:
    """Measure a pair of plans for what was decided about it.

    Args:
        upper: the upper plan; it has tasks.
        lower: the lower plan; it has items.
        decided: what people said; what it names and the plans lack is left out.
        scopes: who carries out each task.
        groups: upper item number to group.

    """
    measured = measure(upper, lower)
    numbers = [item.number for item in upper.plan.items]
    below = {item.number: index for index, item in enumerate(lower.plan.items)}
    keys = [(numbers[task.item], task.number) for task in upper.tasks]
    ordered = scopes_in_order(upper, scopes)
    logits = weigh(measured, ordered, SHIPPED).logits
    kept = np.argsort(-logits, axis=1, kind="stable")[:, :KEPT]
    rows = np.arange(len(keys))[:, None]
    homes = np.array([sentence.item for sentence in lower.sentences])
    pairs = [(a, below[b], grade) for (a, b), grade in sorted(decided.items.items()) if a in numbers and b in below]
    likeness = measured.items.stacked()
    return Observed(
        sentences=measured.tables[:, rows, kept],
        homes=homes[kept],
        outside=np.array([[s is AppliesTo.INSTITUTION, s is AppliesTo.PROVINCE] for s in ordered], dtype=float),
        group=np.array([groups[item] for item, _ in keys], dtype=np.int64),
        taken=np.array([decided.taken.get(key, UNKNOWN) for key in keys], dtype=np.int64),
        whole=np.array([decided.whole.get(key, UNKNOWN) for key in keys], dtype=np.int64),
        weight=np.ones(len(keys)),
        proposed=logits.max(axis=1) >= SHIPPED.taken_up,
        likeness=likeness[:, [numbers.index(a) for a, _, _ in pairs], [b for _, b, _ in pairs]].reshape(3, len(pairs)),
        pair_group=np.array([groups[a] for a, _, _ in pairs], dtype=np.int64),
        pair_lower=np.array([b for _, b, _ in pairs], dtype=np.int64),
        grade=np.array([grade for _, _, grade in pairs], dtype=np.int64),
        pair_weight=np.ones(len(pairs)),
    )


def best(observed: Observed, model: Model) -> tuple[Ints, Floats]:
    """Of each task the sentence (among those kept) that takes it up most surely, the first of equals, and its logit."""
    logits = np.tensordot(np.array(model.pair), observed.sentences, 1)
    chosen = logits.argmax(axis=1)
    shift = observed.outside @ np.array([model.institution, model.province]) + model.pair_bias
    return chosen, logits[np.arange(len(chosen)), chosen] + shift


def item_rows(observed: Observed, model: Model) -> Floats:
    """The item model's features × pairs of items, as `judge.item_tables` has them."""
    logits = np.tensordot(np.array(model.pair), observed.sentences, 1)
    shift = observed.outside @ np.array([model.institution, model.province]) + model.pair_bias
    chances = probability(logits + shift[:, None])
    top = chances.max(axis=1, initial=0)
    tables = np.ones((2, len(observed.grade)))
    for group in np.unique(observed.pair_group):
        own, pairs = np.flatnonzero(observed.group == group), np.flatnonzero(observed.pair_group == group)
        here = observed.homes[own][None] == observed.pair_lower[pairs][:, None, None]
        found = np.where(here, chances[own][None], 0.0).max(axis=2, initial=0)
        first = np.where(found >= top[own][None], found, 0.0)
        tables[0, pairs] = 1 - (1 - first).prod(axis=1)
        tables[1, pairs] = 1 - (1 - found).prod(axis=1)
    return np.concatenate([observed.likeness, tables])
