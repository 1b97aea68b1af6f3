"""What stood when: rows as they were at a moment, and the moments that an answer can be asked as of.

Each cascade has moments of its own (`services.cascades.touch`), which strictly rise. Between two of them it does not
change, but for waivers that run out at a midnight. So every answer is that of the last such moment, and is the same
whenever it is asked as of any moment until the next one.
"""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from app.db import database_of
from app.errors import BadMoment, FutureMoment, PlanNotFound, PlanNotYet
from app.models import Cascade, CascadeRevision, GapDecision, PlanVersion
from app.models.base import now
from app.pagination import PageRequest
from app.schemas.common import Provenance
from app.services.days import day_of, end_of, start_of, zone_of

# Documents are read and plans judged before a writing transaction begins; what is left takes seconds.
_LONGEST_WRITE = timedelta(minutes=10)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Moment:
    """What an answer is asked of.

    Attributes:
        at: since when it has stood so: the last write, or the midnight at which a waiver ran out.
        revision: of the cascade; None where it is not about one.
        past: None while it still stands so, and can be read from what stands now; else the moment to read as of.

    """

    at: datetime
    revision: int | None
    past: datetime | None


PagedMoment = tuple[PageRequest, Moment]


def held(table: Any, past: datetime | None) -> ColumnElement[bool]:  # noqa: ANN401 - SQLModel types columns as values
    """The rows of a table with `since` and `until` that held at a moment; None: that hold now."""
    if past is None:
        return col(table.until).is_(None)
    return (col(table.since) <= past) & (col(table.until).is_(None) | (col(table.until) > past))


def parse(asked: str | None, zone: tzinfo) -> datetime | None:
    """The moment that a caller names: RFC 3339, or a day, which stands for its end; raises BadMoment."""
    if asked is None:
        return None
    try:
        if _DAY.fullmatch(asked):
            return end_of(date.fromisoformat(asked), zone)
        moment = datetime.fromisoformat(asked)
        # Without an offset nobody knows which moment it is.
        return moment.astimezone(UTC) if moment.tzinfo else _refuse(asked)
    except (ValueError, OverflowError) as error:
        raise BadMoment(asked=asked) from error


def _refuse(asked: str) -> datetime:
    raise BadMoment(asked=asked)


def of_cascade(session: Session, key: str, as_of: datetime | None) -> Moment:
    """The moment of the cascade below a plan, now or as of a moment. To be asked before anything else is read.

    Raises PlanNotFound, PlanNotYet, or FutureMoment.
    """
    _settle(session, as_of, [key])
    return stood(session, key, as_of)


def turned(request: PageRequest, as_of: datetime | None, find: Callable[[datetime | None], Moment]) -> PagedMoment:
    """A page of a list as it stood: at the moment asked for, else that of the page before, else now.

    Raises BadCursor if the page before was of another moment, and what `find` raises.
    """
    seen = find(as_of or request.as_of)
    return request.at(seen.at), seen


def stood(session: Session, key: str, as_of: datetime | None) -> Moment:
    """`of_cascade`, for a moment that was asked of it before."""
    current = session.exec(select(Cascade.revision, Cascade.changed_at).where(Cascade.id == key)).first()
    if current is None:
        raise PlanNotFound(plan=key)
    revision, at = current
    _check(as_of, at)
    past = None
    if as_of is not None and as_of < at:
        found = session.exec(
            select(CascadeRevision.revision, CascadeRevision.at)
            .where(CascadeRevision.cascade_id == key, col(CascadeRevision.at) <= as_of)
            .order_by(col(CascadeRevision.at).desc())
            .limit(1)
        ).first()
        if found is None:
            raise PlanNotYet(plan=key, moment=shown(session, as_of))
        revision, at = found
        past = at
    return Moment(max(at, _ran_out(session, key, past, as_of or now())), revision, past)


def of_cascades(session: Session, keys: Collection[str], as_of: datetime | None) -> Moment:
    """The moment of an answer that rests on several cascades; raises FutureMoment."""
    if len(keys) == 1:
        return of_cascade(session, next(iter(keys)), as_of)
    # Their moments are not in step: one that is committed late could lie before one that was seen.
    _settle(session, as_of or now(), keys)
    return _together(session, keys, as_of)


def of_store(session: Session, as_of: datetime | None, *, settled: bool) -> Moment:
    """The moment of an answer that rests on the whole store; raises FutureMoment.

    `settled`: what is asked as of it later will be the same; it waits for whoever is writing.
    """
    _settle(session, as_of or (now() if settled else None), None)
    return _together(session, None, as_of)


def _together(session: Session, keys: Collection[str] | None, as_of: datetime | None) -> Moment:
    latest: Any = select(func.max(Cascade.changed_at))
    last: datetime | None = session.exec(latest if keys is None else latest.where(col(Cascade.id).in_(keys))).one()
    _check(as_of, last)
    if last is None or as_of is None or as_of >= last:
        return Moment(last or as_of or now(), None, None)
    before: Any = select(func.max(CascadeRevision.at)).where(col(CascadeRevision.at) <= as_of)
    if keys is not None:
        before = before.where(col(CascadeRevision.cascade_id).in_(keys))
    at: datetime | None = session.exec(before).one()
    return Moment(at or as_of, None, at or as_of)


def _check(as_of: datetime | None, latest: datetime | None) -> None:
    # A clock that was set back may lie behind what was written.
    if as_of is not None and as_of > now() and (latest is None or as_of > latest):
        raise FutureMoment


def _ran_out(session: Session, key: str, past: datetime | None, asked: datetime) -> datetime:
    """The last midnight at which a waiver of the cascade ran out; long ago if none has."""
    zone = zone_of(session)
    query = select(func.max(GapDecision.expires_on)).where(
        GapDecision.plan_id == key, held(GapDecision, past), col(GapDecision.expires_on) < day_of(asked, zone)
    )
    last = session.exec(query).one()
    return datetime.min.replace(tzinfo=UTC) if last is None else start_of(last + timedelta(days=1), zone)


def _settle(session: Session, as_of: datetime | None, keys: Collection[str] | None) -> None:
    """Wait for those who are writing to cascades (None: to any), if what they write may lie before a moment.

    They took their moments when they began; whoever begins later gets later ones.
    """
    if as_of is None or as_of < now() - _LONGEST_WRITE:
        return
    # A snapshot taken before would not show what they write, and nobody may hold two connections.
    session.rollback()
    query = select(Cascade.id).order_by(col(Cascade.id)).with_for_update()
    if keys is not None:
        query = query.where(col(Cascade.id).in_(keys))
    with database_of(session).write() as writing:
        writing.exec(query).all()


def seen_or_now(session: Session, key: str, seen: Moment | None) -> Moment:
    """The moment at which an answer is wanted; None: the present one of its cascade."""
    return seen or stood(session, key, None)


def provenance(session: Session, moment: Moment, plans: Iterable[str | None]) -> Provenance:
    """What an answer rests on: the moment, and the editions of these plans that held then."""
    wanted = {plan for plan in plans if plan is not None}
    query = (
        select(PlanVersion.plan_id, PlanVersion.edition_number)
        .where(col(PlanVersion.plan_id).in_(wanted), held(PlanVersion, moment.past))
        .order_by(col(PlanVersion.plan_id))
    )
    return Provenance(as_of=moment.at, revision=moment.revision, editions=dict(session.exec(query).all()))


def shown(session: Session, moment: datetime) -> str:
    """A moment as people read it, to the second, with its offset: `2026-11-23 15:04:05+08:00`."""
    return moment.astimezone(zone_of(session)).isoformat(" ", "seconds")
