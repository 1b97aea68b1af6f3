"""A PDF page's characters as pieces of lines with their places, through PDFium.

PDFium is asked for as few characters as will do (the first, the last, those around a space): that keeps the reading
within a small part of PDFium's own time.
"""

import ctypes
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import pypdfium2
import pypdfium2.raw as pdfium

from app.documents.sources.pdf_functions import (
    address,
    char_box,
    char_matrix,
    char_origin,
    font_name,
    font_size,
    font_weight,
    is_generated,
    object_font,
    render_mode,
    text_object,
)

CJK = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_LINE = re.compile(r"[^\r\n]+")
_SPACE = re.compile(r" +")
_SUBSET = re.compile(r"^[A-Z]{6}\+")
_BOLD_NAME = re.compile(r"bold|black|heavy", re.IGNORECASE)
_BOLD_WEIGHT = 600  # CSS: 400 is regular, 600 semi-bold
_STROKED = (pdfium.FPDF_TEXTRENDERMODE_FILL_STROKE, pdfium.FPDF_TEXTRENDERMODE_STROKE)  # how bold is made up for a font

_UNITS = ctypes.POINTER(ctypes.c_ushort)  # of UTF-16
# Places on a page that is turned by 0, 1, 2, 3 quarters to be read.
_TURNS: tuple[Callable[[float, float], tuple[float, float]] | None, ...] = (
    None,
    lambda x, y: (y, -x),
    lambda x, y: (-x, -y),
    lambda x, y: (-y, x),
)
CELL_GAP = 1.6  # ems: a gap as wide as this parts cells or columns; words are parted by less
_WORD_GAP = 0.15  # ems between two Latin words; letters stand closer
_CJK_GAP = 0.7  # ems between Chinese characters from which on a gap is a space that someone meant
_LONE_GAP = 0.2  # the same where a line has no other: a space is a quarter wide at the least
_FEW_GAPS = 12  # one gap in as many characters is none of justification
_WIDE = "\u2e80"  # from here on characters are as wide as they are high
_MIXED_GAP = 0.6  # the same between Chinese and Latin, which layout programs set apart by a quarter


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """How characters are set: their typeface's name, and whether they are bold. `hidden`: not drawn (under a scan).

    `Faces` makes each one once, so that they are compared as objects.
    """

    name: str
    bold: bool
    hidden: bool


@dataclass(slots=True)
class Piece:
    """Characters that stand side by side. Points from the page's lower left corner; `y` is the base line.

    `faces`: where in the text each face begins, of its Chinese characters if it has any. `spaced`: a printed space stood behind it.
    """

    text: str
    x0: float
    x1: float
    y: float
    em: float
    faces: list[tuple[int, Face]] = field(default_factory=list)
    spaced: bool = False


class Faces:
    """Faces by PDFium's handles of text objects and fonts, so that each is asked for once a page."""

    def __init__(self) -> None:
        self._objects: dict[int, Face] = {}
        self._fonts: dict[tuple[int, int], Face] = {}
        self._made: dict[tuple[str, bool, bool], Face] = {}

    def of(self, handle: int) -> Face:
        """The face of a text object."""
        face = self._objects.get(handle)
        if face is None:
            face = self._objects[handle] = self._of_font(object_font(handle) or 0, render_mode(handle))
        return face

    def _of_font(self, font: int, mode: int) -> Face:
        face = self._fonts.get((font, mode))
        if face is None:
            face = self._fonts[font, mode] = self._ask(font, mode)
        return face

    def forget(self) -> None:
        """Handles are good for as long as their page is open."""
        self._objects.clear()
        self._fonts.clear()

    def _ask(self, font: int, mode: int) -> Face:
        size = font_name(font, None, 0)
        buffer = ctypes.create_string_buffer(size)
        font_name(font, buffer, size)
        name = _SUBSET.sub("", buffer.value.decode("utf-8", "replace"))
        heavy = font_weight(font) >= _BOLD_WEIGHT or _BOLD_NAME.search(name) is not None
        look = (name, heavy or mode in _STROKED, mode == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE)
        return self._made.setdefault(look, Face(*look))


class Glyphs:
    """The characters of one page. `rotation`: by how many quarters of a circle, clockwise, the page is turned to be read;
    places are those on the turned page.
    """

    def __init__(self, page: pypdfium2.PdfTextPage, faces: Faces, rotation: int = 0) -> None:
        self._page = page  # keeps the handle alive
        self._at = address(page.raw)
        self._faces = faces
        self._turn = _TURNS[rotation % 4]
        self._x, self._y = ctypes.c_double(), ctypes.c_double()
        self._x_at, self._y_at = ctypes.addressof(self._x), ctypes.addressof(self._y)
        self._rect, self._matrix = pdfium.FS_RECTF(), pdfium.FS_MATRIX()
        self._rect_at, self._matrix_at = ctypes.addressof(self._rect), ctypes.addressof(self._matrix)
        self.text = self._read_text()

    def _read_text(self) -> str:
        """One character for each of PDFium's indices."""
        raw = self._page.raw
        count = max(pdfium.FPDFText_CountChars(raw), 0)
        buffer = ctypes.create_string_buffer((count + 1) * 2)
        written = pdfium.FPDFText_GetText(raw, 0, count, ctypes.cast(buffer, _UNITS))
        text = buffer.raw[: max(written - 1, 0) * 2].decode("utf-16-le", "replace")
        if len(text) == count:
            return text
        codes = [pdfium.FPDFText_GetUnicode(raw, i) for i in range(count)]
        return "".join("\ufffd" if 0xD800 <= c < 0xE000 or c > 0x10FFFF else chr(c) for c in codes)

    def pieces(self) -> Iterator[Piece]:
        """The page's pieces in the order of its content."""
        for match in _LINE.finditer(self.text):
            first, last = match.start(), match.end()
            line = match.group()
            words = line.strip()
            if not words:
                continue
            first += len(line) - len(line.lstrip())
            last = first + len(words)
            spaced = last < match.end() and not self._generated(last)
            origin, end = self._origin(first), self._origin(last - 1)
            if abs(origin[1] - end[1]) > 1:
                yield from self._by_character(first, last)
                continue
            inner = list(self._inner(first, last, origin, end[0]))
            inner[-1].spaced = spaced
            yield from inner

    def _origin(self, i: int) -> tuple[float, float]:
        char_origin(self._at, i, self._x_at, self._y_at)
        if self._turn is None:
            return self._x.value, self._y.value
        return self._turn(self._x.value, self._y.value)

    def _right(self, i: int, em: float, left: float | None = None) -> float:
        """Where a character ends, which begins at `left`. PDFium's box is the character's advance, but with some fonts
        only its ink.
        """
        if self.text[i] >= _WIDE:
            return (self._origin(i)[0] if left is None else left) + em
        char_box(self._at, i, self._rect_at)
        if self._turn is None:
            return float(self._rect.right)
        corners = (self._rect.left, self._rect.bottom), (self._rect.right, self._rect.top)
        return max(self._turn(*corner)[0] for corner in corners)

    def _generated(self, i: int) -> bool:
        """Whether PDFium put the character in, because of a gap; otherwise the file has it."""
        return bool(is_generated(self._at, i) == 1)

    def _em(self, i: int) -> float:
        """The size of a character: the font's, times what its matrix makes of it."""
        char_matrix(self._at, i, self._matrix_at)
        scale = math.hypot(self._matrix.c, self._matrix.d)
        return max(float(font_size(self._at, i)) * scale, 1.0)

    def _inner(self, first: int, last: int, origin: tuple[float, float], end: float) -> Iterator[Piece]:
        """A line's characters, cut where the gaps are wide; spaces that only a gap made up are left out.

        `origin`: of the first character; `end`: where the last one begins.
        """
        em = self._em(first)
        gaps = [
            (match, (self._origin(match.end())[0] - self._right(match.start() - 1, em)) / em)
            for match in _SPACE.finditer(self.text, first, last)
            if self._generated(match.start())
        ]
        # Many gaps of a line are justification; a single one is a space that the producer did not write out.
        few = len(gaps) * _FEW_GAPS <= last - first
        parts: list[str] = []
        start = place = first
        for match, gap in gaps:
            parts.append(self.text[place : match.start()])
            place = match.end()
            if gap >= CELL_GAP:
                yield self._piece(
                    "".join(parts), (start, match.start()), origin, self._right(match.start() - 1, em), em
                )
                parts, start, origin = [], place, self._origin(place)
            else:
                parts.append(joint(self.text[match.start() - 1], self.text[match.end()], gap, lone=few))
        parts.append(self.text[place:last])
        yield self._piece("".join(parts), (start, last), origin, self._right(last - 1, em, end), em)

    def _by_character(self, first: int, last: int) -> Iterator[Piece]:
        """Characters that PDFium took for a line although they stand on several: cut where the base line jumps."""
        bases = [self._origin(i)[1] for i in range(first, last)]
        cuts = [i + first + 1 for i, (a, b) in enumerate(pairwise(bases)) if abs(a - b) > 1]
        for start, end in pairwise([first, *cuts, last]):
            text = self.text[start:end]
            left, right = start + len(text) - len(text.lstrip()), start + len(text.rstrip())
            if left < right:
                yield from self._inner(left, right, self._origin(left), self._origin(right - 1)[0])

    def _piece(self, text: str, span: tuple[int, int], origin: tuple[float, float], right: float, em: float) -> Piece:
        return Piece(text, origin[0], right, origin[1], em, self._faces_of(*span, text))

    def _faces_of(self, first: int, last: int, text: str) -> list[tuple[int, Face]]:
        """Where each face begins. If the first and the last Chinese character have the same, so have all."""
        match = CJK.search(self.text, first, last)
        if not match:
            face = self._face(first)
            return [(0, face)] if face else []
        end = last - 1
        while not CJK.match(self.text[end]):
            end -= 1
        face = self._face(match.start())
        if face is None or face == self._face(end):
            return [(0, face)] if face else []
        runs = [(0, face)]
        offset = 0  # spaces left out make the printed text shorter
        for i in range(match.start(), end + 1):
            if CJK.match(self.text[i]):
                offset = text.find(self.text[i], offset)
                other = self._face(i)
                if other and other != runs[-1][1]:
                    runs.append((offset, other))
                offset += 1
        return runs

    def _face(self, i: int) -> Face | None:
        handle = text_object(self._at, i)
        return self._faces.of(handle) if handle else None


def joint(left: str, right: str, gap: float, *, spaced: bool = False, lone: bool = False) -> str:
    """What stands between two characters that are so many ems apart: a space, or nothing where a line was justified.

    `spaced`: the file has a space there. `lone`: the line has hardly any such gap.
    """
    wide = (not left.isascii()) + (not right.isascii())
    enough = _LONE_GAP if wide == 2 and lone else (_WORD_GAP, _MIXED_GAP, _CJK_GAP)[wide]
    return " " if spaced or gap >= enough else ""
