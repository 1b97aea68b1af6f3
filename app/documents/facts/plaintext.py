"""A text made ready for the rules: folded, what is no statement of its own blotted out, and cut into clauses."""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace

from app.documents.notes import read_notes
from app.documents.text import fold_with_map

BLOT = "■"
"""Stands for a folded character that the rules must not read."""

# The words that keep their meaning inside quotation marks: 大班额“清零”.
_STATEMENT = re.compile(
    r"(?:动态)?清零|零(?:感染|发生|事故|辍学|失学|新增|增长|反弹|投诉|积压)|全覆盖|应.尽.|100%|百分之百"
)
_QUOTED = re.compile(r"“([^“”]{0,80})”|「([^「」]{0,80})」|\"([^\"]{1,40})\"|《([^《》]{0,120})》")
_TIME_LIMIT = re.compile(r"(?:完成)?(?:时限|期限|时间|进度)(?:要求)?:[^,。;)]{0,40}")
_NOTE_START = re.compile(r"[(【\[](?:责任|牵头|主办|承办|配合|落实|分管)[^:(),。]{0,6}:")
_BREAK = re.compile(rf"[,;。!?:{BLOT}]+")
_SENTENCE = frozenset(";。!?")
_THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
_PAIR = re.compile(r"\([^()]{0,80}\)")


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch between commas; `sentence` counts the sentences of the text."""

    start: int
    end: int
    sentence: int


@dataclass(frozen=True, slots=True)
class Plain:
    """A text as the rules see it.

    `folded` is the folded text; `text` is as long, with titles, quotations and notes blotted out; `places` gives the
    place in `source` of each of their characters, and `clauses` cover what is left of them.
    """

    source: str
    folded: str
    text: str
    places: tuple[int, ...]
    clauses: tuple[Clause, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The range of the source for a range of the folded text."""
        return self.places[start], self.places[end - 1] + 1

    def verbatim(self, start: int, end: int) -> str:
        """What is printed there."""
        first, last = self.span(start, end)
        return self.source[first:last]

    def without(self, ranges: list[tuple[int, int]]) -> "Plain":
        """The same text with folded ranges blotted out."""
        folded, text = list(self.folded), list(self.text)
        for start, end in ranges:
            folded[start:end] = text[start:end] = BLOT * (end - start)
        return replace(self, folded="".join(folded), text="".join(text))

    def clause_at(self, place: int) -> int:
        """The index of the clause that holds a place, or of the last one before it."""
        return max(0, bisect_right(self.clauses, place, key=lambda c: c.start) - 1)


def prepare(source: str) -> Plain:
    """Fold a text, blot and cut it. Any string will do; linear in it."""
    folded, places = fold_with_map(source)
    chars = list(folded)
    _blot_lookalikes(source, chars, places)
    folded = "".join(chars)
    _blot_notes(source, folded, places, chars)
    for match in _QUOTED.finditer(folded):
        inner = next(g for g in match.groups() if g is not None)
        if not _STATEMENT.fullmatch(inner):
            chars[match.start() + 1 : match.end() - 1] = BLOT * (len(match.group()) - 2)
    text = "".join(chars)
    return Plain(source, folded, text, tuple(places), _clauses(text))


def _blot_lookalikes(source: str, chars: list[str], places: list[int]) -> None:
    """①, ½ and the like fold to digits, but number points; a full-width comma between half-width digits parts them."""
    for k, char in enumerate(chars):
        origin = source[places[k]]
        if char in "0123456789" and unicodedata.category(origin) != "Nd":
            chars[k] = BLOT
        elif char == "," and origin == "，" and source[places[k] - 1 : places[k]].isascii():
            chars[k] = BLOT if _THOUSANDS.search("".join(chars[max(0, k - 1) : k + 5])) else char


def _blot_notes(source: str, folded: str, places: list[int], chars: list[str]) -> None:
    """Responsibility notes, whole or torn, and time limits with their key: what they say is no part of the sentence."""
    for start, end in read_notes(source, []).ranges:
        for k in range(_at(places, start), _at(places, end)):
            chars[k] = BLOT
    for match in _TIME_LIMIT.finditer(folded):
        chars[match.start() : match.end()] = BLOT * len(match.group())
    torn = _NOTE_START.search("".join(chars))
    if torn:
        stop = folded.find("。", torn.end())
        stop = len(folded) if stop < 0 else stop
        chars[torn.start() : stop] = BLOT * (stop - torn.start())


def _at(places: list[int], offset: int) -> int:
    return bisect_left(places, offset)


def _clauses(text: str) -> tuple[Clause, ...]:
    """Cut at commas and stops, but not inside brackets or a quotation, and not in 5,000."""
    shut = [m.span() for m in _PAIR.finditer(text)] + [m.span() for m in _QUOTED.finditer(text)]
    inside = {k for start, end in shut for k in range(start + 1, end - 1)}
    inside |= {m.start() for m in _THOUSANDS.finditer(text)}
    clauses: list[Clause] = []
    start = sentence = 0
    for match in _BREAK.finditer(text):
        if match.start() in inside:
            continue
        if match.start() > start:
            clauses.append(Clause(start, match.start(), sentence))
        sentence += any(c in _SENTENCE for c in match.group())
        start = match.end()
    if start < len(text):
        clauses.append(Clause(start, len(text), sentence))
    return tuple(clauses)
