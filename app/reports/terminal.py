"""Reports as tables for a terminal."""

import io
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from app.reports.report import Report

WIDTH = 120  # columns of a table; terminals that are narrower wrap it


def table(report: Report) -> str:
    """The first sheet of a report, its notes below it."""
    sheet = report.sheets[0]
    headings = [sheet.columns[position].heading for position in report.shown]
    rows = [[_shown(row[position]) for position in report.shown] for row in sheet.rows]
    return grid(report.title, headings, rows, sheet.notes)


def grid(title: str, headings: Sequence[str], rows: Sequence[Sequence[str]], notes: Sequence[str] = ()) -> str:
    """Rows under headings, notes below them."""
    made = Table(title=Text(title))
    for heading in headings:
        made.add_column(heading, overflow="fold")
    for row in rows:
        # Text, so that brackets in a document are no markup.
        made.add_row(*map(Text, row))
    console = Console(file=io.StringIO(), width=WIDTH, record=True, color_system=None)
    console.print(made)
    return console.export_text() + "".join(f"{note}\n" for note in notes)


def _shown(cell: object) -> str:
    if cell is None:
        return ""
    return f"{cell:.2f}" if isinstance(cell, float) else str(cell)
