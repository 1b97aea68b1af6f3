"""Score the judge on both judged pairs of plans: `python tests/evaluation/measure.py`."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    # Run as a script, Python looks for modules in this folder, not in the project's.
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np

from app.documents.facts.targets import TargetVerdict
from app.linking import applies_to, prepare
from app.linking.features import above
from app.linking.judge import judge
from app.linking.lexicon import GENERAL, word_factor
from app.linking.model import FITTED_ON_LINYI, FITTED_ON_YUNHE, SHIPPED, Model
from app.linking.opinions import Key
from app.linking.values import Coverage, Opinion, PlanText, Strength, TaskVerdict
from app.services.verdicts import check, sentence_around
from tests.evaluation.cases import case, scorer, thesaurus
from tests.evaluation.floors import FLOORS, LEAST_HOLDING, MOST_APART, MOST_MISCALIBRATED

# Which models a pair is scored with: the one fitted on the other pair is the figure to quote.
YEAR = 2020  # of all four plans
MODELS = {
    "linyi": {"other": FITTED_ON_YUNHE, "shipped": SHIPPED},
    "yunhe": {"other": FITTED_ON_LINYI, "shipped": SHIPPED},
}


def compared(task: str, verdict: TaskVerdict, texts: dict[int, str]) -> dict[str, str | None]:
    """A task's coverage, target and deadline, as the service tells them from the evidence's sentences."""
    found = check(task, YEAR, [sentence_around(texts[e.item], e.start, e.end) for e in verdict.evidence], YEAR)
    weaker = found.target is not None and found.target.verdict is TargetVerdict.WEAKER
    counts = verdict.coverage is not Coverage.NONE
    return {
        "coverage": "partial" if weaker and counts else verdict.coverage.value,
        "target": found.target.verdict.value if found.target and counts else None,
        "deadline": found.deadline.verdict.value if found.deadline and counts else None,
    }


def answer(
    upper: PlanText, lower: PlanText, model: Model = SHIPPED, opinions: Mapping[Key, Opinion] | None = None
) -> dict[str, Any]:
    """Judge two plans and shape the judgement like the service's coverage answer, as far as the scorer reads it."""
    scopes = applies_to(upper)
    judgement = judge(prepare(upper, thesaurus()), prepare(lower, thesaurus()), scopes, model, opinions)
    texts = {item.number: item.text for item in lower.items}
    verdicts = {(verdict.item, verdict.task): verdict for verdict in judgement.tasks}
    items = []
    for item in upper.items:
        tasks = [
            {
                "id": f"{item.number}.{task.number}",
                "text": item.text[task.start : task.end],
                "applies_to": scopes[item.number, task.number].value,
                "score": verdicts[item.number, task.number].score,
                **compared(item.text[task.start : task.end], verdicts[item.number, task.number], texts),
                "evidence": [
                    {"item": found.item, "text": texts[found.item][found.start : found.end], "score": found.score}
                    for found in verdicts[item.number, task.number].evidence
                ],
            }
            for task in item.tasks
        ]
        implementers = [
            {"number": found.lower_item, "strength": found.strength.value, "score": found.score}
            for found in judgement.items
            if found.item == item.number
        ]
        items.append({"number": item.number, "title": item.title, "implementers": implementers, "tasks": tasks})
    used = {found.item for verdict in judgement.tasks for found in verdict.evidence}
    used |= {found.lower_item for found in judgement.items if found.strength is Strength.IMPLEMENTS}
    orphans = [{"number": item.number, "title": item.title} for item in lower.items if item.number not in used]
    return {"items": items, "orphans": orphans}


def figures(name: str, model: Model) -> dict[str, float]:
    """The scorer's figures for a pair, every F1 as one number."""
    judged = case(name)
    scored = scorer.measure(judged.gold, answer(judged.upper, judged.lower, model))
    return {key: value["f1"] if isinstance(value, dict) else value for key, value in scored.items()}


def wordmass(name: str) -> float:
    """The share of the provincial tasks' specific words, by weight, that the thesaurus' terms hold."""
    top = above(prepare(case(name).upper, thesaurus()))
    specific = [word_factor(unit.word) > GENERAL for unit in top.space.units]
    parts = thesaurus().parts
    known = [any(concept.term not in parts for concept in unit.concepts) for unit in top.space.units]
    weights = np.asarray(top.own.sum(axis=0)).ravel()
    total = sum(w for w, s in zip(weights, specific, strict=True) if s)
    return float(sum(w for w, s, k in zip(weights, specific, known, strict=True) if s and k) / total)


def main() -> int:
    """Print every figure beside its floor; the exit status is 1 where one falls below."""
    # Not at the top: it draws on `answer`.
    from tests.evaluation import reliability  # noqa: PLC0415

    write = sys.stdout.write
    low = 0
    for name, models in MODELS.items():
        columns = {label: figures(name, model) for label, model in models.items()}
        write(f"{name:34}" + "".join(f"{label:>10}{'floor':>8}" for label in columns) + "\n")
        for key in next(iter(columns.values())):
            write(f"  {key:32}")
            for label, column in columns.items():
                floor = FLOORS[name, label].get(key)
                low += floor is not None and column[key] < floor
                write(f"{column[key]:10.3f}" + (f"{floor:8.3f}" if floor else " " * 8))
            apart = round(abs(columns["shipped"][key] - columns["other"][key]), 3)
            low += key in FLOORS[name, "other"] and apart > MOST_APART
            write("\n")
        write("\n")
    tasks, items = reliability.tasks(), reliability.item_links()
    for label, value, bound, sign in (
        ("calibration error of task scores", reliability.calibration_error(tasks), MOST_MISCALIBRATED, -1),
        ("tasks at 0.9 and more that hold", reliability.holding(tasks), LEAST_HOLDING, 1),
        ("item links at 0.9 that hold", reliability.holding(items), LEAST_HOLDING, 1),
    ):
        low += sign * value < sign * bound
        write(f"{label:34}{value:10.3f}{bound:8.3f}\n")
    for name in MODELS:
        write(f"{f'thesaurus, share of {name} upper words':40}{wordmass(name):10.3f}\n")
    write("\n" + reliability.table(tasks) + "\n")
    if low:
        write(f"\n{low} figures fell below their floors.\n")
    return int(low > 0)


if __name__ == "__main__":
    raise SystemExit(main())
