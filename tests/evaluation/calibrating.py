"""What calibration is worth: reviewers simulated from the judged pairs, `python -m tests.evaluation.calibrating`.

A reviewer decides what the judge proposed for half of the upper items, adds by hand what it missed, and decides the gaps, as
the annotators judged; the other half tells whether it helped. In the `new` world Luoshi has never seen the city: it ships
the model that was fitted on the other one, and only that one's data. In the `shipped` world it is as it is shipped.
"""

import sys
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from app.linking import SHIPPED, AppliesTo, Coverage, Model, Strength, applies_to, judge, prepare
from app.linking.calibration import (
    Decided,
    GapFinding,
    GapKind,
    LinkDecision,
    Observed,
    ShippedPair,
    Trial,
    Verdict,
    figures,
    labels,
    observe,
    shipped_pairs,
    trial,
)
from app.linking.calibration.shipped import UNSEEN
from app.linking.prepared import PreparedPlan
from tests.evaluation.cases import case, scorer, thesaurus
from tests.evaluation.measure import answer
from tests.evaluation.reviews import rows

OTHER = {"linyi": "yunhe", "yunhe": "linyi"}


@dataclass(frozen=True, slots=True)
class World:
    """What Luoshi ships: a model, and the judged pairs that it has seen."""

    model: Model
    pairs: tuple[ShippedPair, ...]


def new(name: str) -> World:
    """A world that has never seen a city."""
    return World(UNSEEN[name], tuple(pair for pair in shipped_pairs() if pair.name != name))


def as_shipped(_name: str) -> World:
    """The world as it is."""
    return World(SHIPPED, shipped_pairs())


WORLDS = {"new": new, "shipped": as_shipped}


@cache
def plans(name: str) -> tuple[PreparedPlan, PreparedPlan, dict[tuple[int, int], AppliesTo]]:
    """A judged pair, cut by the service's own reader, prepared once; and its scopes."""
    judged = case(name)
    upper, lower = (prepare(side, thesaurus()) for side in (judged.upper, judged.lower))
    return upper, lower, applies_to(judged.upper)


@cache
def reviewed(name: str, model: Model, *, with_gaps: bool = True) -> tuple[list[LinkDecision], list[GapFinding]]:
    """What a careful reviewer decides about all that a model proposes and misses."""
    judged = case(name)
    upper, lower, scopes = plans(name)
    links = [_link(row) for row in rows(judged, model)]
    if not with_gaps:
        return links, []
    found = {(v.item, v.task): v.coverage for v in judge(upper, lower, scopes, model).tasks}
    gold = _gold(name)
    gaps = []
    for (item, task), said in found.items():
        true = gold.get((item, task))
        if said is Coverage.NONE and true is Coverage.NONE:
            gaps.append(GapFinding(item, task, GapKind.MISSING, real=True))
        elif said is Coverage.PARTIAL and true in {Coverage.PARTIAL, Coverage.FULL}:
            gaps.append(GapFinding(item, task, GapKind.PARTIAL, real=true is Coverage.PARTIAL))
    return links, gaps


def _link(row: dict[str, str]) -> LinkDecision:
    item, _, task = row["upper"].partition("/")[2].partition(".")
    lower = row["lower"].partition("/")[2].partition(".")[0]
    return LinkDecision(
        int(item),
        int(task) if task else None,
        int(lower),
        Coverage(row["coverage"]) if row["coverage"] else None,
        Strength(row["strength"]) if row["strength"] else None,
        confirmed=row["status"] == "confirmed",
    )


@cache
def _gold(name: str) -> dict[tuple[int, int], Coverage]:
    """The annotators' verdict on the tasks as the service cuts them, where they agreed."""
    judged = case(name)
    cut = {
        "items": [
            {
                "number": i.number,
                "tasks": [{"id": (i.number, t.number), "text": i.text[t.start : t.end]} for t in i.tasks],
            }
            for i in judged.upper.items
        ]
    }
    aligned = scorer.align(judged.gold["tasks"], cut)
    return {
        aligned[task["id"]]["id"]: Coverage(task["coverage"])
        for task in judged.gold["tasks"]
        if aligned[task["id"]] and task["coverage"] != "doubtful"
    }


def halves(name: str, seed: int) -> tuple[set[int], set[int]]:
    """The upper items in two halves."""
    numbers = [item.number for item in case(name).upper.items]
    shuffled = [int(n) for n in np.random.default_rng(seed).permutation(numbers)]
    return set(shuffled[: len(shuffled) // 2]), set(shuffled[len(shuffled) // 2 :])


def flipped(decided: Decided, share: float, seed: int) -> Decided:
    """Each decision turned round with this chance."""
    rng = np.random.default_rng(seed)

    def turned(said: dict[tuple[int, int], bool]) -> dict[tuple[int, int], bool]:
        return {key: value != (rng.random() < share) for key, value in said.items()}

    items = {key: type(g)(2 - g) if rng.random() < share else g for key, g in decided.items.items()}
    taken = turned(dict(decided.taken))
    return replace(decided, taken=taken, whole=turned(dict(decided.whole)), items=items)


def decided_on(name: str, items: set[int], world: World, *, with_gaps: bool = True) -> Decided:
    """What the reviewer said of these upper items."""
    links, gaps = reviewed(name, world.model, with_gaps=with_gaps)
    return labels([one for one in links if one.item in items], [one for one in gaps if one.item in items])


def tried(name: str, decided: Decided, world: World) -> Trial:
    """A trial on what was decided about a pair."""
    upper, lower, scopes = plans(name)
    groups = {item.number: item.number for item in upper.plan.items}
    texts = {pair.name: pair.texts for pair in shipped_pairs()}[name]
    one: Observed = observe(upper, lower, decided, scopes, groups)
    return trial([(texts, one)], world.pairs, world.model)


def scored(name: str, items: set[int], model: Model) -> dict[str, float]:
    """The scorer's figures on these upper items alone, by the whole judge."""
    judged = case(name)
    gold = dict(judged.gold)
    gold["tasks"] = [task for task in gold["tasks"] if task["item"] in items]
    gold["items"] = {key: value for key, value in gold["items"].items() if int(key) in items}
    found = scorer.measure(gold, answer(judged.upper, judged.lower, model))
    return {key: value["f1"] if isinstance(value, dict) else value for key, value in found.items()}


SEEDS = 5
SHOWN = ("gap (city tasks)", "gap (all tasks)", "coverage exact", "item implements", "evidence@1 (full)")
FLIPS = (0.0, 0.33, 0.5, 1.0)


def held_half(name: str, items: set[int], model: Model) -> dict[str, float | None]:
    """The figures of calibration on the half that nobody decided."""
    observed = next(pair.observed for pair in shipped_pairs() if pair.name == name)
    half = list(items)
    return figures([(observed.of(np.isin(observed.group, half), np.isin(observed.pair_group, half)), model)])


def main() -> None:
    """Print how often calibrations are adopted, and what they do to the half that nobody decided."""
    write = sys.stdout.write
    for label, world_of in WORLDS.items():
        for name in OTHER:
            world = world_of(name)
            for share in FLIPS:
                adopted, table = 0, []
                for seed in range(SEEDS):
                    decided, other = halves(name, seed)
                    said = flipped(decided_on(name, decided, world), share, seed)
                    found = tried(name, said, world)
                    adopted += found.verdict is Verdict.BETTER
                    if found.verdict is Verdict.BETTER and found.model is not None:
                        models = (world.model, found.model)
                        rows_ = [{**held_half(name, other, m), **scored(name, other, m)} for m in models]
                        table.append(rows_)
                write(f"{label:8} {name:6} wrong {share:.2f}  adopted {adopted} of {SEEDS}\n")
                for key in ("loss", "task_loss", "item_loss", *SHOWN) if table else ():
                    values = np.array([[side[key] for side in pair] for pair in table], dtype=float)
                    before, after = values.mean(axis=0)
                    up, down = (int((sign * (values[:, 1] - values[:, 0]) > 0).sum()) for sign in (1, -1))
                    write(f"    {key:20} {before:.4f} > {after:.4f}   up {up}, down {down}\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
