"""Responsibility notes: （责任科室：…；完成时限：…） behind an item or its points, and 责任单位：… on lines of their own."""

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass

from app.documents.text import fold
from app.documents.values import Responsibility

_INNER = r"[（(][^（）()]{0,40}[）)]"  # brackets inside a note: 各县（区）政府
_NOTE = re.compile(
    r"[（(【\[]\s*(?P<body>(?:责任|責任|牵头|牽頭|主办|主辦|承办|配合|完成|时限|時限|落实|落實|分管|进度|進度)"
    rf"[^：:；;。（）()]{{0,10}}[：:](?:[^。（）()]|{_INNER}){{0,400}}?)。?\s*[）)】\]](?=[。．.]?\s*(?:$|[（(⑴-⒇①-⑳]|[^）)】\]，,；;、：:]))"
)
_LEADS = re.compile(
    rf"[（(](?P<lead>(?:[^（）()，,；;：:]|{_INNER}){{2,60}}?)(?P<word>牵头负责|牵头|按(?:各自)?职责分工负责|分工负责|负责)"
    rf"(?P<rest>(?:[，,；;、](?:[^（）()]|{_INNER}){{0,120}})?)[）)](?=[。．.]?(?:$|[（(]))"
)
# 牵头单位, 市级责任部门, 配合科室; 责任人, 分管领导; 完成时限.
_UNIT_WORD = "(?:牵头|牽頭|责任|責任|主责|主責|主办|主辦|承办|承辦|配合|协办|協辦|协同|協同|协助|協助|落实|落實|参与|參與|参加|參加|实施|實施)"
_KEY_NAME = (
    rf"(?:(?:市级|县级|省级|市級|縣級|省級|第一|主要|共同)?{_UNIT_WORD}(?:责任|責任|落实|落實|参与|參與|配合|牵头|牽頭)?(?:单位|單位|部门|部門|科室|处室|處室|股室|机构|機構|处|處)"
    r"|(?:责任|責任|牵头|牽頭|分管|联系|聯繫|包保|负责|負責)(?:县|縣|市|校|局)?(?:领导|領導|人员|人員|人|同志)"
    r"|(?:完成|办理|辦理|整改|落实|落實|推进|推進)(?:时限|時限|期限|时间|時間|日期|进度|進度)(?:要求)?|(?:时限|時限)(?:要求)?|(?:进度|進度)(?:安排|要求))"
)
_BULLET = r"[—–\-•·●▪◆*\s]{0,4}"
_KEYED = re.compile(rf"{_KEY_NAME}[：:]")
_NOTE_AT_END = re.compile(rf"(?:^|[。！？]){_BULLET}{_KEY_NAME}[：:][^。]{{1,200}}(?<![、，,])$")
_KEY_AT_END = re.compile(rf"{_KEY_NAME}[：:]$")
_LOOSE = re.compile(rf"{_BULLET}(?={_KEY_NAME}[：:])")
_LOOSE_PARAGRAPH = re.compile(
    rf"{_BULLET}[（(【\[]?(?:{_KEY_NAME}[：:]|(?:责任|責任|牵头|牽頭|配合)[^，。：:]{{0,6}}[：:])"
)
_KEY = re.compile(r"\s*([^：:、，,]{2,12})[：:](.*)", re.DOTALL)
_UNITS_KEY = re.compile(r"责任|牵头|主办|承办|配合|协|落实|参与|参加|主责|实施")
_PERSON_KEY = re.compile(r"(?:人|人员|领导|同志)$")
_LEAD_KEY = re.compile(r"牵头|主办|主责")
_FIRST_LEADS_KEY = re.compile(r"责任|承办|落实|实施")
_DEADLINE_KEY = re.compile(r"时限|时间|进度|期限|完成|日期")
_UNIT_KEY = re.compile(r"单位|部门|[科处股]室|机构")
_BEHIND_STOP = re.compile(rf"(?<=[。！？）)】\]]){_LOOSE.pattern}")
_PART = re.compile(r"[；;]|[，,](?=[^：:，,；;、]{2,12}[：:])")
_EDGE = " 。；;，,—–-•·●▪◆*"  # what stands around a value: stops, and the signs before the next key
_SEPARATOR = re.compile(r"[、，,；;]|\s+")
_HELPERS = re.compile(
    r"^(?:由|会同|各有关|有关)?|等?(?:牵头负责|配合|参与|参加|协助|按(?:各自)?职责分工负责|分工负责|负责|牵头|等)$"
)


@dataclass(frozen=True, slots=True)
class Notes:
    """The notes of an item: their ranges in its text, and what they say together."""

    ranges: tuple[tuple[int, int], ...]
    responsibility: Responsibility
    several_deadlines: bool


def is_note_line(text: str) -> bool:
    """Whether a line begins a note: 责任单位：…, ——牵头单位：…, （完成时限：…."""
    return _LOOSE_PARAGRAPH.match(text) is not None or _LEADS.fullmatch(text) is not None


def ends_in_note(text: str) -> bool:
    """Whether a line's last sentence is a note without brackets: …各项任务。责任单位：甲局、乙局."""
    return _NOTE_AT_END.search(text) is not None


def ends_with_key(text: str) -> bool:
    """Whether a line breaks off behind a key, its value on the next line: （牵头单位：."""
    return _KEY_AT_END.search(text, max(0, len(text) - 16)) is not None


def read_notes(text: str, breaks: list[int], gaps: Container[int] = ()) -> Notes:
    """Find the notes of an item's text.

    A note without brackets begins a paragraph (`breaks`: where they begin) or follows a full stop, and goes on to the
    end of the paragraph or sentence. `gaps` are the places where the original has a space: 甲局　乙局 are two units.
    """
    matches = [(m.start(), m.end(), _fields(m)) for p in (_NOTE, _LEADS) for m in p.finditer(text)]
    matches += [(start, end, _keyed_fields(text, start, end)) for start, end in _loose(text, breaks)]
    ranges: list[tuple[int, int]] = []
    fields: list[tuple[str, int, int]] = []
    for start, end, found in sorted(matches, key=lambda match: match[:2]):
        if not ranges or start >= ranges[-1][1]:
            ranges.append((start, end))
            fields += found
    responsibility, deadlines = _responsibility(text, fields, gaps)
    return Notes(tuple(ranges), responsibility, deadlines > 1)


def _responsibility(text: str, fields: list[tuple[str, int, int]], gaps: Container[int]) -> tuple[Responsibility, int]:
    """What the fields say together, and how many different time limits they name."""
    lead = first = None
    units: dict[str, None] = {}
    deadlines: dict[str, None] = {}
    for key, start, end in fields:
        if _DEADLINE_KEY.search(key):
            value = text[start:end].strip(_EDGE)
            deadlines |= {value: None} if value else {}
        elif _UNITS_KEY.search(key) and (_UNIT_KEY.search(key) or not _PERSON_KEY.search(key)):
            names = _units(text, start, end, gaps)
            units |= dict.fromkeys(names)
            if names and _LEAD_KEY.search(key):
                lead = lead or names[0]
            elif names and _FIRST_LEADS_KEY.search(key):
                first = first or names[0]
    leader = lead or first or next(iter(units), None)
    return Responsibility(leader, tuple(units), next(iter(deadlines), None)), len(deadlines)


def _loose(text: str, breaks: list[int]) -> Iterator[tuple[int, int]]:
    """The ranges of notes without brackets."""
    starts = {b for b in breaks if _LOOSE.match(text, b)} | {m.start() for m in _BEHIND_STOP.finditer(text)}
    ends = iter([*breaks, len(text)])
    limit, behind = next(ends), 0
    for start in sorted(starts):
        if start < behind:
            continue
        while limit <= start:
            limit = next(ends)
        behind = start
        while True:
            stop = text.find("。", behind, limit)
            behind = limit if stop < 0 else stop + 1
            if behind >= limit or not _LOOSE.match(text, behind):
                break
        yield start, behind


def _keyed_fields(text: str, start: int, end: int) -> list[tuple[str, int, int]]:
    """Key (folded) and the value's place for each key in a note without brackets."""
    keys = list(_KEYED.finditer(text, start, end))
    stops = [*(key.start() for key in keys[1:]), end]
    return [(fold(key.group()[:-1]), key.end(), stop) for key, stop in zip(keys, stops, strict=True)]


def _fields(match: re.Match[str]) -> list[tuple[str, int, int]]:
    """Key (folded) and the value's place for each part of a note in brackets."""
    if "lead" in match.groupdict():
        rest = ("配合", *match.span("rest"))
        return [("牵头" if "牵头" in match.group("word") else "责任", *match.span("lead")), rest]
    start, end = match.span("body")
    fields: list[tuple[str, int, int]] = []
    place = start
    for stop in [*(m.start() for m in _PART.finditer(match.string, start, end)), end]:
        pair = _KEY.fullmatch(match.string, place, stop)
        if pair:
            fields.append((fold(pair.group(1)), *pair.span(2)))
        elif fields:
            fields[-1] = (*fields[-1][:2], stop)
        place = stop + 1
    return fields


def unit_names(value: str) -> list[str]:
    """The units that a value names: 甲科、乙科（组）."""
    return _units(value, 0, len(value), ())


def _units(text: str, start: int, end: int, gaps: Container[int]) -> list[str]:
    """Names split at 、 and ，, not inside brackets; at spaces where nothing else separates them."""
    names: list[str] = []
    depth, begin = 0, start
    spaced = not _SEPARATOR.search(text[start:end].strip(_EDGE))
    for i in range(start, end + 1):
        char = text[i] if i < end else "、"
        if char in "（(":
            depth += 1
        elif char in "）)":
            depth = max(0, depth - 1)
        cuts = _SEPARATOR.match(char) is not None
        if depth == 0 and (cuts or (spaced and i in gaps)):
            name = _HELPERS.sub("", text[begin:i].strip(_EDGE))
            names += [name] if name else []
            begin = i + 1 if cuts else i
    return names
