"""As of when a page is looked at: a past day, or now."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import Depends, Query, Request
from sqlmodel import Session

from app.models.base import now
from app.services import history
from app.services.days import day_of, zone_of
from app.services.history import Moment


@dataclass(frozen=True, slots=True)
class Past:
    """What the address asks: `day` as it was given, empty for now; `at`: the moment it stands for."""

    day: str
    at: datetime | None


def _past(request: Request, as_of: Annotated[str, Query(max_length=40)] = "") -> Past:
    zone = ZoneInfo(request.app.state.settings.time_zone)
    # Today's end has not come: until then today is now.
    if as_of in {"", str(day_of(now(), zone))}:
        return NOW
    return Past(as_of, history.parse(as_of, zone))


NOW = Past("", None)
PastDay = Annotated[Past, Depends(_past)]


def chooser_of(session: Session, request: Request, past: Past, seen: Moment) -> dict[str, Any]:
    """What a page's template needs to show as of when it is, and to choose another day (layout.html)."""
    yesterday = day_of(now(), zone_of(session)) - timedelta(days=1)
    kept = {name: value for name, value in request.query_params.items() if name not in {"as_of", "cursor"}}
    shown = past.day
    try:
        date.fromisoformat(shown)
    except ValueError:
        shown = str(day_of(past.at, zone_of(session))) if past.at else ""
    return {
        "moment": {
            "day": shown,
            "last": str(yesterday),
            "path": request.url.path,
            "kept": kept,
            "since": history.shown(session, seen.at),
        },
        "as_of": past.day,
    }
