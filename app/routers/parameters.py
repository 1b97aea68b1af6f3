"""Parameters that several resources take."""

from typing import Annotated

from fastapi import Depends, Path, Query, Request

from app.documents import Limits
from app.errors import wants_english
from app.services.imports import reading_limits

PREFIX = "/api/v1"


PlanKey = Annotated[
    str,
    Path(
        max_length=64,
        description="Key of a plan: `{adcode}-{domain}-{year}`.",
        openapi_examples={"shandong": {"summary": "Shandong, education, 2020", "value": "370000-edu-2020"}},
    ),
]
LowerPlanKey = Annotated[
    str,
    Path(
        max_length=64,
        description="Key of a lower plan of the same cascade.",
        openapi_examples={"linyi": {"summary": "Linyi, education, 2020", "value": "371300-edu-2020"}},
    ),
]
# No plan has a million items; the bound keeps a number within what a database column holds.
ItemNumber = Annotated[int, Path(ge=1, le=999_999, description="Number of an item.", examples=[8])]
AdcodeFilter = Annotated[
    str | None, Query(max_length=20, description="Only this jurisdiction, by its six-digit code.", examples=["371300"])
]
DomainFilter = Annotated[str | None, Query(max_length=32, description="Only this domain.", examples=["edu"])]
YearFilter = Annotated[int | None, Query(ge=1, le=9999, description="Only this year.", examples=[2020])]
Words = Annotated[str | None, Query(max_length=200, description="Only where these words occur.")]


def _english(request: Request) -> bool:
    """Whether the answer's sentences are wanted in English."""
    return wants_english(request)


English = Annotated[bool, Depends(_english)]


def _limits(request: Request) -> Limits:
    """What a file may take to be read."""
    return reading_limits(request.app.state.settings)


ReadingLimits = Annotated[Limits, Depends(_limits)]
