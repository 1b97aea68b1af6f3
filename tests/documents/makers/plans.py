"""A plan's text as the paragraphs that an office would type."""

from dataclasses import dataclass

from app.documents import BlockKind, Format, Source, outline
from app.documents.endings import ends_closed
from app.documents.labels import Label, read_label
from app.documents.text import decode


@dataclass(frozen=True)
class Typed:
    """A paragraph as an office types it. `heading`: it begins with this label of a section or an item."""

    kind: BlockKind
    text: str
    section: bool = False
    heading: Label | None = None


def typed(data: bytes) -> list[Typed]:
    """A plan's paragraphs. Lines of the text that break an item's sentence are one paragraph."""
    text = decode(data)
    read = outline(Source(Format.TEXT, "text/plain", text))
    sections = {section.source_start for section in read.sections}
    items = {item.source_start for item in read.items}
    found: list[Typed] = []
    place = 0
    for line in text.splitlines(keepends=True):
        first = place + len(line) - len(line.lstrip())
        place += len(line)
        words = line.strip()
        if not words:
            continue
        kind = next(block.kind for block in read.blocks if block.start <= first < block.end)
        begins = first in items or first in sections
        if kind is BlockKind.ITEM and not begins and not ends_closed(found[-1].text):
            last = found.pop()
            found.append(Typed(last.kind, last.text + words, last.section, last.heading))
        else:
            label = read_label(words, range(10_000)) if begins else None
            found.append(Typed(kind, words, first in sections, label))
    return found
