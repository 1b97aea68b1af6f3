"""A PDF's lines written out as one text: a line for each paragraph, its furniture, marks and doubts."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.documents.sources.pdf_characters import plain
from app.documents.sources.pdf_glyphs import CJK, Face, joint
from app.documents.sources.pdf_lines import Line, find_furniture
from app.documents.sources.pdf_paragraphs import Paragraphs
from app.documents.values import Doubt, Mark, MarkKind

_ADDRESS = re.compile(r"(?:://|www\.)[!-~]+$")  # of a web page: it is broken anywhere
_LARGER = 1.1  # times the body's size, from which on a line is emphasised


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of the file's own outline: its title, its level from 1, and its page from 0."""

    title: str
    level: int
    page: int


class PdfText:
    """Writes pages of lines; afterwards `text`, `marks` and `doubts` are ready. `starts`: page → its place."""

    def __init__(self, pages: list[list[Line]], bookmarks: Iterable[Bookmark]) -> None:
        self.marks: list[Mark] = []
        self.doubts: list[Doubt] = []
        self.starts: dict[int, int] = {}
        self._parts: list[str] = []
        self._length = 0
        self._radicals: list[int] = []  # the place of each line that holds some, once for each radical
        self._furniture = find_furniture(pages)
        self._size, self._face = _body(line for lines in pages for line in lines)
        self._bookmarks = {(_bare(mark.title), mark.page): mark.level for mark in bookmarks}
        for kind, lines in self._paragraphs(pages):
            self._write(lines, furniture=kind)
        self.text = "".join(self._parts)
        self._doubt_radicals()

    def _paragraphs(self, pages: list[list[Line]]) -> Iterator[tuple[bool, list[Line]]]:
        """Furniture (True) and paragraphs in order; what stands between two halves of a paragraph comes behind it."""
        content = [line for lines in pages for line in lines if id(line) not in self._furniture]
        rules = Paragraphs(content)
        open_paragraph: list[Line] = []
        waiting: list[Line] = []
        for line in (line for lines in pages for line in lines):
            if id(line) in self._furniture:
                waiting.append(line)
            elif open_paragraph and rules.go_on(open_paragraph, line):
                open_paragraph.append(line)
            else:
                yield from _flushed(open_paragraph, waiting)
                open_paragraph, waiting = [line], []
        yield from _flushed(open_paragraph, waiting)

    def _write(self, lines: list[Line], *, furniture: bool) -> None:
        start = self._length
        self.starts.setdefault(lines[0].page, start)
        for number, line in enumerate(lines):
            if number:
                self._add(_between(lines[number - 1], line))
                self.starts.setdefault(line.page, self._length)
            self._add_line(line, emphasis=not furniture)
        end = self._length
        if furniture:
            self.marks.append(Mark(MarkKind.FURNITURE, start, end))
        elif self._bookmarks:
            level = self._bookmarks.get((_bare("".join(line.text for line in lines)), lines[0].page))
            if level:
                self.marks.append(Mark(MarkKind.HEADING, start, end, level))
        self._add("\n")

    def _add(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)

    def _add_line(self, line: Line, *, emphasis: bool) -> None:
        larger = line.em > self._size * _LARGER
        if not larger and len(line.faces) == 1 and line.faces[0][1] is self._face:
            text, radicals = plain(line.text)
            self._radicals += [self._length] * radicals
            self._add(text)
            return
        cuts = [at for at, _ in line.faces[1:]]
        faces: list[Face | None] = [*(face for _, face in line.faces)] or [None]
        for start, end, face in zip([0, *cuts], [*cuts, len(line.text)], faces, strict=True):
            text, radicals = plain(line.text[start:end])
            if emphasis and text.strip() and (larger or self._stands_out(face, text)):
                self._emphasise(self._length, self._length + len(text))
            self._radicals += [self._length] * radicals
            self._add(text)

    def _stands_out(self, face: Face | None, text: str) -> bool:
        """Bold, or another typeface than the body's; Latin letters have one of their own in any Chinese text."""
        body = self._face
        if face is None or body is None:
            return False
        return (face.bold and not body.bold) or (face.name != body.name and CJK.search(text) is not None)

    def _emphasise(self, start: int, end: int) -> None:
        last = self.marks[-1] if self.marks else None
        if last and last.kind is MarkKind.BOLD and last.end == start:
            self.marks[-1] = Mark(MarkKind.BOLD, last.start, end)
        else:
            self.marks.append(Mark(MarkKind.BOLD, start, end))

    def _doubt_radicals(self) -> None:
        if self._radicals:
            first, count = self._radicals[0], len(self._radicals)
            end = self.text.find("\n", first)
            assumed = f"字体把{count}个汉字记成了部首或兼容字（如“⼯”），按通用汉字（如“工”）处理"
            self.doubts.append(Doubt("radicals_replaced", first, end, assumed))


def _flushed(paragraph: list[Line], waiting: list[Line]) -> Iterator[tuple[bool, list[Line]]]:
    if paragraph:
        yield False, paragraph
    for line in waiting:
        yield True, [line]


def _between(last: Line, following: Line) -> str:
    """What takes a line end's place: a space between Latin words, nothing behind a hyphen and in Chinese."""
    if last.text[-1] in "-\x02" or _ADDRESS.search(last.text):
        return ""
    return joint(last.text[-1], following.text[0], 0.5, spaced=last.spaced)


def _bare(text: str) -> str:
    return "".join(text.split())


def _body(lines: Iterable[Line]) -> tuple[float, Face | None]:
    """The size and the face that most characters have."""
    sizes: Counter[float] = Counter()
    faces: Counter[Face] = Counter()
    for line in lines:
        sizes[round(line.em * 2) / 2] += len(line.text)
        ends = [*(at for at, _ in line.faces[1:]), len(line.text)]
        for (at, face), end in zip(line.faces, ends, strict=False):
            faces[face] += end - at
    size = sizes.most_common(1)[0][0] if sizes else 1.0
    return size, faces.most_common(1)[0][0] if faces else None
