"""Reports as tables for a terminal."""

import io

from rich.console import Console
from rich.table import Table
from rich.text import Text

from app.reports.report import Report

WIDTH = 120  # columns of a table; terminals that are narrower wrap it


def table(report: Report) -> str:
    """The first sheet of a report, its notes below it."""
    sheet = report.sheets[0]
    made = Table(title=report.title)
    for position in report.shown:
        made.add_column(sheet.columns[position].heading, overflow="fold")
    for row in sheet.rows:
        # Text, so that brackets in a document are no markup.
        made.add_row(*(Text(_shown(row[position])) for position in report.shown))
    console = Console(file=io.StringIO(), width=WIDTH, record=True, color_system=None)
    console.print(made)
    return console.export_text() + "".join(f"{note}\n" for note in sheet.notes)


def _shown(cell: object) -> str:
    if cell is None:
        return ""
    return f"{cell:.2f}" if isinstance(cell, float) else str(cell)
