"""Automatic numbering as Word shows it (ISO/IEC 29500-1, 17.9): the labels that are in no text of the file."""

import re
from dataclasses import dataclass, field

from lxml import etree

from app.documents.sources.docx_numerals import numeral
from app.documents.sources.docx_package import W, switched_on, value, whole_number
from app.documents.sources.docx_styles import Styles
from app.documents.sources.docx_symbols import symbol

LEVELS = 9
_PLACE = re.compile("%([1-9])")
_SUFFIXES = {"nothing": "", "space": " "}  # else a tab
_MOST_NUMBER = 100_000
_LONGEST_LABEL = 60  # characters of a level's pattern; Word's dialog takes 255, and no office writes such


@dataclass(frozen=True, slots=True)
class _Level:
    form: str = "decimal"
    pattern: str = ""
    custom: str = ""
    start: int = 1
    restart: int | None = None  # restarts after a level above this one (counted from 1); 0: never
    legal: bool = False
    suffix: str = "\t"
    style: str | None = None
    font: str = ""


@dataclass(slots=True)
class _Counters:
    """What all lists of one definition share: each level's last number, and the highest level that came since then."""

    last: list[int | None] = field(default_factory=lambda: [None] * LEVELS)
    since: list[int] = field(default_factory=lambda: [LEVELS] * LEVELS)


@dataclass(slots=True)
class _List:
    """A list as the counters see it: the levels in force, and the counters it shares with others of its kind."""

    levels: dict[int, _Level]
    counters: _Counters
    starts: dict[int, int] = field(default_factory=dict)  # level → the number that this list begins anew with
    begun: set[int] = field(default_factory=set)


class Numbering:
    """Counts the numbered paragraphs in the order of the document and gives each its label."""

    def __init__(self, root: etree._Element | None, styles: Styles) -> None:
        self._styles = styles
        self._abstract: dict[str, etree._Element] = {}
        self._numbers: dict[str, etree._Element] = {}
        self._counters: dict[str, _Counters] = {}
        self._lists: dict[str, _List | None] = {}
        for element in root if root is not None else ():
            if element.tag == W + "abstractNum":
                self._abstract.setdefault(value(element, "abstractNumId") or "", element)
            elif element.tag == W + "num":
                self._numbers.setdefault(value(element, "numId") or "", element)

    def label(self, number: str, level: int | None, style: str | None = None) -> str:
        """The next label of the list `number` (w:numId) at a level (from 0), with what follows it: a tab or a space.

        Without a level, it is the one that the list gives to the paragraph's style. Empty where the list shows nothing.
        """
        found = self._list(number)
        if found is None:
            return ""
        if level is None:
            level = next((k for k, entry in found.levels.items() if style is not None and entry.style == style), 0)
        level = min(max(level, 0), LEVELS - 1)
        self._count(found, level)
        return _printed(found, level)

    def _count(self, found: _List, level: int) -> None:
        current = _current(found, level)
        if level in found.starts and level not in found.begun:
            current = None
        found.begun.add(level)
        counters = found.counters
        # A level above that was skipped counts as begun: what follows on it has the next number.
        for upper in range(level):
            if _current(found, upper) is None:
                counters.last[upper], counters.since[upper] = _begin(found, upper), LEVELS
        counters.last[level] = _begin(found, level) if current is None else min(current + 1, _MOST_NUMBER)
        counters.since[level] = LEVELS
        for deeper in range(level + 1, LEVELS):
            counters.since[deeper] = min(counters.since[deeper], level)

    def _list(self, number: str) -> _List | None:
        if number not in self._lists:
            self._lists[number] = self._made(number)
        return self._lists[number]

    def _made(self, number: str) -> _List | None:
        element = self._numbers.get(number)
        if element is None:
            return None
        key = self._definition(value(element.find(W + "abstractNumId")) or "")
        if key is None:
            return None
        levels = _levels(self._abstract[key])
        starts: dict[int, int] = {}
        for override in element.findall(W + "lvlOverride"):
            level = whole_number(override, "ilvl")
            if level is None or not 0 <= level < LEVELS:
                continue
            own = override.find(W + "lvl")
            if own is not None:
                levels[level] = _level(own)
            start = whole_number(override.find(W + "startOverride"))
            if start is not None:
                starts[level] = start
        return _List(levels, self._counters.setdefault(key, _Counters()), starts)

    def _definition(self, key: str) -> str | None:
        """The definition itself, where one only names a numbering style that has it."""
        seen: set[str] = set()
        while key in self._abstract and key not in seen:
            seen.add(key)
            link = value(self._abstract[key].find(W + "numStyleLink"))
            number = self._styles.numbering_of(link) if link is not None else None
            if number is None or number not in self._numbers:
                return key
            key = value(self._numbers[number].find(W + "abstractNumId")) or ""
        return None


def _begin(found: _List, level: int) -> int:
    return found.starts.get(level, found.levels.get(level, _Level()).start)


def _current(found: _List, level: int) -> int | None:
    """A level's last number; None before its first one, and where a level above has made it begin anew."""
    restart = found.levels.get(level, _Level()).restart
    since = found.counters.since[level]
    return None if since < (level if restart is None else restart) else found.counters.last[level]


def _printed(found: _List, level: int) -> str:
    entry = found.levels.get(level)
    if entry is None:
        return ""
    if entry.form == "bullet":
        text = "".join(symbol(ord(char), entry.font) for char in entry.pattern)
    else:
        text = _PLACE.sub(lambda place: _number(found, int(place[1]) - 1, legal=entry.legal), entry.pattern)
    return text + entry.suffix if text else ""


def _number(found: _List, level: int, *, legal: bool) -> str:
    entry = found.levels.get(level, _Level())
    counted = _current(found, level)
    # A pattern can name a level below its own, which has no number yet.
    number = _begin(found, level) if counted is None else counted
    return numeral(number, "decimal" if legal else entry.form, entry.custom)


def _levels(definition: etree._Element) -> dict[int, _Level]:
    found: dict[int, _Level] = {}
    for element in definition.findall(W + "lvl"):
        level = whole_number(element, "ilvl")
        if level is not None and 0 <= level < LEVELS:
            found.setdefault(level, _level(element))
    return found


def _level(element: etree._Element) -> _Level:
    # A custom format stands in an alternative (mc:AlternateContent), its own before its fallback.
    form = next(element.iter(W + "numFmt"), None)
    pattern = value(element.find(W + "lvlText")) or ""
    hidden = element.find(f"{W}rPr/{W}vanish")
    return _Level(
        form=value(form) or "decimal",
        pattern="" if switched_on(hidden) else pattern[:_LONGEST_LABEL],
        custom=value(form, "format") or "",
        start=_or(whole_number(element.find(W + "start")), 0 if element.find(W + "start") is None else 1),
        restart=whole_number(element.find(W + "lvlRestart")),
        legal=bool(switched_on(element.find(W + "isLgl"))),
        suffix=_SUFFIXES.get(value(element.find(W + "suff")) or "tab", "\t"),
        style=value(element.find(W + "pStyle")),
        font=value(element.find(f"{W}rPr/{W}rFonts"), "ascii") or "",
    )


def _or(number: int | None, instead: int) -> int:
    return instead if number is None else number
