"""What is known of lines beyond their words: a source's marks, and the corrections that win over them.

How each kind is obeyed stands in `outline.outline`; this module only says which line a mark is about.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from app.documents.lines import Line
from app.documents.values import DocumentError, Doubt, Mark, MarkKind, Source, Span

HINTS = frozenset({MarkKind.HEADING, MarkKind.BOLD})
_BEGINS = frozenset({MarkKind.SECTION, MarkKind.ITEM})
_GOES_ON = frozenset({MarkKind.CONTINUES, MarkKind.PARAGRAPH})
DEEPEST = 9  # levels of headings; Word has nine, offices write at most six


@dataclass(frozen=True, slots=True)
class Marks:
    """Line number → what is sure of it, and its heading's level where the format hints at one; bold ranges in order.

    `titles`: what a person said to be an item's title. `corrected`: the lines about which a person said something. `paragraphs`: no line was wrapped.
    """

    paragraphs: bool = False
    sure: Mapping[int, Mark] = field(default_factory=dict)
    headings: Mapping[int, int] = field(default_factory=dict)
    bold: tuple[Span, ...] = ()
    titles: tuple[Span, ...] = ()
    corrected: frozenset[int] = frozenset()

    def kind(self, line: int) -> MarkKind | None:
        """What a line surely is."""
        mark = self.sure.get(line)
        return mark.kind if mark else None

    def begins(self, line: int) -> bool:
        """Whether a heading or an item surely begins with a line."""
        return self.kind(line) in _BEGINS

    def goes_on(self, line: int) -> bool:
        """Whether a line surely belongs to what stands above it."""
        return self.kind(line) in _GOES_ON

    def continues(self, line: int) -> bool:
        """Whether a line surely goes on with the paragraph above it."""
        return self.kind(line) is MarkKind.CONTINUES

    def keeps(self, line: int) -> bool:
        """Whether a person said that a line belongs to the numbered part."""
        return line in self.corrected and (self.begins(line) or self.goes_on(line))

    def title_within(self, start: int, end: int) -> Span | None:
        """The title that a person said an item has whose first line is a range of the text."""
        return next((span for span in self.titles if start <= span.start < end), None)

    def unsettled(self, doubts: Iterable[Doubt], lines: Sequence[Line]) -> list[Doubt]:
        """The doubts that no correction settles: a correction of the line on which a doubt begins settles it."""
        starts = [line.start for line in lines]
        return [d for d in doubts if d.start == d.end or bisect_right(starts, d.start) - 1 not in self.corrected]


def read_marks(source: Source, corrections: Sequence[Mark], lines: Sequence[Line]) -> Marks:
    """Sort a source's marks and the corrections by line.

    Of several sure marks that a source sets on one line FURNITURE counts, else the first. Raises DocumentError:
    `bad_mark` for a place outside the text or without words, a level out of range, a continuation of nothing, and
    two corrections that contradict each other.
    """
    given: dict[int, Mark] = {}
    for mark, line in _placed(source.marks, source.text, lines):
        if line not in given or mark.kind is MarkKind.FURNITURE:
            given[line] = mark
    said: dict[int, Mark] = {}
    for mark, line in _placed(corrections, source.text, lines):
        other = said.setdefault(line, mark)
        if (other.kind, other.level) != (mark.kind, mark.level):
            raise _contradiction(source.text, lines[line], other, mark)
    sure = given | said
    hints = [mark for mark in (*source.marks, *corrections) if mark.kind in HINTS]
    headings = {_line_at(lines, m.start): m.level or 1 for m in hints if m.kind is MarkKind.HEADING}
    bold, titles = (
        tuple(sorted((Span(m.start, m.end) for m in marks if m.kind is MarkKind.BOLD), key=lambda s: (s.start, s.end)))
        for marks in (source.marks, corrections)
    )
    _check_first(source.text, lines, sure)
    corrected = frozenset(said) | {_line_at(lines, mark.start) for mark in corrections}
    return Marks(source.paragraphs, sure, headings, bold, titles, corrected)


def _placed(marks: Iterable[Mark], text: str, lines: Sequence[Line]) -> Iterable[tuple[Mark, int]]:
    """Each sure mark with the line it is about; furniture may reach over several. Checks the places of all marks."""
    for mark in marks:
        if not 0 <= mark.start <= mark.end <= len(text) or mark.start == len(text):
            raise _bad(
                mark, f"位置 {mark.start}–{mark.end} 不在文中（全文 {len(text)} 个字符）", "lies outside the text"
            )
        if mark.level is not None and not 1 <= mark.level <= DEEPEST:
            raise _bad(mark, f"层级 {mark.level} 应在 1 到 {DEEPEST} 之间", f"has a level outside 1 to {DEEPEST}")
        first = _line_at(lines, mark.start)
        if mark.kind in HINTS:
            continue
        if mark.kind is MarkKind.FURNITURE:
            last = _line_at(lines, max(mark.start, mark.end - 1))
            yield from ((mark, line) for line in range(first, last + 1) if lines[line].text)
        elif lines[first].text:
            yield mark, first
        else:
            raise _bad(mark, f"位置 {mark.start} 是空行，没有文字", "is on a line without words")


def _line_at(lines: Sequence[Line], place: int) -> int:
    return bisect_right(lines, place, key=lambda line: line.start) - 1


def _check_first(text: str, lines: Sequence[Line], sure: Mapping[int, Mark]) -> None:
    """The first line of the document has nothing above it that it could go on with."""
    for i, line in enumerate(lines):
        mark = sure.get(i)
        if line.text and (mark is None or mark.kind is not MarkKind.FURNITURE):
            if mark and mark.kind is MarkKind.CONTINUES:
                quoted = text[line.first : line.last][:20]
                raise _bad(mark, f"“{quoted}”上面没有可以接续的文字", "has nothing above it to continue")
            return


def _contradiction(text: str, line: Line, one: Mark, other: Mark) -> DocumentError:
    quoted = text[line.first : line.last][:20]
    return _bad(
        other,
        f"与同一行（“{quoted}”）的另一处更正（{_named(one)}）矛盾，请只保留一处",
        f"contradicts another correction ({_named(one)}) of the same line; keep one of them",
    )


def _named(mark: Mark) -> str:
    return f"{mark.kind} {mark.level}" if mark.level else str(mark.kind)


def _bad(mark: Mark, zh: str, en: str) -> DocumentError:
    place = f"{mark.start}–{mark.end}"
    return DocumentError(
        "bad_mark", f"更正 {_named(mark)}（{place}）无效：{zh}。", f"The mark {_named(mark)} at {place} {en}."
    )
