"""Lines of PDF pages joined into the paragraphs that were broken into them.

A line goes on with the one above it if that one was full: the next word would not have fitted. Where a line begins
(indented or not), the space above it, its size and its label settle the rest. Where the signs contradict each other the
lines stay apart, since a sentence over two lines is still read as one, but two items on one line are not told apart.
"""

import itertools
import re
from collections import Counter, defaultdict
from dataclasses import dataclass

from app.documents.endings import ends_closed
from app.documents.labels import read_label
from app.documents.sources.pdf_lines import Line

# What layout programs keep together at the start of a line: opening signs, a word or one character, closing signs (as
# Word lists them for Chinese), and a word right behind these.
_OPENERS = r"$(£¥‘“〈《「『【〔〖〝＄（．［｛￡￥"
_CLOSERS = r"!%),.:;>?\]}¢¨°·ˇˉ―‖’”…‰′″›℃∶、。〃〉》」』】〕〗〞！＂％＇），．：；？］｀｜｝～￠"
_WORD = r"[A-Za-z0-9][A-Za-z0-9.,:/_%?=&#-]*"
_TOKEN = re.compile(rf"[{_OPENERS}]*(?:{_WORD}|.)?(?:[{_CLOSERS}]+(?:{_WORD})?)?")
_ENDED = re.compile(r"[。；：！？]$")
_CLOSING = "，。、；：！？）》”’」』】〕"
_ASCII_EM = 0.55  # ems: the width of a Latin letter or digit
_SLACK = 0.35  # ems: how much of a line justification leaves open or a hanging sign juts out
_INDENT = 0.7  # ems from which on a line is indented
_DEEPEST_INDENT = 3.5  # ems of a paragraph's first line; two are usual
_FAR_RIGHT = 0.4  # of the width: a line that begins further right is a signature, a date, a caption
_MOST_OF_A_LINE = 0.6  # of the width: shorter lines are headings and elements of the head
_SAME_SIZE = 0.12  # of the size
_WIDE_LEADING = 1.3  # times the usual distance of lines, from which on a paragraph is set apart


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the lines of some pages begin and end, in points."""

    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Habit:
    """How a document sets its paragraphs: whether their first lines are indented, whether labels stand flush left, and
    the usual distance of lines by size (in whole points).
    """

    indents: bool
    flush_labels: bool
    leading: dict[int, float]


class Paragraphs:
    """Decides for each pair of lines whether they are one paragraph. `lines` are in reading order, without furniture."""

    def __init__(self, lines: list[Line]) -> None:
        self.frames = _frames(lines)
        self.habit = self._habit(lines)

    def frame(self, line: Line) -> Frame:
        """The frame of the line's page."""
        return self.frames[line.side]

    def go_on(self, paragraph: list[Line], following: Line) -> bool:
        """Whether a line belongs to the paragraph above it."""
        last = paragraph[-1]
        if len(last.cells) > 1 or len(following.cells) > 1 or not _same_size(last, following):
            return False
        if self._set_apart(last, following):
            return False
        if self._centred(following):
            return self._goes_on_centred(paragraph, following)
        frame = self.frame(following)
        indent = (following.x0 - frame.left) / following.em
        limit = frame.left + _FAR_RIGHT * (frame.right - frame.left)
        own = self.frame(last)
        if following.x0 > limit or last.x0 > own.left + _FAR_RIGHT * (own.right - own.left):
            return False
        if not self._full(last, following):
            return self._broken_early(paragraph, following)
        return (
            self._goes_on_indented(paragraph, following) if indent > _INDENT else self._goes_on_flush(last, following)
        )

    def _set_apart(self, last: Line, following: Line) -> bool:
        """Whether there is more space between two lines of a page than between the lines of a paragraph."""
        usual = self.habit.leading.get(round(last.em))
        return usual is not None and last.page == following.page and last.y - following.y > usual * _WIDE_LEADING

    def _full(self, last: Line, following: Line) -> bool:
        """Whether the following line's first word would not have fitted behind the line."""
        room = self.frame(last).right - last.x1 - _SLACK * last.em
        return room < 0 or _needed(following) > room

    def _broken_early(self, paragraph: list[Line], following: Line) -> bool:
        """A sentence that goes on flush left below a line that was not quite full: a line end typed into the paragraph,
        or a word that the layout program would not part.
        """
        first, last = paragraph[0], paragraph[-1]
        frame, own = self.frame(following), self.frame(last)
        if not self.habit.indents or following.x0 - frame.left > _INDENT * following.em:
            return False
        if not _INDENT < (first.x0 - self.frame(first).left) / first.em < _DEEPEST_INDENT:
            return False
        long = last.x1 - own.left > _MOST_OF_A_LINE * (own.right - own.left)
        return long and not ends_closed(last.text) and not read_label(following.text)

    def _centred(self, line: Line) -> bool:
        frame = self.frame(line)
        left, right = line.x0 - frame.left, frame.right - line.x1
        return abs(left - right) < line.em and min(left, right) > 2.5 * line.em

    def _goes_on_centred(self, paragraph: list[Line], following: Line) -> bool:
        """A title broken because it was too long: its upper line fills the width, and nothing ends there."""
        last = paragraph[-1]
        frame = self.frame(last)
        left, right = last.x0 - frame.left, frame.right - last.x1
        if abs(left - right) > 1.5 * last.em or _ENDED.search(last.text) or read_label(following.text):
            return False
        return last.x1 - last.x0 + _needed(following) + _SLACK * last.em > frame.right - frame.left

    def _goes_on_indented(self, paragraph: list[Line], following: Line) -> bool:
        """Below a full line: a new paragraph's first line, or a paragraph that is indented as a whole."""
        last = paragraph[-1]
        if read_label(following.text):
            return False
        shift = (following.x0 - last.x0) / following.em - (self.frame(following).left - self.frame(last).left) / last.em
        labelled = read_label(paragraph[0].text) is not None
        if abs(shift) <= _INDENT:
            return len(paragraph) > 1 or not self.habit.indents
        if shift > 0:
            return labelled and (not self.habit.indents or last.x0 - self.frame(last).left > _INDENT * last.em)
        return not self.habit.indents

    def _goes_on_flush(self, last: Line, following: Line) -> bool:
        """Below a full line and flush left: the paragraph goes on, unless a label begins something there."""
        if self.habit.indents and not self.habit.flush_labels:
            return True
        return not (ends_closed(last.text) and read_label(following.text))

    def _habit(self, lines: list[Line]) -> Habit:
        self.habit = Habit(indents=False, flush_labels=False, leading=_leading(lines))
        indented = flush = labels = 0
        for last, following in itertools.pairwise(lines):
            if not _same_size(last, following):
                continue
            left = self.frame(following).left
            at_left = following.x0 - left <= _INDENT * following.em
            if self._full(last, following):
                from_indent = last.x0 - self.frame(last).left > _INDENT * last.em
                indented += at_left and from_indent
                flush += at_left and not from_indent
            elif at_left and read_label(following.text):
                labels += 1
        # One paragraph in eight lines at the least: plans have about one in five.
        return Habit(indented * 8 >= max(flush, 1), labels >= 2, self.habit.leading)


def _same_size(a: Line, b: Line) -> bool:
    return abs(a.em - b.em) <= _SAME_SIZE * max(a.em, b.em)


def _needed(line: Line) -> float:
    """The width in points of what stands unbroken at a line's start."""
    token = _TOKEN.match(line.text)
    word = token.group() if token else ""
    return line.em * sum(_ASCII_EM if char.isascii() else 1.0 for char in word)


def _frames(lines: list[Line]) -> dict[int, Frame]:
    """The frame of each column of the odd and of the even pages, which differ where a binding margin changes sides."""
    frames: dict[int, Frame] = {}
    for column in {line.column for line in lines}:
        own = [line for line in lines if line.column == column]
        whole = _frame(own)
        sides = [[line for line in own if line.page % 2 == side] for side in (0, 1)]
        odd, even = (_frame(some) if len(some) >= 12 else whole for some in sides)
        left, right = odd.left - even.left, odd.right - even.right
        # A binding margin moves both edges alike; a page of short lines only seems to be narrower. In points.
        if abs(left) < 4 or abs(left - right) >= 4:
            odd = even = whole
        frames |= {2 * column: odd, 2 * column + 1: even}
    return frames


def _frame(lines: list[Line]) -> Frame:
    """The leftmost and the rightmost place at which a fair part of the lines begin and end."""
    if not lines:
        return Frame(0, 0)
    fair = max(2, len(lines) // 12)
    left = _outermost([line.x0 for line in lines], fair)
    # A closing sign may hang out of the frame, or be squeezed.
    ends = [line.x1 for line in lines if line.text[-1] not in _CLOSING] or [line.x1 for line in lines]
    right = -_outermost([-end for end in ends], max(2, len(ends) // 12))
    return Frame(left, max(right, left))


def _outermost(places: list[float], fair: int) -> float:
    ordered = sorted(places)
    near = 3.0  # points: places of one edge
    for i, place in enumerate(ordered):
        if i + fair <= len(ordered) and ordered[i + fair - 1] - place <= near:
            return place
    return ordered[0]


def _leading(lines: list[Line]) -> dict[int, float]:
    """The usual distance of lines for each size, from lines that follow each other on a page."""
    distances: defaultdict[int, Counter[float]] = defaultdict(Counter)
    for last, following in itertools.pairwise(lines):
        distance = last.y - following.y
        if last.page == following.page and _same_size(last, following) and 0 < distance < 4 * last.em:
            distances[round(last.em)][round(distance * 2) / 2] += 1
    return {size: max(counts, key=lambda d: (counts[d], -d)) for size, counts in distances.items()}
