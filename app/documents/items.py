"""An item from its lines: its text, title and tasks, and who is responsible."""

import re
from itertools import pairwise

from app.documents.brackets import protect
from app.documents.clauses import cut, title_end
from app.documents.notes import read_notes
from app.documents.numbering import LONGEST_TITLE
from app.documents.pieces import collect, source_span, text_place
from app.documents.tree import Draft
from app.documents.values import Doubt, Item, Run, Task

_SPACE = re.compile(r"[ \t\u3000\u00a0]{1,40}")


def read_items(text: str, drafts: list[Draft]) -> tuple[tuple[Item, ...], list[Doubt]]:
    """Items with their numbers: the printed ones where these are unique in the plan, else their places."""
    numbers = {draft.number for draft in drafts}
    unique = len(numbers) == len(drafts) and None not in numbers
    doubts: list[Doubt] = []
    items = tuple(
        read_item(text, draft, draft.number if unique and draft.number else place, doubts)
        for place, draft in enumerate(drafts, start=1)
    )
    return items, doubts


def read_item(source: str, draft: Draft, number: int, doubts: list[Doubt]) -> Item:
    """An item from its draft; `doubts` takes what was doubtful about it."""
    text, runs, starts = collect(source, draft.spans)
    breaks = [starts[k] for k in draft.breaks]
    protection = protect(text, breaks)
    notes = read_notes(text, breaks, _gaps(source, runs))
    end = title_end(text, protection, breaks, notes.ranges)
    if draft.title_end is not None:
        end = len(text[: text_place(runs, draft.title_end)].rstrip("。！？!?：:")) or end
    source_end = runs[-1].source_start + runs[-1].length if runs else draft.spans[-1][1]
    for place in protection.unbalanced[:1]:
        start, _ = source_span(runs, place, place + 1)
        doubts.append(Doubt("unbalanced_sign", start, start + 1, "引号或括号不成对，按没有这个符号处理"))
    if draft.title_end is None:
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
        tasks=read_tasks(text, runs, cut(text, end, protection, breaks, notes.ranges)),
        responsibility=notes.responsibility,
    )


def _gaps(source: str, runs: tuple[Run, ...]) -> set[int]:
    """Where a space of the original, not a line end, was left out between two characters of an item's text."""
    between = ((b.text_start, source[a.source_start + a.length : b.source_start]) for a, b in pairwise(runs))
    return {place for place, space in between if _SPACE.fullmatch(space)}


def _title_doubts(text: str, end: int, source_start: int, source_end: int) -> list[Doubt]:
    if text[end : end + 1] in ("：", ":"):
        return [Doubt("title_by_colon", source_start, source_end, "标题与正文之间是冒号，按冒号分开")]
    if end > LONGEST_TITLE:
        return [Doubt("long_title", source_start, source_end, "首句很长，仍按标题处理，其中的事项不作为任务")]
    return []


def read_tasks(text: str, runs: tuple[Run, ...], ranges: list[tuple[int, int]]) -> tuple[Task, ...]:
    """An item's tasks from their ranges in its text, numbered from 1."""
    tasks = []
    for number, (start, end) in enumerate(ranges, start=1):
        source_start, source_end = source_span(runs, start, end)
        tasks.append(Task(number, text[start:end], start, end, source_start, source_end))
    return tuple(tasks)
