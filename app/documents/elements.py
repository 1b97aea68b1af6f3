"""Elements of GB/T 9704 that a line tells by itself: copy number, urgency and signer above a document, and its 版记."""

import re

from app.documents.text import fold
from app.documents.values import BlockKind

_LONGEST = 400  # characters; a list of those who get a copy can be long
_COPY = r"(?:(?:份号|编号):?|no\.?)?[0-9]{6}(?:号|份)?"
_URGENCY = r"(?:紧急程度:?)?(?:特急|加急|特提|平急|急件|火急)"
_HEAD = (
    (BlockKind.COPY_NUMBER, re.compile(_COPY)),
    (BlockKind.URGENCY, re.compile(rf"(?:{_COPY})?[\[【]?{_URGENCY}[\]】]?(?:{_COPY})?")),
    (BlockKind.SIGNER, re.compile(r"签发(?:人)?:.{2,60}|会签(?:人)?:.{2,60}")),
)
_FOOT = (
    (BlockKind.REMARK, re.compile(r"[(\[](?:此件|此文|本文|本件).{1,40}[)\]]")),
    (BlockKind.CONTACT, re.compile(r"[(\[]?(?:联系|咨询)(?:人|电话|方式|单位|部门)(?:及(?:联系)?电话)?:.{2,120}")),
    (BlockKind.SUBJECT_WORDS, re.compile(r"主题词:.{2,80}")),
    (BlockKind.COPIES_TO, re.compile(r"(?:抄送|抄报|分送|报送|送):.{2,}")),
    (
        BlockKind.IMPRINT,
        re.compile(
            r".{2,40}(?:19|20)[0-9]{2}年[0-9]{1,2}月[0-9]{1,2}日(?:印发|印|校对印发)(?:\(?共?印[0-9]+份\)?)?|\(?共印[0-9]+份\)?"
            r"|印发(?:机关|单位|日期|时间):.{2,40}"
        ),
    ),
)
# What may run on over several lines, up to a full stop.
RUNNING_ON = frozenset({BlockKind.COPIES_TO, BlockKind.SUBJECT_WORDS, BlockKind.CONTACT})


def head_element(text: str) -> BlockKind | None:
    """What a line above a document's title is: copy number, urgency or signer, or None."""
    return _element(text, _HEAD)


def foot_element(text: str) -> BlockKind | None:
    """What a line behind a document's body is: remark, contact, 主题词, 抄送 or imprint, or None."""
    return _element(text, _FOOT)


def _element(text: str, kinds: tuple[tuple[BlockKind, re.Pattern[str]], ...]) -> BlockKind | None:
    plain = fold(text) if len(text) <= _LONGEST else ""
    return next((kind for kind, pattern in kinds if pattern.fullmatch(plain)), None)
