"""From lines to numbered units: which lines begin one, and which only look like it."""

import re
from dataclasses import dataclass, field

from app.documents.labels import POINT_LEVEL, Label, read_label
from app.documents.lines import Line
from app.documents.marks import Marks
from app.documents.values import Doubt, Mark, MarkKind

_CLOSED = re.compile(r"[。！？!?；;：:][”’」』）)】]?$|[）)】]$")
_NOTE_LINE = re.compile(r"(?:责任|責任|牵头|牽頭|配合|完成)[^，。：:]{0,6}[：:]")
_CJK = re.compile(r"[\u4e00-\u9fff]")
_COMMA = re.compile(r"[，,；;]")
_WORD = re.compile(r"\w")
_TERMINATOR = re.compile(r"[。！？]")
_SENTENCE = re.compile(r"[。！？；;，,]")
_TAIL = re.compile(
    r"附\s*[件表录錄][：:0-9０-９一二三四五六七八九十\s]*|附[：:]|抄[送报報][：:]|主题词[：:]|[（(](?:此件|联系人|聯繫人)"
    r"|[^，。；]{2,40}\s(?:19|20)[0-9]{2}年[0-9]{1,2}月[0-9]{1,2}日印[发發]$"
)

LONGEST_TITLE = 80  # characters; the longest titles of real plans have about 50
_FEWEST = 2  # characters of a title
_BESIDE_LABELS = 0.5  # an item without a label stands below a heading and above what is numbered under it
WIDEST_GAP = 10  # a number further on than this is a figure or another list's, not a skipped heading


@dataclass(slots=True)
class Span:
    """A line's share of a unit. `fresh`: it begins a paragraph or a point, rather than continuing a sentence."""

    start: int
    end: int
    line: int
    fresh: bool


@dataclass(slots=True)
class Unit:
    """A unit of level 1 to 3 with the lines that belong to it; `said`: a mark makes it a heading or an item.

    Without a printed number `number` is None and `label` empty.
    """

    level: int
    number: int | None
    label: str
    label_start: int
    spans: list[Span]
    parent: int | None = None
    children: list[int] = field(default_factory=list)
    points: list[Span] = field(default_factory=list)
    said: MarkKind | None = None
    rank: float = 0  # what stands below what; the level, or half a level more for an item without a label

    def __post_init__(self) -> None:
        self.rank = self.rank or self.level


@dataclass(slots=True)
class Body:
    """The numbered part: units in order, the line it begins at, and the line behind its last one."""

    units: list[Unit]
    first_line: int
    end_line: int
    doubts: list[Doubt]


@dataclass(frozen=True, slots=True)
class _Candidate:
    label: Label
    closed: bool


def ends_closed(text: str) -> bool:
    """Whether a line ends a sentence, so that the next one can begin something new."""
    return _CLOSED.search(text) is not None or _NOTE_LINE.match(text) is not None


def is_tail_line(text: str) -> bool:
    """Whether a line begins what stands behind a plan: annexes, copies to, remarks."""
    return _TAIL.match(text) is not None


def wrap_width(lines: list[Line]) -> int | None:
    """The number of characters at which the text was broken into lines, or None if it was not."""
    lengths = [len(line.text) for line in lines if line.text]
    widest = sorted(lengths)[int(len(lengths) * 0.98)] if lengths else 0
    if not 10 <= widest <= 60:
        return None
    full = sum(widest - 3 <= n for n in lengths)
    return widest if full >= 5 and full * 4 >= len(lengths) else None


class UnitReader:
    """Walks over the content lines once; `read` gives the units and what was doubtful."""

    def __init__(self, lines: list[Line], content: list[int], marks: Marks) -> None:
        self.lines = lines
        self.content = content
        self.marks = marks
        self.width = None if marks.paragraphs else wrap_width([lines[i] for i in content])
        self.doubts: list[Doubt] = []
        self.units: list[Unit] = []
        self.series = [0] * 6  # the last number of each level since the last higher heading
        self.running = [0] * 6  # the last number of each level at all
        self.candidates = self._find_candidates()
        self.next_closed = self._next_closed()
        self.last_place = {(c.label.level, c.label.number): k for k, c in self.candidates.items() if c.closed}

    def read(self) -> Body | None:
        """The numbered part, or None if nothing in the text is numbered."""
        said = [k for k, line in enumerate(self.content) if self.marks.begins(line)]
        first = min((k for k in (self._first(), *said[:1]) if k is not None), default=None)
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

    def _text(self, k: int) -> str:
        return self.lines[self.content[k]].text

    def _find_candidates(self) -> dict[int, _Candidate]:
        """Content index → the label there. A line after a bare heading counts as after a full stop."""
        found: dict[int, _Candidate] = {}
        numbers: set[int] = set()  # printed in Arabic digits so far
        for k, line in enumerate(self.content):
            label = read_label(self._text(k), numbers)
            if label and not self.marks.goes_on(line):
                if label.level == POINT_LEVEL - 1:
                    numbers.add(label.number)
                found[k] = _Candidate(label, k == 0 or self._closed(k - 1, found.get(k - 1)))
        return found

    def _ends(self, k: int) -> bool:
        """Whether a line ends a paragraph or a sentence, so that the next one can begin something new."""
        if self.marks.paragraphs or (k + 1 < len(self.content) and self.content[k + 1] in self.marks.sure):
            return not (k + 1 < len(self.content) and self.marks.continues(self.content[k + 1]))
        return ends_closed(self._text(k))

    def _closed(self, k: int, heading: _Candidate | None) -> bool:
        if self._ends(k):
            return True
        if heading is None or not heading.closed or heading.label.level >= POINT_LEVEL:
            return False
        return self._bare(k)

    def _bare(self, k: int) -> bool:
        """Whether a line with a label holds nothing but a heading."""
        text = self._text(k)
        short = self.width is None or len(text) < self.width - 2
        return short and len(text) <= LONGEST_TITLE and not _TERMINATOR.search(text)

    def _after_heading(self, k: int) -> bool:
        """Whether the line above is a unit's bare heading, so that a label here begins something new."""
        return bool(self.units) and len(self.units[-1].spans) == 1 and self._bare(k - 1)

    def _next_closed(self) -> list[list[int | None]]:
        """For each level and content index, the next closed candidate of that or a higher level."""
        table: list[list[int | None]] = [[None] * (len(self.content) + 1) for _ in range(POINT_LEVEL)]
        for k in range(len(self.content) - 1, -1, -1):
            candidate = self.candidates.get(k)
            for level in range(1, POINT_LEVEL):
                here = candidate is not None and candidate.closed and candidate.label.level <= level
                table[level][k] = k if here else table[level][k + 1]
        return table

    def _first(self) -> int | None:
        """Where the body begins: the first 一、; without one the first （一）, then the first 1."""
        headings = [(k, c) for k, c in self.candidates.items() if c.label.level < POINT_LEVEL and self._titled(k, c)]
        starts = [(c.label.level, k) for k, c in headings if c.label.number == 1]
        sure = [(level, k) for level, k in starts if k == 0 or self._over(k - 1)]
        if starts:
            return min(sure or starts)[1]
        if headings:
            k, candidate = headings[0]
            self._doubt("numbering_starts_late", k, f"编号从“{candidate.label.printed}”开始，按正文的起点处理")
            self.series[candidate.label.level] = self.running[candidate.label.level] = candidate.label.number - 1
            return k
        return None

    def _over(self, k: int) -> bool:
        """Whether a line is complete: it ends a sentence, or is short like the plan's title or a signature."""
        text = self._text(k)
        full = self.width is not None and len(text) >= self.width - 2
        return self._ends(k) or (len(text) <= LONGEST_TITLE and not full and not _COMMA.search(text))

    def _rest(self, k: int, label: Label) -> str:
        """What a label stands before: the rest of its line, or the next line."""
        rest = self._text(k)[label.length :]
        if not rest and k + 1 < len(self.content) and k + 1 not in self.candidates:
            return self._text(k + 1)
        return rest

    def _titled(self, k: int, candidate: _Candidate) -> bool:
        sentence = _TERMINATOR.split(self._rest(k, candidate.label), maxsplit=1)[0]
        return len(_CJK.findall(sentence[:LONGEST_TITLE])) >= _FEWEST

    def _is_tail(self, k: int) -> bool:
        """Whether the plan ends before this line: an annex, unless the plan's top numbering goes on behind it."""
        if not self.units or not self._over(k - 1):
            return False
        if self.marks.kind(self.content[k]) is MarkKind.ATTACHMENT:
            return True
        if not is_tail_line(self._text(k)):
            return False
        top = next(level for level in range(1, POINT_LEVEL) if self.running[level])
        return self.last_place.get((top, self.running[top] + 1), -1) < k

    def _take(self, k: int) -> None:
        candidate = self.candidates.get(k)
        if self.marks.begins(self.content[k]):
            self._begin_said(k, self.marks.sure[self.content[k]])
        elif candidate is None or candidate.label.level >= POINT_LEVEL:
            self._continue(k, candidate)
        elif self._accept(k, candidate):
            self._begin(k, candidate.label)
        else:
            self._continue(k, None)

    def _accept(self, k: int, candidate: _Candidate) -> bool:
        label = candidate.label
        closed = candidate.closed or self._after_heading(k)
        if not _WORD.search(self._rest(k, label)):
            self._doubt("label_alone", k, f"“{label.printed}”后面没有文字，按上一条的续行处理")
            return False
        if label.number in (self.series[label.level] + 1, self.running[label.level] + 1):
            return closed or self._accept_open(k, label)
        if not closed or not self._titled(k, candidate):
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
        last = max(
            (n for n in (self.series[label.level], self.running[label.level]) if n <= label.number),
            default=self.running[label.level],
        )
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

    def _begin(self, k: int, label: Label) -> None:
        line = self.lines[self.content[k]]
        self.series[label.level] = self.running[label.level] = label.number
        for lower in range(label.level + 1, len(self.series)):
            self.series[lower] = 0
        span = Span(line.first + label.length, line.last, self.content[k], fresh=True)
        self.units.append(Unit(label.level, label.number, label.printed, line.first, [span]))

    def _begin_said(self, k: int, mark: Mark) -> None:
        """A heading or item that a mark says to begin here, with or without a label."""
        candidate = self.candidates.get(k)
        label = candidate.label if candidate else None
        line = self.lines[self.content[k]]
        rank = self._rank_here() if label is None or label.level >= POINT_LEVEL else label.level
        if label and label.level < POINT_LEVEL:
            self._begin(k, label)
        else:
            length, number, printed = (label.length, label.number, label.printed) if label else (0, None, "")
            span = Span(line.first + length, line.last, self.content[k], fresh=True)
            self.units.append(Unit(int(rank), number, printed, line.first, [span]))
        unit = self.units[-1]
        unit.said = mark.kind
        unit.rank = mark.level or (int(rank) if mark.kind is MarkKind.SECTION else rank)
        unit.level = int(unit.rank)

    def _rank_here(self) -> float:
        """The rank of an item without a label: beside the item above it, or between that heading and its numbers."""
        if not self.units:
            return _BESIDE_LABELS
        above = self.units[-1]
        heads = above.said is MarkKind.SECTION or (above.said is None and self._is_bare_heading(above))
        return above.level + _BESIDE_LABELS if heads else above.rank

    def _is_bare_heading(self, unit: Unit) -> bool:
        return len(unit.spans) == 1 and not _TERMINATOR.search(self.lines[unit.spans[0].line].text)

    def _continue(self, k: int, point: _Candidate | None) -> None:
        line = self.lines[self.content[k]]
        unit = self.units[-1]
        closed = self._ends(k - 1)
        is_point = point is not None and (point.closed or self._over(k - 1))
        span = Span(line.first, line.last, self.content[k], fresh=closed or is_point)
        unit.spans.append(span)
        if is_point:
            unit.points.append(span)

    def _link(self) -> None:
        """Give every unit its parent: the nearest unit before it of a higher level."""
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
