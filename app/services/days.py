"""Which day it is where the plans are carried out: LUOSHI_TIME_ZONE, Beijing time (北京时间) unless set."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from sqlmodel import Session

from app.db import database_of

# The databases store moments to the microsecond.
TICK = timedelta(microseconds=1)


def zone_of(session: Session) -> tzinfo:
    """The time zone of a store's service."""
    return ZoneInfo(database_of(session).settings.time_zone)


def day_of(moment: datetime, zone: tzinfo) -> date:
    """The day of a moment.

    >>> day_of(datetime(2026, 11, 23, 16, tzinfo=UTC), ZoneInfo("Asia/Shanghai"))
    datetime.date(2026, 11, 24)
    """
    return moment.astimezone(zone).date()


def start_of(day: date, zone: tzinfo) -> datetime:
    """The first moment of a day, in UTC.

    >>> start_of(date(2026, 11, 24), ZoneInfo("Asia/Shanghai"))
    datetime.datetime(2026, 11, 23, 16, 0, tzinfo=datetime.timezone.utc)
    """
    return datetime.combine(day, time(), zone).astimezone(UTC)


def end_of(day: date, zone: tzinfo) -> datetime:
    """The last moment of a day, in UTC."""
    return start_of(day + timedelta(days=1), zone) - TICK


def today(session: Session) -> date:
    """The present day."""
    return day_of(datetime.now(UTC), zone_of(session))
