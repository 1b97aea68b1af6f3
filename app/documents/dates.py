"""Dates of issue (成文日期) and document numbers (发文字号)."""

import re
import unicodedata
from datetime import date

from app.documents.labels import chinese_number

_YEAR = r"(?:(?:19|20)[0-9]{2}|[一二][〇○零Oo0一二三四五六七八九]{3})"
_DAY = r"(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})"
_DATE = re.compile(rf"({_YEAR})\s*年\s*({_DAY})\s*月\s*({_DAY})\s*日")
_MONTH = re.compile(rf"{_YEAR}\s*年\s*{_DAY}\s*月")
_ISO = re.compile(r"((?:19|20)[0-9]{2})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?![0-9])")
_DOCUMENT_NUMBER = re.compile(
    r"[\u4e00-\u9fff]{1,14}\s*[〔\[［（(【﹝]\s*(?:19|20)[0-9]{2}\s*(?:年)?\s*[〕\]］）)】﹞]\s*第?\s*[0-9]{1,5}\s*[号號]"
)


def find_date(text: str) -> tuple[date, int, int] | None:
    """The first date in a text (2020年3月16日, 二〇二〇年三月十六日, 2020-03-16) and where it stands."""
    plain = "".join(c if len(n := unicodedata.normalize("NFKC", c)) != 1 else n for c in text)
    for pattern in (_DATE, _ISO):
        for match in pattern.finditer(plain):
            numbers = [_number(g) for g in match.groups()]
            try:
                return date(*numbers), match.start(), match.end()
            except ValueError:
                continue
    return None


def is_date_line(text: str) -> bool:
    """Whether a whole line is a date of issue, perhaps in brackets or without its day."""
    if _MONTH.fullmatch(text):
        return True
    found = find_date(text)
    return found is not None and not text[: found[1]].strip(" （(\u3000") and not text[found[2] :].strip(" ）)。\u3000")


def _number(printed: str) -> int:
    if printed.isdigit():
        return int(printed)
    return chinese_number(re.sub("[○零Oo0]", "〇", printed)) or 0


def find_document_number(text: str) -> tuple[int, int] | None:
    """Where a document number (临教办字〔2020〕11号) stands in a text; 第…期 of a bulletin is none."""
    match = _DOCUMENT_NUMBER.search(text)
    return match.span() if match else None


def is_document_number_line(text: str) -> bool:
    """Whether a whole line is a document number, in brackets or with the signer (签发人) behind it."""
    found = find_document_number(text)
    if found is None or text[: found[0]].strip("（( \u3000"):
        return False
    rest = text[found[1] :].strip("）) \u3000")
    return not rest or rest.startswith("签发人")
