"""Make seeds/reviews from the judged pair of Linyi: `python tests/evaluation/reviews.py`.

Two people read both documents in full. Where they agreed, their judgement becomes decisions on links:
- a place that they named for a task is confirmed, as far as they said that the task is carried out;
- what the machine proposes for a task that they found nowhere is rejected, and so is a place that they did not name
  where the machine finds the task carried out whole, and they found only a part in the whole plan;
- items are joined as strongly as they said, and the machine's other pairs of items are rejected.

Tasks on which they disagreed are left out, and so is what the judgement is silent on: it stays a proposal.
"""

import csv
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    # Run as a script, Python looks for modules in this folder, not in the project's.
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from app.linking import SHIPPED, Model, applies_to, judge, prepare
from app.linking.values import Coverage, ItemText, Strength
from app.services.judgements import ProposedLink, proposed
from tests.evaluation.cases import SEEDS, Case, case, scorer, thesaurus

COLUMNS = ("upper", "lower", "coverage", "strength", "status", "lower_text")
FILE = SEEDS / "reviews" / "370000-edu-2020_371300-edu-2020.csv"
STRENGTHS = {"2": Strength.IMPLEMENTS, "1": Strength.CONTRIBUTES}
Row = dict[str, str]


def rows(judged: Case, model: Model = SHIPPED) -> list[Row]:
    """The decisions on what a model proposes, in the order of the texts."""
    above, below = (prepare(side, thesaurus()) for side in (judged.upper, judged.lower))
    found = judge(above, below, applies_to(judged.upper), model)
    links = list(proposed(judged.upper, judged.lower, found))
    decided = [*_items(judged, [link for link in links if link.strength])]
    answer = {
        "items": [
            {
                "number": item.number,
                "tasks": [
                    {"id": (item.number, task.number), "text": item.text[task.start : task.end]} for task in item.tasks
                ],
            }
            for item in judged.upper.items
        ]
    }
    for gold in judged.gold["tasks"]:
        task = scorer.align([gold], answer)[gold["id"]]
        if task is not None and gold["coverage"] != "doubtful":
            own = [link for link in links if (link.upper_item, link.upper_task) == task["id"]]
            whole = any(v.coverage is Coverage.FULL for v in found.tasks if (v.item, v.task) == task["id"])
            decided += _task(judged, gold, "{}.{}".format(*task["id"]), own, whole=whole)
    return sorted(decided, key=lambda row: (_place(row["upper"]), _place(row["lower"])))


def _items(judged: Case, links: list[ProposedLink]) -> Iterator[Row]:
    titles = {item.number: item.title for item in judged.lower.items}
    wanted = {
        (int(upper), lower): STRENGTHS[level]
        for upper, levels in judged.gold["items"].items()
        for level, lowers in levels.items()
        for lower in lowers
    }
    for (upper, lower), strength in wanted.items():
        yield _row(judged, str(upper), str(lower), strength, "confirmed", titles[lower])
    for link in links:
        if (link.upper_item, link.lower_item) not in wanted:
            yield _row(judged, link.upper, link.lower, link.strength, "rejected", titles[link.lower_item])


def _task(judged: Case, gold: dict[str, Any], upper: str, links: list[ProposedLink], *, whole: bool) -> Iterator[Row]:
    coverage = Coverage(gold["coverage"])
    lower = {item.number: item for item in judged.lower.items}
    met: set[int] = set()
    for link in links:
        text = lower[link.lower_item].text[link.lower_start : link.lower_end]
        named = {
            place for place, one in enumerate(gold["evidence"]) if scorer.is_evidence([(link.lower_item, text)], [one])
        }
        met |= named
        if named:
            yield _row(judged, upper, link.lower, coverage, "confirmed", text)
        elif coverage is Coverage.NONE or (coverage is Coverage.PARTIAL and whole):
            yield _row(judged, upper, link.lower, link.coverage, "rejected", text)
    taken = {link.lower for link in links}
    for place, one in enumerate(gold["evidence"]):
        end = _end(lower[one["item"]], one["text"], gold["text"])
        if place not in met and end not in taken:
            taken.add(end)
            yield _row(judged, upper, end, coverage, "confirmed", one["text"])


def _end(item: ItemText, sentence: str, upper: str) -> str:
    """The task of a sentence that is most like the upper text; the item itself if the sentence holds none."""
    start = item.text.index(sentence)
    inside = [task for task in item.tasks if task.start < start + len(sentence) and start < task.end]
    if not inside:
        return str(item.number)
    best = max(inside, key=lambda task: (_alike(item.text[task.start : task.end], upper), -task.number))
    return f"{item.number}.{best.number}"


def _alike(one: str, other: str) -> float:
    """Shared pairs of neighbouring characters, as a share of all (Dice)."""
    first, second = ({text[n : n + 2] for n in range(len(text) - 1)} for text in (one, other))
    return 2 * len(first & second) / max(1, len(first) + len(second))


def _row(judged: Case, upper: str, lower: str, carried: Coverage | Strength | None, status: str, text: str) -> Row:
    return {
        "upper": f"{judged.gold['upper']}/{upper}",
        "lower": f"{judged.gold['lower']}/{lower}",
        "coverage": str(carried) if isinstance(carried, Coverage) else "",
        "strength": str(carried) if isinstance(carried, Strength) else "",
        "status": status,
        "lower_text": text,
    }


def _place(end: str) -> list[int]:
    return [int(number) for number in end.partition("/")[2].split(".")]


def text() -> str:
    """The file's contents."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows(case("linyi")))
    return out.getvalue()


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(text(), encoding="utf-8")
