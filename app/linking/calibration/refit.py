"""Re-fitting the judge's numbers, never far from those that it starts from.

Each of three questions (is the task taken up, if so wholly, does the item implement) keeps its weights up to a common
factor, a shift, and small steps of their own: some dozens of decisions can tell how sure the judge should be, and where it
should draw its line, but not eleven weights.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from scipy.optimize import minimize

from app.linking.calibration.observed import UNKNOWN, Bools, Grade, Ints, Observed, best, item_rows
from app.linking.features import PairFeatures
from app.linking.model import Model
from app.linking.space import Floats

# How strongly each kind of number is held where it was, in decisions: a step of 1 costs half of it in log loss.
HOLD_FACTOR, HOLD_WEIGHTS, HOLD_SCOPES, HOLD_BIAS = 3.0, 10.0, 3.0, 0.3
LEAST_FACTOR, MOST_FACTOR = 0.3, 3.0
# Each judged pair of plans that is shipped counts as this many tasks and pairs of items in a fit, as it did when the
# shipped numbers were fitted; all decisions of a store together at most half of one, so that they never outweigh it.
SHIPPED_TASKS, SHIPPED_ITEMS = 150.0, 500.0
MOST_TASKS, MOST_ITEMS = 75.0, 250.0
# Full or partial is learnt from what stands at this chance at least, as the shipped numbers were.
NEARLY_TAKEN_UP = float(np.log(0.4 / 0.6))
# The best sentence depends on the weights, and they on it.
ROUNDS = 3
DIGITS = 3

NAMES = [field.name for field in fields(PairFeatures)]
# Of these the sign is free: all others are likeness, which is never a reason against.
FREE = np.array([name in {"title", "place"} for name in NAMES])


@dataclass(frozen=True, slots=True)
class Part:
    """What a fit learns from, and what its tasks and pairs of items weigh together."""

    observed: Observed
    tasks: float
    items: float


def shipped_part(observed: Observed) -> Part:
    """A judged pair of plans that is shipped."""
    return Part(observed, SHIPPED_TASKS, SHIPPED_ITEMS)


def decided_parts(decided: Sequence[Observed]) -> list[Part]:
    """A store's decisions: each pair of plans weighs what was decided about it, all together no more than they may."""
    tasks = [float(one.weight[_known(one.taken, one.whole)].sum()) for one in decided]
    items = [float(one.pair_weight[one.grade != UNKNOWN].sum()) for one in decided]
    for_tasks, for_items = (
        min(1.0, most / max(sum(total), most)) for total, most in ((tasks, MOST_TASKS), (items, MOST_ITEMS))
    )
    return [Part(*of) for of in zip(decided, np.array(tasks) * for_tasks, np.array(items) * for_items, strict=True)]


def _known(*labels: Ints) -> Bools:
    return np.asarray(np.any([label != UNKNOWN for label in labels], axis=0))


def refit(start: Model, parts: Sequence[Part]) -> Model:
    """The numbers that fit all parts best, held to those of `start`. Deterministic; a tenth of a second or so."""
    model = _taken(start, parts)
    model = _whole(start, model, parts)
    return _items(start, model, parts)


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows for a logistic fit: features, yes or no, and weights."""

    features: Floats
    yes: Floats
    weight: Floats


def _scaled(weight: Floats, total: float) -> Floats:
    """Weights that add up to a total."""
    held = float(weight.sum())
    return weight * (total / held) if held else weight


def _taken(start: Model, parts: Sequence[Part]) -> Model:
    model = start
    for _ in range(ROUNDS):
        rows = []
        for part in parts:
            one = part.observed
            known = one.taken != UNKNOWN
            features = np.column_stack([_best_features(one, model), one.outside])[known]
            share = part.tasks * _share(one, known)
            rows.append(_Rows(features, one.taken[known].astype(float), _scaled(one.weight[known], share)))
        # What told nothing when the numbers were fitted (a sentence's act) stays out.
        weights = np.array(start.pair)
        fitted = _fit(rows, weights, np.array([start.institution, start.province]), start.pair_bias, FREE)
        model = replace(
            start,
            pair=_rounded(fitted.weights),
            institution=round(float(fitted.scopes[0]), DIGITS),
            province=round(float(fitted.scopes[1]), DIGITS),
            pair_bias=round(fitted.bias, DIGITS),
        )
    # The line is drawn where it was, on the new scale: verdicts change where the weights do, not because of the scale.
    logit = fitted.factor * (start.taken_up - start.pair_bias) + fitted.bias
    return replace(model, least_taken_up=_chance(logit))


def _share(one: Observed, known: Bools) -> float:
    """What part of a part's weight is in these tasks: a task of which only the extent is known counts too."""
    every = float(one.weight[_known(one.taken, one.whole)].sum())
    return float(one.weight[known].sum()) / every if every else 0.0


def _best_features(one: Observed, model: Model) -> Floats:
    chosen, _ = best(one, model)
    return np.asarray(one.sentences[:, np.arange(len(chosen)), chosen].T)


def _whole(start: Model, model: Model, parts: Sequence[Part]) -> Model:
    rows = []
    for part in parts:
        one = part.observed
        _, logits = best(one, model)
        known = (one.whole != UNKNOWN) & (logits >= NEARLY_TAKEN_UP)
        features = np.column_stack([_best_features(one, model), one.outside.sum(axis=1)])[known]
        weight = _scaled(one.weight[known], part.tasks * _share(one, known))
        rows.append(_Rows(features, one.whole[known].astype(float), weight))
    free = np.zeros(len(NAMES), dtype=bool)
    fitted = _fit(rows, np.array(start.full), np.array([start.full_outside]), start.full_bias, free)
    return replace(
        model,
        full=_rounded(fitted.weights),
        full_outside=round(float(fitted.scopes[0]), DIGITS),
        full_bias=round(fitted.bias, DIGITS),
    )


def _items(start: Model, model: Model, parts: Sequence[Part]) -> Model:
    rows = []
    for part in parts:
        one = part.observed
        # What only contributes is neither a yes nor a no.
        known = (one.grade == Grade.IMPLEMENTS) | (one.grade == Grade.NOT)
        weight = _scaled(one.pair_weight[known], part.items)
        yes = (one.grade[known] == Grade.IMPLEMENTS).astype(float)
        rows.append(_Rows(item_rows(one, model)[:, known].T, yes, weight))
    free = np.zeros(len(start.item), dtype=bool)
    fitted = _fit(rows, np.array(start.item), np.zeros(0), start.item_bias, free)
    logit = fitted.factor * (_logit(start.least_implementing) - start.item_bias) + fitted.bias
    return replace(
        model,
        item=_rounded(fitted.weights),
        item_bias=round(fitted.bias, DIGITS),
        least_implementing=_chance(logit),
    )


@dataclass(frozen=True, slots=True)
class _Fitted:
    """What a fit found: the weights, those of the scopes, the bias, and by how much the weights grew in common."""

    weights: Floats
    scopes: Floats
    bias: float
    factor: float


def _fit(rows: Sequence[_Rows], weights: Floats, scopes: Floats, bias: float, free: Bools) -> _Fitted:
    """Logistic regression held to `weights` times a factor; the features' last columns are the scopes'."""
    count = len(weights)
    features = np.concatenate([part.features for part in rows])
    # The first column is what the weights make of the features as they are; its coefficient is the factor.
    design = np.column_stack([features[:, :count] @ weights, features, np.ones(len(features))])
    yes, weight = (np.concatenate([getattr(part, name) for part in rows]) for name in ("yes", "weight"))
    start = np.concatenate([[1.0], np.zeros(count), scopes, [bias]])
    hold = np.concatenate([[HOLD_FACTOR], np.full(count, HOLD_WEIGHTS), np.full(len(scopes), HOLD_SCOPES), [HOLD_BIAS]])

    def loss(p: Floats) -> tuple[float, Floats]:
        z, step = design @ p, p - start
        error = weight * (1 / (1 + np.exp(-z)) - yes)
        value = float((weight * (np.logaddexp(0, z) - yes * z)).sum() + (hold * step * step).sum() / 2)
        return value, design.T @ error + hold * step

    bounds: list[tuple[float | None, float | None]] = [(LEAST_FACTOR, MOST_FACTOR)]
    for held, loose in zip(weights, free, strict=True):
        # Whatever the factor, no weight of a likeness falls below zero; one that was left out stays out.
        bounds.append((None, None) if loose else (-LEAST_FACTOR * held, None) if held else (0.0, 0.0))
    # Not being a city's is never a reason for.
    bounds += [(None, 0.0)] * len(scopes) + [(None, None)]
    p = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    return _Fitted(p[0] * weights + p[1 : count + 1], p[count + 1 : -1], float(p[-1]), float(p[0]))


def _rounded(numbers: Floats) -> tuple[float, ...]:
    # More digits than the decisions can tell, and the same on every machine.
    return tuple(round(float(number), DIGITS) + 0.0 for number in numbers)


def _logit(chance: float) -> float:
    return float(np.log(chance / (1 - chance)))


def _chance(logit: float) -> float:
    return round(float(1 / (1 + np.exp(-logit))), DIGITS)
