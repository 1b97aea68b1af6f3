"""Lists on pages: their filters are the page's address, and the API's own cursors turn them over."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Request
from pydantic import BaseModel, ConfigDict, model_validator
from sqlmodel import Session

from app.pagination import PageQuery, PageRequest
from app.services.days import zone_of

# Fifty rows with two texts each, in three bytes a character, leave room below the 300 kB of a page.
MOST = 50


class Filters(BaseModel):
    """What of a list is wanted. A form sends its empty fields too: they mean any."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True)

    @model_validator(mode="before")
    @classmethod
    def _without_empty(cls, given: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in given.items() if value not in (None, "")}

    def but(self, **changes: object) -> dict[str, str]:
        """The same filters with some changes, without what is as it is anyway: for an address."""
        return self.model_copy(update=changes).model_dump(mode="json", exclude_defaults=True, by_alias=True)

    @property
    def narrowed(self) -> bool:
        """Whether not everything is wanted."""
        return bool(self.but())


def _turned(page: PageQuery) -> PageRequest:
    return replace(page, limit=min(page.limit, MOST))


Turned = Annotated[PageRequest, Depends(_turned)]


def turns(request: Request, cursor: str | None) -> dict[str, dict[str, str] | None]:
    """The queries of a list's first page and of the one that follows; None where it is the first, or the last."""
    # As they were asked: the cursor is bound to the very filters.
    asked = {name: value for name, value in request.query_params.items() if name != "cursor"}
    return {
        "first": asked if "cursor" in request.query_params else None,
        "following": None if cursor is None else asked | {"cursor": cursor},
    }


def shown_at(session: Session, moment: datetime | None) -> str:
    """A moment to the minute, where the plans are carried out; nothing for None."""
    return "" if moment is None else f"{moment.astimezone(zone_of(session)):%Y-%m-%d %H:%M}"


def clipped(text: str, most: int) -> str:
    """A text that may be long, at most so many characters of it.

    >>> clipped("全面消除大班额", 4)
    '全面消除…'
    """
    return text if len(text) <= most else f"{text[:most]}…"
