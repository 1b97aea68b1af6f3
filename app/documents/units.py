"""From lines to units, with a number or without: which lines begin one, and which only look like it."""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from app.documents.endings import ends_closed, goes_on_below, is_led, is_tail_line, wrap_width
from app.documents.hints import Hint, Look, find_hints
from app.documents.labels import POINT_LEVEL, Label
from app.documents.lines import Line
from app.documents.marks import Marks
from app.documents.numbering import LONGEST_TITLE, Candidate, find_candidates, next_closed, rest_of, titled
from app.documents.text import fold
from app.documents.titles import is_attachment_heading, is_plan_title, issued_title, names_attachments
from app.documents.values import Doubt, Mark, MarkKind

_COMMA = re.compile(r"[，,；;]")
_WORD = re.compile(r"\w")
_TERMINATOR = re.compile(r"[。！？]")
_SENTENCE = re.compile(r"[。！？；;，,]")

WIDEST_GAP = 10  # a number further on than this is a figure or another list's, not a skipped heading
BESIDE_LABELS = 0.5  # what has no label stands below a heading and above what is numbered under it
_STEPS = {Look.ALONE: BESIDE_LABELS, Look.LEADING: 0.75}  # a bold sentence stands below a bold line
_OVER_LINES = 0.25
_NEAR = 4  # lines below an attachment's heading in which its title stands


@dataclass(slots=True)
class Span:
    """A line's share of a unit. `fresh`: it begins a paragraph or a point, rather than continuing a sentence."""

    start: int
    end: int
    line: int
    fresh: bool


class Point(NamedTuple):
    """A span of a unit that begins with a point's label, （1） or ①, and the label."""

    span: Span
    label: Label


@dataclass(slots=True)
class Unit:
    """A heading or item with the lines that belong to it; `said`: a mark makes it the one or the other.

    Without a printed number `number` is None and `label` empty. `rank` says what stands below what: the level of the
    label, or something between two levels.
    """

    rank: float
    number: int | None
    label: str
    label_start: int
    spans: list[Span]
    parent: int | None = None
    children: list[int] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)
    said: MarkKind | None = None
    level: int | None = None  # as a mark says
    look: Look | None = None  # what made it a unit without a label


@dataclass(slots=True)
class Body:
    """The numbered part: units in order, the line it begins at, and the line behind its last one."""

    units: list[Unit]
    first_line: int
    end_line: int
    doubts: list[Doubt]


class UnitReader:
    """Walks over the content lines once; `read` gives the units and what was doubtful."""

    def __init__(self, lines: list[Line], content: list[int], marks: Marks) -> None:
        self.lines = lines
        self.content = content
        self.marks = marks
        self.texts = [lines[i].text for i in content]
        self.width = None if marks.paragraphs else wrap_width([lines[i] for i in content])
        self.doubts: list[Doubt] = []
        self.units: list[Unit] = []
        self.series: dict[float, int] = {}  # the last number of each level since the last higher heading
        self.running: dict[float, int] = {}  # the last number of each level at all
        self.candidates = find_candidates(self.texts, lambda k: marks.goes_on(content[k]), self._closed)
        self.hints = find_hints(lines, content, marks, self.candidates)
        self.next_closed = next_closed(self.texts, self.candidates)
        self.last_place = {(c.label.level, c.label.number): k for k, c in self.candidates.items() if c.closed}

    def read(self) -> Body | None:
        """The numbered part, or None if nothing in the text is numbered, marked or hinted at."""
        said = [k for k, line in enumerate(self.content) if self.marks.begins(line)]
        labelled = self._first()
        starts = (labelled, self.hints.start(labelled), *said[:1])
        first = min((k for k in starts if k is not None), default=None)
        if first is None:
            return None
        kept = max((k for k, line in enumerate(self.content) if self.marks.keeps(line)), default=-1)
        end = len(self.content)
        for k in range(first, len(self.content)):
            if k > kept and self._is_tail(k):
                end = k
                break
            self._take(k)
        self._link()
        end_line = self.content[end] if end < len(self.content) else len(self.lines)
        return Body(self.units, self.content[first], end_line, self.doubts)

    def _ends(self, k: int) -> bool:
        """Whether a line ends a paragraph or a sentence, so that the next one can begin something new.

        In a wrapped text a line of less than three quarters of the width is a paragraph's last.
        """
        following = self.content[k + 1] if k + 1 < len(self.content) else None
        if following is not None and (self.marks.paragraphs or following in self.marks.sure):
            return not self.marks.continues(following)
        text = self.texts[k]
        if goes_on_below(self.texts, k, full=self._full(k)):
            return False
        return ends_closed(text) or (self.width is not None and len(text) * 4 < self.width * 3)

    def _full(self, k: int) -> bool:
        """Whether a line is as long as the lines that were wrapped."""
        return self.width is not None and len(self.texts[k]) >= self.width - 2

    def _closed(self, k: int, heading: Candidate | None) -> bool:
        """Whether a line is complete; a bare heading counts as complete, too."""
        if self._ends(k) or is_plan_title(self.texts[k]):
            return True
        if heading is None or not heading.closed or heading.label.level >= POINT_LEVEL:
            return False
        return self._bare(k)

    def _bare(self, k: int) -> bool:
        """Whether a line with a label holds nothing but a heading."""
        text = self.texts[k]
        return not self._full(k) and len(text) <= LONGEST_TITLE and not _TERMINATOR.search(text)

    def _after_heading(self, k: int) -> bool:
        """Whether the line above is a unit's bare heading, so that a label here begins something new."""
        return bool(self.units) and len(self.units[-1].spans) == 1 and self._bare(k - 1)

    def _first(self) -> int | None:
        """Where the body begins: the first label of the highest form that begins with one."""
        begin = self._plan_in_attachment()
        named = self._named_attachments()
        headings = [
            (k, c)
            for k, c in self.candidates.items()
            if k >= begin and k not in named and c.label.level < POINT_LEVEL and titled(self.texts, k, c)
        ]
        starts = [(c.label.level, k) for k, c in headings if c.label.number == 1]
        sure = [(level, k) for level, k in starts if k == 0 or self._over(k - 1)]
        if starts:
            return min(sure or starts)[1]
        if headings:
            k, candidate = headings[0]
            self._doubt("numbering_starts_late", k, f"编号从“{candidate.label.printed}”开始，按正文的起点处理")
            before: dict[float, int] = {candidate.label.level: candidate.label.number - 1}
            self.series |= before
            self.running |= before
            return k
        return None

    def _named_attachments(self) -> set[int]:
        """The labels that go on with a list of attachments: 2.… below 附件：1.…."""
        named: set[int] = set()
        for k, text in enumerate(self.texts):
            if names_attachments(text) or k in named:
                below = self.candidates.get(k + 1)
                if below is not None and below.label.number > 1 and not _TERMINATOR.search(self.texts[k + 1]):
                    named.add(k + 1)
        return named

    def _plan_in_attachment(self) -> int:
        """Where to look for the plan: behind 附件, if the notice issues what stands there under that very title."""
        issued = next((title for text in self.texts[:30] if (title := issued_title(text))), None)
        for k, text in enumerate(self.texts):
            if issued and is_attachment_heading(text):
                titles = [fold(line) for line in self.texts[k + 1 : k + 1 + _NEAR] if is_plan_title(line)]
                if any(title in issued or issued in title for title in titles):
                    self._doubt_notice(k)
                    return k
        return 0

    def _doubt_notice(self, behind: int) -> None:
        """The notice's own points are no items; say so."""
        own = [k for k, c in self.candidates.items() if k < behind and c.closed and c.label.level < POINT_LEVEL]
        if own:
            self._doubt("notice_points", own[0], "通知正文中的编号段落不作为要点，要点取自附件")

    def _over(self, k: int) -> bool:
        """Whether a line is complete: it ends a sentence, or is short like the plan's title or a signature."""
        text = self.texts[k]
        return self._ends(k) or (len(text) <= LONGEST_TITLE and not self._full(k) and not _COMMA.search(text))

    def _is_tail(self, k: int) -> bool:
        """Whether the plan ends before this line: an attachment, or a list of them that the numbering does not pass."""
        text = self.texts[k]
        if not self.units or not self._over(k - 1):
            return False
        if self.marks.kind(self.content[k]) is MarkKind.ATTACHMENT or is_attachment_heading(text):
            return True
        if not is_tail_line(text):
            return False
        top = min(self.running, default=None)
        return top is None or self.last_place.get((int(top), self.running[top] + 1), -1) < k

    def _take(self, k: int) -> None:
        candidate = self.candidates.get(k)
        hint = self.hints.at(k)
        if self.marks.begins(self.content[k]):
            self._begin_said(k, self.marks.sure[self.content[k]])
        elif candidate is not None and candidate.label.level < POINT_LEVEL:
            if not self.units or self._accept(k, candidate):
                self._begin(k, candidate.label)
            else:
                self._continue(k, None)
        elif candidate is None and hint is not None and (rank := self._rank_of(k, hint)) is not None:
            self._begin_without_label(k, rank).look = hint.look
        else:
            self._continue(k, candidate)

    def _accept(self, k: int, candidate: Candidate) -> bool:
        label = candidate.label
        closed = candidate.closed or self._after_heading(k)
        if not _WORD.search(rest_of(self.texts, k, label)):
            self._doubt("label_alone", k, f"“{label.printed}”后面没有文字，按上一条的续行处理")
            return False
        if label.number in (self.series.get(label.level, 0) + 1, self.running.get(label.level, 0) + 1):
            return closed or self._accept_open(k, label)
        if not closed or not titled(self.texts, k, candidate):
            self._doubt("label_out_of_series", k, f"行首“{label.printed}”与前面的编号不连续，按上一条的续行处理")
            return False
        return self._accept_break(k, label)

    def _accept_open(self, k: int, label: Label) -> bool:
        """In series, but in the middle of a sentence: a wrapped line, if the real heading comes later."""
        place = self.next_closed[label.level][k + 1]
        later = self.candidates[place].label if place is not None else None
        if later is not None and (later.level, later.number) == (label.level, label.number):
            self._doubt("label_inside_sentence", k, f"行首“{label.printed}”在句子中间，按上一条的续行处理")
            return False
        if self.units and any(_SENTENCE.search(self.lines[s.line].text) for s in self.units[-1].spans):
            self._doubt("open_before_heading", k, f"“{label.printed}”之前的句子没有结束，仍按新的一条处理")
        return True

    def _accept_break(self, k: int, label: Label) -> bool:
        known = (self.series.get(label.level, 0), self.running.get(label.level, 0))
        last = max((n for n in known if n <= label.number), default=known[1])
        if label.number == last:
            self._doubt("number_repeated", k, f"编号“{label.printed}”重复，按新的一条处理")
        elif last < label.number <= last + WIDEST_GAP:
            self._doubt("number_skipped", k, f"编号从{last}跳到{label.number}，按新的一条处理")
        elif label.number == 1:
            self._doubt("numbering_restarts", k, "编号在没有新标题的地方从1重新开始，按新的一条处理")
        else:
            self._doubt("label_out_of_series", k, f"行首“{label.printed}”与前面的编号不连续，按上一条的续行处理")
            return False
        return True

    def _begin(self, k: int, label: Label) -> Unit:
        line = self.lines[self.content[k]]
        self.series[label.level] = self.running[label.level] = label.number
        self._restart_below(label.level)
        span = Span(line.first + label.length, line.last, self.content[k], fresh=True)
        self.units.append(Unit(label.level, label.number, label.printed, line.first, [span]))
        return self.units[-1]

    def _begin_without_label(self, k: int, rank: float) -> Unit:
        line = self.lines[self.content[k]]
        self._restart_below(rank)
        span = Span(line.first, line.last, self.content[k], fresh=True)
        self.units.append(Unit(rank, None, "", line.first, [span]))
        return self.units[-1]

    def _restart_below(self, rank: float) -> None:
        for lower in [level for level in self.series if level > rank]:
            self.series[lower] = 0

    def _begin_said(self, k: int, mark: Mark) -> None:
        """A heading or item that a mark says to begin here, with or without a label."""
        candidate = self.candidates.get(k)
        rank = self._rank_here()
        if candidate is None:
            unit = self._begin_without_label(k, rank)
        else:
            level = candidate.label.level
            unit = self._begin(k, candidate.label)
            unit.rank = level if level < POINT_LEVEL else rank
        unit.said = mark.kind
        if mark.level is not None or (mark.kind is MarkKind.SECTION and candidate is None):
            unit.level = mark.level or max(1, int(unit.rank))
            unit.rank = self._rank_at(unit.level)

    def _rank_at(self, level: int) -> int:
        """The rank of a heading's level, counted from the highest form in the text: 第一章, if there is one, else 一、."""
        above = sorted({c.label.level for c in self.candidates.values() if c.closed and c.label.level < 1})
        return above[level - 1] if level <= len(above) else level - len(above)

    def _rank_here(self) -> float:
        """The rank of something without a label: beside the item above it, or between that heading and its numbers."""
        if not self.units:
            return BESIDE_LABELS
        above = self.units[-1]
        heads = above.said is MarkKind.SECTION or (above.said is None and self._is_bare_heading(above))
        return int(above.rank) + BESIDE_LABELS if heads else above.rank

    def _rank_of(self, k: int, hint: Hint) -> float | None:
        """Where a line that its look makes a heading stands, or None if the look means nothing there.

        A bold line is below the numbered heading above it, a bold first sentence below such a line.
        """
        if hint.rank is not None:
            return hint.rank
        step = self._step(k, hint)
        above = self.units[-1] if self.units else None
        if above is None:
            return step
        if above.look in _STEPS:
            wrapped = hint.look is Look.ALONE and above.spans[-1].line == self.content[k - 1] and self._full(k - 1)
            return None if wrapped else int(above.rank) + step
        if above.said is MarkKind.ITEM:
            return above.rank
        if above.said is None and not self._heads(above):
            return self._rank_over(k, above) if hint.look is Look.ALONE else None
        return int(above.rank) + step

    def _step(self, k: int, hint: Hint) -> float:
        """How far below the heading above it a bold line stands; one with another right below it is over that one."""
        below = self.hints.at(k + 1)
        over = hint.look is Look.ALONE and below is not None and below.look is Look.ALONE
        return _STEPS[hint.look] - (_OVER_LINES if over else 0)

    def _heads(self, unit: Unit) -> bool:
        """Whether what has no label can be an item below a unit: numbers are the items where any stand so low."""
        first = self.lines[unit.spans[0].line].text
        return unit.rank < self.hints.items_rank and not _TERMINATOR.search(first)

    def _rank_over(self, k: int, above: Unit) -> float | None:
        """A bold line between two numbered items is a heading over the second."""
        following = self.candidates.get(k + 1)
        if following is None or following.label.level != above.rank:
            return None
        beside = next((u.rank for u in reversed(self.units) if u.look is Look.ALONE and u.rank < above.rank), None)
        return beside or above.rank - BESIDE_LABELS

    def _is_bare_heading(self, unit: Unit) -> bool:
        return len(unit.spans) == 1 and not _TERMINATOR.search(self.lines[unit.spans[0].line].text)

    def _continue(self, k: int, point: Candidate | None) -> None:
        line = self.lines[self.content[k]]
        unit = self.units[-1]
        is_point = point is not None and (point.closed or self._over(k - 1) or self._next_point(point.label))
        led = is_led(line.text) and self._over(k - 1) and not self.marks.continues(self.content[k])
        span = Span(line.first, line.last, self.content[k], fresh=self._ends(k - 1) or is_point or led)
        unit.spans.append(span)
        if is_point and point is not None:
            unit.points.append(Point(span, point.label))

    def _next_point(self, label: Label) -> bool:
        """Whether a point is the next one of its unit, or the first below a heading, however long this is."""
        unit = self.units[-1]
        last = next((point.label.number for point in reversed(unit.points) if point.label.level == label.level), 0)
        bare = last or not any(_TERMINATOR.search(self.lines[span.line].text) for span in unit.spans)
        return bool(bare) and label.number == last + 1

    def _link(self) -> None:
        """Give every unit its parent: the nearest unit before it of a higher rank."""
        open_units: list[int] = []
        for index, unit in enumerate(self.units):
            while open_units and self._closes(self.units[open_units[-1]], unit):
                open_units.pop()
            if open_units:
                unit.parent = open_units[-1]
                self.units[open_units[-1]].children.append(index)
            open_units.append(index)

    @staticmethod
    def _closes(above: Unit, unit: Unit) -> bool:
        """Whether a unit ends the one above it: nothing that is said to be an item or heading stands inside an item."""
        return above.rank >= unit.rank or (above.said is MarkKind.ITEM and unit.said is not None)

    def _doubt(self, kind: str, k: int, assumed: str) -> None:
        line = self.lines[self.content[k]]
        self.doubts.append(Doubt(kind, line.first, line.last, assumed))
