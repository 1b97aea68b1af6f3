"""Makes task breakdowns as spreadsheets: a neutral table, written as XLSX or CSV, and plans as such tables."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import openpyxl

from app.documents import BlockKind, Item, Outline

Row = Sequence[object]
HEADINGS = ["序号", "部分", "工作任务", "具体措施", "牵头单位", "责任单位", "完成时限", "备注"]
BLOCKS = {
    BlockKind.ISSUER_MARK: "发文机关标志",
    BlockKind.DOCUMENT_NUMBER: "发文字号",
    BlockKind.METADATA: "网页信息",
    BlockKind.TITLE: "标题",
    BlockKind.ADDRESSEE: "主送机关",
    BlockKind.NOTICE: "通知正文",
    BlockKind.SIGNATURE: "落款",
    BlockKind.DATE: "成文日期",
    BlockKind.PLAN_TITLE: "要点标题",
    BlockKind.PREAMBLE: "前言",
}
STOPS = "。！？!?；;，,：:、…"


@dataclass
class Table:
    """One sheet: rows of values (None or "" for empty), ranges to merge (A1:B2), number formats by cell, what is hidden."""

    name: str
    rows: list[Row]
    merged: Iterable[str] = ()
    formats: dict[str, str] = field(default_factory=dict)
    state: str = "visible"


def workbook(*tables: Table) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for table in tables:
        sheet = book.create_sheet(table.name)
        sheet.sheet_state = table.state
        for row in table.rows:
            sheet.append(list(row))
        for place, code in table.formats.items():
            sheet[place].number_format = code
        for cells in table.merged:
            sheet.merge_cells(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def delimited(rows: Iterable[Row], delimiter: str = ",", encoding: str = "utf-8-sig") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows([["" if v is None else v for v in row] for row in rows])
    return out.getvalue().encode(encoding)


def plan_tables(outline: Outline, key: str) -> tuple[Table, Table]:
    """A plan as the breakdown that is exported of it: the table, and what stands around the plan (文件信息)."""
    rows: list[Row] = [[f"{outline.metadata.plan_title}任务分解表"], HEADINGS]
    merged = ["A1:H1"]
    path: list[str] = []
    top = 0
    for place, item in enumerate(outline.items, 1):
        new = _path(outline, item, place - 1)
        first = len(rows) + 1
        if new != path and path and first - top > 1:
            merged.append(f"B{top}:B{first - 1}")
        top, path = (first, new) if new != path else (top, path)
        title, paragraphs = _paragraphs(outline, item)
        duty = item.responsibility
        others = [unit for k, unit in enumerate(duty.units) if k or unit != duty.lead_unit]
        start = [item.number, "\n".join(new) if top == first else None, item.label + title]
        rows.append([*start, paragraphs[0], duty.lead_unit, "、".join(others), duty.deadline, None])
        rows += [[None, None, None, paragraph] for paragraph in paragraphs[1:]]
        if len(paragraphs) > 1:
            merged += [f"{column}{first}:{column}{len(rows)}" for column in "ACEFGH"]
    if len(rows) > top:
        merged.append(f"B{top}:B{len(rows)}")
    return Table("任务分解表", rows, merged), Table("文件信息", _file_rows(outline, key))


def _path(outline: Outline, item: Item, place: int) -> list[str]:
    """The headings over an item, with the paragraphs that stand between the last of them and the item."""
    lines: list[str] = []
    at = item.section
    while at is not None:
        section = outline.sections[at]
        lines.insert(0, section.label + section.title)
        at = section.parent
    return lines


def _paragraphs(outline: Outline, item: Item) -> tuple[str, list[str]]:
    """The title as its cell has it, and the rest of the text; one paragraph for each of the document."""
    title, rest = item.title, item.text[len(item.title) :]
    if not rest:
        return title, [""]
    breaks = sorted({place - len(item.title) for place in _breaks(outline, item) if place >= len(item.title)} - {0})
    bare = len(item.title) in _breaks(outline, item)
    if rest.startswith("。"):
        rest, shift = rest[1:], 1
    else:
        shift = 0
        title += "\u3000" if bare or rest[0] not in STOPS else ""
    places = [0, *(b - shift for b in breaks if 0 < b - shift < len(rest)), len(rest)]
    return title, [rest[a:b] for a, b in pairwise(places)] if rest else [""]


def _breaks(outline: Outline, item: Item) -> set[int]:
    """Where paragraphs of an item begin in its text: behind a line that ends a sentence."""
    found = set()
    for a, b in pairwise(item.runs):
        between = outline.text[a.source_start + a.length : b.source_start]
        closed = item.text[b.text_start - 1] in "。！？；：）)”" or b.text_start == len(item.title)
        if "\n" in between and closed:
            found.add(b.text_start)
    return found


def _file_rows(outline: Outline, key: str) -> list[Row]:
    rows: list[Row] = [["项目", "内容"], ["要点编号", key], ["行政区划", key[:6] + " 某地"], ["版本", "1"]]
    rows += [[BLOCKS[kind], text] if kind else ["正文", "见任务分解表"] for kind, text in _parts(outline)]
    return rows


def _parts(outline: Outline) -> Iterator[tuple[BlockKind | None, str]]:
    """What stands around the sections and items, in order; None in the place of these."""
    inside = False
    for block in outline.blocks:
        lines = [line.strip() for line in outline.text[block.start : block.end].splitlines() if line.strip()]
        if block.kind in (BlockKind.SECTION, BlockKind.ITEM):
            if not inside:
                yield None, ""
            inside = True
        elif block.kind in BLOCKS and not (inside and block.kind is BlockKind.PREAMBLE):
            yield block.kind, "\n".join(lines)


def plan_json(outline: Outline, key: str) -> dict[str, Any]:
    """A plan as the JSON that is exported of it."""
    adcode, domain, year = key.split("-")
    metadata = outline.metadata
    parts = [{"kind": kind, "text": text} for kind, text in _parts(outline)]
    body = next(k for k, part in enumerate(parts) if part["kind"] is None)
    return {
        "format": "luoshi-breakdown",
        "version": 1,
        "plan": key,
        "edition": 1,
        "adcode": adcode,
        "name": "某地",
        "domain": domain,
        "year": int(year),
        "title": metadata.title,
        "plan_title": metadata.plan_title,
        "issuer": metadata.issuer,
        "document_number": metadata.document_number,
        "issued_on": metadata.issued_on and metadata.issued_on.isoformat(),
        "addressee": metadata.addressee,
        "before": parts[:body],
        "sections": [
            {
                "position": place,
                "level": section.level,
                "label": section.label,
                "title": section.title,
                "heading": section.label + section.title,
                "parent": None if section.parent is None else section.parent + 1,
                "text": [],
            }
            for place, section in enumerate(outline.sections, 1)
        ],
        "items": [_item_json(outline, item) for item in outline.items],
        "after": parts[body + 1 :],
    }


def _item_json(outline: Outline, item: Item) -> dict[str, Any]:
    cuts = [0, *sorted(_breaks(outline, item)), len(item.text)]
    return {
        "number": item.number,
        "label": item.label,
        "title": item.title,
        "text": item.text,
        "paragraphs": [item.text[a:b] for a, b in pairwise(cuts)],
        "section": None if item.section is None else item.section + 1,
        "lead_unit": item.responsibility.lead_unit,
        "responsible_units": list(item.responsibility.units),
        "deadline": item.responsibility.deadline,
        "tasks": [{"number": t.number, "text": t.text, "start": t.start, "end": t.end} for t in item.tasks],
    }
