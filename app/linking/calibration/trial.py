"""Fitting on decisions, and comparing what comes of it with what is shipped: on decisions held out, and on shipped data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np

from app.linking.calibration.figures import Figures, figures
from app.linking.calibration.observed import UNKNOWN, Grade, Ints, Observed
from app.linking.calibration.refit import decided_parts, refit, shipped_part
from app.linking.calibration.shipped import ShippedPair
from app.linking.model import SHIPPED, Model

FOLDS = 5
# Below this no difference can be told from chance: a task's loss spreads by about 0.7, so the mean of 30 is known to 0.13,
# and comparing the same tasks before and after to about a third of that; what decisions teach is 0.01 to 0.07.
LEAST_TASKS = 30
# And fewer items than two a fold say more about those items than about the judge.
LEAST_ITEMS = 10
# Where fewer than this many of either kind were decided, the decided ones do not tell how many there are of each.
LEAST_OF_EITHER = 3
# A decision counts for those of its like that nobody decided, but for this many at most, and this much at least.
MOST_WEIGHT = 3.0


class Verdict(StrEnum):
    """What a trial found."""

    BETTER = "better"
    NOT_BETTER = "not_better"
    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True)
class Trial:
    """A re-fitted model beside the shipped one. `model` and figures are None where there were too few decisions.

    `decisions`: figures before and after on decisions held out, `without`: those of the same fit without any decision, so
    that one sees what the decisions themselves taught; `shipped`: before and after on the shipped pairs. `failed`: which figures
    were not better, as (decisions or shipped, figure). `counts`: what was learnt from; `one_sided`: what was
    left out because only one kind was decided: `proposed` tasks, `missing` ones, how far (`whole`), `items`.
    """

    verdict: Verdict
    model: Model | None
    decisions: tuple[Figures, Figures] | None
    without: Figures | None
    shipped: tuple[Figures, Figures] | None
    failed: tuple[tuple[str, str], ...]
    counts: Mapping[str, int]
    one_sided: tuple[str, ...] = field(default=())


def trial(decided: Sequence[tuple[str, Observed]], shipped: Sequence[ShippedPair], start: Model = SHIPPED) -> Trial:
    """Fit on decisions and compare.

    Args:
        decided: pairs of plans with what was decided about them, each with its `texts_digest`. A group means the same
            upper item in all of them.
        shipped: the shipped pairs.
        start: the model to start from, which has seen the shipped pairs.

    """
    if not decided:
        return Trial(Verdict.TOO_FEW, None, None, None, None, (), _counts([]))
    weighed, one_sided = _weighed([one for _, one in decided])
    held = [(texts, one) for (texts, _), one in zip(decided, weighed, strict=True)]
    counts = _counts(weighed)
    either = min(counts["taken_up"], counts["not_taken_up"])
    if counts["tasks"] < LEAST_TASKS or counts["upper_items"] < LEAST_ITEMS or either < LEAST_OF_EITHER:
        return Trial(Verdict.TOO_FEW, None, None, None, None, (), counts, one_sided)
    model = refit(start, [*(shipped_part(pair.observed) for pair in shipped), *decided_parts(weighed)])
    before, without, after = _held_out(held, shipped, start)
    on_decisions = (before, after)
    on_shipped = (
        figures([(pair.observed, start) for pair in shipped]),
        figures([(pair.observed, model) for pair in shipped]),
    )
    failed = _failed(on_decisions, on_shipped)
    verdict = Verdict.NOT_BETTER if failed else Verdict.BETTER
    return Trial(verdict, model, on_decisions, without, on_shipped, failed, counts, one_sided)


def _failed(decisions: tuple[Figures, Figures], shipped: tuple[Figures, Figures]) -> tuple[tuple[str, str], ...]:
    """What keeps a model from being adopted: the loss must fall on both; on the shipped pairs, neither of its parts may rise.

    Shares of right verdicts are no bar: of some twenty gaps, one more or less is chance.
    """
    failed = []
    for where, (before, after) in (("decisions", decisions), ("shipped", shipped)):
        failed += [] if _less(after["loss"], before["loss"]) else [(where, "loss")]
    before, after = shipped
    failed += [("shipped", name) for name in ("task_loss", "item_loss") if _less(before[name], after[name])]
    return tuple(failed)


def _less(one: float | None, other: float | None) -> bool:
    return one is not None and other is not None and one < other


def _held_out(
    decided: Sequence[tuple[str, Observed]], shipped: Sequence[ShippedPair], start: Model
) -> tuple[Figures, Figures, Figures]:
    """The figures on all decisions: before; after a fit without decisions; after one on those about other upper items.

    A pair of plans that is among the shipped ones is judged, before and after, by models that never saw it there.
    """
    folds = _folds([one for _, one in decided])
    before: list[tuple[Observed, Model]] = []
    without: list[tuple[Observed, Model]] = []
    after: list[tuple[Observed, Model]] = []
    for seen in (*sorted({texts for texts, _ in decided} & {pair.texts for pair in shipped}), ""):
        own = [one for texts, one in decided if texts == seen or (not seen and not _is_shipped(texts, shipped))]
        if not own:
            continue
        first = next((pair.unseen for pair in shipped if pair.texts == seen), start)
        anchors = [shipped_part(pair.observed) for pair in shipped if pair.texts != seen]
        before += [(one, first) for one in own]
        untaught = refit(first, anchors) if anchors else first
        without += [(one, untaught) for one in own]
        for fold in range(FOLDS):
            model = refit(first, [*anchors, *decided_parts([_of(one, folds, fold, held=False) for _, one in decided])])
            after += [(_of(one, folds, fold, held=True), model) for one in own]
    return figures(before), figures(without), figures(after)


def _is_shipped(texts: str, shipped: Sequence[ShippedPair]) -> bool:
    return any(pair.texts == texts for pair in shipped)


def _folds(decided: Sequence[Observed]) -> dict[int, int]:
    """Each upper item's fold: by turns in an order that has nothing to do with the plans'."""
    groups = np.unique(np.concatenate([_labelled(one) for one in decided]))
    shuffled = np.random.default_rng(0).permutation(groups)
    return {int(group): place % FOLDS for place, group in enumerate(shuffled)}


def _labelled(one: Observed) -> Ints:
    """The groups of which something is known."""
    known = (one.taken != UNKNOWN) | (one.whole != UNKNOWN)
    return np.concatenate([one.group[known], one.pair_group[one.grade != UNKNOWN]])


def _of(one: Observed, folds: Mapping[int, int], fold: int, *, held: bool) -> Observed:
    """Only the labels of the fold, or, to learn from, all but these."""
    tasks, pairs = (
        np.array([(folds.get(int(group)) == fold) == held for group in groups], dtype=bool)
        for groups in (one.group, one.pair_group)
    )
    return one.of(tasks, pairs)


def _weighed(decided: Sequence[Observed]) -> tuple[list[Observed], tuple[str, ...]]:
    """Decisions weighed as reviewers choose what they decide, and of which tasks only one kind was decided.

    Of the tasks that the judge proposes, and of those that it misses, each decided one stands for its share of all there
    are. Where nobody ever said no (everything is confirmed; what was overlooked is added by hand, and no gap is confirmed),
    the decided ones tell nothing about the others, and nothing is learnt from them. The same holds for how far tasks are
    taken up, and for pairs of items, where either answer has to occur.
    """
    kinds = {"proposed": True, "missing": False}
    factors: dict[bool, float] = {}
    one_sided = []
    for name, proposed in kinds.items():
        labels = np.concatenate([one.taken[one.proposed == proposed] for one in decided])
        yes, no = int((labels == 1).sum()), int((labels == 0).sum())
        # What is proposed is nearly always right: one no shows that somebody looks. What is missing nearly always is so.
        if (no < 1 or yes < 1) if proposed else no < LEAST_OF_EITHER:
            if yes + no:
                one_sided.append(name)
        else:
            factors[proposed] = len(labels) / (yes + no)
    for name, label, no in (("whole", "whole", 0), ("items", "grade", Grade.NOT)):
        labels = np.concatenate([getattr(one, label) for one in decided])
        yes = int((labels == (1 if label == "whole" else Grade.IMPLEMENTS)).sum())
        if min(yes, int((labels == no).sum())) < LEAST_OF_EITHER:
            if (labels != UNKNOWN).any():
                one_sided.append(name)
            decided = [replace(one, **{label: np.full_like(getattr(one, label), UNKNOWN)}) for one in decided]
    mean = min(factors.values(), default=1.0)
    return [
        _reweighed(one, {key: min(MOST_WEIGHT, found / mean) for key, found in factors.items()}) for one in decided
    ], (tuple(one_sided))


def _reweighed(one: Observed, factors: Mapping[bool, float]) -> Observed:
    told = np.array([bool(proposed) in factors for proposed in one.proposed], dtype=bool)
    weight = np.array([factors.get(bool(proposed), 1.0) for proposed in one.proposed])
    taken, whole = (np.where(told, label, UNKNOWN) for label in (one.taken, one.whole))
    return replace(one, taken=taken, whole=whole, weight=weight)


def _counts(decided: Sequence[Observed]) -> dict[str, int]:
    taken, whole, grade = (
        np.concatenate([getattr(one, name) for one in decided]) if decided else np.zeros(0)
        for name in ("taken", "whole", "grade")
    )
    known = (taken != UNKNOWN) | (whole != UNKNOWN)
    groups = np.concatenate([_labelled(one) for one in decided]) if decided else np.zeros(0)
    return {
        "tasks": int(known.sum()),
        "taken_up": int((taken == 1).sum()),
        "not_taken_up": int((taken == 0).sum()),
        "item_pairs": int((grade != UNKNOWN).sum()),
        "upper_items": len(np.unique(groups)),
        "pairs_of_plans": len(decided),
    }
