"""Lines without a number that their look makes headings or items: heading styles, and bold titles.

A look alone says little: people also use bold for names, notes and whole pages. So it counts only for short lines
without a full stop, or for a bold first sentence with text behind it, and not for what its words tell to be something
else.
"""

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from math import inf

from app.documents.dates import is_date_line, is_document_number_line
from app.documents.labels import POINT_LEVEL
from app.documents.lines import Line
from app.documents.marks import Marks
from app.documents.notes import is_note_line
from app.documents.numbering import LONGEST_TITLE, Candidate
from app.documents.organs import is_organ
from app.documents.text import fold
from app.documents.titles import TITLE_END, is_attachment_heading, is_plan_title, names_attachments
from app.documents.values import Span

_CJK = re.compile(r"[\u4e00-\u9fff]")
_ENDED = re.compile(r"[。！？；;：:，,、]$")
_STOP = re.compile(r"[。！？：:]")
_NO_TITLE = re.compile(r"[（(【\[—–―─•●▪◆■*·\-]|[一二三四五六七八九十]{1,2}[是要]|注[：:]")
_SEVERAL = re.compile(r"[。！？].*\w")
_BESIDE = 0.1  # between two levels of headings that stand beside numbered ones
_SHORTEST = 4  # characters of a bold title; less is a word that was stressed


class Look(Enum):
    """How a line without a number shows that it begins something."""

    HEADING = auto()  # by a heading's style
    ALONE = auto()  # by being bold as a whole
    LEADING = auto()  # by a bold first sentence


@dataclass(frozen=True, slots=True)
class Hint:
    """A line's look; `rank`, of headings only, stands among the levels of labels."""

    look: Look
    rank: float | None = None


@dataclass(frozen=True, slots=True)
class Hints:
    """The hints by content line, the lines that end a document's titles, and the highest rank of numbered items."""

    found: Mapping[int, Hint]
    titles: tuple[int, ...]
    items_rank: float

    def at(self, k: int) -> Hint | None:
        """The hint of a line."""
        return self.found.get(k)

    def start(self, labelled: int | None) -> int | None:
        """Where the body begins by the look of its lines: behind the titles, above the first label (None: none)."""
        last_title = self._last_title(labelled)
        behind = [k for k in self.found if k > max(last_title, 0) and (labelled is None or k < labelled)]
        if labelled is None:
            return min(behind, default=None)
        return min((k for k in behind if self._leads_to(k, labelled, last_title)), default=None)

    def _last_title(self, labelled: int | None) -> int:
        """The last title above the first label; without labels, the last before the look of lines begins to count."""
        last = -1
        for k in self.titles:
            between = sum(last < hint < k for hint in self.found)
            if (labelled is not None and k > labelled) or (last >= 0 and between > 1):
                break
            last = k
        return last

    def _leads_to(self, k: int, labelled: int, last_title: int) -> bool:
        """Whether a look above the first label counts: a heading's style does, bold only right above the label."""
        look = self.found[k].look
        if look is Look.ALONE:
            return last_title >= 0 and all(self.found.get(n) is not None for n in range(k, labelled))
        return look is Look.HEADING and last_title >= 0


def find_hints(
    lines: Sequence[Line], content: Sequence[int], marks: Marks, candidates: Mapping[int, Candidate]
) -> Hints:
    """The looks of all lines without a label that could begin a heading or an item."""
    starts = [span.start for span in marks.bold]
    found: dict[int, Hint] = {}
    titles: list[int] = []
    for k, i in enumerate(content if marks.headings or marks.bold else ()):
        text = lines[i].text
        if _is_title(text):
            titles.append(k)
        elif k not in candidates and i not in marks.sure and _could_begin(text):
            look = _look(lines[i], i, marks, starts)
            if look:
                found[k] = Hint(look)
    ranks = _ranks(
        {marks.headings[content[k]] for k, hint in found.items() if hint.look is Look.HEADING},
        content,
        marks,
        candidates,
    )
    found |= {
        k: Hint(Look.HEADING, ranks[marks.headings[content[k]]])
        for k, hint in found.items()
        if hint.look is Look.HEADING
    }
    return Hints(found, tuple(titles), _items_rank(lines, content, candidates))


def _is_title(text: str) -> bool:
    plain = fold(text[:LONGEST_TITLE])
    return is_plan_title(text) or (len(text) <= LONGEST_TITLE and TITLE_END.search(plain) is not None)


def _could_begin(text: str) -> bool:
    """Whether a line's words leave open that it is a heading, or begins with one."""
    if is_note_line(text) or _NO_TITLE.match(text) or len(_CJK.findall(text[:LONGEST_TITLE])) < _SHORTEST:
        return False
    if is_attachment_heading(text) or names_attachments(text):
        return False
    return not (is_organ(text) or is_date_line(text) or is_document_number_line(text))


def _look(line: Line, i: int, marks: Marks, starts: Sequence[int]) -> Look | None:
    short = len(line.text) <= LONGEST_TITLE
    bold = bold_until(line.first, line.last, marks.bold, starts)
    if i in marks.headings and short and not _SEVERAL.search(line.text):
        return Look.HEADING
    if bold >= line.last:
        return Look.ALONE if short and not _ENDED.search(line.text) else None
    sentence = line.text[: bold - line.first].rstrip()
    if not _SHORTEST <= len(sentence) <= LONGEST_TITLE or _STOP.search(sentence[:-1]):
        return None
    behind = line.text[len(sentence) : len(sentence) + 1]
    return Look.LEADING if _STOP.search(sentence[-1]) or _STOP.match(behind) or behind.isspace() else None


def bold_until(first: int, last: int, bold: Sequence[Span], starts: Sequence[int]) -> int:
    """How far the text from `first` to `last` is bold from its first character on; `starts` are those of `bold`."""
    place = first
    for span in bold[max(0, bisect_right(starts, first) - 1) :]:
        if span.start > place:
            break
        place = max(place, span.end)
    return min(place, last)


def _ranks(
    unnumbered: set[int], content: Sequence[int], marks: Marks, candidates: Mapping[int, Candidate]
) -> dict[int, float]:
    """Each level of heading styles → its rank among the labels.

    A style that numbered headings have stands where these do; the others stand around it. Where no numbered line has
    such a style, the styles stand above whatever is numbered.
    """
    levels = sorted(unnumbered)
    known: dict[int, float] = {}
    for k, candidate in candidates.items():
        level = marks.headings.get(content[k])
        if level is not None and candidate.label.level < POINT_LEVEL:
            known.setdefault(level, candidate.label.level)
    numbered = [c.label.level for c in candidates.values() if c.closed and c.label.level < POINT_LEVEL]
    if not known and not numbered:
        return {level: float(place) for place, level in enumerate(levels, start=1)}
    if not known:
        top = min(numbered) - 1
        return {level: top + _BESIDE * place for place, level in enumerate(levels, start=1)}
    ranks: dict[int, float] = {}
    for level in levels:
        near = min(known, key=lambda other: (abs(other - level), other > level))
        ranks[level] = known[near] + _BESIDE * (level - near)
    return ranks


def _items_rank(lines: Sequence[Line], content: Sequence[int], candidates: Mapping[int, Candidate]) -> float:
    """The highest level whose numbers have text of their own behind the title; 1. always numbers items."""
    levels = [
        c.label.level
        for k, c in candidates.items()
        if c.closed and (c.label.level == POINT_LEVEL - 1 or _SEVERAL.search(lines[content[k]].text))
    ]
    return min([level for level in levels if level < POINT_LEVEL], default=inf)
