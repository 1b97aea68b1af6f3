"""What a second opinion is worth on the judged pairs: `python -m tests.evaluation.opinions` prints the figures.

Answers are made from the judged pairs: perfect ones, and ones of which a share is wrong at random. A wrong answer gives
one of the other two verdicts, by lot; where it names evidence for a task that has none, it quotes a sentence of what the
question shows, by lot or (`plausible`) the one that the words find likeliest.
"""

import random
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from app.linking import applies_to, candidates, doubtful, judge, prepare
from app.linking.features import measure
from app.linking.model import FITTED_ON_LINYI, FITTED_ON_YUNHE, Model
from app.linking.normalise import fold
from app.linking.opinions import OPINION_WEIGHT, Key, settle
from app.linking.prepared import PreparedPlan
from app.linking.values import Coverage, Judgement, Opinion, Quote
from app.linking.weighing import scopes_in_order, weigh
from tests.evaluation.cases import Case, case, scorer, thesaurus
from tests.evaluation.measure import answer

# A city is judged by the model that never saw it.
OTHER: dict[str, Model] = {"linyi": FITTED_ON_YUNHE, "yunhe": FITTED_ON_LINYI}
SHARE = 0.2
WRONG = 1 / 3
# The weight is fitted as if answers were as often wrong as this: half-way between the best judge of plans that there is
# (people agree in .97) and one that is of no use (a third wrong, about as often as the words are where they doubt).
FITTED_WRONG = 1 / 4
SEEDS = 20


@dataclass(frozen=True)
class Known:
    """A judged pair, ready for questions: the words' judgement, and what is true of each task that is not in doubt."""

    case: Case
    judgement: Judgement
    asked: list[Key]
    truth: dict[Key, Opinion]
    shown: dict[Key, list[Quote]]
    likeliest: dict[Key, Quote]


@cache
def known(name: str, share: float = SHARE, *, every: bool = False) -> Known:
    """A pair with its most doubtful tasks, or, with `every`, all of them asked."""
    judged = case(name)
    upper, lower = _prepared(name)
    scopes = applies_to(judged.upper)
    found = judge(upper, lower, scopes, OTHER[name])
    keys = [(verdict.item, verdict.task) for verdict in found.tasks]
    asked = keys if every else doubtful(found, scopes, share)
    logits = weigh(measure(upper, lower), scopes_in_order(upper, scopes), OTHER[name]).logits
    places = [
        Quote(judged.lower.items[s.item].number, *lower.folded[s.item].source_range(s.place.start, s.place.end))
        for s in lower.sentences
    ]
    passages = candidates(upper, lower, scopes, OTHER[name])
    shown = {
        key: [place for place in places if any(place.item == passage.item for passage in passages[key[0]])]
        for key in keys
    }
    likeliest = {key: places[int(row.argmax())] for key, row in zip(keys, logits, strict=True)}
    return Known(judged, found, asked, _truth(judged), shown, likeliest)


def _truth(judged: Case) -> dict[Key, Opinion]:
    """What the annotators say of the service's own tasks, by the gold's task that each is most like."""
    rows = [
        {"number": i.number, "tasks": [{"id": (i.number, t.number), "text": i.text[t.start : t.end]} for t in i.tasks]}
        for i in judged.upper.items
    ]
    best: dict[Key, tuple[float, dict[str, Any]]] = {}
    for gold in judged.gold["tasks"]:
        task = scorer.align([gold], {"items": rows})[gold["id"]]
        if task is not None:
            alike = scorer.overlap(scorer.squeeze(task["text"]), scorer.squeeze(gold["text"])) + len(gold["text"]) / 1e4
            if alike > best.get(task["id"], (0.0, {}))[0]:
                best[task["id"]] = (alike, gold)
    texts = {item.number: fold(item.text) for item in judged.lower.items}
    truth = {}
    for key, (_, gold) in best.items():
        if gold["coverage"] != "doubtful":
            quotes = []
            for one in gold["evidence"]:
                wanted, inside = fold(one["text"]).text, texts[one["item"]]
                start = inside.text.index(wanted)
                quotes.append(Quote(one["item"], *inside.source_range(start, start + len(wanted))))
            truth[key] = Opinion(Coverage(gold["coverage"]), tuple(quotes))
    return truth


def answers(pair: Known, wrong: float = 0.0, seed: int = 0, *, plausible: bool = False) -> dict[Key, Opinion]:
    """Answers to what is asked, of which a share is wrong."""
    chance = random.Random(seed)  # noqa: S311 - a lot, no secret
    given = {}
    for key in pair.asked:
        true = pair.truth.get(key)
        if true is None:
            continue
        given[key] = true
        if chance.random() < wrong:
            verdict = chance.choice([one for one in Coverage if one is not true.verdict])
            quote = pair.likeliest[key] if plausible else chance.choice(pair.shown[key])
            quotes = () if verdict is Coverage.NONE else true.quotes or (quote,)
            given[key] = Opinion(verdict, quotes)
    return given


def figures(name: str, opinions: Mapping[Key, Opinion]) -> dict[str, float]:
    """The scorer's figures with these opinions."""
    judged = case(name)
    scored = scorer.measure(judged.gold, answer(judged.upper, judged.lower, OTHER[name], opinions))
    return {key: value["f1"] if isinstance(value, dict) else value for key, value in scored.items()}


def city_gaps(pair: Known, judgement: Judgement) -> float:
    """Gap F1 of city tasks alone; the scorer's figure, in a hundredth of its time."""
    said = {(v.item, v.task): v.coverage is Coverage.NONE for v in judgement.tasks}
    right = wrong = missed = 0
    for gold, task in _aligned(pair.case.name):
        gap, held = gold["coverage"] == "none", task is None or said[task]
        right += gap and held
        wrong += held and not gap
        missed += gap and not held
    return 2 * right / (2 * right + wrong + missed)


@cache
def _aligned(name: str) -> list[tuple[dict[str, Any], Key | None]]:
    judged = case(name)
    rows = [
        {"number": i.number, "tasks": [{"id": (i.number, t.number), "text": i.text[t.start : t.end]} for t in i.tasks]}
        for i in judged.upper.items
    ]
    match = scorer.align(judged.gold["tasks"], {"items": rows})
    wanted = [g for g in judged.gold["tasks"] if g["coverage"] != "doubtful" and g["applies"] == "city"]
    return [(g, match[g["id"]]["id"] if match[g["id"]] else None) for g in wanted]


def with_answers(name: str, opinions: Mapping[Key, Opinion]) -> Judgement:
    """The pair judged with these opinions."""
    upper, lower = _prepared(name)
    return judge(upper, lower, applies_to(case(name).upper), OTHER[name], opinions)


@cache
def _prepared(name: str) -> tuple[PreparedPlan, PreparedPlan]:
    judged = case(name)
    return prepare(judged.upper, thesaurus()), prepare(judged.lower, thesaurus())


def noisy(name: str, share: float = SHARE, *, plausible: bool = False, wrong: float = WRONG) -> list[float]:
    """Gap F1 of city tasks with answers that are wrong at random, one figure a lot."""
    pair = known(name, share)
    return [
        city_gaps(pair, with_answers(name, answers(pair, wrong, seed, plausible=plausible))) for seed in range(SEEDS)
    ]


def fitted_weight(names: Sequence[str]) -> float:
    """The weight that makes answers of which a quarter is wrong likeliest, to a quarter; each city counts as much."""
    weights = np.arange(0.5, 6.01, 0.25)
    losses = np.zeros(len(weights))
    for name in names:
        pair = known(name)
        upper, lower = _prepared(name)
        words = weigh(measure(upper, lower), scopes_in_order(upper, applies_to(pair.case.upper)), OTHER[name])
        rows = {(v.item, v.task): index for index, v in enumerate(pair.judgement.tasks)}
        for seed in range(SEEDS):
            given = answers(pair, FITTED_WRONG, seed)
            for index, weight in enumerate(weights):
                logits = settle(words, upper, lower, given, float(weight)).logits.max(axis=1)
                signs = np.array([-1.0 if pair.truth[key].verdict is Coverage.NONE else 1.0 for key in given])
                own = logits[[rows[key] for key in given]]
                losses[index] += np.logaddexp(0, -signs * own).mean()
    return float(weights[losses.argmin()])


def main() -> None:
    """Print the fitted weights, and what answers are worth in each city."""
    write = sys.stdout.write
    for names in (["linyi"], ["yunhe"], ["linyi", "yunhe"]):
        write(f"weight fitted on {' and '.join(names)}: {fitted_weight(names)} (in use: {OPINION_WEIGHT})\n")
    for name in OTHER:
        pair = known(name)
        before = city_gaps(pair, pair.judgement)
        write(f"{name}: {len(pair.judgement.tasks)} tasks, before {before:.3f}\n")
        for share in (0.1, 0.2, 0.3, 1.0):
            asked = known(name, share)
            perfect = city_gaps(asked, with_answers(name, answers(asked)))
            write(f"  {share:4.0%} asked ({len(asked.asked)}): perfect {perfect:.3f}")
            for label, wrong, plausible in (
                ("a tenth", 0.1, False),
                ("a third", WRONG, False),
                ("plausible", WRONG, True),
            ):
                lots = noisy(name, share, plausible=plausible, wrong=wrong)
                write(f", {label} wrong {np.mean(lots):.3f} ({min(lots):.3f}-{max(lots):.3f})")
            write("\n")
    for name in OTHER:
        pair = known(name)
        plain, right, third = (figures(name, given) for given in ({}, answers(pair), answers(pair, WRONG)))
        for key, value in plain.items():
            write(f"{name} {key:34} {value:.3f} {right[key]:.3f} {third[key]:.3f}\n")


if __name__ == "__main__":
    main()
