"""The reader: a plan as it was issued, and in its margin what becomes of each commitment."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from app.console.cascades import chooser
from app.console.text import seen
from app.console.views.margin import Mark, marks_of
from app.console.visitor import Visitor
from app.linking import AppliesTo
from app.models import Task
from app.pagination import PageRequest
from app.schemas.editions import EditionRead
from app.schemas.plans import DoubtRead
from app.services import cascades, editions, plans
from app.services.plans import PlanFilter
from app.services.printed import Passage, printed

# What a part of a long plan may take: a page has at most 300 kB, of which frame, doubts and parts take their share.
_PART = 200_000
# Bytes of HTML around a line, a task in it, an entry of the outline, a mark, and a sign in it.
_AROUND_LINE, _AROUND_TASK, _AROUND_NAME, _AROUND_MARK, _AROUND_SIGN = 180, 90, 150, 180, 260


class ReaderQuery(BaseModel):
    """Which part of a long plan is shown."""

    model_config = ConfigDict(extra="ignore")

    part: int = Field(default=1, ge=1, le=9999)


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph, its commitments marked, with what stands in its margin."""

    text: Markup
    marks: list[Mark]


@dataclass(frozen=True, slots=True)
class Shown:
    """A passage on the page: its anchor, its paragraphs, and what its reader was unsure of."""

    at: str
    passage: Passage
    lines: list[Line]
    doubts: list[DoubtRead]
    whole: list[Mark]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a long plan, and what the first of its passages with a name is called."""

    number: int
    passages: list[Passage]
    name: str


def list_view(session: Session, visitor: Visitor, page: PageRequest, q: str) -> dict[str, Any]:
    """What plans.html shows: the plans in the order of their keys; raises Forbidden or BadCursor."""
    visitor.within("list_plans")
    found = plans.page(session, page, PlanFilter(q=q or None))
    chosen = chooser(session, None, visitor.principal.adcode)
    return {"chooser": chosen, "plan": chosen.chosen, "plans": found.items, "onward": found.next_cursor, "q": q}


def view(session: Session, visitor: Visitor, key: str, asked: ReaderQuery) -> dict[str, Any]:
    """What reader.html shows of a plan; raises PlanNotFound or Forbidden."""
    visitor.within("read_plan", plan=key)
    doc = plans.detail(session, key)
    uppers = [plans.read(session, upper.id) for upper in cascades.uppers(session, plans.get_plan(session, key))]
    chosen = chooser(session, uppers[0].id if uppers else key)
    found = printed(session, key)
    marks = marks_of(session, visitor, doc, uppers)
    parts = _parts(found.passages, marks)
    part = parts[min(asked.part, len(parts)) - 1]
    return {
        "chooser": chosen,
        "plan": chosen.chosen,
        "doc": doc,
        "edition": found.edition,
        "former": [one.number for one in _editions(session, key) if not one.current],
        "uppers": uppers,
        "margin": ("what_it_carries_out" if uppers else "who_carries_out") if marks else "",
        "parts_of_doc": parts,
        "part": part,
        "passages": _shown(part, parts, marks, doc.doubts),
        "may_correct": visitor.reaches("confirm_preview", doc.adcode),
        "doubts": [(doubt, *_where(parts, doubt)) for doubt in doc.doubts],
    }


def _editions(session: Session, key: str) -> list[EditionRead]:
    # A plan has a handful of editions; the list of the API has them all.
    return editions.page(session, PageRequest(limit=50, after=None, filters=""), key).items


def anchor(passage: Passage) -> str:
    """Where a passage stands on the page: i8, s2, or by its place in the text."""
    if passage.item:
        return f"i{passage.item.number}"
    return f"s{passage.section.position}" if passage.section else f"p{passage.start}"


def _name(passage: Passage) -> str:
    if passage.item:
        return f"{passage.item.label}{passage.item.title}"
    return passage.lines[0] if passage.section else ""


def _parts(passages: Sequence[Passage], marks: Mapping[str, list[Mark]]) -> list[Part]:
    """The plan in parts that fit a page, cut before headings and items."""
    groups: list[list[Passage]] = [[]]
    size = 0
    for passage in passages:
        own = _size(passage, marks)
        if groups[-1] and size + own > _PART and (passage.item or passage.section):
            groups.append([])
            size = 0
        groups[-1].append(passage)
        size += own
    return [
        Part(number, group, next((name for one in group if (name := _name(one))), ""))
        for number, group in enumerate(groups, 1)
    ]


def _size(passage: Passage, marks: Mapping[str, list[Mark]]) -> int:
    """About how many bytes a passage takes on the page, from above."""
    size = sum(len(line.encode()) + _AROUND_LINE for line in passage.lines)
    size += _AROUND_NAME + len(_name(passage).encode()) if _name(passage) else 0
    if passage.item:
        names = [str(passage.item.number), *(f"{passage.item.number}.{task.number}" for task in passage.tasks)]
        found = [mark for name in names for mark in marks.get(name, [])]
        size += _AROUND_TASK * len(names) + sum(map(_size_of_mark, found))
    return size


def _size_of_mark(mark: Mark) -> int:
    return _AROUND_MARK + sum(_AROUND_SIGN + len((sign.title + sign.text).encode()) for sign in mark.signs)


def _where(parts: Sequence[Part], doubt: DoubtRead) -> tuple[int, str]:
    """The part and the anchor of the passage that a doubt is about."""
    number = max(1, bisect_right([part.passages[0].start if part.passages else 0 for part in parts], doubt.start))
    passages = parts[number - 1].passages
    at = bisect_right([passage.start for passage in passages], doubt.start) - 1
    return number, anchor(passages[max(0, at)]) if passages else ""


def _shown(
    part: Part, parts: Sequence[Part], marks: Mapping[str, list[Mark]], doubts: Sequence[DoubtRead]
) -> list[Shown]:
    own: dict[str, list[DoubtRead]] = {}
    for doubt in doubts:
        # What is about no place of the text stands at the side only.
        if doubt.end > 0 and _where(parts, doubt)[0] == part.number:
            own.setdefault(_where(parts, doubt)[1], []).append(doubt)
    return [_passage(passage, marks, own.get(anchor(passage), [])) for passage in part.passages]


def _passage(passage: Passage, marks: Mapping[str, list[Mark]], doubts: list[DoubtRead]) -> Shown:
    item = passage.item
    if item is None:
        # A heading's name is written by the template; other lines are shown as they are.
        lines = [Line(escape(seen(line)), []) for line in passage.lines]
        return Shown(anchor(passage), passage, lines, doubts, [])
    lines = []
    for start, end in passage.places:
        tasks = [task for task in passage.tasks if task.start < end and task.end > start]
        beside = [mark for t in tasks if t.start >= start for mark in marks.get(f"{item.number}.{t.number}", [])]
        lines.append(Line(_marked(item.number, item.text, (start, end), tasks, len(item.title)), beside))
    return Shown(anchor(passage), passage, lines, doubts, marks.get(str(item.number), []))


def _marked(number: int, text: str, span: tuple[int, int], tasks: Sequence[Task], title: int) -> Markup:
    """A piece of an item's text: its title strong, each commitment with its number before it."""
    start, end = span
    parts, at = [], start
    if start < title:
        parts.append(Markup("<strong>{}</strong>").format(seen(text[start : min(title, end)])))
        at = min(title, end)
    for task in tasks:
        first, last = max(task.start, at), min(task.end, end)
        parts.append(escape(seen(text[at:first])))
        parts.append(_commitment(number, task, text[first:last], begins=task.start >= start))
        at = last
    parts.append(escape(seen(text[at:end])))
    return Markup("").join(parts)


def _commitment(item: int, task: Task, text: str, *, begins: bool) -> Markup:
    kind = "task" if task.applies_to is AppliesTo.CITY else "task far"
    name = f"{item}.{task.number}"
    if not begins:
        return Markup('<span class="{}"><bdi>{}</bdi></span>').format(kind, seen(text))
    return Markup('<span class="{}" id="t{}"><b>{}</b><bdi>{}</bdi></span>').format(kind, name, name, seen(text))
