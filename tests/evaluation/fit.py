"""Fit the judge's numbers on judged pairs of plans: `python -m tests.evaluation.fit` prints the models to paste.

Two questions are asked of every task: is it taken up at all (the logistic loss of its best sentence), and where (the loss
of the softmax over its sentences, against where the annotators found the evidence)? The pair model answers the first and
minds the second, the rank model the other way round; the models of full or partial and of items come after them.
"""

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from app.linking import applies_to, prepare
from app.linking.features import Measured, PairFeatures, measure
from app.linking.judge import item_tables
from app.linking.model import Model
from app.linking.normalise import fold
from app.linking.prepared import PreparedPlan
from app.linking.values import AppliesTo
from tests.evaluation.cases import case, recut, scorer, thesaurus

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

# Ridge towards equal weights: some hundred tasks cannot tell correlated features apart.
RIDGE = 0.3
# How sharply the best sentence must stand out; each pair of plans weighs as much as this many tasks.
SHARPNESS, TASKS_A_PAIR, RANKED_A_PAIR, ITEM_PAIRS = 2.0, 150.0, 100.0, 1000.0
# Half of that for the pair model.
PRESENCE_RANKED = 50.0
# The gold's grades of item pairs.
CONTRIBUTES, IMPLEMENTS = 1, 2


@dataclass(frozen=True)
class Sample:
    """One judged pair: features, who the tasks are for, where the annotators found evidence, and their verdicts."""

    tables: Floats  # features × tasks × sentences
    outside: Floats  # tasks × (institution, province)
    evidence: Bools  # tasks × sentences
    coverage: list[str]
    city: Bools
    measured: Measured
    grades: NDArray[np.int64]  # upper items × lower items: 0, 1, 2


def sample(name: str) -> Sample:
    """Measure a judged pair on the gold's own cut into tasks, with the scopes that the rules give."""
    judged = case(name)
    upper_text = recut(judged.upper, judged.gold["tasks"])
    upper, lower = prepare(upper_text, thesaurus()), prepare(judged.lower, thesaurus())
    measured = measure(upper, lower)
    scopes = applies_to(upper_text)
    keys = [(upper_text.items[task.item].number, task.number) for task in upper.tasks]
    gold = in_order(judged.gold["tasks"], keys)
    outside = [[scopes[key] is scope for scope in (AppliesTo.INSTITUTION, AppliesTo.PROVINCE)] for key in keys]
    return Sample(
        tables=measured.tables,
        outside=np.array(outside, dtype=float),
        evidence=_evidence(gold, lower),
        coverage=[task["coverage"] for task in gold],
        city=np.array([task["applies"] == "city" for task in gold]),
        measured=measured,
        grades=_grades(judged.gold["items"], upper, lower),
    )


def in_order(tasks: Sequence[dict[str, Any]], keys: Sequence[tuple[int, int]]) -> list[dict[str, Any]]:
    """The gold's tasks in the order of these (item, task) numbers."""
    by_key: dict[tuple[int, int], dict[str, Any]] = {}
    counts: dict[int, int] = {}
    for task in tasks:
        counts[task["item"]] = counts.get(task["item"], 0) + 1
        by_key[task["item"], counts[task["item"]]] = task
    return [by_key[key] for key in keys]


def _evidence(gold: Sequence[dict[str, Any]], lower: PreparedPlan) -> Bools:
    sentences = [
        (lower.plan.items[s.item].number, scorer.squeeze(lower.folded[s.item].text[s.place.start : s.place.end]))
        for s in lower.sentences
    ]
    table = np.zeros((len(gold), len(sentences)), dtype=bool)
    for row, task in enumerate(gold):
        for found in task["evidence"]:
            text = scorer.squeeze(fold(found["text"]).text)
            table[row] |= [number == found["item"] and (own in text or text in own) for number, own in sentences]
    return table


def _grades(gold: dict[str, Any], upper: PreparedPlan, lower: PreparedPlan) -> NDArray[np.int64]:
    def grade(above: int, below: int) -> int:
        row = gold[str(above)]
        return 2 if below in row["2"] else 1 if below in row["1"] else 0

    return np.array([[grade(a.number, b.number) for b in lower.plan.items] for a in upper.plan.items])


# Likeness of words, and of what surrounds them, speaks for a match; what the rest is worth is left to the data.
EXPECTED = frozenset({"words", "bigrams", "context", "item"})
# Free of sign; all others are likeness, which is never a reason against.
FREE = frozenset({"title", "place"})
# Left out of the first question: whether there is evidence at all does not hang on its act (a city may take a 方案 up by
# carrying it out), which evidence is best does.
RANK_ONLY = frozenset({"act"})
# The other way round: neither tells one sentence from another.
PRESENCE_ONLY = frozenset({"standing", "place"})
# `bigrams` says nothing about full or partial that `words` and `characters` do not.
FULL = frozenset({"words", "characters", "context", "item"})
# Full or partial is learnt from what stands at this chance at least: below what counts as taken up, since what hardly does
# shows best where the whole ends.
NEARLY_TAKEN_UP = math.log(0.4 / 0.6)
NAMES = [field.name for field in fields(PairFeatures)]


def fit_pairs(samples: Sequence[Sample], left_out: frozenset[str], ranked: float) -> Floats:
    """Weights of the features, of (institution, province), and the bias; `ranked`: what a pair's evidence weighs."""
    count = len(NAMES)
    prior = np.array([1.0 if name in EXPECTED else 0.0 for name in NAMES])

    def loss(p: Floats) -> tuple[float, Floats]:
        total = RIDGE * float(((p[:count] - prior) ** 2).sum()) / 2 + float((p[count:-1] ** 2).sum()) / 2
        gradient = np.concatenate([RIDGE * (p[:count] - prior), p[count:-1], [0.0]])
        for one in samples:
            for part, weight in ((_presence, 1.0), (_ranking, ranked / RANKED_A_PAIR)):
                value, slope = part(one, p, count)
                total += weight * value
                gradient += weight * slope
        return total, gradient

    start = np.concatenate([prior, [-1.0, -1.0, -3.0]])
    bounds: list[tuple[float | None, float | None]] = [
        (0.0, 0.0) if name in left_out else (None, None) if name in FREE else (0.0, None) for name in NAMES
    ]
    # Not being a city's is never a reason for.
    bounds += [(None, 0.0)] * 2 + [(None, None)]
    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x)


def _presence(one: Sample, p: Floats, count: int) -> tuple[float, Floats]:
    logits = np.tensordot(p[:count], one.tables, 1)
    rows, best = np.arange(len(logits)), logits.argmax(axis=1)
    z = logits[rows, best] + one.outside @ p[count:-1] + p[-1]
    known = np.array([c != "doubtful" for c in one.coverage])
    some = np.array([c in {"full", "partial"} for c in one.coverage])
    weight = known * TASKS_A_PAIR / known.sum()
    error = weight * (1 / (1 + np.exp(-z)) - some)
    value = float((weight * np.logaddexp(0, np.where(some, -z, z))).sum())
    slope = np.concatenate([one.tables[:, rows, best] @ error, one.outside.T @ error, [error.sum()]])
    return value, slope


def _ranking(one: Sample, p: Floats, count: int) -> tuple[float, Floats]:
    ranked = one.evidence.any(axis=1)
    logits = SHARPNESS * np.tensordot(p[:count], one.tables[:, ranked], 1)
    chance = np.exp(logits - logits.max(axis=1, keepdims=True))
    chance /= chance.sum(axis=1, keepdims=True)
    right = chance * one.evidence[ranked]
    mass = right.sum(axis=1, keepdims=True) + 1e-12
    weight = RANKED_A_PAIR / ranked.sum()
    slope = weight * SHARPNESS * np.einsum("fts,ts->f", one.tables[:, ranked], chance - right / mass)
    return -weight * float(np.log(mass).sum()), np.concatenate([slope, np.zeros(3)])


def fit_logistic(rows: Floats, yes: Bools, weights: Floats) -> Floats:
    """Weights of the columns, none below zero, and the bias, with a slight ridge."""
    design = np.column_stack([rows, np.ones(len(rows))])

    def loss(p: Floats) -> tuple[float, Floats]:
        z = design @ p
        error = weights * (1 / (1 + np.exp(-z)) - yes)
        value = float((weights * np.logaddexp(0, np.where(yes, -z, z))).sum()) + float((p[:-1] ** 2).sum()) / 2
        return value, design.T @ error + np.append(p[:-1], 0.0)

    bounds = [(0.0, None)] * rows.shape[1] + [(None, None)]
    return np.asarray(minimize(loss, np.zeros(design.shape[1]), jac=True, method="L-BFGS-B", bounds=bounds).x)


def fit(samples: Sequence[Sample]) -> Model:
    """Fit all models on judged pairs."""
    count = len(NAMES)
    p = fit_pairs(samples, RANK_ONLY, PRESENCE_RANKED)
    rank = fit_pairs(samples, PRESENCE_ONLY, RANKED_A_PAIR)
    full = _fit_full(samples, p)
    item = _fit_items(samples, p)
    institution, province, bias = (_rounded(x) for x in p[count:])
    return Model(
        pair=_all_rounded(p[:count]),
        pair_bias=bias,
        institution=institution,
        province=province,
        rank=_all_rounded(rank[:count]),
        full=_all_rounded(full[:count]),
        full_bias=_rounded(full[-1]),
        full_outside=-_rounded(full[count]) + 0.0,
        item=_all_rounded(item[:-1]),
        item_bias=_rounded(item[-1]),
    )


def _rounded(number: float) -> float:
    # Two decimals are more than some hundred tasks can tell.
    return round(float(number), 2)


def _all_rounded(numbers: Floats) -> tuple[float, ...]:
    return tuple(_rounded(number) for number in numbers)


def _fit_full(samples: Sequence[Sample], pairs: Floats) -> Floats:
    """Weights of the features, of (minus) not being a city's, and the bias, on what the pair model finds nearly taken up.

    Where it is wrong about that, the sentence does not take the task up wholly either.
    """
    used = np.array([name in FULL for name in NAMES])
    rows, whole, weights = [], [], []
    for one in samples:
        logits = _logits(one, pairs)
        best = logits.argmax(axis=1)
        known = np.array([coverage != "doubtful" for coverage in one.coverage])
        taken = np.flatnonzero(known & (logits.max(axis=1) >= NEARLY_TAKEN_UP))
        rows.append(np.column_stack([one.tables[used][:, taken, best[taken]].T, -one.outside[taken].sum(axis=1)]))
        whole.append(np.array([one.coverage[index] == "full" for index in taken]))
        weights.append(np.full(len(taken), TASKS_A_PAIR / len(taken)))
    fitted = fit_logistic(np.concatenate(rows), np.concatenate(whole), np.concatenate(weights))
    spread = np.zeros(len(NAMES))
    spread[used] = fitted[: used.sum()]
    return np.concatenate([spread, fitted[used.sum() :]])


def _logits(one: Sample, p: Floats) -> Floats:
    count = len(one.tables)
    return np.asarray(np.tensordot(p[:count], one.tables, 1) + (one.outside @ p[count:-1] + p[-1])[:, None])


def _fit_items(samples: Sequence[Sample], pairs: Floats) -> Floats:
    tables = [item_tables(one.measured, _logits(one, pairs)) for one in samples]
    rows = np.concatenate([table.reshape(len(table), -1).T for table in tables])
    grades = np.concatenate([s.grades.ravel() for s in samples])
    weights = np.concatenate([np.full(s.grades.size, ITEM_PAIRS / s.grades.size) for s in samples])
    # What only contributes is neither a yes nor a no.
    sure = grades != CONTRIBUTES
    return fit_logistic(rows[sure], grades[sure] == IMPLEMENTS, weights[sure])


def main() -> None:
    """Print the three models: fitted on one pair, on the other, and on both."""
    linyi, yunhe = sample("linyi"), sample("yunhe")
    for name, samples in (("FITTED_ON_LINYI", [linyi]), ("FITTED_ON_YUNHE", [yunhe]), ("SHIPPED", [linyi, yunhe])):
        sys.stdout.write(f"{name} = {fit(samples)}\n")


if __name__ == "__main__":
    main()
