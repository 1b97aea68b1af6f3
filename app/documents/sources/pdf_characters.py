"""Characters that a PDF's fonts give instead of the ones that were written."""

import re
import unicodedata

# Radicals of the CJK Radicals Supplement that stand for a word of their own but have no compatibility form in Unicode,
# each with its character (Unicode's EquivalentUnifiedIdeograph). Fonts map a glyph shared by both to the radical.
_SUPPLEMENT = dict(
    zip(
        "⺟⺠⻁⻄⻅⻆⻉⻋⻑⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰",
        "母民虎西见角贝车長长门青韦页风飞食马骨鬼鱼鸟卤麦黄黾齐齿龙",
        strict=True,
    )
)
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufdd0-\ufdef\ufeff\ufffe\uffff\u00ad\u200b-\u200f\u2060]")
_HYPHEN = "\x02"  # PDFium's sign for a hyphen at the end of a line


def _radicals() -> dict[int, str]:
    """Kangxi radicals, radicals of the supplement and compatibility ideographs → unified characters."""
    table = {ord(radical): char for radical, char in _SUPPLEMENT.items()}
    for first, last in ((0x2E80, 0x2FD5), (0xF900, 0xFAD9), (0x2F800, 0x2FA1D)):
        for code in range(first, last + 1):
            plain = unicodedata.normalize("NFKC", chr(code))
            if plain != chr(code):
                table[code] = plain
    return table


_RADICALS = _radicals()
_LIGATURES = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)} | {0xA0: " "}
_ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\xa0\u00ad\u200b-\u200f\u2060\u2e80-\u2fd5\uf900-\ufb06\ufdd0-\ufdef"
                  "\ufeff\ufffe\uffff\U0002f800-\U0002fa1d]")  # fmt: skip


def plain(text: str) -> tuple[str, int]:
    """The text as it was written: radicals as the characters they look like, ligatures as letters, no control
    characters. And the number of radicals.
    """
    if not _ODD.search(text):
        return text, 0
    radicals = sum(ord(char) in _RADICALS for char in text)
    text = text.replace(_HYPHEN, "-").translate(_RADICALS).translate(_LIGATURES)
    return _CONTROL.sub("", text), radicals
