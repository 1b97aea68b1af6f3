"""How good a model is on what is known of pairs of plans."""

from collections.abc import Sequence

import numpy as np

from app.linking.calibration.observed import UNKNOWN, Grade, Observed, best, item_rows
from app.linking.model import Model
from app.linking.space import Floats

FIGURES = ("loss", "task_loss", "item_loss", "gap_f1", "coverage_exact", "item_f1")
"""What is reported; None where nothing is known to measure it on.

`task_loss`: log loss of none, partial or full, a task; `item_loss`: of implementing or not, a pair of items; `loss`: both
together, each task and pair counted alike; in nats, the less the better. `gap_f1`: of what is said to be missing;
`coverage_exact`: share of tasks whose coverage is right; `item_f1`: of what is said to implement.
"""

Figures = dict[str, float | None]


def figures(observed: Sequence[tuple[Observed, Model]]) -> Figures:
    """The figures over all that is labelled, each part judged by its own model."""
    tasks = [_tasks(one, model) for one, model in observed]
    items = [_items(one, model) for one, model in observed]
    loss, weight, gaps, exact = (np.concatenate([found[name] for found in tasks], axis=-1) for name in _TASKS)
    item_loss, item_weight, said = (np.concatenate([found[name] for found in items], axis=-1) for name in _ITEMS)
    return {
        "loss": _mean(np.concatenate([loss, item_loss]), np.concatenate([weight, item_weight])),
        "task_loss": _mean(loss, weight),
        "item_loss": _mean(item_loss, item_weight),
        "gap_f1": _f1(gaps),
        "coverage_exact": _mean(*exact),
        "item_f1": _f1(said),
    }


_TASKS = ("loss", "weight", "gaps", "exact")
_ITEMS = ("loss", "weight", "said")


def _tasks(one: Observed, model: Model) -> dict[str, Floats]:
    chosen, logits = best(one, model)
    features = one.sentences[:, np.arange(len(chosen)), chosen]
    whole = np.array(model.full) @ features + model.full_outside * one.outside.sum(axis=1) + model.full_bias
    sure, extent = one.taken != UNKNOWN, one.whole != UNKNOWN
    loss = np.where(sure, _loss(logits, one.taken == 1), 0.0) + np.where(extent, _loss(whole, one.whole == 1), 0.0)
    missing, said = one.taken == 0, logits < model.taken_up
    right = np.where(missing, said, ~said & ((whole >= 0) == (one.whole == 1)))
    # Whether it is right is known where the task is missing, or its extent is known too.
    told = sure & (missing | extent)
    known = sure | extent
    return {
        "loss": loss[known],
        "weight": one.weight[known],
        "gaps": np.stack([said, missing, one.weight])[:, sure],
        "exact": np.stack([right, one.weight])[:, told],
    }


def _items(one: Observed, model: Model) -> dict[str, Floats]:
    logits = np.array(model.item) @ item_rows(one, model) + model.item_bias
    sure = (one.grade == Grade.IMPLEMENTS) | (one.grade == Grade.NOT)
    implements = one.grade == Grade.IMPLEMENTS
    said = 1 / (1 + np.exp(-logits)) >= model.least_implementing
    return {
        "loss": _loss(logits, implements)[sure],
        "weight": one.pair_weight[sure],
        "said": np.stack([said, implements, one.pair_weight])[:, sure],
    }


def _loss(logits: Floats, yes: np.ndarray) -> Floats:
    return np.asarray(np.logaddexp(0, np.where(yes, -logits, logits)))


def _mean(values: Floats, weight: Floats) -> float | None:
    total = float(weight.sum())
    return round(float((values * weight).sum()) / total, 5) if total else None


def _f1(table: Floats) -> float | None:
    """Of rows said, true, weight."""
    said, true, weight = table
    both = float((said * true * weight).sum())
    every = float((said * weight).sum() + (true * weight).sum())
    return round(2 * both / every, 4) if every else None
