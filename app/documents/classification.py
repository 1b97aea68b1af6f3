"""Marks of classification (密级): a document that bears one is refused, since this is no classified system.

GB/T 9704-2012, 7.2.2 prints 绝密, 机密 or 秘密, and behind ★ its term, on a line of its own at the upper left; the copy
number (份号) stands above it and the urgency (紧急程度) below, and extraction puts them on one line. The words inside
sentences and titles (保密工作, 涉密人员) are no mark, nor is 内部.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import islice

from app.documents.text import fold
from app.documents.values import DocumentError

# Lines with words that count as the head: a red head has at most ten, a web page's navigation stands above it.
HEAD_LINES = 40
_LONGEST = 60  # characters of a mark's line
_TERM = (
    r"(?:[0-9]{1,3}|[一二三四五六七八九十]{1,3})(?:年|个?月|日|天)(?:零?[0-9]{1,2}个?月)?|长期|永久|启封前|公开前|解密前"
    r"|至?[0-9]{4}年(?:[0-9]{1,2}月(?:[0-9]{1,2}日)?)?(?:止|前)?|[0-9]{4}[-./][0-9]{1,2}[-./][0-9]{1,2}"
)
_LEVEL = rf"(?:密级(?:和保密期限)?:?)?(?:绝密|机密|秘密)(?:级|件)?(?:[★☆✩✭⭐⋆✯][^,。;:]{{0,20}}|[*·.]?\(?(?:{_TERM})\)?|[*·.])?"
_COPY = r"(?:(?:份号|编号):?|no\.?|第)?[0-9]{4,8}(?:号|份)?"
_URGENCY = r"(?:紧急程度:?)?(?:特急|加急|特提|平急|急件|火急)"
_MARK = re.compile(
    rf"[-*•·]?[\[【(]?(?:{_COPY})?(?:{_URGENCY})?{_LEVEL}(?:{_COPY}|{_URGENCY}|保密期限:?(?:{_TERM})?)?[\])】]?"
)
_CELLS = re.compile(r"\t|[|｜]")


def find_classification(texts: Iterable[str]) -> str | None:
    """The first text that is a mark of classification, as printed, or None.

    `texts` are lines, table cells or text boxes of a document's head; cells joined by a tab or | count one by one.
    Only the first 40 that hold words are looked at.
    """
    for text in islice((text for text in texts if text.strip()), HEAD_LINES):
        for cell in (text, *_CELLS.split(text)[:HEAD_LINES]):
            if len(cell) <= _LONGEST and _MARK.fullmatch(fold(cell)):
                return " ".join(cell.split())
    return None


def refuse_classified(texts: Iterable[str]) -> None:
    """Raise DocumentError `classified` if a document's head bears a mark of classification."""
    mark = find_classification(texts)
    if mark is not None:
        raise DocumentError(
            "classified",
            f"文件标有密级（“{mark}”）。本系统不是涉密系统，不得处理涉密文件：文件已被拒绝，没有保存任何内容。请按保密规定处理。",
            f"The document bears a mark of classification (“{mark}”). This is not a classified system: the file was "
            "refused and nothing of it was stored. Handle it as the rules on secrecy require.",
        )


def refuse_classified_rows(rows: Iterable[Sequence[object]]) -> None:
    """`refuse_classified` for a spreadsheet: the cells of its first rows are its head."""
    refuse_classified(str(cell) for row in rows for cell in row if cell is not None)
