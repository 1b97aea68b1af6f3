"""Answers as tables: for a terminal, and as the files that offices work with."""

from app.reports.breakdowns import breakdown_report
from app.reports.check_paper import check_report
from app.reports.coverage import matrix_report, pair_report
from app.reports.files import WRITERS, FileFormat, Writer
from app.reports.gaps import gaps_report
from app.reports.links import links_report
from app.reports.previews import check_text, preview_text
from app.reports.report import Report
from app.reports.terminal import table

__all__ = [
    "WRITERS",
    "FileFormat",
    "Report",
    "Writer",
    "breakdown_report",
    "check_report",
    "check_text",
    "gaps_report",
    "links_report",
    "matrix_report",
    "pair_report",
    "preview_text",
    "table",
]
