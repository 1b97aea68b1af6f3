"""Answers as files: which format the caller wants, and how it leaves."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Query, Request, Response
from sqlmodel import Session

from app.auth import Actor
from app.db import ReadSession
from app.reports import WRITERS, FileFormat, Report
from app.routers.moments import stamp
from app.schemas.common import Provenance
from app.services import audit

JSON = "application/json"
# What else decides about an answer; caches have to know.
VARY = {"Vary": "Accept, Accept-Language, Cookie"}


class TableFormat(StrEnum):
    """The formats of a list."""

    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"


class ReportFormat(StrEnum):
    """The formats of what is also handed in as a paper."""

    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"
    DOCX = "docx"


_ASKED = (
    "How the answer is written; without it the header `Accept` decides. A file holds every row that matches the "
    "filters, whatever `limit` and `cursor` say; its words are Chinese, or, but for DOCX, English with `Accept-Language: en`."
)


def _table(
    request: Request,
    response: Response,
    asked: Annotated[TableFormat | None, Query(alias="format", description=_ASKED)] = None,
) -> FileFormat | None:
    return _chosen(request, response, asked, TableFormat)


@dataclass(frozen=True, slots=True)
class Sender:
    """Lets reports leave as files, and records that they left."""

    session: Session
    actor: str

    def send(self, report: Report, form: FileFormat, about: str, source: Provenance) -> Response:
        """The report as a file that a browser saves under its (Chinese) name; `about` is the id of its plan."""
        answer = as_download(report, form)
        stamp(answer, source)
        audit.record_report(self.session, self.actor, about, f"{report.name}.{form}", source.as_of)
        return answer


def as_download(report: Report, form: FileFormat) -> Response:
    """A report as a file that a browser saves under its (Chinese) name; nothing is recorded."""
    writer = WRITERS[form]
    return Response(
        writer.write(report),
        media_type=writer.media_type,
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(f'{report.name}.{form}', safe='')}",
            "X-Content-Type-Options": "nosniff",
            **VARY,
        },
    )


def as_it_came(data: bytes, media_type: str, filename: str, headers: Mapping[str, str] | None = None) -> Response:
    """A document's file, byte for byte."""
    return Response(
        data,
        media_type=media_type,
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(filename)}",
            # A file from outside must never run as a page of this service.
            "X-Content-Type-Options": "nosniff",
            **(headers or {}),
        },
    )


def original_content() -> dict[str, Any]:
    """What `as_it_came` answers, for the API's description."""
    binary = {"schema": {"type": "string", "format": "binary"}}
    return {"description": "The file as it came.", "content": {"application/octet-stream": binary}}


def _sender(session: ReadSession, actor: Actor) -> Sender:
    return Sender(session, actor)


Files = Annotated[Sender, Depends(_sender)]


def _report(
    request: Request,
    response: Response,
    asked: Annotated[ReportFormat | None, Query(alias="format", description=_ASKED)] = None,
) -> FileFormat | None:
    return _chosen(request, response, asked, ReportFormat)


# The format of the file that is wanted; None for JSON.
AsTable = Annotated[FileFormat | None, Depends(_table)]
AsReport = Annotated[FileFormat | None, Depends(_report)]


def content(formats: type[StrEnum]) -> dict[str, Any]:
    """The content types of an answer that is also a file, for the API's description."""
    binary = {"schema": {"type": "string", "format": "binary"}}
    return {"content": {WRITERS[form].media_type: binary for form in FileFormat if form in set(formats)}}


def _chosen(request: Request, response: Response, asked: StrEnum | None, formats: type[StrEnum]) -> FileFormat | None:
    response.headers.update(VARY)
    if asked is not None:
        return None if asked == "json" else FileFormat(asked)
    known = {WRITERS[form].media_type: form for form in FileFormat if form in set(formats)}
    for media_type in _accepted(request.headers.get("accept", "")):
        if media_type in {JSON, "application/*", "*/*"}:
            return None
        if media_type in known:
            return known[media_type]
    # Whoever accepts none of them (a browser asks for text/html) gets JSON all the same.
    return None


def _accepted(header: str) -> list[str]:
    """The media types that a caller accepts, the dearest first (RFC 9110, 12.5.1)."""
    found = []
    for part in header.lower().split(","):
        media_type, *parameters = (piece.strip() for piece in part.split(";"))
        weights = [value.removeprefix("q=") for value in parameters if value.startswith("q=")]
        try:
            weight = float(weights[0]) if weights else 1.0
        except ValueError:
            weight = 0.0
        if weight > 0:
            found.append((-weight, media_type))
    return [media_type for _, media_type in sorted(found, key=lambda entry: entry[0])]
