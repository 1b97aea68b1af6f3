"""Text that a spreadsheet can hold, and that it takes for nothing but text."""

import re

from app.documents.writers.sheets import Cell

# Excel's limit for one cell, in UTF-16 units (Microsoft: Excel specifications and limits).
MOST = 32_767
CUT = "……（全文过长，此处截断；完整内容见 JSON 格式 / cut here; see the JSON format）"

# No XML 1.0 document can hold these (Char production, section 2.2), nor can a cell.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
# A spreadsheet that reads such a cell from a text file computes it (OWASP: CSV injection); some spreadsheets fold
# full-width signs first, and pass over spaces.
_COMPUTED = re.compile(r"'*(?:[\t\n]|\s*[=+\-@＝＋－＠])")


def clean(text: str) -> str:
    """The text with line feeds for all line ends, and without what no file can hold."""
    return _ILLEGAL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def fitting(text: str) -> str:
    """The text, cut to what one cell holds; a cut one says so at its end."""
    if len(text) <= MOST // 2 or _units(text) <= MOST:
        return text
    room = MOST - _units(CUT)
    kept = text.encode("utf-16-le")[: 2 * room].decode("utf-16-le", errors="ignore")
    return kept + CUT


def computed(text: str) -> bool:
    """Whether a spreadsheet could take the text for a formula."""
    return _COMPUTED.match(text) is not None


def harmless(cell: Cell) -> Cell:
    """The cell as it can stand in CSV: an apostrophe before whatever would be computed. `restored` takes it away.

    Text that already begins with apostrophes before such a sign gets one more, so that nothing is ambiguous.

    >>> harmless("=1+1"), harmless("'=1+1"), harmless(-3), harmless("8.5")
    ("'=1+1", "''=1+1", -3, '8.5')
    """
    return f"'{cell}" if isinstance(cell, str) and computed(cell) else cell


def restored(text: str) -> str:
    """The text of a CSV cell that `harmless` wrote.

    >>> restored("'=1+1"), restored("''=1+1"), restored("'tis"), restored("-3")
    ('=1+1', "'=1+1", "'tis", '-3')
    """
    return text[1:] if text.startswith("'") and computed(text) else text


def _units(text: str) -> int:
    return len(text) + sum(sign > "\uffff" for sign in text)
