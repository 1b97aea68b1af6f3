"""Numbers as Word writes them (ISO/IEC 29500-1, 17.18.59 ST_NumberFormat), for all formats that Chinese documents use.

A number that a format has no sign for is written in Arabic digits, as Word does.
"""

from collections.abc import Callable

_PLAIN = "〇一二三四五六七八九"
_UNITS = ("", "十", "百", "千")
_LEGAL = str.maketrans("一二三四五六七八九十百千零", "壹贰叁肆伍陆柒捌玖拾佰仟零")
_LEGAL_TRADITIONAL = str.maketrans("一二三四五六七八九十百千零", "壹貳參肆伍陸柒捌玖拾佰仟零")
_LEGAL_JAPANESE = str.maketrans("一二三十", "壱弐参拾")
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"),
    (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip
_MOST_ROMAN = 32_767  # Word's own limit of a number
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_NOTES = "*†‡§"


def _full_counting(number: int) -> str:
    """一, 一十, 一十一, 二十, 一百零一, 一千零一十: a number in words, up to 9,999; beyond that digit by digit."""
    if not 0 < number < 10_000:
        return digits(number)
    words = ""
    skipped = False
    for power in range(3, -1, -1):
        digit = number // 10**power % 10
        if digit:
            words += ("零" if skipped and words else "") + _PLAIN[digit] + _UNITS[power]
            skipped = False
        else:
            skipped = True
    return words


def counting(number: int) -> str:
    """As `_full_counting`, with 十 for 一十: 十, 十一, 二十, 一百一十."""
    words = _full_counting(number)
    return words[1:] if 10 <= number < 20 else words


def digits(number: int) -> str:
    """一, 一〇, 一一: digit by digit."""
    return "".join(_PLAIN[int(digit)] for digit in str(number))


def _short_counting(number: int) -> str:
    # chineseCounting has names up to ninety-nine and goes on digit by digit.
    return counting(number) if number < 100 else digits(number)


def _letters(number: int) -> str:
    """A to Z, then AA, BB, … as Word repeats them."""
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


def _roman(number: int) -> str:
    signs = ""
    for value, sign in _ROMAN:
        signs += sign * (number // value)
        number %= value
    return signs


def _ordinal(number: int) -> str:
    teens = 10 <= number % 100 < 20
    return f"{number}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def _signs(first: str, count: int) -> Callable[[int], str]:
    return lambda number: chr(ord(first) + number - 1) if number <= count else str(number)


def _of(names: str) -> Callable[[int], str]:
    return lambda number: names[number - 1] if number <= len(names) else str(number)


def _cycle(number: int) -> str:
    """甲子, 乙丑, …: the cycle of sixty."""
    return _STEMS[(number - 1) % 10] + _BRANCHES[(number - 1) % 12]


_FORMATS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalHalfWidth": str,
    "decimalZero": lambda n: f"{n:02}",
    "numberInDash": lambda n: f"- {n} -",
    "decimalFullWidth": lambda n: str(n).translate(_WIDE),
    "decimalFullWidth2": lambda n: str(n).translate(_WIDE),
    "decimalEnclosedCircle": _signs("①", 20),
    "decimalEnclosedCircleChinese": _signs("①", 20),
    "decimalEnclosedFullstop": _signs("⒈", 20),
    "decimalEnclosedParen": _signs("⑴", 20),
    "ideographEnclosedCircle": _signs("㊀", 10),
    "chineseCounting": _short_counting,
    "chineseCountingThousand": counting,
    "japaneseCounting": counting,
    "taiwaneseCounting": counting,
    "taiwaneseCountingThousand": counting,
    "koreanDigital2": digits,
    "ideographDigital": digits,
    "taiwaneseDigital": digits,
    "japaneseDigitalTenThousand": digits,
    "chineseLegalSimplified": lambda n: _full_counting(n).translate(_LEGAL),
    "ideographLegalTraditional": lambda n: _full_counting(n).translate(_LEGAL_TRADITIONAL),
    "japaneseLegal": lambda n: counting(n).translate(_LEGAL_JAPANESE),
    "ideographTraditional": _of(_STEMS),
    "ideographZodiac": _of(_BRANCHES),
    "ideographZodiacTraditional": _cycle,
    "upperLetter": lambda n: _letters(n).upper(),
    "lowerLetter": _letters,
    "upperRoman": _roman,
    "lowerRoman": lambda n: _roman(n).lower(),
    "ordinal": _ordinal,
    "hex": lambda n: f"{n:X}",
    "chicago": lambda n: _NOTES[(n - 1) % 4] * ((n - 1) // 4 + 1),
    "none": lambda _: "",
}


def numeral(number: int, form: str, pattern: str = "") -> str:
    """A number in the format of that name; `pattern` is the format attribute of a custom one (`001, 002, 003, ...`)."""
    if not 0 < number <= _MOST_ROMAN:
        return "" if form == "none" else str(number)
    if form == "custom":
        first = pattern.split(",", maxsplit=1)[0].strip()
        return str(number).zfill(len(first)) if first.isdigit() else str(number)
    return _FORMATS.get(form, str)(number)
