"""Make app/linking/calibration/judged.npz from the judged pairs: `python -m tests.evaluation.judged`.

To be run when the reader, the measuring, the shipped thesaurus or the shipped model changes. Features and labels only: the
fictional city's words are not in it.
"""

import numpy as np
from numpy.typing import NDArray

from app.linking import applies_to, prepare
from app.linking.calibration.observed import UNKNOWN, Decided, Grade, Observed, observe
from app.linking.calibration.refit import SHIPPED_ITEMS, SHIPPED_TASKS
from app.linking.calibration.shipped import FILE, UNSEEN, packed, texts_digest
from tests.evaluation.cases import case, recut, thesaurus
from tests.evaluation.fit import in_order


def observed(name: str) -> Observed:
    """A judged pair on the gold's own cut into tasks; each pair weighs the same."""
    judged = case(name)
    text = recut(judged.upper, judged.gold["tasks"])
    upper, lower = prepare(text, thesaurus()), prepare(judged.lower, thesaurus())
    keys = [(text.items[task.item].number, task.number) for task in upper.tasks]
    gold = dict(zip(keys, in_order(judged.gold["tasks"], keys), strict=True))
    sure = {key: task for key, task in gold.items() if task["coverage"] != "doubtful"}
    decided = Decided(
        taken={key: task["coverage"] != "none" for key, task in sure.items()},
        # Where the annotators left open whether wholly or in part, nobody knows.
        whole={
            key: task["coverage"] == "full"
            for key, task in sure.items()
            if task["coverage"] != "none" and not task.get("soft")
        },
        items={
            (above.number, below.number): _grade(judged.gold["items"][str(above.number)], below.number)
            for above in text.items
            for below in judged.lower.items
        },
    )
    found = observe(upper, lower, decided, applies_to(text), {item.number: item.number for item in text.items})
    found.weight[:] = SHIPPED_TASKS / int((found.taken != UNKNOWN).sum())
    found.pair_weight[:] = SHIPPED_ITEMS / len(found.grade)
    return found


def _grade(gold: dict[str, list[int]], number: int) -> Grade:
    if number in gold["2"]:
        return Grade.IMPLEMENTS
    return Grade.CONTRIBUTES if number in gold["1"] else Grade.NOT


def arrays() -> dict[str, NDArray[np.generic]]:
    """The file's contents."""
    out: dict[str, NDArray[np.generic]] = {}
    for name in UNSEEN:
        out |= packed(name, texts_digest(case(name).upper, case(name).lower), observed(name))
    return out


if __name__ == "__main__":
    np.savez_compressed(FILE, **arrays())  # type: ignore[arg-type]  # the names of the arrays are no options
