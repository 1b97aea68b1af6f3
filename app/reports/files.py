"""The formats of files, and who writes each of them."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from app.documents import writers
from app.documents.writers.paper import docx
from app.reports.report import Report


class FileFormat(StrEnum):
    """A format in which a report is a file."""

    CSV = "csv"
    XLSX = "xlsx"
    DOCX = "docx"


@dataclass(frozen=True, slots=True)
class Writer:
    """Turns a report into a file. `media_type` is what HTTP calls the format."""

    media_type: str
    write: Callable[[Report], bytes]


def _csv(report: Report) -> bytes:
    return writers.csv(report.sheets[0], before=report.before)


def _xlsx(report: Report) -> bytes:
    return writers.xlsx(report.sheets, title=report.title)


def _docx(report: Report) -> bytes:
    if report.paper is None:
        raise ValueError(f"{report.name} is no paper")
    return docx(report.paper())


WRITERS = {
    FileFormat.CSV: Writer("text/csv", _csv),
    FileFormat.XLSX: Writer("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _xlsx),
    FileFormat.DOCX: Writer("application/vnd.openxmlformats-officedocument.wordprocessingml.document", _docx),
}
