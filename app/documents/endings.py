"""Where a line ends a sentence or a paragraph, where it only was wrapped, and what it begins with."""

import re
from collections.abc import Sequence

from app.documents.dates import is_date_line
from app.documents.labels import read_label
from app.documents.lines import Line
from app.documents.notes import ends_in_note, ends_with_key, is_note_line
from app.documents.organs import is_organ
from app.documents.titles import is_attachment_heading

_NEAR = 3  # lines above in which a bracket may have been opened
_NOTE_INSIDE = re.compile(r"[：:]|牵头|牽頭|负责|負責")
_BRACKET = re.compile(r"[（(）)]")
_CLOSED = re.compile(r"[。！？!?；;：:][”’」』）)】]?$|[）)】]$")
_OPEN_NOTE = re.compile(r"[、，,]$")
_CLOSING = re.compile(r"[）)】〕》”’」』，。；、：！？,;!?]")
_LED = re.compile(r"(?:——|―|──|[•●▪◆■])\s*\S|[一二三四五六七八九十]是\S")
_TAIL = re.compile(
    r"附\s*[件表录錄][：:0-9０-９一二三四五六七八九十\s]*|附[：:]|抄[送报報][：:]|主题词[：:]|[（(](?:此件|联系人|聯繫人)"
    r"|[^，。；]{2,40}\s(?:19|20)[0-9]{2}年[0-9]{1,2}月[0-9]{1,2}日印[发發]$"
)


def ends_closed(text: str) -> bool:
    """Whether a line ends a sentence, so that the next one can begin something new."""
    if _CLOSED.search(text) or ends_in_note(text):
        return True
    return is_note_line(text) and not _OPEN_NOTE.search(text)


def is_led(text: str) -> bool:
    """Whether a line begins a principle or point that has a sign instead of a number: ——坚持…, • …, 一是…."""
    return _LED.match(text) is not None


def is_tail_line(text: str) -> bool:
    """Whether a line begins what stands behind a plan: annexes, copies to, remarks."""
    return _TAIL.match(text) is not None


def wrap_width(lines: list[Line]) -> int | None:
    """The number of characters at which the text was broken into lines, or None if it was not."""
    lengths = [len(line.text) for line in lines if line.text]
    widest = sorted(lengths)[int(len(lengths) * 0.98)] if lengths else 0
    if not 10 <= widest <= 60:
        return None
    full = [line.text for line in lines if len(line.text) >= widest - 3]
    broken = sum(
        not ends_closed(text) for text in full
    )  # paragraphs of one length end with a stop, wrapped lines do not
    return widest if len(full) >= 5 and len(full) * 4 >= len(lengths) and broken * 2 >= len(full) else None


def goes_on_below(texts: Sequence[str], k: int, *, full: bool) -> bool:
    """Whether a line certainly goes on in the next one, though it may end in a closing sign.

    No line begins with a full stop or a closing bracket, and a key without its value (责任单位：) has it on the next.
    A `full` line was perhaps wrapped: then 各县（区） is continued by 政府, and so is what stands inside a bracket.
    """
    text, below = texts[k], texts[k + 1] if k + 1 < len(texts) else ""
    if _CLOSING.match(below) or ends_with_key(text):
        return True
    if not full:
        return False
    if ends_in_note(text) or (is_note_line(text) and text[0] not in "（(【["):
        return text[-1] != "。" and not _begins_anew(texts, k + 1)
    if text[-1] in "。！？":
        return False
    near = "".join(texts[max(0, k - _NEAR) : k + 1])
    return _open_bracket(near) or (text[-1] in "）)" and not _closes_note(near))


def _begins_anew(texts: Sequence[str], k: int) -> bool:
    """Whether a line is a label's, an attachment's or a signature's, the last with its date below."""
    if k >= len(texts) or read_label(texts[k]) or is_attachment_heading(texts[k]):
        return True
    return is_organ(texts[k]) and any(is_date_line(text) for text in texts[k + 1 : k + 1 + _NEAR])


def _open_bracket(text: str) -> bool:
    """Whether a bracket is still open at the end of a text."""
    depth = 0
    for sign in _BRACKET.findall(text):
        depth = depth + 1 if sign in "（(" else max(0, depth - 1)
    return depth > 0


def _closes_note(text: str) -> bool:
    """Whether the bracket at a text's end is a note, as （责任单位：…） and （甲科牵头）, rather than part of a name."""
    depth = 0
    for sign in reversed(list(_BRACKET.finditer(text))):
        depth += 1 if sign.group() in "）)" else -1
        if depth == 0:
            return _NOTE_INSIDE.search(text, sign.start()) is not None
    return True
