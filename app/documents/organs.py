"""Names of issuing organs (发文机关)."""

import re

from app.documents.lines import LAYOUT
from app.documents.text import fold

_SUFFIX = re.compile(
    r"(?:局|厅|委|委员会|党组|工委|办公室|办|政府|部|院|署|中心|处|会|总队|支队|公司|学校|大学|学院|行|馆|社|团|站)$"
)
_BRACKET = re.compile(r"[（(][^（）()]{2,40}[）)]$")
_HEAD = re.compile(r"文件$")
_NO_ORGAN = re.compile(r"[，。；：！？、《》“”,:;!?0-9０-９]")
LONGEST = 60  # characters, for several organs in one line


def is_organ(text: str) -> bool:
    """Whether a text is nothing but one organ's name, or several of them (script and brackets do not matter)."""
    plain = fold(text)
    if not 2 <= len(plain) <= LONGEST or _NO_ORGAN.search(plain):
        return False
    return _SUFFIX.search(_BRACKET.sub("", plain)) is not None


def is_red_head(text: str) -> bool:
    """Whether a line could be the red head (发文机关标志): an organ, or an organ's 文件."""
    return is_organ(_HEAD.sub("", text.strip())) if text else False


def organ_of_red_head(text: str) -> str:
    """The organ a red head names."""
    return _HEAD.sub("", text.strip()).strip()


def printed(text: str) -> str:
    """A text as printed, runs of white space as one space."""
    return LAYOUT.sub(" ", text).strip()
