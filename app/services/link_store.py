"""The only place that writes links: each new state is a version, and the one before it keeps its time."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, update
from sqlmodel import Session, col, select

from app.models import Link, LinkState, LinkVersion

# Databases bound how many values a statement may have.
_AT_ONCE = 500
STATE = tuple(LinkState.model_fields)


def add(session: Session, links: Sequence[Link], at: datetime) -> None:
    """Store new links; one whose id was there before goes on counting its versions.

    `at` comes from `cascades.touch`, in the same transaction; so for the other functions.
    """
    known: dict[str, int] = {}
    for ids in _batches([link.id for link in links]):
        query = select(LinkVersion.link_id, func.max(LinkVersion.version)).where(col(LinkVersion.link_id).in_(ids))
        known |= dict(session.exec(query.group_by(col(LinkVersion.link_id))).all())
    for link in links:
        link.version = known.get(link.id, 0) + 1
    session.add_all(links)
    session.flush()
    _open(session, links, at)


def change(session: Session, changes: Sequence[tuple[Link, Mapping[str, object]]], at: datetime) -> None:
    """Give links new values for some of the names in STATE; each gets its next version."""
    for link, values in changes:
        for name, value in values.items():
            setattr(link, name, value)
        link.version += 1
    session.flush()
    links = [link for link, _ in changes]
    _close(session, [link.id for link in links], at)
    _open(session, links, at)


def remove(session: Session, links: Sequence[Link], at: datetime) -> None:
    """Take links away; what they were stays in their versions."""
    ids = [link.id for link in links]
    for link in links:
        session.expunge(link)
    for some in _batches(ids):
        session.execute(delete(Link).where(col(Link.id).in_(some)))
    _close(session, ids, at)


def state(link: Link | LinkVersion) -> dict[str, Any]:
    """All that a link says, by name."""
    return {name: getattr(link, name) for name in STATE}


def _open(session: Session, links: Sequence[Link], at: datetime) -> None:
    rows = [state(link) | {"link_id": link.id, "version": link.version, "since": at} for link in links]
    if rows:
        session.execute(insert(LinkVersion), rows)


def _close(session: Session, ids: Sequence[str], at: datetime) -> None:
    for some in _batches(ids):
        held = (col(LinkVersion.link_id).in_(some), col(LinkVersion.until).is_(None))
        session.execute(update(LinkVersion).where(*held).values(until=at))


def _batches(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]
