"""What a Word file's styles say of paragraphs and characters, with what they inherit."""

import re
from dataclasses import dataclass

from lxml import etree

from app.documents.sources.docx_package import W, switched_on, value, whole_number

_HEADING = re.compile(r"(?:heading|标题|標題)\s*([1-9])", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc|目录|目錄)\s*[1-9]", re.IGNORECASE)
_BODY_LEVEL = 9  # outlineLvl of text that is no heading
_DEEPEST = 40  # styles on styles; Word allows eleven
_MOST_STYLES = 10_000


@dataclass(frozen=True, slots=True)
class Characters:
    """How characters look; None where nothing is said. `font` is the East Asian one."""

    bold: bool | None = None
    font: str | None = None
    hidden: bool | None = None

    def over(self, under: "Characters") -> "Characters":
        """These properties, and for what they do not say those under them."""
        return Characters(
            under.bold if self.bold is None else self.bold,
            self.font or under.font,
            under.hidden if self.hidden is None else self.hidden,
        )


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph or character style with everything it inherits.

    `level` counts headings from 1. `numbering` and `numbering_level` are w:numId and w:ilvl, where the style has them;
    `numbered_by` is the style that brings the numbering.
    """

    characters: Characters = Characters()
    level: int | None = None
    numbering: str | None = None
    numbering_level: int | None = None
    numbered_by: str | None = None
    contents: bool = False


PLAIN = Style()


def characters(properties: etree._Element | None) -> Characters:
    """What a w:rPr says itself."""
    if properties is None:
        return Characters()
    bold = font = hidden = None
    for child in properties:
        tag = child.tag
        if tag == W + "b":
            bold = switched_on(child)
        elif tag == W + "rFonts":
            font = value(child, "eastAsia") or value(child, "eastAsiaTheme")
        elif tag == W + "vanish":
            hidden = switched_on(child)
    return Characters(bold, font, hidden)


class Styles:
    """The styles by their ids. Unknown ones, and those that go round in a circle, say nothing."""

    def __init__(self, root: etree._Element | None) -> None:
        self._elements: dict[str, etree._Element] = {}
        self._known: dict[str, Style] = {}
        self.normal: str | None = None
        defaults = root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr") if root is not None else None
        self.defaults = characters(defaults)
        for element in root.findall(W + "style")[:_MOST_STYLES] if root is not None else ():
            key = value(element, "styleId")
            if key is not None and key not in self._elements:
                self._elements[key] = element
                if value(element, "type") == "paragraph" and value(element, "default") in ("1", "true", "on"):
                    self.normal = key

    def paragraph(self, key: str | None) -> Style:
        """A paragraph's style, the default one where it names none."""
        key = self.normal if key is None or key not in self._elements else key
        return PLAIN if key is None else self.get(key)

    def get(self, key: str) -> Style:
        """A style by its id."""
        if key not in self._known:
            self._known[key] = self._resolved(key)
        return self._known[key]

    def numbering_of(self, key: str) -> str | None:
        """The w:numId of a numbering style."""
        return self.get(key).numbering

    def _resolved(self, key: str) -> Style:
        chain: list[str] = []
        at: str | None = key
        while at is not None and at in self._elements and at not in chain and len(chain) < _DEEPEST:
            chain.append(at)
            at = value(self._elements[at].find(W + "basedOn"))
        style = PLAIN
        for name in reversed(chain):
            style = _derived(self._elements[name], name, style)
        return style


def _derived(element: etree._Element, key: str, parent: Style) -> Style:
    properties = element.find(W + "pPr")
    name = value(element.find(W + "name")) or ""
    level = parent.level
    numbering, numbering_level, numbered_by = parent.numbering, parent.numbering_level, parent.numbered_by
    heading = _HEADING.fullmatch(name)
    if heading:
        level = int(heading[1])
    if properties is not None:
        level = outline_level(properties, level)
        numbers = properties.find(W + "numPr")
        if numbers is not None:
            given = value(numbers.find(W + "numId"))
            numbering, numbered_by = (given, key) if given is not None else (numbering, numbered_by)
            own = whole_number(numbers.find(W + "ilvl"))
            numbering_level = own if own is not None else (None if given is not None else numbering_level)
    return Style(
        characters(element.find(W + "rPr")).over(parent.characters),
        level,
        numbering,
        numbering_level,
        numbered_by,
        parent.contents or _CONTENTS.fullmatch(name) is not None,
    )


def outline_level(properties: etree._Element, inherited: int | None) -> int | None:
    """The level of a heading that a w:pPr gives, counted from 1; None for text."""
    given = whole_number(properties.find(W + "outlineLvl"))
    if given is None:
        return inherited
    return given + 1 if 0 <= given < _BODY_LEVEL else None
