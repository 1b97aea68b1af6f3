"""Signs of the symbol fonts that Word files name by their place in the font (Wingdings, Symbol), as characters."""

# The signs that Chinese documents use as bullets and boxes, by the low byte of their place.
_SIGNS = {
    0x6C: "●", 0x6E: "■", 0x6F: "□", 0x70: "□", 0x71: "❑", 0x72: "❒", 0x75: "◆", 0x76: "❖", 0x77: "◆", 0x9E: "·",
    0x9F: "•", 0xA0: "▪", 0xA1: "○", 0xA2: "○", 0xA7: "▪", 0xA8: "□", 0xAB: "★", 0xAF: "☆", 0xB7: "•", 0xD8: "➢",
    0xDC: "➔", 0xE0: "→", 0xE8: "➔", 0xF0: "⇨", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑", 0x52: "☑", 0x53: "☒",
}  # fmt: skip
_PRIVATE = range(0xF000, 0xF100)  # where symbol fonts are put (ISO/IEC 29500-1, 17.3.3.30)
UNKNOWN = "◇"


def symbol(code: int, font: str = "") -> str:
    """The character for a code; a sign that is not known here becomes `UNKNOWN`."""
    if code in _PRIVATE:
        return _SIGNS.get(code - 0xF000, UNKNOWN)
    if "wingdings" in font.lower() or "symbol" in font.lower():
        return _SIGNS.get(code, UNKNOWN)
    if not 0x20 <= code < 0x110000 or 0xD800 <= code < 0xE000 or 0xE000 <= code < 0xF900:
        return UNKNOWN
    return chr(code)
