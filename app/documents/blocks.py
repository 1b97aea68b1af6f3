"""The original as blocks that lie end to end: nothing is left out, and everything says what it is."""

from collections.abc import Iterable, Iterator

from app.documents.lines import Line
from app.documents.tail import Tail
from app.documents.tree import Tree
from app.documents.values import Block, BlockKind

# A painted stretch: its kind, what it belongs to (stretches of one owner join over blank lines), start and end.
_Stretch = tuple[BlockKind, str, int, int]


def paint(
    text: str, lines: list[Line], front: dict[int, BlockKind], tree: Tree, tail: Tail, furniture: set[int]
) -> tuple[Block, ...]:
    """Blocks from 0 to the end of the text, without gap or overlap."""
    return laid(text, _stretches(lines, front, tree, tail, furniture))


def laid(text: str, painted: Iterable[_Stretch]) -> tuple[Block, ...]:
    """Painted stretches as blocks from 0 to the end of the text; what nobody painted is blank."""
    stretches = sorted(painted, key=lambda s: (s[2], s[3]))
    blocks: list[Block] = []
    owner, place = "", 0
    for kind, own, start, end in stretches:
        if end <= place:
            continue
        if blocks and own == owner:
            blocks[-1] = Block(kind, blocks[-1].start, end)
        else:
            if start > place:
                blocks.append(Block(BlockKind.BLANK, place, start))
            blocks.append(Block(kind, max(start, place), end))
        owner, place = own, end
    if place < len(text):
        blocks.append(Block(BlockKind.BLANK, place, len(text)))
    return tuple(blocks)


def _stretches(
    lines: list[Line], front: dict[int, BlockKind], tree: Tree, tail: Tail, furniture: set[int]
) -> Iterator[_Stretch]:
    for i, kind in (*front.items(), *tail.kinds.items()):
        yield kind, f"line {kind}", lines[i].start, lines[i].stop
    for i in furniture:
        yield BlockKind.FURNITURE, "line furniture", lines[i].start, lines[i].stop
    for k, (heading, label_start) in enumerate(zip(tree.headings, tree.label_starts, strict=True)):
        for span in heading:
            line = lines[span.line]
            whole = span.end >= line.last
            start = (
                line.start if span.start >= label_start > line.start or span.line != heading[0].line else label_start
            )
            yield BlockKind.SECTION, f"section {k}", min(start, line.start), line.stop if whole else span.end
    for span in tree.intros:
        line = lines[span.line]
        start = line.start if span.start <= line.first else span.start
        yield BlockKind.PREAMBLE, "intro", start, line.stop
    for k, item in enumerate(tree.items):
        for i in item.lines:
            yield BlockKind.ITEM, f"item {k}", lines[i].start, lines[i].stop
