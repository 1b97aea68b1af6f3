"""Web pages saved by a browser or fetched by a program: the document in them, and the site around it marked.

The parser is lexbor (Apache licence, by way of selectolax, MIT; wheels for amd64 and arm64), since it builds the tree that
browsers build. Nothing is executed, and nothing that a page refers to is loaded.
"""

import re

from app.documents.sources import errors
from app.documents.sources.html_encoding import decode_page, page_of
from app.documents.sources.html_main import sort_rows, tidy_pairs
from app.documents.sources.html_rows import Page, read_page
from app.documents.sources.html_tables import fold_tables
from app.documents.sources.limits import Limits
from app.documents.values import DocumentError, Doubt, Format, Mark, MarkKind, Source

MEDIA_TYPE = "text/html"
# Elements within each other. The parser's time grows with the square: 0.1 s for 5,000; real pages have below 100.
MOST_NESTED = 5_000
_NESTING = re.compile(
    r"<(/?)(?:div|span|table|section|article|ul|ol|dl|font|b|i|u|a|em|strong|center|form|svg)\b", re.IGNORECASE
)
_BREAKS = str.maketrans(dict.fromkeys("\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029", " ") | {"\x00": "\ufffd"})
_MOST_BOLD = 0.6  # of the document's characters; where more are emphasised, none are


def open_html(data: bytes, limits: Limits) -> Source:
    """The text of a web page, one line a paragraph; what belongs to the site around the document is marked.

    Raises DocumentError: `undecodable`, `damaged` (a web archive without a page), `too_large`, `no_content`.
    """
    content, named = page_of(data)
    text, doubts = decode_page(content, named)
    _refuse_deep(text)
    page = read_page(text)
    if page.cut or sum(len(row.text) for row in page.rows) > limits.characters:
        raise errors.too_large("网页的文字过多", "the page holds too much text")
    fold_tables(page)
    tidy_pairs(page)
    if not page.rows:
        raise _no_content()
    return _written(page, doubts)


def _refuse_deep(text: str) -> None:
    depth = deepest = 0
    for match in _NESTING.finditer(text):
        depth = max(depth + (-1 if match.group(1) else 1), 0)
        deepest = max(deepest, depth)
    if deepest > MOST_NESTED:
        raise errors.too_large(
            f"网页的元素嵌套超过 {MOST_NESTED} 层", f"its elements lie more than {MOST_NESTED:,} deep in each other"
        )


def _written(page: Page, doubts: list[Doubt]) -> Source:
    """The page's rows as one text with marks."""
    found = sort_rows(page)
    emphasis = _keeps_emphasis(page, found.furniture)
    parts: list[str] = []
    marks: list[Mark] = []
    places: list[tuple[int, int]] = []
    place = 0
    for number, row in enumerate(page.rows):
        text = row.text.translate(_BREAKS)
        start, end = place, place + len(text)
        places.append((start, end))
        if number in found.furniture:
            marks.append(Mark(MarkKind.FURNITURE, start, end))
        else:
            if row.level:
                marks.append(Mark(MarkKind.HEADING, start, end, row.level))
            if emphasis:
                marks += [Mark(MarkKind.BOLD, start + a, start + b) for a, b in row.bold if a < b]
        parts.append(text + "\n")
        place = end + 1
    for number in found.doubtful[:1]:
        more = f"，共{len(found.doubtful)}处" if len(found.doubtful) > 1 else ""
        doubts.append(Doubt("outside_the_document", *places[number], f"这一段在网页正文之外，没有作为正文读入{more}"))
    return Source(Format.HTML, MEDIA_TYPE, "".join(parts), tuple(marks), tuple(doubts), paragraphs=True)


def _keeps_emphasis(page: Page, furniture: set[int]) -> bool:
    rows = [row for number, row in enumerate(page.rows) if number not in furniture]
    emphasised = sum(end - start for row in rows for start, end in row.bold)
    return emphasised < _MOST_BOLD * sum(len(row.text) for row in rows)


def _no_content() -> DocumentError:
    return DocumentError(
        "no_content",
        "网页里没有文字，正文可能要由网页的程序显示。请在浏览器中打开，等正文出现后另存为网页，或把正文复制到 Word 后再导入。",
        "The page holds no text: its content may be shown by its scripts. Open it in a browser, save it once the text is "
        "there, or copy the text into a Word file, and import that.",
    )
