"""Printed numerals, Arabic and Chinese, to exact decimals. Works on folded text (`app.documents.text.fold`)."""

from decimal import Decimal
from functools import lru_cache

import cn2an

_DIGITS = "零一二三四五六七八九"
_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}

# At most 15 digits: nothing that a plan counts is longer, and a card or serial number is no quantity.
_ARABIC = r"(?<![0-9.])(?:[0-9]{1,3}(?:,[0-9]{3}){1,4}|[0-9]{1,15})(?:\.[0-9]{1,6})?(?![0-9])(?!\.[0-9])"
_CHINESE = r"(?<![〇零一二三四五六七八九十百千万亿两])[〇零一二三四五六七八九十百千万亿两]{1,20}(?:点[〇零一二三四五六七八九]{1,6})?"
NUMERAL = rf"(?:{_ARABIC}[十百千万亿]{{0,3}}|{_CHINESE})"
"""A pattern of one numeral, with the scales behind Arabic digits (1.2万)."""


@lru_cache(maxsize=4096)
def value_of(numeral: str) -> Decimal | None:
    """The value of one folded numeral (`1.2万`, `5,000`, `三百五十`, `二〇二〇`, `百`); None if it has none."""
    digits = numeral.rstrip("十百千万亿")
    if digits and digits.replace(",", "").replace(".", "", 1).isascii():
        value = Decimal(digits.replace(",", ""))
        for scale in numeral[len(digits) :]:
            value *= _SCALES[scale]
        return value.to_integral_value() if value == value.to_integral_value() else value
    return _chinese(numeral)


def about(numeral: str) -> tuple[Decimal, Decimal] | None:
    """The bounds of two neighbouring digits that mean a guess: 七八 is 7 to 8, 三五 is 3 to 5."""
    pair = numeral.replace("两", "二")
    if len(pair) == 2 and (pair in "一二三四五六七八九" or pair == "三五"):
        return Decimal(_DIGITS.index(pair[0])), Decimal(_DIGITS.index(pair[1]))
    return None


def _chinese(numeral: str) -> Decimal | None:
    """A Chinese numeral. cn2an reads the whole part; places behind 点 are put on as digits, since it gives floats."""
    whole, _, places = numeral.partition("点")
    if not whole or (places and any(c not in _DIGITS and c != "〇" for c in places)):
        return None
    if len(whole) == 2 and not set(whole) & set(_SCALES) and not set(whole) & set("零〇"):
        return None  # 七八 is no 78
    if whole[0] in "百千万亿":
        whole = "一" + whole  # 百名, 千兆: the library wants the one
    try:
        value = Decimal(cn2an.cn2an(whole, "normal"))
    except (ValueError, KeyError):  # KeyError: its spoken mode on 十 and a run of digits
        return None
    if places:
        value += Decimal("0." + "".join(str(_DIGITS.find(c)) if c != "〇" else "0" for c in places))
    return value
