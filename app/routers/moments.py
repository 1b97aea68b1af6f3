"""As of when something is asked, and what its answer rests on."""

from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import Depends, Query, Request, Response

from app.errors import BadMoment, FutureMoment, PlanNotFound, PlanNotYet, PlanWithdrawn
from app.schemas.common import Provenance
from app.services import history


def _as_of(
    request: Request,
    as_of: Annotated[
        str | None,
        Query(
            max_length=40,
            description="Answer as it was at a moment (RFC 3339, with its offset), or at the end of a day. Every write up "
            "to then is in the answer, and none after it: links, judgings, decisions, editions, metadata, withdrawn plans, "
            "jurisdictions, thesauri. 422 if it has not come yet; 404 if the plan was not there.",
            examples=["2026-11-23T16:00:00+08:00", "2026-11-22"],
        ),
    ] = None,
) -> datetime | None:
    return history.parse(as_of, ZoneInfo(request.app.state.settings.time_zone))


# What asking for a plan's matters as of a moment can be answered with.
AS_OF = (PlanNotFound, PlanNotYet, PlanWithdrawn, BadMoment, FutureMoment)
# None: as it is now.
AsOf = Annotated[datetime | None, Depends(_as_of)]

_HEADERS = {
    "Luoshi-As-Of": "Since when it has stood so (RFC 3339); asked again with this `as_of`, the answer is the same.",
    "Luoshi-Revision": "Of the cascade, where the answer rests on one: the number of writes to it.",
    "Luoshi-Editions": "The editions that held then: `370000-edu-2020=1, 371300-edu-2020=2`.",
}


def stamps(source: Provenance) -> dict[str, str]:
    """What an answer rests on, as headers."""
    shown = source.model_dump(mode="json")
    editions = ", ".join(f"{plan}={number}" for plan, number in source.editions.items())
    headers = {"Luoshi-As-Of": shown["as_of"], "Luoshi-Editions": editions}
    return headers if source.revision is None else {**headers, "Luoshi-Revision": str(source.revision)}


def stamp(response: Response, source: Provenance) -> None:
    """Say in an answer's headers what it rests on."""
    response.headers.update(stamps(source))


def stamped(answer: dict[str, Any] | None = None) -> dict[int | str, dict[str, Any]]:
    """The description of an answer (its content types) with these headers."""
    headers = {name: {"description": said, "schema": {"type": "string"}} for name, said in _HEADERS.items()}
    return {200: {**(answer or {}), "headers": headers}}
