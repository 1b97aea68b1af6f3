"""Why a link is stale, as it is kept with the link: what differs at which end, how severe that is, how far away.

docs/editions.md gives the rule of severity. A row is plain JSON, since it is kept as it was found: with `field`, `end`,
`old`, `new`, `direction`, `severity`, `hops`, the `plan` and `edition` that brought it, and the `link` it came through.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from app.documents.changes import Aspect, Difference, Direction
from app.schemas.common import Severity

Row = dict[str, Any]
End = Literal["upper", "lower"]
# What is no longer in the text, and what now is the same as another link.
DROPPED, MERGED = "dropped", "merged"
# An official reads the first few; that a link rests on a hundred changed ones above says no more.
MOST_ROWS = 40
_FIGURES = (Aspect.NUMBERS, Aspect.DEADLINE)
# Less is asked, or more is promised, than was when the link was decided: what was enough still is.
_HARMLESS: dict[End, Direction] = {"upper": "weaker", "lower": "stronger"}
_STEPS = (Severity.HIGH, Severity.MEDIUM, Severity.LOW)


@dataclass(frozen=True, slots=True)
class Source:
    """The edition that brings a change."""

    plan: str
    edition: int


def severity(end: End, difference: Difference) -> Severity:
    """Numbers and deadlines are `high`, unless what was enough still is; everything else is `medium`."""
    if difference.aspect in _FIGURES and difference.direction != _HARMLESS[end]:
        return Severity.HIGH
    return Severity.MEDIUM


def changed(end: End, differences: Sequence[Difference], source: Source) -> list[Row]:
    """What differs at one end of a link."""
    return [
        _row(end, row.aspect, row.old, row.new, source, severity(end, row)) | {"direction": row.direction}
        for row in differences
    ]


def dropped(end: End, text: str, source: Source) -> Row:
    """One end is in the text no more; `text` is what it was."""
    return _row(end, DROPPED, text, None, source, Severity.HIGH)


def merged(end: End, text: str, link: str, source: Source) -> Row:
    """One end has become one with another end, from which there is this link already."""
    return _row(end, MERGED, text, None, source, Severity.MEDIUM) | {"link": link}


def found_again(row: Row, text: str) -> Row:
    """An end that was dropped stands in the text again."""
    return row | {"new": text}


def passed_on(rows: Sequence[Row], link: str) -> list[Row]:
    """What the reasons of a link mean for one that rests on it: a hop further away, and a step less severe."""
    return [
        row
        | {
            "end": "upper",
            "hops": row["hops"] + 1,
            "link": link,
            "severity": _STEPS[min(len(_STEPS) - 1, _STEPS.index(row["severity"]) + 1)],
        }
        for row in rows
    ]


def replaced(before: Iterable[Row] | None, end: End, source: Source, new: Sequence[Row]) -> list[Row]:
    """Reasons with those that an edition brought at one end replaced by others."""
    brought = (end, source.plan, source.edition, 0)
    kept = [row for row in before or () if (row["end"], row["plan"], row["edition"], row["hops"]) != brought]
    return joined(kept, new)


def joined(before: Iterable[Row] | None, new: Iterable[Row]) -> list[Row]:
    """Reasons that a link had, and new ones: of the same field, what it was at first and what it is now."""
    found = {_key(row): row for row in before or ()}
    for row in new:
        first = found.get(_key(row))
        if first is not None:
            worst = min(first["severity"], row["severity"], key=_STEPS.index)
            row = row | {"old": first["old"], "severity": worst}  # noqa: PLW2901 - the row as it is kept
        found[_key(row)] = row
    return list(found.values())[:MOST_ROWS]


def _key(row: Row) -> tuple[object, ...]:
    # An end that was dropped and one that became another's are told apart by their field.
    return (row["end"], row["field"], row["hops"], row["link"] if row["hops"] or row["field"] == MERGED else None)


def _row(end: End, field: str, old: str | None, new: str | None, source: Source, severity: Severity) -> Row:
    return {
        "end": end,
        "field": str(field),
        "old": old,
        "new": new,
        "direction": None,
        "severity": str(severity),
        "hops": 0,
        "plan": source.plan,
        "edition": source.edition,
        "link": None,
    }
