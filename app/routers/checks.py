"""The draft check."""

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Response

from app import reports
from app.auth import Within
from app.db import Database, get_database
from app.errors import (
    BadAdcode,
    BadCorrections,
    CascadeTooLarge,
    DraftTooLarge,
    JurisdictionExists,
    JurisdictionNotFound,
    MissingParent,
    NotAnUpperPlan,
    NoUpperJurisdiction,
    PlanNotFound,
    ReadersBusy,
    UnidentifiedPlan,
    UnreadableDocument,
    responses,
)
from app.reports import FileFormat
from app.routers.files import as_download, content
from app.routers.parameters import PREFIX, English, Upload
from app.schemas.checks import CheckRead
from app.services import checks

router = APIRouter(prefix=f"{PREFIX}/checks", tags=["checks"])


class CheckFormat(StrEnum):
    """The formats of a check."""

    JSON = "json"
    DOCX = "docx"


@router.post(
    "",
    response_model=CheckRead,
    responses={
        200: content(CheckFormat),
        **responses(
            UnreadableDocument,
            ReadersBusy,
            BadCorrections,
            UnidentifiedPlan,
            BadAdcode,
            JurisdictionNotFound,
            JurisdictionExists,
            MissingParent,
            NoUpperJurisdiction,
            PlanNotFound,
            NotAnUpperPlan,
            DraftTooLarge,
            CascadeTooLarge,
        ),
    },
    summary="核对草稿 / Check a draft",
)
def check_draft(
    database: Annotated[Database, Depends(get_database)],
    upload: Upload,
    within: Within,
    in_english: English,
    against: Annotated[
        str | None,
        Form(max_length=64, description="Key of the plan above; if not given, that of the same domain and year."),
    ] = None,
    written: Annotated[
        CheckFormat,
        Query(alias="format", description="How the answer is written; DOCX has the draft's own headings, in Chinese."),
    ] = CheckFormat.JSON,
) -> CheckRead | Response:
    """The gaps that a draft would have if it were issued as it is: what it leaves out, and where it is weaker or
    later, each with the provincial wording to take up and the place in the draft where it belongs.

    The answer is the one that importing and linking the draft would give. Nothing is stored and nothing registered: an
    unregistered `adcode` needs its `name`.
    """
    if written is CheckFormat.DOCX:
        found = checks.check(database, upload.data, upload.options, against, within, english=False)
        return as_download(reports.check_report(found), FileFormat.DOCX)
    return checks.check(database, upload.data, upload.options, against, within, english=in_english)
