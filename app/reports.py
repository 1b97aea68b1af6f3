"""Answers as tables for a terminal and as CSV."""

import csv
import io
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from app.schemas.coverage import GapRead, PairRead

KINDS = {
    "no_plan": "无要点",
    "other_period": "非本年度",
    "not_judged": "尚未比对",
    "missing": "未承接",
    "partial": "部分承接",
    "weaker_target": "目标偏低",
    "later_deadline": "时限偏晚",
    "missing_deadline": "未定时限",
    "stale": "待重新复核",
    "unreviewed": "待复核",
    "orphan": "本地事项",
}
SEVERITIES = {"high": "高", "medium": "中", "low": "低", "info": "提示"}
VERDICTS = {
    "covered": "已承接",
    "partial": "部分承接",
    "missing": "未承接",
    "not_applicable": "不适用",
    "no_plan": "无要点",
    "other_period": "非本年度",
    "not_judged": "尚未比对",
}
COVERAGES = {"full": "全部", "partial": "部分", "none": "无", None: "未比对"}
# A spreadsheet takes a cell that begins like this for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
WIDTH = 120  # columns of a table; terminals that are narrower wrap it


def gaps_table(gaps: Sequence[GapRead]) -> str:
    """The gaps, a row each."""
    table = Table(show_lines=False)
    for heading in ("类别", "程度", "把握", "行政区划", "任务", "说明"):
        table.add_column(heading, overflow="fold")
    for gap in gaps:
        row = (KINDS[gap.kind], SEVERITIES[gap.severity], f"{gap.score:.2f}", gap.adcode)
        table.add_row(*row, gap.task or "", gap.explanation)
    return _rendered(table) + f"共 {len(gaps)} 项\n"


def gaps_csv(gaps: Sequence[GapRead]) -> str:
    """The gaps as CSV with a byte order mark, which spreadsheets need to read Chinese; no cell is a formula."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    fields = [name for name in GapRead.model_fields if name != "decision"]
    writer.writerow(fields)
    for gap in gaps:
        row = gap.model_dump(mode="json")
        writer.writerow([_safe(row[name]) for name in fields])
    return out.getvalue()


def _safe(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def coverage_table(pair: PairRead) -> str:
    """One city against the province: items with their verdicts, and under each its tasks."""
    table = Table(title=f"{pair.lower} ← {pair.upper}")
    for heading in ("条/任务", "结论", "上级内容", "下级依据"):
        table.add_column(heading, overflow="fold")
    for item in pair.items:
        names = "、".join(str(found.number) for found in item.implementers if found.strength == "implements")
        table.add_row(
            str(item.number), VERDICTS[item.verdict], item.title, f"第 {names} 条" if names else "", style="bold"
        )
        for task in item.tasks:
            best = task.evidence[0] if task.evidence else None
            where = f"{best.id.rpartition('/')[2]} {best.text}" if best else ""
            scope = "" if task.applies_to == "city" else "（非市级）"
            table.add_row(task.id.rpartition("/")[2], COVERAGES[task.coverage] + scope, task.text, where)
    counts = pair.summary
    return _rendered(table) + (
        f"适用于市级的任务 {counts.applicable_tasks} 项：全部承接 {counts.full}，部分 {counts.partial}，"
        f"无 {counts.none}，未比对 {counts.not_judged}\n"
    )


def _rendered(table: Table) -> str:
    console = Console(file=io.StringIO(), width=WIDTH, record=True, color_system=None)
    console.print(table)
    return console.export_text()
