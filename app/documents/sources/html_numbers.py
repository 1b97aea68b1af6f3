"""The numbers that a browser draws before the items of an ordered list: the page's text does not hold them."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.documents.sources.docx_numerals import counting

_CHINESE = ("cjk-ideographic", "simp-chinese", "trad-chinese", "cjk-decimal", "japanese-informal")
_LETTERS = 26
_MOST = 9_999  # a list's number, up to which Chinese numerals are written; no plan comes near


@dataclass(slots=True)
class Counter:
    """A list's numbering: its style in CSS, and the number of its last item."""

    style: str
    number: int

    def next(self, attributes: Mapping[str, str], style: Mapping[str, str]) -> str:
        """The label of the next item, with its sign; empty where the item shows none."""
        own = attributes.get("value", "")
        self.number = int(own) if own.lstrip("-").isdecimal() and len(own) < 6 else self.number + 1
        return _label(_style(attributes, style) or self.style, self.number)


def counter_of(attributes: Mapping[str, str], style: Mapping[str, str]) -> Counter:
    """The numbering of an <ol>."""
    start = attributes.get("start", "")
    first = int(start) if start.lstrip("-").isdecimal() and len(start) < 6 else 1
    return Counter(_style(attributes, style) or "decimal", first - 1)


def _style(attributes: Mapping[str, str], style: Mapping[str, str]) -> str:
    types = {"1": "decimal", "a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman", "I": "upper-roman"}
    said = f"{style.get('list-style-type', '')} {style.get('list-style', '')}".strip().lower()
    return said or types.get(attributes.get("type", ""), "")


def _label(style: str, number: int) -> str:
    if "none" in style or "disc" in style or "circle" in style or "square" in style:
        return ""
    if any(name in style for name in _CHINESE) and 0 < number <= _MOST:
        return f"{counting(number)}、"
    if "alpha" in style and 0 < number <= _LETTERS:
        return f"{chr(ord('A' if 'upper' in style else 'a') + number - 1)}."
    return f"{number}."
