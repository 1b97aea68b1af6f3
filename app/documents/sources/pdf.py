"""PDF files with a text layer, as Word, WPS and LibreOffice print them.

PDFium reads them: BSD and Apache licences, wheels for amd64 and arm64, and as the library of a widely used browser it is hardened
against hostile files. It runs in the process that sources/isolation.py watches.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

import pypdfium2
import pypdfium2.raw as pdfium

from app.documents.sources import errors
from app.documents.sources.limits import Limits
from app.documents.sources.pdf_glyphs import Faces, Glyphs
from app.documents.sources.pdf_lines import Line, to_lines
from app.documents.sources.pdf_text import Bookmark, PdfText
from app.documents.text import plausibility
from app.documents.values import DocumentError, Doubt, Format, Source

MEDIA_TYPE = "application/pdf"
_MOST_BOOKMARKS = 2_000  # as many as items are read
_UNKNOWN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\ue000-\uf8ff\ufffd\uffff]"
)  # what fonts without a table of characters give
_ENOUGH_TO_TELL = 20_000  # characters, by which a document is judged
_NOT_LATIN = re.compile("[\u0370-\uffff]+")
_ENOUGH_TO_JUDGE = 60  # characters
_LEAST_PLAUSIBLE = 0.03  # of them common ones; plans have 0.3 and more, glyph numbers read as characters 0.00
_FEWEST_PER_PAGE = 10  # characters: fewer are a stamp or a page number on a scan


@dataclass(slots=True)
class _Pages:
    """What the pages hold. Lists of page numbers count from 1."""

    lines: list[list[Line]] = field(default_factory=list)
    pictures: list[int] = field(default_factory=list)  # no text, but something drawn
    broken: list[int] = field(default_factory=list)
    hidden: int = 0  # characters that are not drawn
    characters: int = 0


def open_pdf(data: bytes, limits: Limits) -> Source:
    """The text of a PDF, one line a paragraph, with running heads and feet and emphasised passages marked.

    Raises DocumentError: `damaged`, `encrypted`, `too_large` (pages or characters), `scanned`, `garbled`, `empty`.
    """
    document = _load(data)
    try:
        count = len(document)
        if count > limits.pages:
            raise errors.too_large(
                f"PDF 有 {count} 页，最多 {limits.pages} 页", f"the PDF has {count:,} pages, at most {limits.pages:,}"
            )
        pages = _read(document, count, limits.characters)
        bookmarks = list(islice(_bookmarks(document), _MOST_BOOKMARKS))
    finally:
        document.close()
    _refuse_without_text(pages, count)
    written = PdfText(pages.lines, bookmarks)
    doubts = (*_page_doubts(pages, written), *written.doubts)
    return Source(Format.PDF, MEDIA_TYPE, written.text, tuple(written.marks), doubts, paragraphs=True)


def _load(data: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY):
            raise errors.encrypted("PDF") from error
        raise errors.damaged("PDF") from error


def _read(document: pypdfium2.PdfDocument, count: int, most: int) -> _Pages:
    pages = _Pages()
    faces = Faces()
    gutter = None
    for number in range(count):
        try:
            page = document[number]
        except pypdfium2.PdfiumError:
            pages.broken.append(number + 1)
            pages.lines.append([])
            continue
        text_page = page.get_textpage()
        glyphs = Glyphs(text_page, faces, pdfium.FPDFPage_GetRotation(page.raw))
        pages.characters += len(glyphs.text)
        if pages.characters > most:
            raise errors.too_large(f"文字超过 {most} 个", f"it has more than {most:,} characters")
        lines, gutter = to_lines(glyphs.pieces(), number, gutter)
        if not lines and pdfium.FPDFPage_CountObjects(page.raw) > 0:
            pages.pictures.append(number + 1)
        pages.hidden += sum(len(line.text) for line in lines if any(face.hidden for _, face in line.faces))
        pages.lines.append(lines)
        text_page.close()
        page.close()
        faces.forget()
    return pages


def _refuse_without_text(pages: _Pages, count: int) -> None:
    text = "".join(line.text for lines in pages.lines for line in lines)[:_ENOUGH_TO_TELL]
    if len(pages.broken) == count:
        raise errors.damaged("PDF")
    if len(text) < _FEWEST_PER_PAGE * len(pages.pictures) and len(pages.pictures) * 2 >= count:
        raise _scanned()
    if not text:
        raise errors.no_text("PDF")
    if len(_UNKNOWN.findall(text)) * 4 > len(text) or _is_gibberish(text):
        raise _garbled()


def _is_gibberish(text: str) -> bool:
    """Whether characters are numbers of glyphs: then the commonest ones of any Chinese text are hardly among them."""
    letters = "".join(_NOT_LATIN.findall(text))
    return len(letters) >= _ENOUGH_TO_JUDGE and plausibility(letters) < _LEAST_PLAUSIBLE


def _bookmarks(document: pypdfium2.PdfDocument) -> Iterator[Bookmark]:
    for entry in document.get_toc(max_depth=6):
        target = entry.get_dest()
        page = target.get_index() if target else None
        if page is not None:
            yield Bookmark(entry.get_title(), entry.level + 1, page)


def _page_doubts(pages: _Pages, written: PdfText) -> list[Doubt]:
    """What could not be read, at the place where it would stand."""
    doubts = []
    reasons = (
        ("page_without_text", pages.pictures, "没有文字（可能是扫描图片），没有读入"),
        ("page_unreadable", pages.broken, "已损坏，没有读入"),
    )
    for kind, numbers, reason in reasons:
        if numbers:
            place = _place(numbers[0] - 1, written)
            doubts.append(Doubt(kind, place, place, f"第{'、'.join(map(str, numbers))}页{reason}"))
    if pages.hidden * 2 > len(written.text):
        assumed = "文字是扫描后自动识别（OCR）的，可能有错字，请核对"
        doubts.append(Doubt("recognised_text", 0, 0, assumed))
    return doubts


def _place(page: int, written: PdfText) -> int:
    """Where a page that gave no text would stand: at the beginning of the next one that did."""
    return min((start for number, start in written.starts.items() if number > page), default=len(written.text))


def _scanned() -> DocumentError:
    return DocumentError(
        "scanned",
        "PDF 是扫描件：只有图片，没有文字。请向发文单位要 Word 文件，或用本单位的文字识别（OCR）软件转成有文字的 PDF 或 Word 并核对后，再导入。",
        "The PDF is a scan: it holds pictures and no text. Ask the issuing office for the Word file, or turn it into a "
        "PDF or Word file with text by your office's own recognition (OCR) software, check that, and import it.",
    )


def _garbled() -> DocumentError:
    return DocumentError(
        "garbled",
        "PDF 里的字体没有文字对照表，读出来的是乱码。请导入 Word 文件，或在原程序中用“嵌入字体”的方式重新导出 PDF。",
        "The PDF's fonts do not tell which characters they draw, so that its text is garbled. Import the Word file, or "
        "export the PDF anew with its fonts embedded.",
    )
