"""Numbers and dates of a spreadsheet, printed as its cells show them (ECMA-376 part 1, 18.8.30 and 18.8.31)."""

import re
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

# Formats without a code of their own in the file: the common ones, and those that Excel has in Chinese (27 to 58).
BUILT_IN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
    14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss",
    22: "yyyy/m/d h:mm", 27: "yyyy年m月", 28: "m月d日", 29: "m月d日", 30: "m-d-yy", 31: "yyyy年m月d日", 32: "h时mm分", 33: "h时mm分ss秒",
    34: "h时mm分", 35: "h时mm分ss秒", 36: "yyyy年m月", 37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00", 45: "mm:ss",
    46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@", 50: "yyyy年m月", 51: "m月d日", 52: "yyyy年m月", 53: "m月d日", 54: "m月d日",
    55: "yyyy年m月", 56: "m月d日", 57: "yyyy年m月", 58: "m月d日",
}  # fmt: skip
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[(?:\$([^\]\-]*)[^\]]*|[^\]]*)\]')
_DATE_CODE = re.compile(r"[ymdhse年月日时分秒]")
_DIGITS = re.compile(r"[#0?](?:[#0?,.]*[#0?])?")
_LAST_DAY = 2_957_003  # 9999-12-31 in files that count from 1904
_SECONDS = 86_400
_MOST_DECIMALS = 6  # what a binary fraction holds of figures of 21 digits is noise


def printed_number(value: str, code: str, *, from_1904: bool = False) -> str:
    """A number of the file under a format code: 43983 as 2020年6月1日, 0.85 as 85%, 1.0 as 1.

    Dates are printed in the Chinese form, as far as the format shows year, month and day; whatever the format cannot
    be told gives the number itself.
    """
    try:
        number = Decimal(value)
    except ArithmeticError:
        return value
    if not number.is_finite() or abs(number) >= Decimal(10) ** 21:  # nothing of a plan, and its digits without end
        return value
    sections = _sections(code)
    section = sections[1] if number < 0 and len(sections) > 1 else sections[0]
    bare = _LITERAL.sub("", section)
    if bare.strip().lower() in ("general", "g/通用格式", "@", ""):
        return _around(section, _general(number)) if bare.strip().lower() not in ("@", "") else _general(number)
    if _DATE_CODE.search(bare.lower()) and not _DIGITS.search(bare.replace("ss.0", "")):
        return _date(number, section, from_1904=from_1904) or _general(number)
    return _figure(abs(number) if number < 0 and len(sections) > 1 else number, section)


def _sections(code: str) -> list[str]:
    """The parts of a code at its semicolons, those in quotation marks not counted."""
    parts, quoted = [""], False
    for char in code:
        if char == '"':
            quoted = not quoted
        if char == ";" and not quoted:
            parts.append("")
        else:
            parts[-1] += char
    return parts


def _general(number: Decimal) -> str:
    """As Excel's General shows it: no decimals that only come from binary fractions."""
    rounded = Decimal(f"{float(number):.11g}") if number != number.to_integral_value() else number
    text = f"{rounded:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _figure(number: Decimal, section: str) -> str:
    pattern = _DIGITS.search(_LITERAL.sub("", section))
    if pattern is None or "/" in section or re.search(r"[Ee][+-]", section):
        return _general(number)
    digits = pattern.group()
    percent = "%" in _LITERAL.sub("", section)
    decimals = digits.partition(".")[2][:_MOST_DECIMALS]
    fixed = sum(c == "0" for c in decimals)
    value = (number * 100 if percent else number).quantize(Decimal(1).scaleb(-len(decimals)), ROUND_HALF_UP)
    text = f"{value:,f}" if "," in digits else f"{value:f}"
    while "." in text and len(text.partition(".")[2]) > fixed and text.endswith("0"):
        text = text[:-1]
    return _around(section, text.removesuffix("."))


def _around(section: str, figure: str) -> str:
    """A figure with the words that the format puts before and behind it."""
    marked = _LITERAL.sub(
        lambda m: "".join(_PRIVATE + c for c in (m.group(1) or m.group(2) or m.group(3) or "")), section
    )
    placed = re.sub(
        rf"(?<!{_PRIVATE})(?:[#0?](?:[#0?,.]*[#0?])?,*|G/通用格式|General)",
        "\x00",
        marked,
        count=1,
        flags=re.IGNORECASE,
    )
    return placed.replace(_PRIVATE, "").replace("\x00", figure).strip() if "\x00" in placed else figure


_PRIVATE = "\x01"  # before a literal character, so that a 0 in quotation marks is no digit


def _date(number: Decimal, section: str, *, from_1904: bool) -> str | None:
    if not 0 <= number <= _LAST_DAY:
        return None
    codes = re.sub(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]', "", section).lower()
    days = int(number)
    # The day 1900-02-29 that Excel counts never was: days behind it are one less.
    start = date(1904, 1, 1) if from_1904 else date(1899, 12, 30) if days > 60 else date(1899, 12, 31)
    moment = datetime(start.year, start.month, start.day) + timedelta(days=days)  # noqa: DTZ001  a date on paper
    moment += timedelta(seconds=round(float(number - days) * _SECONDS))
    months = re.sub(r"h+[:时]?m+|m+[:分]?s+", "t", codes)  # minutes stand beside hours or seconds
    text = f"{moment.year}年" if "y" in months or "e" in months else ""
    text += f"{moment.month}月" if "m" in months.replace("am/pm", "") else ""
    text += f"{moment.day}日" if "d" in months else ""
    if ("h" in codes or "s" in codes) and not (text and moment.time() == time()):  # a date alone is midnight
        text += f"{' ' if text else ''}{moment.hour}:{moment.minute:02}" + (
            f":{moment.second:02}" if "s" in codes else ""
        )
    return text or None
