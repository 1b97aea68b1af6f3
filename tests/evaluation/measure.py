"""Score the judge on both judged pairs of plans: `python tests/evaluation/measure.py`."""

import sys
import time
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    # Run as a script, Python looks for modules in this folder, not in the project's.
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from app.linking import applies_to, prepare
from app.linking.judge import judge
from app.linking.model import FITTED_ON_LINYI, FITTED_ON_YUNHE, SHIPPED, Model
from app.linking.values import PlanText, Strength
from tests.evaluation.cases import case, scorer

# Which models a pair is scored with: the one fitted on the other pair is the figure to quote.
MODELS = {
    "linyi": {"fitted on yunhe": FITTED_ON_YUNHE, "shipped": SHIPPED},
    "yunhe": {"fitted on linyi": FITTED_ON_LINYI, "shipped": SHIPPED},
}


def answer(upper: PlanText, lower: PlanText, model: Model = SHIPPED) -> dict[str, Any]:
    """Judge two plans and shape the judgement like the service's coverage answer, as far as the scorer reads it."""
    scopes = applies_to(upper)
    judgement = judge(prepare(upper), prepare(lower), scopes, model)
    texts = {item.number: item.text for item in lower.items}
    verdicts = {(verdict.item, verdict.task): verdict for verdict in judgement.tasks}
    items = []
    for item in upper.items:
        tasks = [
            {
                "id": f"{item.number}.{task.number}",
                "text": item.text[task.start : task.end],
                "applies_to": scopes[item.number, task.number].value,
                "coverage": verdicts[item.number, task.number].coverage.value,
                "score": verdicts[item.number, task.number].score,
                "target": None,
                "deadline": None,
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


def main() -> None:
    """Print the figures of both pairs, with every model that may be asked about them."""
    for name, models in MODELS.items():
        columns = {label: figures(name, model) for label, model in models.items()}
        sys.stdout.write(f"{name:34}" + "".join(f"{label:>18}" for label in columns) + "\n")
        for key in next(iter(columns.values())):
            sys.stdout.write(f"  {key:32}" + "".join(f"{column[key]:18.3f}" for column in columns.values()) + "\n")
        judged = case(name)
        upper, lower = prepare(judged.upper), prepare(judged.lower)
        start = time.perf_counter()
        judge(upper, lower)
        sys.stdout.write(f"  {'seconds to judge':32}{time.perf_counter() - start:18.3f}\n\n")


if __name__ == "__main__":
    main()
