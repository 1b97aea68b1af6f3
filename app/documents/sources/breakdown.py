"""Luoshi's own JSON: a plan as `GET /api/v1/plans/{plan}/breakdown?format=json` gives it."""

from datetime import date
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.documents.sources import errors
from app.documents.sources.limits import Limits
from app.documents.sources.xlsx import MOST_CELLS, MOST_ROWS, too_many_cells
from app.documents.tables.grid import Entry
from app.documents.tables.heads import BLOCKS, PLACE
from app.documents.tables.writing import BODY, FILE_HEADINGS, NO_STOP, PLAN_KEY, SIGNS, RawSheet, cleaned, written
from app.documents.text import decode
from app.documents.values import BlockKind, Cell, DocumentError, Format, Sheet, Source, Span

FORMAT, VERSION = "luoshi-breakdown", 1
_HEADINGS = ("序号", "部分", "工作任务", "具体措施", "牵头单位", "责任单位", "完成时限")
_PARTS = {kind: name for name, kind in BLOCKS.items()}
_MOST_NAMED = 5  # places that an error names

Text = Annotated[str, Field(max_length=1_000_000)]
Place = Annotated[int, Field(ge=0)]


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Part(_Closed):
    kind: BlockKind
    text: Text


class _Section(_Closed):
    position: int
    level: Annotated[int, Field(ge=1, le=9)]
    label: Text
    title: Text
    heading: Text
    parent: int | None
    text: list[Text]


class _Task(_Closed):
    number: int
    text: Text
    start: Place
    end: Place


class _Item(_Closed):
    number: int
    label: Text
    title: Annotated[Text, Field(min_length=1)]
    text: Text
    paragraphs: list[Text]
    section: int | None
    lead_unit: Text | None
    responsible_units: list[Text]
    deadline: Text | None
    tasks: list[_Task]


class _Breakdown(_Closed):
    format: Literal["luoshi-breakdown"]
    version: Literal[1]
    plan: Text
    edition: int
    adcode: Annotated[str, Field(pattern=r"^[0-9]{6}$")]
    name: Text
    domain: Text
    year: int
    title: Text | None
    plan_title: Text | None
    issuer: Text | None
    document_number: Text | None
    issued_on: date | None
    addressee: Text | None
    before: list[_Part]
    sections: list[_Section]
    items: Annotated[list[_Item], Field(max_length=MOST_ROWS)]
    after: list[_Part]
    provenance: dict[str, Any] | None = None  # where it came from, which is no part of the document


def open_json(data: bytes, limits: Limits) -> Source:
    """A breakdown in JSON as the same text and tables that its spreadsheet has, with the tasks it names.

    Raises DocumentError: what `decode` raises, `too_large`, and `bad_breakdown` with the place of what is wrong.
    """
    text = decode(data)
    if len(text) > limits.characters * 8:  # every task stands in it three times, and may be written in escapes
        raise errors.too_large("JSON 文件过长", "the JSON file is too long")
    try:
        plan = _Breakdown.model_validate_json(text)
    except ValidationError as error:
        raise _bad(error) from error
    for number, item in enumerate(plan.items):
        _check(item, f"/items/{number}")
    entries = tuple(_table(plan))
    if len(entries) > MOST_CELLS:
        raise too_many_cells()
    stored, sheets, doubts = written([RawSheet("任务分解表", entries), RawSheet("文件信息", tuple(_around(plan)))])
    sheets = tuple(_stated(sheet, plan) if _is_table(sheet) else sheet for sheet in sheets)
    return Source(Format.JSON, "application/json", stored, doubts=doubts, paragraphs=True, sheets=sheets)


def _check(item: _Item, place: str) -> None:
    if not item.text.startswith(item.title):
        raise _wrong(f"{place}/title", "text 应以 title 开头", "text must begin with title")
    if "".join(item.paragraphs) != item.text:
        raise _wrong(f"{place}/paragraphs", "各段连起来应等于 text", "the paragraphs joined must be text")
    end = 0
    for number, task in enumerate(item.tasks):
        if not end <= task.start < task.end <= len(item.text) or item.text[task.start : task.end] != task.text:
            zh, en = "应依次为 text 中 start 到 end 的文字", "must be text[start:end], one behind the other"
            raise _wrong(f"{place}/tasks/{number}", zh, en)
        end = task.end


def _around(plan: _Breakdown) -> list[Entry]:
    rows = [
        FILE_HEADINGS,
        (PLAN_KEY, f"{plan.adcode}-{plan.domain}-{plan.year}"),
        (PLACE, f"{plan.adcode} {plan.name}"),
    ]
    rows += [(_PARTS[part.kind], part.text) for part in plan.before if part.kind in _PARTS]
    rows.append((BODY, "见任务分解表"))
    rows += [(_PARTS[part.kind], part.text) for part in plan.after if part.kind in _PARTS]
    return [
        Entry(r, c, words) for r, row in enumerate(rows) for c, value in enumerate(row) if (words := cleaned(value))
    ]


def _table(plan: _Breakdown) -> list[Entry]:
    """The rows of the table. An item takes one, and one more for each paragraph behind its first."""
    sections = {section.position: section for section in plan.sections}
    entries = [Entry(0, column, heading) for column, heading in enumerate(_HEADINGS)]
    shown: set[int] = set()
    row = 1
    for item in plan.items:
        for position in sorted(p for p in sections if p not in shown and p < (item.section or 0)):
            if not any(other.parent == position for other in plan.sections):
                entries.append(Entry(row, 1, _path(sections, position, shown)))
                row += 1
        path = _path(sections, item.section, shown)
        pieces = _pieces(item)
        duties = ("、".join(item.responsible_units), item.deadline or "")
        values = (str(item.number), path, item.label + pieces[0], *pieces[1:2], item.lead_unit or "", *duties)
        columns = (0, 1, 2, *((3,) if pieces[1:] else ()), 4, 5, 6)
        entries += [Entry(row, c, words) for c, v in zip(columns, values, strict=True) if (words := cleaned(v))]
        entries += [Entry(row + k, 3, piece) for k, piece in enumerate(pieces[2:], start=1)]
        row += max(1, len(pieces) - 1)
    for position in sorted(p for p in sections if p not in shown):
        if not any(other.parent == position for other in plan.sections):
            entries.append(Entry(row, 1, _path(sections, position, shown)))
            row += 1
    return sorted(entries, key=lambda e: (e.row, e.column))


def _path(sections: dict[int, _Section], position: int | None, shown: set[int]) -> str:
    lines: list[str] = []
    above: set[int] = set()
    while position is not None and position in sections and position not in above:
        above.add(position)
        section = sections[position]
        under = [f"\u3000\u3000{text}" for text in section.text] if position not in shown else []
        lines[:0] = [section.heading, *under]
        position = section.parent
    shown |= above
    return "\n".join(lines)


def _pieces(item: _Item) -> list[str]:
    """The title as its cell has it, and the text behind it by paragraphs."""
    title, length = item.title, len(item.title)
    if len(item.text) == length:
        return [title]
    if item.text[length] not in SIGNS and title[-1] not in SIGNS:
        title += NO_STOP
    ends, end = [], 0
    for paragraph in item.paragraphs:
        end += len(paragraph)
        ends.append(end)
    places = [length, *(place for place in ends if place > length)]
    return [title, *(item.text[a:b] for a, b in pairwise(places))]


def _is_table(sheet: Sheet) -> bool:
    return any(cell.column >= len(FILE_HEADINGS) for cell in sheet.cells)


def _stated(sheet: Sheet, plan: _Breakdown) -> Sheet:
    """The table with the places of the tasks that the file names."""
    words = [cell for cell in sheet.cells if cell.row and cell.column in (2, 3)]
    tasks: list[Span] = []
    at = 0
    for item in plan.items:
        own: list[tuple[int, Cell]] = []  # where a cell's words begin in the item's text
        place = 0
        for k, piece in enumerate(_pieces(item)):
            own.append((place - (0 if k else len(item.label)), words[at]))
            place += len(piece.rstrip(NO_STOP)) if k == 0 else len(piece)
            at += 1
        tasks += [Span(_source(own, task.start), _source(own, task.end - 1) + 1) for task in item.tasks]
    return Sheet(sheet.name, sheet.cells, tuple(tasks))


def _source(cells: list[tuple[int, Cell]], place: int) -> int:
    start, cell = next((start, cell) for start, cell in reversed(cells) if start <= place)
    return cell.start + place - start


def _bad(error: ValidationError) -> DocumentError:
    problems: list[Any] = list(error.errors(include_url=False, include_input=False))
    places = ["/" + "/".join(str(part) for part in problem["loc"]) for problem in problems[:_MOST_NAMED]]
    if problems[0]["type"] == "json_invalid" or places[0] in ("/format", "/version", "/"):
        return _wrong(
            places[0],
            f"只能读取本系统导出的任务分解表（format 为 {FORMAT}，version 为 {VERSION}）",
            f"only a breakdown exported by Luoshi is read (format {FORMAT}, version {VERSION})",
        )
    named = "；".join(f"{place}：{problem['msg']}" for place, problem in zip(places, problems, strict=False))
    return _wrong(places[0], f"内容与格式不符（{named}）", f"it does not have the form of a breakdown ({named})")


def _wrong(place: str, zh: str, en: str) -> DocumentError:
    return DocumentError(
        "bad_breakdown",
        f"JSON 文件的 {place} 处有误：{zh}。请重新导出，或按接口文档中任务分解表的格式修改后再导入。",
        f"The JSON file is wrong at {place}: {en}. Export it anew, or give it the form that the API's documentation has.",
    )
