"""Answers as files: one neutral `Sheet` written as XLSX or CSV, and official papers as Word (`paper`). Pure: values in, bytes out.

The same values always give the same bytes.
"""

from app.documents.writers.cells import harmless, restored
from app.documents.writers.delimited import csv
from app.documents.writers.sheets import Cell, Column, Kind, Merge, Sheet, display_width
from app.documents.writers.workbook import xlsx

__all__ = [
    "Cell",
    "Column",
    "Kind",
    "Merge",
    "Sheet",
    "csv",
    "display_width",
    "harmless",
    "restored",
    "xlsx",
]
