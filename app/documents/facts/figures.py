"""Where numbers with a unit stand in a text, and their values: 1.2万人次, ６０％, 七成, 三分之一, 6—8所, 翻一番."""

import re
from dataclasses import dataclass
from decimal import Decimal

from app.documents.facts import units
from app.documents.facts.numerals import NUMERAL, about, value_of
from app.documents.facts.ranges import Ranges

_TO = r"(?:-|—|–|―|~|〜|至|到){1,2}"
_CORE = re.compile(
    rf"(?P<cent>百分之|千分之)(?P<c1>{NUMERAL})(?:{_TO}(?:百分之|千分之)?(?P<c2>{NUMERAL}))?"
    rf"|(?P<whole>{NUMERAL})分之(?P<part>{NUMERAL})"
    rf"|(?P<r1>{NUMERAL})[%‰]?(?:{_TO}(?P<r2>{NUMERAL}))?(?P<sign>[%‰])"
    r"|(?P<tenths>[一二两三四五六七八九十]|(?<![0-9.])[1-9](?:\.[0-9])?)成(?P<half>[一二三四五六七八九半])?"
    r"(?![立为果效长熟品功绩就员分人本批一二三四五六七八九])"
    r"|翻(?P<doublings>[一两二三1-3])番"
    r"|(?P<majority>过半|半数|一半)(?![天月年径])"
    rf"|(?P<low>{NUMERAL})(?:{_TO}(?P<high>{NUMERAL}))?(?:(?P<odd>[余多来几])(?P<scale>[十百千万亿]{{0,2}}))?(?P<unit>{units.UNIT})"
    r"|(?P<never>只增不减)"
)
# 第三期, 统一, 其一, 万一: a numeral behind one of these counts nothing. 三分之一 never comes here: it is read whole.
_NO_QUANTITY_BEHIND = frozenset("第统唯同单进其专逐之星周")
_ARTICLE = frozenset("个 项 种 批 类 支 条 套 份 次 人 位 名 块".split())
_EACH = re.compile(r"[每各][^,;:。■]{0,20}$")
_BOUND = re.compile(r"(?:不少于|至少|不低于|只|仅)$")
_SCALES = "十百千万亿"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its unit at `start` to `end` of the folded text. `change`: the words alone say that it grows."""

    start: int
    end: int
    low: Decimal
    high: Decimal
    unit: str
    odd: bool = False  # 余, 多: somewhat more than that
    grows: bool = False
    least: bool = False  # 只增不减, 过半: a bound in itself


def find_figures(text: str, taken: list[tuple[int, int]]) -> list[Figure]:
    """The figures of a folded text, in order, outside the `taken` ranges. Numbers without a known unit are none."""
    figures = []
    elsewhere = Ranges(taken)
    for match in _CORE.finditer(text):
        figure = _figure(match) if not elsewhere.touch(*match.span()) and _is_quantity(text, match) else None
        if figure is not None:
            figures.append(figure)
    return figures


def _is_quantity(text: str, match: re.Match[str]) -> bool:
    """Whether a match counts something: no ordinal (第三期), stage (二期) or article (一个)."""
    left = text[max(0, match.start() - 24) : match.start()]
    if left[-1:] and left[-1] in _NO_QUANTITY_BEHIND:
        return False
    low, unit = match.group("low"), match.group("unit")
    if unit == "期":
        return low[0].isdigit() or "十" in low or _EACH.search(left) is not None
    if low == "一" and unit in _ARTICLE:
        return left[-1:] != "每" and bool(_EACH.search(left) or _BOUND.search(left))
    if low is not None and not low.strip(_SCALES):
        # 万人, 百家, 万元GDP are ways of speaking; 千兆 and 万人次 are amounts.
        return unit in {"兆", "人次"} or low == "十"
    return True


def _figure(match: re.Match[str]) -> Figure | None:
    groups = match.groupdict()
    start, end = match.span()
    if groups["never"]:
        return Figure(start, end, Decimal(0), Decimal(0), units.PERCENT, grows=True, least=True)
    if groups["majority"]:
        return Figure(start, end, Decimal(50), Decimal(50), units.PERCENT, least=groups["majority"] == "过半")
    if groups["doublings"]:
        grown = Decimal(100 * (2 ** {"一": 1, "两": 2, "二": 2, "三": 3}.get(groups["doublings"], 0) - 1))
        if groups["doublings"].isdigit():
            grown = Decimal(100 * (2 ** int(groups["doublings"]) - 1))
        return Figure(start, end, grown, grown, units.PERCENT, grows=True)
    pair = _percent(groups)
    if pair is not None:
        return Figure(start, end, *pair, units.PERCENT)
    return _counted(match) if groups["unit"] else None


def _percent(groups: dict[str, str | None]) -> tuple[Decimal, Decimal] | None:
    """Low and high of a share, in percent."""
    if groups["tenths"]:
        tenths = value_of(groups["tenths"])
        half = Decimal(5) if groups["half"] == "半" else value_of(groups["half"] or "零")
        return None if tenths is None or half is None else (tenths * 10 + half, tenths * 10 + half)
    if groups["whole"] and groups["part"]:
        whole, part = value_of(groups["whole"]), value_of(groups["part"])
        return None if not whole or part is None else (part * 100 / whole, part * 100 / whole)
    first, second = groups["c1"] or groups["r1"], groups["c2"] or groups["r2"]
    if first is None:
        return None
    low = value_of(first)
    high = value_of(second) if second else low
    if low is None or high is None:
        return None
    if groups["cent"] == "千分之" or groups["sign"] == "‰":
        low, high = low / 10, high / 10
    return min(low, high), max(low, high)


def _counted(match: re.Match[str]) -> Figure | None:
    """A number with a unit; 3—5万 shares its scale, 七八 is a guess."""
    first, second, scale = match.group("low"), match.group("high"), match.group("scale") or ""
    guess = about(first)
    if guess and not second:
        low, high = guess
    else:
        if second and first[-1].isdigit() and second[-1] in _SCALES and second[0].isdigit():
            first += second[len(second.rstrip(_SCALES)) :]
        one, other = value_of(first), value_of(second or first)
        if one is None or other is None:
            return None
        low, high = min(one, other), max(one, other)
    for char in scale:
        factor = value_of(char) or Decimal(1)
        low, high = low * factor, high * factor
    unit, low = units.normal(match.group("unit"), low)
    _, high = units.normal(match.group("unit"), high)
    return Figure(*match.span(), low, high, unit, odd=match.group("odd") is not None)
