"""Units sorted into sections and items, and each item's lines."""

import re
from dataclasses import dataclass, field
from math import ceil

from app.documents.endings import is_led
from app.documents.hints import Look, bold_until
from app.documents.labels import POINT_LEVEL, read_label
from app.documents.lines import LAYOUT
from app.documents.marks import Marks
from app.documents.notes import is_note_line, read_notes
from app.documents.numbering import LONGEST_TITLE
from app.documents.pieces import collect
from app.documents.units import Span, Unit
from app.documents.values import Doubt, MarkKind, Section

_TERMINATOR = re.compile(r"[。！？]")
_WIDE_GAP = re.compile(r"([\u4e00-\u9fff][^，,。；;：:]{2,30}?)(?:\u3000+|\t+| {2,})(?=[\u4e00-\u9fff“《])")
_LONGEST_HEADING = 60


@dataclass(slots=True)
class Draft:
    """An item before its text is put together. `breaks`: numbers of the spans that begin a paragraph or point.

    `title_end`: where in the source the title ends, if that is known.
    """

    number: int | None
    label: str
    section: int | None
    label_start: int
    spans: list[tuple[int, int]]
    breaks: list[int]
    lines: list[int]
    title_end: int | None = None


@dataclass(slots=True)
class Tree:
    """Sections and item drafts in order; `painted` gives each section's heading and introduction in the source."""

    sections: list[Section] = field(default_factory=list)
    items: list[Draft] = field(default_factory=list)
    headings: list[list[Span]] = field(default_factory=list)
    label_starts: list[int] = field(default_factory=list)
    intros: list[Span] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)


class TreeBuilder:
    """Decides for each unit whether it is a section, an item, or part of the item above it."""

    def __init__(self, text: str, units: list[Unit], width: int | None, marks: Marks) -> None:
        self.text = text
        self.marks = marks
        self.units = units
        self.width = width
        self.bold_starts = [span.start for span in marks.bold]
        self.tree = Tree()
        self.section_of: dict[int, int] = {}  # unit → its place in sections
        self.numbers_are_items = any(unit.rank == POINT_LEVEL - 1 and not unit.points for unit in units)
        self.run_on = self._styles()

    def build(self) -> Tree:
        """Sections and items in the order of the text."""
        absorbed: set[int] = set()
        for index, unit in enumerate(self.units):
            if index in absorbed:
                continue
            if unit.said is MarkKind.SECTION or (unit.children and not self._absorbs(index)):
                self._add_section(index)
            elif unit.children:
                parts = self._descendants(index)
                absorbed |= set(parts)
                self._add_item(index, [self.units[part] for part in parts])
            elif unit.said is None and unit.look is None and self._points_are_items(unit):
                self._add_points(index)
            else:
                self._add_item(index, [])
        return self.tree

    def _descendants(self, index: int) -> list[int]:
        found: list[int] = []
        for child in self.units[index].children:
            found += [child, *self._descendants(child)]
        return found

    def _line(self, span: Span) -> str:
        return self.text[span.start : span.end]

    def _styles(self) -> dict[float, bool]:
        """Level → whether most of its units' titles end within their first line."""
        balance: dict[float, int] = {}
        for unit in self.units:
            if not unit.children and len(unit.spans) > 1:
                closed = _TERMINATOR.search(self._line(unit.spans[0])) is not None
                balance[unit.rank] = balance.get(unit.rank, 0) + (1 if closed else -1)
            elif not unit.children and self._sentences([unit.spans[0]]) > 1:
                balance[unit.rank] = balance.get(unit.rank, 0) + 1
        return {level: value > 0 for level, value in balance.items()}

    def _sentences(self, spans: list[Span]) -> int:
        """How many sentences stand in some lines, notes left out."""
        text, _, _ = collect(self.text, [(span.start, span.end) for span in spans])
        places = [0, *(place for note in read_notes(text, []).ranges for place in note), len(text)]
        kept = "".join(text[start:end] for start, end in zip(places[::2], places[1::2], strict=True))
        return sum(1 for piece in _TERMINATOR.split(kept) if piece)

    def _absorbs(self, index: int) -> bool:
        """A （一） with running text whose `1.` are single sentences: they are its points."""
        unit = self.units[index]
        children = [self.units[child] for child in unit.children]
        if unit.said is MarkKind.ITEM:
            return True
        if (
            any(child.said or child.look for child in children)
            or unit.rank != 2
            or not self._sentences(self._intro(unit))
        ):
            return False
        whole = all(self._sentences(child.spans) > 1 for child in children)
        assumed = "各条按独立的要点处理，标题后的文字按引言处理" if whole else "各条按本要点的组成部分处理"
        self._doubt("text_before_points", unit.spans[0], f"“{unit.label}”标题后有正文，又有下一级编号；{assumed}")
        return not whole

    def _points_are_items(self, unit: Unit) -> bool:
        """Whether a bare heading's points are items: where no numbers are, and each has a title and a text."""
        count = self._heading_length(unit)
        if self.numbers_are_items or len(unit.points) < 2 or unit.points[0].span not in unit.spans[count : count + 1]:
            return False
        if any(_TERMINATOR.search(self._line(span)) for span in unit.spans[:count]):
            return False
        if not all(self._sentences(spans) > 1 for spans in self._by_point(unit, count)):
            return False
        self._doubt("points_as_items", unit.spans[0], f"“{unit.label}”下只有（1）一级且各有标题句，按独立的要点处理")
        return True

    @staticmethod
    def _by_point(unit: Unit, count: int) -> list[list[Span]]:
        """A unit's lines behind its heading's in groups, one for each point of its highest form."""
        top = min(point.label.level for point in unit.points)
        heads = {id(point.span) for point in unit.points if point.label.level == top}
        groups: list[list[Span]] = []
        for span in unit.spans[count:]:
            if id(span) in heads or not groups:
                groups.append([])
            groups[-1].append(span)
        return groups

    @staticmethod
    def _printed(unit: Unit, k: int) -> int:
        """How long the line of a unit's span is, its label included."""
        span = unit.spans[k]
        return span.end - (span.start if k else min(unit.label_start, span.start))

    def _heading_length(self, unit: Unit) -> int:
        """How many of a section's lines its heading has: more than one if it was broken."""
        count, length = 1, len(self._line(unit.spans[0]))
        if _TERMINATOR.search(self._line(unit.spans[0])):
            return 1
        for k, span in enumerate(unit.spans[1:], start=1):
            line = self._line(span)
            length += len(line)
            if self.marks.continues(span.line):
                count += 1
                continue
            if unit.said or self.marks.paragraphs:
                break
            full = self.width is not None and self._printed(unit, k - 1) >= self.width - 3
            last = k == len(unit.spans) - 1
            if _TERMINATOR.search(line) or length > _LONGEST_HEADING or span.fresh or not (full or last):
                break
            count += 1
        return count

    def _intro(self, unit: Unit) -> list[Span]:
        """The running text behind a section's heading."""
        count = self._heading_length(unit)
        stop = _TERMINATOR.search(self._line(unit.spans[0]))
        rest = []
        if stop and self._line(unit.spans[0])[stop.end() :].strip():
            first = unit.spans[0]
            rest = [Span(first.start + stop.end(), first.end, first.line, fresh=True)]
        return rest + unit.spans[count:]

    def _add_section(self, index: int) -> None:
        unit = self.units[index]
        count = self._heading_length(unit)
        heading = unit.spans[:count]
        intro = self._intro(unit)
        if intro and intro[0].line == heading[0].line:
            heading = [Span(heading[0].start, intro[0].start, heading[0].line, fresh=True)]
        title, _, _ = collect(self.text, [(span.start, span.end) for span in heading])
        if count > 1:
            self._doubt("heading_wrapped", heading[1], "标题分成两行，合并为一个标题")
        self._new_section(index, unit, title.rstrip("。！？"), heading)
        self.tree.intros += intro
        if intro and unit.rank == 1 and not all(is_led(self._line(span)) for span in intro if span.fresh):
            self._doubt("section_text", intro[0], "标题与第一条之间的文字按引言处理，不作为要点")

    def _new_section(self, index: int, unit: Unit, title: str, heading: list[Span]) -> None:
        self.section_of[index] = len(self.tree.sections)
        parent = self.section_of.get(unit.parent) if unit.parent is not None else None
        end = self._stripped_end(heading[-1])
        above = 0 if parent is None else self.tree.sections[parent].level
        level = unit.level or max(1, ceil(unit.rank), above + 1)
        self.tree.sections.append(Section(level, unit.label, title, parent, unit.label_start, end))
        self.tree.headings.append(heading)
        self.tree.label_starts.append(unit.label_start)

    def _stripped_end(self, span: Span) -> int:
        return span.start + len(self._line(span).rstrip())

    def _add_points(self, index: int) -> None:
        """A bare heading whose （1） are items: it becomes a section, each point an item."""
        unit = self.units[index]
        count = self._heading_length(unit)
        title, _, _ = collect(self.text, [(span.start, span.end) for span in unit.spans[:count]])
        self._new_section(index, unit, title, unit.spans[:count])
        labels = {id(point.span): point.label for point in unit.points}
        for spans in self._by_point(unit, count):
            label = labels[id(spans[0])]
            first = Span(spans[0].start + label.length, spans[0].end, spans[0].line, fresh=True)
            own = [point for point in unit.points if point.span in spans[1:]]
            point = Unit(label.level, label.number, label.printed, spans[0].start, [first, *spans[1:]], parent=index)
            point.points = own
            self._add_item_of(point, self.section_of[index], [])

    def _add_item(self, index: int, parts: list[Unit]) -> None:
        unit = self.units[index]
        section = self.section_of.get(unit.parent) if unit.parent is not None else None
        self._add_item_of(unit, section, parts)

    def _add_item_of(self, unit: Unit, section: int | None, parts: list[Unit]) -> None:
        spans = [span for span in unit.spans if LAYOUT.sub("", self._line(span))] or unit.spans[:1]
        bare = self._split_title(unit, spans)
        for part in parts:
            first = part.spans[0]
            spans += [Span(part.label_start, first.end, first.line, fresh=True), *part.spans[1:]]
        own = {id(span) for part in parts for span in part.spans} | {id(point.span) for point in unit.points}
        if not bare:
            self._doubt_paragraphs(unit, spans, own, {part.label_start for part in parts})
        self.tree.items.append(
            Draft(
                number=unit.number,
                label=unit.label,
                section=section,
                label_start=unit.label_start,
                spans=[(span.start, span.end) for span in spans],
                breaks=[k for k, span in enumerate(spans) if k and span.fresh],
                lines=[span.line for span in spans],
                title_end=self._title_end(unit),
            )
        )

    def _title_end(self, unit: Unit) -> int | None:
        """Where a person said that the title ends, or the bold sentence that made the unit an item."""
        first = unit.spans[0]
        said = self.marks.title_within(unit.label_start, first.end)
        if said is None and unit.look is Look.LEADING:
            return bold_until(first.start, first.end, self.marks.bold, self.bold_starts)
        return said.end if said else None

    def _split_title(self, unit: Unit, spans: list[Span]) -> bool:
        """Mark where a title without a full stop ends: at the line's end or a wide gap. Whether it stands bare."""
        first = spans[0]
        line = self._line(first)
        gap = _WIDE_GAP.match(line)
        if gap:
            spans[:1] = [
                Span(first.start, first.start + gap.end(1), first.line, fresh=True),
                Span(first.start + gap.end(), first.end, first.line, fresh=True),
            ]
            self._doubt("title_by_space", spans[0], "标题与正文之间没有句号，按空格分开")
            return False
        if len(spans) < 2 or _TERMINATOR.search(line) or self.marks.continues(spans[1].line):
            return False
        if self.width is not None and self._printed(unit, 0) >= self.width - 2:
            return False
        following = _TERMINATOR.search(self._line(spans[1]))
        joined = len(line) + (following.start() if following else LONGEST_TITLE)
        if (
            self.run_on.get(unit.rank)
            and not self.marks.paragraphs
            and not (is_led(self._line(spans[1])) or is_note_line(self._line(spans[1])))
            and joined <= LONGEST_TITLE
            and (not unit.points or spans[1] is not unit.points[0].span)
        ):
            self._doubt("title_wrapped", spans[0], "标题句在换行后才结束，按同一句处理")
            return False
        spans[1].fresh = True
        return True

    def _doubt_paragraphs(self, unit: Unit, spans: list[Span], parts: set[int], labels: set[int]) -> None:
        """One doubt for an item that runs on in a paragraph without a number of its own."""
        for span in spans[1:]:
            line = self._line(span)
            known = id(span) in parts or span.start in labels or span.line == spans[0].line
            known = known or span.line in self.marks.corrected
            if span.fresh and not known and not is_note_line(line) and not is_led(line) and not read_label(line):
                self._doubt("paragraph_continues", span, f"没有编号的段落，按“{unit.label}”的后续段落处理")
                return

    def _doubt(self, kind: str, span: Span, assumed: str) -> None:
        self.tree.doubts.append(Doubt(kind, span.start, span.end, assumed))
