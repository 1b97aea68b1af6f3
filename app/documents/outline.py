"""A document's bytes read into an outline: title, sections, items, tasks, and what was doubtful."""

from collections.abc import Sequence

from app.documents.blocks import paint
from app.documents.brackets import protect
from app.documents.clauses import cut, title_end
from app.documents.front import FrontReader, metadata_of
from app.documents.lines import Line, is_bare_number, is_furniture, split_lines
from app.documents.marks import Marks, read_marks
from app.documents.notes import read_notes
from app.documents.pieces import collect, source_span
from app.documents.sources import DEFAULT_LIMITS, Limits, open_source
from app.documents.tail import read_tail
from app.documents.tree import Draft, TreeBuilder
from app.documents.units import LONGEST_TITLE, UnitReader
from app.documents.values import DocumentError, Doubt, Item, Mark, MarkKind, Outline, Run, Source, Task

MOST_ITEMS = 2_000  # the longest real plans have some hundred
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

    Raises DocumentError: `bad_mark` for a mark whose place is not in the text, or that contradicts another correction;
    `no_items` for a text without a single item, and `too_many_items` for one with more than 2,000.
    """
    text = source.text
    lines = split_lines(text)
    marks = read_marks(source, corrections, lines)
    furniture = {i for i, line in enumerate(lines) if line.text and _is_furniture(marks, i, line)}
    content = [i for i, line in enumerate(lines) if line.text and i not in furniture]
    reader = UnitReader(lines, content, marks)
    body = reader.read()
    if body is None:
        raise _no_items()
    front = FrontReader(text, lines[: body.first_line], furniture, marks).read()
    numbered = "document_number" in front.found or "document_number" in front.listed
    tail = read_tail(lines, body, furniture, marks, trust_lone_date=numbered)
    tree = TreeBuilder(text, body.units, reader.width, marks).build()
    if len(tree.items) > MOST_ITEMS:
        raise _too_many_items(len(tree.items))
    metadata, doubts = metadata_of(front, text, tail.signature, tail.date)
    items, item_doubts = _read_items(text, tree.items)
    doubts += [*source.doubts, *front.doubts, *body.doubts, *tail.doubts, *tree.doubts, *item_doubts]
    doubts += _torn_figures(lines, furniture, body.first_line, tail.first_line)
    body_furniture = {i for i in furniture if body.first_line <= i < tail.first_line}
    blocks = paint(text, lines, front.kinds, tree, tail, body_furniture)
    return Outline(text, blocks, metadata, tuple(tree.sections), items, _kept(marks.unsettled(doubts, lines)))


def _is_furniture(marks: Marks, i: int, line: Line) -> bool:
    """Whether a line is no part of the document: because a mark says so, else by its words."""
    if i in marks.sure:
        return marks.kind(i) is MarkKind.FURNITURE
    return is_furniture(line.text)


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


def _read_items(text: str, drafts: list[Draft]) -> tuple[tuple[Item, ...], list[Doubt]]:
    """Items with their numbers: the printed ones where these are unique in the plan, else their places."""
    numbers = {draft.number for draft in drafts}
    unique = len(numbers) == len(drafts) and None not in numbers
    doubts: list[Doubt] = []
    items = tuple(
        _read_item(text, draft, draft.number if unique and draft.number else place, doubts)
        for place, draft in enumerate(drafts, start=1)
    )
    return items, doubts


def _read_item(source: str, draft: Draft, number: int, doubts: list[Doubt]) -> Item:
    text, runs, starts = collect(source, draft.spans)
    breaks = [starts[k] for k in draft.breaks]
    protection = protect(text, breaks)
    notes = read_notes(text, breaks)
    end = title_end(text, protection, breaks, notes.ranges)
    source_end = runs[-1].source_start + runs[-1].length if runs else draft.spans[-1][1]
    for place in protection.unbalanced[:1]:
        start, _ = source_span(runs, place, place + 1)
        doubts.append(Doubt("unbalanced_sign", start, start + 1, "引号或括号不成对，按没有这个符号处理"))
    doubts += _title_doubts(text, end, draft.label_start, source_end)
    if notes.several_deadlines:
        doubts.append(Doubt("several_deadlines", draft.label_start, source_end, "有几个完成时限，取第一个"))
    return Item(
        number=number,
        label=draft.label,
        title=text[:end],
        text=text,
        section=draft.section,
        source_start=draft.label_start,
        source_end=source_end,
        runs=runs,
        tasks=_read_tasks(text, runs, cut(text, end, protection, breaks, notes.ranges)),
        responsibility=notes.responsibility,
    )


def _title_doubts(text: str, end: int, source_start: int, source_end: int) -> list[Doubt]:
    if text[end : end + 1] in ("：", ":"):
        return [Doubt("title_by_colon", source_start, source_end, "标题与正文之间是冒号，按冒号分开")]
    if end > LONGEST_TITLE:
        return [Doubt("long_title", source_start, source_end, "首句很长，仍按标题处理，其中的事项不作为任务")]
    return []


def _read_tasks(text: str, runs: tuple[Run, ...], ranges: list[tuple[int, int]]) -> tuple[Task, ...]:
    tasks = []
    for number, (start, end) in enumerate(ranges, start=1):
        source_start, source_end = source_span(runs, start, end)
        tasks.append(Task(number, text[start:end], start, end, source_start, source_end))
    return tuple(tasks)


def _torn_figures(lines: list[Line], furniture: set[int], first: int, end: int) -> list[Doubt]:
    """A line of nothing but digits inside the body is taken for a page number, but could be a torn-off figure."""
    return [
        Doubt("page_number", lines[i].first, lines[i].last, "只有数字的一行，按页码处理")
        for i in sorted(furniture)
        if first <= i < end and is_bare_number(lines[i].text)
    ]
