"""The line breaks inside a cell: put there to begin another point, or only to fit the words to the cell's width."""

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

_UNFINISHED = re.compile(r"[、，,（(《“‘]$")
_INSEPARABLE = re.compile(r"[0-9A-Za-z.%]+|.")  # what is never broken: a figure, a word in Latin letters, a character
_CLOSING = re.compile(r"[，。、；：！？）》”’%]")
_SHORTEST = 8  # half-width columns; less is a word that was broken, not a point


def begin_anew(lines: Sequence[str]) -> bool:
    """Whether each line of a cell begins another point.

    Somebody who fits words to a width by hand, and every program, fills the lines. So where one ends though the next
    one's beginning had room on it, it was ended because its point was. Lines that are all full tell nothing.
    """
    said = [line.strip() for line in lines if line.strip()]
    pairs = list(pairwise(said))
    if any(_UNFINISHED.search(line) or _CLOSING.match(below) for line, below in pairs):
        return False
    room = max(map(_width, said), default=0)
    return any(_width(line) >= _SHORTEST and _width(line) + _first(below) < room for line, below in pairs)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WFA" else 1 for sign in text)


def _first(text: str) -> int:
    """The width of what a line begins with, and of a closing sign behind it, which begins no line."""
    match = _INSEPARABLE.match(text)
    end = match.end() if match else 0
    return _width(text[: end + bool(_CLOSING.match(text[end : end + 1]))])
