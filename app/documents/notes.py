"""Responsibility notes: （责任科室：…；完成时限：…） behind an item or one of its points."""

import re
from dataclasses import dataclass

from app.documents.text import fold
from app.documents.values import Responsibility

_NOTE = re.compile(
    r"[（(【\[]\s*(?P<body>(?:责任|責任|牵头|牽頭|主办|主辦|承办|配合|完成|时限|時限|落实|落實|分管|进度|進度)"
    r"[^：:；;。（）()]{0,10}[：:][^。]{0,400}?)。?\s*[）)】\]](?=[。．.]?\s*(?:$|[（(⑴-⒇①-⑳]|[^）)】\]，,；;、：:]))"
)
_LEADS = re.compile(
    r"[（(](?P<lead>[^（）()，,；;：:]{2,40})牵头(?P<rest>(?:[，,；;、][^（）()]{0,80})?)[）)](?=[。．.]?(?:$|[（(]))"
)
_LOOSE = re.compile(r"(?:责任|牵头)(?:单位|科室|部门|处室)[：:][^。]{1,200}。?")
_KEY = re.compile(r"\s*([^：:、，,]{2,12})[：:](.*)", re.DOTALL)
_UNITS_KEY = re.compile(r"责任|牵头|主办|承办|配合|协办|落实|参与|参加")
_LEAD_KEY = re.compile(r"牵头|主办|责任")
_DEADLINE_KEY = re.compile(r"时限|时间|进度|期限|完成")
_SEPARATOR = re.compile(r"[、，,；;]|\s+")
_HELPERS = re.compile(r"^(?:由|会同|各有关|有关)?|(?:配合|参与|参加|协助|按职责分工负责|负责|等)$")


@dataclass(frozen=True, slots=True)
class Notes:
    """The notes of an item: their ranges in its text, and what they say together."""

    ranges: tuple[tuple[int, int], ...]
    responsibility: Responsibility
    several_deadlines: bool


def read_notes(text: str, breaks: list[int]) -> Notes:
    """Find the notes of an item's text. A note without brackets must be the last paragraph (`breaks`: where they begin)."""
    matches = list(_NOTE.finditer(text)) + list(_LEADS.finditer(text))
    last = breaks[-1] if breaks else len(text)
    loose = _LOOSE.fullmatch(text, last)
    if loose:
        matches.append(loose)
    matches.sort(key=lambda m: m.start())
    lead: str | None = None
    units: list[str] = []
    deadlines: list[str] = []
    for match in matches:
        for key, value in _fields(match):
            names = unit_names(value) if _UNITS_KEY.search(key) and not _DEADLINE_KEY.search(key) else []
            units += [name for name in names if name not in units]
            if names and lead is None and _LEAD_KEY.search(key):
                lead = names[0]
            if _DEADLINE_KEY.search(key) and value and value not in deadlines:
                deadlines.append(value)
    responsibility = Responsibility(
        lead or (units[0] if units else None), tuple(units), deadlines[0] if deadlines else None
    )
    return Notes(tuple(m.span() for m in matches), responsibility, len(deadlines) > 1)


def _fields(match: re.Match[str]) -> list[tuple[str, str]]:
    """Key (folded) and value (as printed) of each part of a note."""
    groups = match.groupdict()
    if "lead" in groups:
        return [("牵头", groups["lead"]), ("配合", groups["rest"].strip("，,；;、"))]
    fields: list[tuple[str, str]] = []
    for part in re.split(r"[；;]|[，,](?=[^：:，,；;、]{2,12}[：:])", groups.get("body") or match.group().rstrip("。")):
        pair = _KEY.fullmatch(part)
        if pair:
            fields.append((fold(pair.group(1)), pair.group(2).strip()))
        elif fields and part.strip():
            fields[-1] = (fields[-1][0], f"{fields[-1][1]}；{part.strip()}")
    return fields


def unit_names(value: str) -> list[str]:
    """Names split at 、 and ，, not inside brackets."""
    names: list[str] = []
    depth, start = 0, 0
    for i, char in enumerate(value + "、"):
        if char in "（(":
            depth += 1
        elif char in "）)":
            depth = max(0, depth - 1)
        elif depth == 0 and _SEPARATOR.match(char):
            name = _HELPERS.sub("", value[start:i].strip())
            if name:
                names.append(name)
            start = i + 1
    return names
