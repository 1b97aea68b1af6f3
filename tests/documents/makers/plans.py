"""A plan's text as the paragraphs that an office would type."""

from app.documents import BlockKind, outline
from app.documents.text import decode
from app.documents.units import ends_closed
from app.documents.values import Format, Source


def paragraphs(data: bytes) -> list[tuple[BlockKind, bool, str]]:
    """A plan's paragraphs as an office would type them: what each is, whether it is a section's heading, its text.

    Lines of the text that break an item's sentence are one paragraph.
    """
    text = decode(data)
    read = outline(Source(Format.TEXT, "text/plain", text))
    headings = {section.source_start for section in read.sections}
    items = {item.source_start for item in read.items}
    found: list[tuple[BlockKind, bool, str]] = []
    place = 0
    for line in text.splitlines(keepends=True):
        first = place + len(line) - len(line.lstrip())
        place += len(line)
        if not line.strip():
            continue
        kind = next(block.kind for block in read.blocks if block.start <= first < block.end)
        broken = kind is BlockKind.ITEM and first not in items and found and not ends_closed(found[-1][2])
        if broken:
            found[-1] = (*found[-1][:2], found[-1][2] + line.strip())
        else:
            found.append((kind, first in headings, line.strip()))
    return found
