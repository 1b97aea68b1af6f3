"""From measured pairs to verdicts with their evidence."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from app.linking.evidence import Finder
from app.linking.features import Measured, measure
from app.linking.model import SHIPPED, Model, probability
from app.linking.prepared import PreparedPlan
from app.linking.scope import applies_to
from app.linking.space import Floats
from app.linking.values import AppliesTo, Coverage, ItemVerdict, Judgement, Strength, TaskVerdict

MOST_EVIDENCE = 5
MOST_ITEMS = 8

# Logits are compared to this many digits: sums in another order differ in the last bits.
DIGITS = 9

# From this chance on an item is said to implement: below an even one, since what is no implementation at this chance
# nearly always contributes, and a missed one costs a reader more than a pale one.
LEAST_IMPLEMENTATION = 0.3
# Below this chance an item is noise to a reader, unless it holds evidence for one of the tasks.
LEAST_CONTRIBUTION = 0.03


def judge(
    upper: PreparedPlan,
    lower: PreparedPlan,
    scopes: Mapping[tuple[int, int], AppliesTo] | None = None,
    model: Model = SHIPPED,
) -> Judgement:
    """Judge a provincial plan against one city's plan.

    `scopes` says who carries out each task, by (item number, task number); worked out from `upper` where not given, and
    a task it lacks counts as a city's. Every upper task gets a verdict, in the plan's order. The same two plans always
    give the same judgement; the order of the items in either changes nothing but the order of the answer.
    """
    if not upper.tasks:
        return Judgement((), ())
    if not lower.folded:
        empty = (TaskVerdict(upper.plan.items[t.item].number, t.number, Coverage.NONE, 0.0, ()) for t in upper.tasks)
        return Judgement((), tuple(empty))
    measured = measure(upper, lower)
    known = applies_to(upper.plan) if scopes is None else scopes
    tasks = _task_verdicts(upper, lower, measured, known, model)
    return Judgement(_item_verdicts(upper, lower, measured, tasks, model), tasks)


def _scopes(upper: PreparedPlan, known: Mapping[tuple[int, int], AppliesTo]) -> list[AppliesTo]:
    keys = ((upper.plan.items[task.item].number, task.number) for task in upper.tasks)
    return [known.get(key, AppliesTo.CITY) for key in keys]


def _task_verdicts(
    upper: PreparedPlan,
    lower: PreparedPlan,
    measured: Measured,
    known: Mapping[tuple[int, int], AppliesTo],
    model: Model,
) -> tuple[TaskVerdict, ...]:
    logits, whole = _task_logits(measured, _scopes(upper, known), model)
    finder = Finder(lower, measured)
    verdicts = []
    for index, task in enumerate(upper.tasks):
        score = float(probability(logits[index].max()))
        evidence = tuple(
            finder.evidence(
                index,
                sentence,
                Coverage.FULL if whole[index, sentence] else Coverage.PARTIAL,
                float(probability(logits[index, sentence])),
            )
            for sentence in _chosen(logits[index], whole[index], finder.reading_order)
        )
        coverage = max((e.coverage for e in evidence), key=_DEGREE.__getitem__, default=Coverage.NONE)
        verdicts.append(TaskVerdict(upper.plan.items[task.item].number, task.number, coverage, score, evidence))
    return tuple(verdicts)


def _task_logits(measured: Measured, scopes: Sequence[AppliesTo], model: Model) -> tuple[Floats, NDArray[np.bool_]]:
    """Tasks × sentences: the logit that the sentence takes the task up, and whether it would do so wholly."""
    shift = {AppliesTo.INSTITUTION: model.institution, AppliesTo.PROVINCE: model.province, AppliesTo.CITY: 0.0}
    bias = model.pair_bias + np.array([shift[scope] for scope in scopes])
    full_bias = model.full_bias + np.array([0.0 if s is AppliesTo.CITY else model.full_outside for s in scopes])
    logits = np.tensordot(np.array(model.pair), measured.tables, 1) + bias[:, None]
    full = np.tensordot(np.array(model.full), measured.tables, 1) + full_bias[:, None]
    return logits, full >= 0


def _chosen(logits: Floats, whole: NDArray[np.bool_], reading_order: NDArray[np.int64]) -> list[int]:
    """The sentences that take a task up, best first; a whole one is among them if there is any at all."""
    order = [int(s) for s in np.lexsort((reading_order, -logits.round(DIGITS))) if logits[s] >= 0]
    best = order[:MOST_EVIDENCE]
    if not whole[best].any():
        # Else one more sentence, better but partial, could make the coverage worse.
        best[-1:] = [s for s in order if whole[s]][:1] or best[-1:]
    return best


_DEGREE = {Coverage.NONE: 0, Coverage.PARTIAL: 1, Coverage.FULL: 2}


def _item_verdicts(
    upper: PreparedPlan, lower: PreparedPlan, measured: Measured, tasks: Sequence[TaskVerdict], model: Model
) -> tuple[ItemVerdict, ...]:
    logits = np.tensordot(np.array(model.item), measured.items.stacked(), 1) + model.item_bias
    numbers = [item.number for item in lower.plan.items]
    taken_up = {(verdict.item, found.item) for verdict in tasks for found in verdict.evidence}
    verdicts = []
    for index, item in enumerate(upper.plan.items):
        for rank, below in enumerate(np.lexsort((numbers, -logits[index].round(DIGITS)))):
            score = float(probability(logits[index, below]))
            shown = rank < MOST_ITEMS and score >= LEAST_CONTRIBUTION
            # Whatever holds evidence is shown: otherwise a task could be covered by an item that nobody sees.
            if shown or (item.number, numbers[below]) in taken_up:
                strength = Strength.IMPLEMENTS if score >= LEAST_IMPLEMENTATION else Strength.CONTRIBUTES
                verdicts.append(ItemVerdict(item.number, numbers[below], strength, score))
    return tuple(verdicts)
