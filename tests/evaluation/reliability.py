"""Do the scores mean what they say? `python -m tests.evaluation.reliability` redraws docs/linking-reliability.svg.

Predicted against true share in ten bins, over both judged pairs together, each judged by the model that never saw it.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.linking.model import FITTED_ON_LINYI, FITTED_ON_YUNHE
from tests.evaluation.cases import case, scorer
from tests.evaluation.measure import answer

PICTURE = Path(__file__).resolve().parents[2] / "docs" / "linking-reliability.svg"
MODELS = {"linyi": FITTED_ON_YUNHE, "yunhe": FITTED_ON_LINYI}
BINS = 10
SURE = 0.9

Pair = tuple[float, bool]


@dataclass(frozen=True)
class Bin:
    """Scores from `low` up to a tenth more: how many, their mean, and the share of them that hold."""

    low: float
    count: int
    predicted: float
    true: float


def tasks() -> list[Pair]:
    """The score of every judged task that is not doubtful, and whether anything takes it up."""
    pairs = []
    for name, model in MODELS.items():
        judged = case(name)
        match = scorer.align(judged.gold["tasks"], answer(judged.upper, judged.lower, model))
        pairs += [
            (match[g["id"]]["score"], g["coverage"] != "none")
            for g in judged.gold["tasks"]
            if g["coverage"] != "doubtful" and match[g["id"]]
        ]
    return pairs


def item_links() -> list[Pair]:
    """The score of every proposed item link that is clearly right or wrong, and whether it implements."""
    pairs = []
    for name, model in MODELS.items():
        judged = case(name)
        for item in answer(judged.upper, judged.lower, model)["items"]:
            grades = judged.gold["items"][str(item["number"])]
            pairs += [
                (found["score"], found["number"] in grades["2"])
                for found in item["implementers"]
                if found["number"] not in grades["1"]
            ]
    return pairs


def bins(pairs: Sequence[Pair]) -> list[Bin]:
    """Ten bins of equal width; empty ones are left out."""
    out = []
    for k in range(BINS):
        held = [pair for pair in pairs if min(int(pair[0] * BINS), BINS - 1) == k]
        if held:
            predicted = sum(score for score, _ in held) / len(held)
            out.append(Bin(k / BINS, len(held), predicted, sum(true for _, true in held) / len(held)))
    return out


def calibration_error(pairs: Sequence[Pair]) -> float:
    """Expected calibration error: the mean distance of predicted from true share, weighted by count."""
    return sum(b.count * abs(b.predicted - b.true) for b in bins(pairs)) / len(pairs)


def holding(pairs: Sequence[Pair]) -> float:
    """The share that holds of those scored 0.9 and more."""
    sure = [true for score, true in pairs if score >= SURE]
    return sum(sure) / len(sure)


def table(pairs: Sequence[Pair]) -> str:
    """The bins as a Markdown table."""
    rows = [f"| {b.low:.1f} | {b.count} | {b.predicted:.2f} | {b.true:.2f} |" for b in bins(pairs)]
    return "\n".join(["| from | tasks | predicted | true |", "|---|---|---|---|", *rows])


def svg(pairs: Sequence[Pair]) -> str:
    """The reliability diagram, 360 × 360: dots on the diagonal say that the scores are true; large dots hold many."""
    size, margin = 300, 45
    x: Callable[[float], float] = lambda share: margin + share * size  # noqa: E731  the two axes side by side
    y: Callable[[float], float] = lambda share: 15 + size - share * size  # noqa: E731
    most = max(b.count for b in bins(pairs))
    lines = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 360" font-family="sans-serif" font-size="11">',
        "<title>Predicted against true share of provincial tasks taken up</title>",
        '<rect width="360" height="360" fill="white"/>',
        f'<path d="M{x(0)} {y(1)}V{y(0)}H{x(1)}" fill="none" stroke="#444"/>',
        f'<path d="M{x(0)} {y(0)}L{x(1)} {y(1)}" stroke="#999" stroke-dasharray="4"/>',
    ]
    for k in range(0, BINS + 1, 2):
        lines.append(f'<text x="{x(k / BINS):.0f}" y="{y(0) + 16:.0f}" text-anchor="middle">{k / BINS:.1f}</text>')
        lines.append(f'<text x="{x(0) - 6:.0f}" y="{y(k / BINS) + 4:.0f}" text-anchor="end">{k / BINS:.1f}</text>')
    for b in bins(pairs):
        radius = 3 + 9 * (b.count / most) ** 0.5
        lines.append(
            f'<circle cx="{x(b.predicted):.1f}" cy="{y(b.true):.1f}" r="{radius:.1f}" fill="#2563eb" opacity="0.7">'
            f"<title>{b.count}: predicted {b.predicted:.2f}, true {b.true:.2f}</title></circle>"
        )
    lines.append(f'<text x="{x(0.5):.0f}" y="352" text-anchor="middle">predicted</text>')
    lines.append(f'<text x="12" y="{y(0.5):.0f}" transform="rotate(-90 12 {y(0.5):.0f})">true</text>')
    return "\n".join([*lines, "</svg>", ""])


if __name__ == "__main__":
    found = tasks()
    PICTURE.write_text(svg(found), encoding="utf-8")
    sys.stdout.write(table(found) + "\n")
