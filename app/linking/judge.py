"""From measured pairs to verdicts with their evidence."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from app.linking.evidence import Finder
from app.linking.features import Measured, measure
from app.linking.model import SHIPPED, Model, probability
from app.linking.opinions import Opinion, settle
from app.linking.prepared import PreparedPlan
from app.linking.scope import applies_to
from app.linking.space import Floats
from app.linking.values import AppliesTo, Coverage, Evidence, ItemVerdict, Judgement, Strength, TaskVerdict
from app.linking.weighing import DIGITS, Weighed, scopes_in_order, weigh, weighted

MOST_EVIDENCE = 5
MOST_ITEMS = 8

# Below this chance an item is noise even to a reader who doubts the first ones, unless it holds evidence for one of the
# tasks.
LEAST_CONTRIBUTION = 0.005


def judge(
    upper: PreparedPlan,
    lower: PreparedPlan,
    scopes: Mapping[tuple[int, int], AppliesTo] | None = None,
    model: Model = SHIPPED,
    opinions: Mapping[tuple[int, int], Opinion] | None = None,
) -> Judgement:
    """Judge a provincial plan against one city's plan.

    `scopes` says who carries out each task, by (item number, task number); worked out from `upper` where not given, and
    a task it lacks counts as a city's. `opinions` are what another reader said of some tasks, by the same keys. Every
    upper task gets a verdict, in the plan's order. The same two plans always give the same judgement; the order of the
    items in either changes nothing but the order of the answer.
    """
    if not upper.tasks:
        return Judgement((), ())
    if not lower.folded:
        empty = (TaskVerdict(upper.plan.items[t.item].number, t.number, Coverage.NONE, 0.0, ()) for t in upper.tasks)
        return Judgement((), tuple(empty))
    measured = measure(upper, lower)
    known = applies_to(upper.plan) if scopes is None else scopes
    weighed = settle(weigh(measured, scopes_in_order(upper, known), model), upper, lower, opinions or {})
    tasks = task_verdicts(upper, lower, measured, weighed)
    return Judgement(_item_verdicts(upper, lower, item_tables(measured, weighed.logits), tasks, model), tasks)


def task_verdicts(
    upper: PreparedPlan, lower: PreparedPlan, measured: Measured, weighed: Weighed
) -> tuple[TaskVerdict, ...]:
    """A verdict for every upper task, in order, from what was measured and weighed; the lower plan is not empty."""
    finder = Finder(lower, measured)
    chances = probability(weighed.logits)
    verdicts = []
    for index, task in enumerate(upper.tasks):
        whole = weighed.whole[index]
        score = float(chances[index].max())
        evidence: list[Evidence] = []
        sure = score
        for sentence in _chosen(weighed.taken[index], weighed.rank[index], whole, finder.reading_order):
            # The first is what the task's score rests on; none after it is surer than those before.
            sure = min(sure, float(chances[index, sentence])) if evidence else score
            degree = Coverage.FULL if whole[sentence] else Coverage.PARTIAL
            evidence.append(finder.evidence(index, sentence, degree, sure, weighed.quoted.get((index, sentence))))
        coverage = max((e.coverage for e in evidence), key=_DEGREE.__getitem__, default=Coverage.NONE)
        if evidence and weighed.together[index]:
            coverage = Coverage.FULL
        number = upper.plan.items[task.item].number
        verdicts.append(TaskVerdict(number, task.number, coverage, score, tuple(evidence)))
    return tuple(verdicts)


def _chosen(
    taken: NDArray[np.bool_], rank: Floats, whole: NDArray[np.bool_], reading_order: NDArray[np.int64]
) -> list[int]:
    """The sentences that take a task up, best first; a whole one is among them if there is any at all."""
    found = np.flatnonzero(taken)
    order = [int(s) for s in found[np.lexsort((reading_order[found], -rank[found]))]]
    best = order[:MOST_EVIDENCE]
    if not whole[best].any():
        # Else one more sentence, better but partial, could make the coverage worse.
        best[-1:] = [s for s in order if whole[s]][:1] or best[-1:]
    return best


_DEGREE = {Coverage.NONE: 0, Coverage.PARTIAL: 1, Coverage.FULL: 2}


def item_tables(measured: Measured, logits: Floats) -> Floats:
    """Features × upper items × lower items: ItemFeatures, and what is made of the tasks.

    These are the chances that the best evidence of any of the upper item's tasks stands there, and that any evidence does.
    """
    chances = np.maximum.reduceat(probability(logits), measured.item_starts, axis=1)
    homes = np.where(chances >= chances.max(axis=1, keepdims=True), chances, 0.0)
    likeness = measured.items.stacked()
    tables = []
    for table in (homes, chances):
        none = np.ones(likeness.shape[1:])
        np.multiply.at(none, measured.above.items, 1 - table)
        tables.append(1 - none)
    return np.concatenate([likeness, tables])


def item_logits(tables: Floats, model: Model) -> Floats:
    """Upper items × lower items: the logit that the lower one implements the upper one."""
    return (weighted(model.item, tables) + model.item_bias).round(DIGITS)


def strength(score: float, model: Model = SHIPPED) -> Strength:
    """What an item's chance of implementing amounts to."""
    return Strength.IMPLEMENTS if score >= model.least_implementing else Strength.CONTRIBUTES


def _item_verdicts(
    upper: PreparedPlan, lower: PreparedPlan, tables: Floats, tasks: Sequence[TaskVerdict], model: Model
) -> tuple[ItemVerdict, ...]:
    scores = probability(item_logits(tables, model))
    numbers = [item.number for item in lower.plan.items]
    taken_up = {(verdict.item, found.item) for verdict in tasks for found in verdict.evidence}
    verdicts = []
    for index, item in enumerate(upper.plan.items):
        for rank, below in enumerate(np.lexsort((numbers, -scores[index]))):
            score = float(scores[index, below])
            shown = rank < MOST_ITEMS and score >= LEAST_CONTRIBUTION
            # Whatever holds evidence is shown: otherwise a task could be covered by an item that nobody sees.
            if shown or (item.number, numbers[below]) in taken_up:
                verdicts.append(ItemVerdict(item.number, numbers[below], strength(score, model), score))
    return tuple(verdicts)
