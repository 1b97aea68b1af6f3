"""The judged pairs of plans, read by the service's own reader."""

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from app.documents import read
from app.linking.thesaurus import Thesaurus
from app.linking.values import ItemText, PlanText, TaskText

# Not a plain import: the scorer stays as it came, untyped, and the type checker would follow it.
scorer: Any = import_module("tests.evaluation.evaluate")

HERE = Path(__file__).parent
SEEDS = HERE.parents[1] / "seeds"
DOCUMENTS = SEEDS / "documents"
LOWER = {"linyi": DOCUMENTS / "371300-edu-2020.txt", "yunhe": HERE / "yunhe.txt"}


@cache
def thesaurus() -> Thesaurus:
    """The shipped thesaurus of education."""
    with (SEEDS / "thesaurus" / "edu.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        return Thesaurus.of((r["group"], r["term"], r["relation"], bool(r["preferred"])) for r in rows)


@dataclass(frozen=True)
class Case:
    """A judged pair: its gold file, and both plans cut into tasks by the service's reader."""

    name: str
    gold: dict[str, Any]
    upper: PlanText
    lower: PlanText


def plan(path: Path) -> PlanText:
    """Read a document as linking sees it."""
    items = read(path.read_bytes()).items
    return PlanText(
        tuple(
            ItemText(i.number, i.title, i.text, tuple(TaskText(t.number, t.start, t.end) for t in i.tasks))
            for i in items
        )
    )


@cache
def case(name: str) -> Case:
    """The pair "linyi" or "yunhe"."""
    gold = json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))
    return Case(name, gold, plan(DOCUMENTS / f"{gold['upper']}.txt"), plan(LOWER[name]))


def recut(upper: PlanText, gold_tasks: Sequence[dict[str, Any]]) -> PlanText:
    """The same plan cut into the gold's own tasks, numbered by their place in the gold's list of the item."""
    items = []
    for item in upper.items:
        tasks = []
        own = [task["text"] for task in gold_tasks if task["item"] == item.number]
        for number, text in enumerate(own, 1):
            start = item.text.find(text)
            if start < 0:
                raise ValueError(f"item {item.number} does not hold {text}")
            tasks.append(TaskText(number, start, start + len(text)))
        items.append(replace(item, tasks=tuple(tasks)))
    return PlanText(tuple(items))
