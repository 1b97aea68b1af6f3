"""The labels at the starts of lines, and which form of numbering stands below which in this document."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from app.documents.labels import POINT_LEVEL, Label, read_label
from app.documents.titles import is_attachment_heading

_CJK = re.compile(r"[\u4e00-\u9fff]")
_TERMINATOR = re.compile(r"[。！？]")

LONGEST_TITLE = 80  # characters; the longest titles of real plans have about 50
_FEWEST = 2  # characters of a title
_LEFT_OUT = 3  # how far a series is on that goes on: a heading between may not have been seen as one


@dataclass(frozen=True, slots=True)
class Candidate:
    """A label at the start of a line; `closed`: the line above is complete, so that something can begin here."""

    label: Label
    closed: bool


def find_candidates(
    texts: Sequence[str], skip: Callable[[int], bool], closes: Callable[[int, Candidate | None], bool]
) -> dict[int, Candidate]:
    """Line → the label there, its level set by the order in which this document nests its forms of numbering.

    `skip` leaves lines out; `closes` says whether a line is complete, given the label it begins with.
    """
    found: dict[int, Candidate] = {}
    numbers: set[int] = set()  # printed in Arabic digits so far
    for k, text in enumerate(texts):
        label = read_label(text, numbers)
        if label and not skip(k):
            if label.level == POINT_LEVEL - 1:
                numbers.add(label.number)
            found[k] = Candidate(label, k == 0 or closes(k - 1, found.get(k - 1)))
    levels = _levels(texts, found)
    return {k: replace(c, label=replace(c.label, level=levels[c.label.level])) for k, c in found.items()}


def _levels(texts: Sequence[str], found: Mapping[int, Candidate]) -> dict[int, int]:
    """Each form's usual level → its level in this document.

    A form that another one runs through changes places with it: where 1. holds （一）（二） and goes on with 2., 1. is
    the higher one. Where nothing is numbered but points, （1） or ①, they are the items.
    """
    begun = min((k for k, c in found.items() if c.closed), default=0)
    end = next((k for k in range(begun, len(texts)) if is_attachment_heading(texts[k])), len(texts))
    headings = [
        (c.label.level, c.label.number)
        for k, c in sorted(found.items())
        if k < end and titled(texts, k, c) and (c.closed or (c.label.number == 1 and k - 1 in found))
    ]
    order = [1, 2, 3]
    for high, low in combinations((1, 2, 3), 2):
        if _runs_through(headings, high, low):
            order.remove(low)
            order.insert(order.index(high), low)
    levels = {level: level for level in range(-2, 6)} | {level: k for k, level in enumerate(order, start=1)}
    points = {level for level, _ in headings}
    if points and min(points) >= POINT_LEVEL:
        levels[min(points)] = POINT_LEVEL - 1
    return levels


def _runs_through(headings: Sequence[tuple[int, int]], high: int, low: int) -> bool:
    """Whether the form that usually is the lower one begins first, and goes on behind the other's first series."""
    last = 0
    above = False
    for level, number in headings:
        if level == low and above:
            return last < number <= last + _LEFT_OUT
        if level == low:
            if number not in (1, last + 1):
                return False
            last = number
        elif level == high:
            above = bool(last) and (above or number == 1)
            if not above:
                return False
        elif level < high:
            last, above = 0, False
    return False


def titled(texts: Sequence[str], k: int, candidate: Candidate) -> bool:
    """Whether words stand behind a label: in the rest of its line, or on the next line."""
    sentence = _TERMINATOR.split(rest_of(texts, k, candidate.label), maxsplit=1)[0]
    return len(_CJK.findall(sentence[:LONGEST_TITLE])) >= _FEWEST


def rest_of(texts: Sequence[str], k: int, label: Label) -> str:
    """What a label stands before: the rest of its line, or the next line if that has no label itself."""
    rest = texts[k][label.length :]
    if not rest and k + 1 < len(texts) and read_label(texts[k + 1]) is None:
        return texts[k + 1]
    return rest


def next_closed(texts: Sequence[str], candidates: Mapping[int, Candidate]) -> dict[int, list[int | None]]:
    """For each level of headings and each line, the next closed label of that or a higher level before an attachment."""
    count = len(texts)
    levels = {c.label.level for c in candidates.values() if c.label.level < POINT_LEVEL}
    table: dict[int, list[int | None]] = {level: [None] * (count + 1) for level in levels}
    attachments = {k for k, text in enumerate(texts) if is_attachment_heading(text)}
    for level, places in table.items():
        for k in range(count - 1, -1, -1):
            candidate = candidates.get(k)
            here = candidate is not None and candidate.closed and candidate.label.level <= level
            places[k] = k if here else None if k in attachments else places[k + 1]
    return table
