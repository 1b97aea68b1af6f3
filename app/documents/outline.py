"""A document's bytes read into an outline: title, sections, items, tasks, and what was doubtful."""

from collections.abc import Sequence
from dataclasses import replace

from app.documents.blocks import paint
from app.documents.classification import refuse_classified
from app.documents.front import FrontReader, metadata_of
from app.documents.items import read_items
from app.documents.lines import Line, contents_pages, is_bare_number, is_furniture, split_lines
from app.documents.marks import Marks, read_marks
from app.documents.sources import DEFAULT_LIMITS, Limits, open_source
from app.documents.tables.reader import read_tables
from app.documents.tail import read_tail
from app.documents.tree import TreeBuilder
from app.documents.units import UnitReader
from app.documents.values import DocumentError, Doubt, Mark, MarkKind, Outline, Source

MOST_ITEMS = 2_000  # the longest real plans have some hundred
_MOST_UNITS = 2 * MOST_ITEMS  # items and headings; a heading has at least one item
MOST_DOUBTS = 200  # nobody looks through more; a text with more is no plan


def read(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Outline:
    """Read a plan's bytes, within the limits. Raises DocumentError: what `open_source` and `outline` raise."""
    return outline(open_source(data, limits))


def outline(source: Source, corrections: Sequence[Mark] = ()) -> Outline:
    """Read an opened file as its marks and the corrections say.

    A correction wins over the source's mark of the same line, and settles the doubts that begin on that line. SECTION
    makes the line a heading of its `level` (else its label's, else the one its place suggests), ITEM an item, whether
    numbered or not; what stands below is part of it until the next heading or item of its rank. CONTINUES joins the
    line to the paragraph above it, PARAGRAPH makes it a paragraph of the item or heading above it, FURNITURE leaves
    out every line that its range touches, ATTACHMENT ends the body. HEADING and BOLD are weighed with the words.

    Raises DocumentError: `classified` for a document whose head bears 秘密, 机密 or 绝密; `bad_mark` for a mark whose
    place is not in the text, or that contradicts another correction; `no_items` for a text without a single item, and
    `too_many_items` for one with more than 2,000.
    """
    text = source.text
    lines = split_lines(text)
    refuse_classified(line.text for line in lines)
    marks = read_marks(source, corrections, lines)
    found = read_tables(source, marks, lines) if source.sheets else _read_lines(source, marks, lines)
    if not found.items:
        raise _no_items()
    if len(found.items) > MOST_ITEMS:
        raise _too_many_items(len(found.items))
    return replace(found, doubts=_kept(marks.unsettled(found.doubts, lines)))


def _read_lines(source: Source, marks: Marks, lines: list[Line]) -> Outline:
    text = source.text
    contents = contents_pages(lines)
    furniture = {i for i, line in enumerate(lines) if line.text and _is_furniture(marks, i, line, contents)}
    content = [i for i, line in enumerate(lines) if line.text and i not in furniture]
    reader = UnitReader(lines, content, marks)
    body = reader.read()
    if body is None:
        raise _no_items()
    if len(body.units) > _MOST_UNITS:  # before more is made of them, which takes longest
        raise _too_many_items(len(body.units))
    front = FrontReader(text, lines[: body.first_line], furniture, marks).read()
    numbered = "document_number" in front.found or "document_number" in front.listed
    tail = read_tail(lines, body, furniture, marks, trust_lone_date=numbered)
    tree = TreeBuilder(text, body.units, reader.width, marks).build()
    metadata, doubts = metadata_of(front, text, tail.signature, tail.date)
    items, item_doubts = read_items(text, tree.items)
    doubts += [*source.doubts, *front.doubts, *body.doubts, *tail.doubts, *tree.doubts, *item_doubts]
    doubts += _torn_figures(lines, furniture, body.first_line, tail.first_line)
    body_furniture = {i for i in furniture if body.first_line <= i < tail.first_line}
    blocks = paint(text, lines, front.kinds, tree, tail, body_furniture)
    return Outline(text, blocks, metadata, tuple(tree.sections), items, tuple(doubts))


def _is_furniture(marks: Marks, i: int, line: Line, contents: set[int]) -> bool:
    """Whether a line is no part of the document: because a mark says so, else by its words."""
    if i in marks.sure:
        return marks.kind(i) is MarkKind.FURNITURE
    return i in contents or is_furniture(line.text)


def _kept(doubts: list[Doubt]) -> tuple[Doubt, ...]:
    """The first doubts in the order of the text, and one that tells how many were left out."""
    ordered = sorted(doubts, key=lambda d: (d.start, d.end, d.kind))
    kept, rest = ordered[:MOST_DOUBTS], ordered[MOST_DOUBTS:]
    if rest:
        assumed = f"疑点太多，只列出前{MOST_DOUBTS}处，另有{len(rest)}处没有列出"
        kept.append(Doubt("more_doubts", rest[0].start, max(doubt.end for doubt in rest), assumed))
    return tuple(kept)


def _no_items() -> DocumentError:
    return DocumentError(
        "no_items",
        "没有找到要点：文中没有以“一、”“（一）”“1.”开头的编号段落。请确认文件是工作要点的正文，且编号没有丢失。",
        "No items found: no line begins with a number such as 一、, （一） or 1. Make sure that the file is the plan's "
        "own text and that its numbering has not been lost.",
    )


def _too_many_items(count: int) -> DocumentError:
    return DocumentError(
        "too_many_items",
        f"文中有{count}条要点，超过{MOST_ITEMS}条的上限，不像一份工作要点。请确认文件是工作要点的正文；如果是多份文件合在一起，请拆开后分别导入。",
        f"{count:,} items were found, more than the {MOST_ITEMS:,} that are read: this does not look like one plan. Make "
        "sure that the file is the plan's own text; if several documents were put together, split them and import each.",
    )


def _torn_figures(lines: list[Line], furniture: set[int], first: int, end: int) -> list[Doubt]:
    """A line of nothing but digits inside the body is taken for a page number, but could be a torn-off figure."""
    return [
        Doubt("page_number", lines[i].first, lines[i].last, "只有数字的一行，按页码处理")
        for i in sorted(furniture)
        if first <= i < end and is_bare_number(lines[i].text)
    ]
