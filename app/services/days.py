"""Which day it is where the plans are carried out."""

from datetime import UTC, date, datetime, timedelta, timezone

# 北京时间, all of the country's: a day ends at its midnight, wherever the service runs.
CHINA = timezone(timedelta(hours=8))


def day_of(moment: datetime) -> date:
    """The day of a moment.

    >>> day_of(datetime(2026, 11, 23, 16, tzinfo=UTC))
    datetime.date(2026, 11, 24)
    """
    return moment.astimezone(CHINA).date()


def today() -> date:
    """The present day."""
    return day_of(datetime.now(UTC))
