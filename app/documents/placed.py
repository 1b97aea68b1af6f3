"""The lines of a document as read: where each stands, and what it was taken for."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from app.documents.lines import Line, split_lines
from app.documents.values import BlockKind, Outline

# A printed line is shown to be recognised; a "line" longer than this is a whole paragraph.
LONGEST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line that is not blank. `section` is an index of Outline.sections, `item` a number."""

    start: int
    end: int
    text: str
    kind: BlockKind
    section: int | None
    item: int | None


def placed_lines(outline: Outline) -> list[PlacedLine]:
    """The lines of an outline's text that are not blank, in order."""
    blocks = [block.start for block in outline.blocks]
    items = [item.source_start for item in outline.items]
    sections = [section.source_start for section in outline.sections]
    found = []
    for line in split_lines(outline.text):
        if not line.text:
            continue
        kind = outline.blocks[bisect_right(blocks, line.first) - 1].kind
        item = bisect_right(items, line.last - 1) - 1 if kind is BlockKind.ITEM else -1
        section = bisect_right(sections, line.last - 1) - 1 if kind is BlockKind.SECTION else -1
        if item >= 0:
            owner = outline.items[item]
            found.append(PlacedLine(line.first, line.last, line.text, kind, owner.section, owner.number))
        else:
            found.append(PlacedLine(line.first, line.last, line.text, kind, section if section >= 0 else None, None))
    return found


class PrintedLines:
    """The printed lines of a text, by place."""

    def __init__(self, text: str) -> None:
        self._lines: Sequence[Line] = split_lines(text)
        self._starts = [line.start for line in self._lines]

    def at(self, start: int, end: int) -> str | None:
        """The line that holds `start`, without the space around it, cut if it is long; None for no place at all."""
        if start == end == 0 or not self._lines:
            return None
        text = self._lines[max(0, bisect_right(self._starts, start) - 1)].text
        return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"
