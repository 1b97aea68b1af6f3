"""A plan as it was issued: its passages in the order and the words of the document, each with its place in it."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sqlmodel import Session

from app import documents
from app.documents import BlockKind, Run
from app.documents.lines import split_lines
from app.documents.pieces import collect
from app.models import Edition, EditionSource, Item, Section, Task
from app.services import breakdowns, plans

# What runs on over the ends of its lines; of everything else each printed line stands for itself.
_RUNNING = {BlockKind.PREAMBLE, BlockKind.NOTICE}


@dataclass(frozen=True, slots=True)
class Passage:
    """A heading, an item, or what else stands together; `start` is its place in the original text.

    `lines` are its printed lines or paragraphs; of an item they lie end to end in its text, from the first character
    to the last. A heading has its row, an item its row and its tasks.
    """

    kind: BlockKind
    start: int
    end: int
    lines: tuple[str, ...]
    section: Section | None = None
    item: Item | None = None
    tasks: tuple[Task, ...] = ()

    @property
    def places(self) -> list[tuple[int, int]]:
        """Where its lines begin and end, one behind the other: in an item's text."""
        ends = [0]
        for line in self.lines:
            ends.append(ends[-1] + len(line))
        return list(pairwise(ends))


@dataclass(frozen=True, slots=True)
class Printed:
    """An edition's passages, without page furniture."""

    edition: Edition
    passages: tuple[Passage, ...]


def printed(session: Session, key: str) -> Printed:
    """The current edition of a plan as it was issued; raises PlanNotFound."""
    edition = plans.current_edition(session, plans.get_plan(session, key))
    source = session.get_one(EditionSource, edition.id)
    blocks = [(BlockKind(kind), start, end) for kind, start, end in source.blocks]
    kept = [block for block in blocks if block[0] not in breakdowns.LEFT_OUT]
    sections, items = plans.sections(session, edition), plans.edition_items(session, edition)
    tasks = plans.tasks_by_item(session, items)
    return Printed(edition, tuple(_passages(kept, source.text, sections, items, tasks)))


def _passages(
    blocks: Sequence[tuple[BlockKind, int, int]],
    source: str,
    sections: Sequence[Section],
    items: Sequence[Item],
    tasks: dict[int, list[Task]],
) -> Iterator[Passage]:
    headings = dict(breakdowns.headings(sections, blocks, source))
    section_starts, item_starts = [row.source_start for row in sections], [row.source_start for row in items]
    seen: set[tuple[BlockKind, int]] = set()
    for kind, start, end in blocks:
        if kind is BlockKind.SECTION:
            row = sections[max(0, bisect_right(section_starts, end - 1) - 1)]
            if (kind, row.position) not in seen:
                yield Passage(kind, row.source_start, row.source_end, (headings[row.position],), section=row)
            seen.add((kind, row.position))
        elif kind is BlockKind.ITEM:
            item = items[max(0, bisect_right(item_starts, end - 1) - 1)]
            # An item over several pages is several blocks, with page numbers in between.
            if (kind, item.number) not in seen:
                found = documents.paragraphs(item.text, [Run(*run) for run in item.runs], source)
                own = tuple(tasks.get(item.id or 0, ()))
                yield Passage(kind, item.source_start, item.source_end, found, item=item, tasks=own)
            seen.add((kind, item.number))
        else:
            yield Passage(kind, start, end, _lines(kind, source, start, end))


def _lines(kind: BlockKind, source: str, start: int, end: int) -> tuple[str, ...]:
    lines = [line for line in split_lines(source[start:end]) if line.text]
    if kind not in _RUNNING:
        return tuple(line.text for line in lines)
    text, runs, _ = collect(source, [(start + line.first, start + line.last) for line in lines])
    return documents.paragraphs(text, runs, source)
