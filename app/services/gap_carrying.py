"""Carrying decisions on gaps to a new edition: a gap's id has its task's number, and that may be another one there."""

import re
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from app.documents.changes import Correspondence, Fate, Place
from app.graph import PER_CITY
from app.models import Edition, GapDecision, Pair, Plan
from app.services import gap_decisions
from app.services.moves import text_of

# missing-371300-8.5, orphan-371300-33 (graph.gaps).
_ID = re.compile(r"(?P<kind>[a-z_]+)-(?P<adcode>\d{6})-(?P<place>\d+(?:\.\d+)?)")
_ORPHAN = "orphan"


@dataclass(slots=True)
class Carried:
    """Gaps whose decisions go by another id now (`old → new`), and those that are no more."""

    renamed: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)


def carry(session: Session, plan: Plan, old: Edition, found: Correspondence, at: datetime) -> Carried:
    """Let the decisions on the gaps of a plan's tasks, and of its orphans in cascades above, follow them.

    A decision whose gap is no longer in the text ends; the audit names it. Whether it holds is seen from the texts.
    """
    done = Carried()
    rows = [
        (row, place) for row in gap_decisions.standing(session, plan.id).values() if (place := task_of(row)) is not None
    ]
    for key in uppers(session, old):
        own = gap_decisions.standing(session, key).values()
        rows += [(row, place) for row in own if (place := orphan_of(row, plan.adcode)) is not None]
    waiting = []
    taken: set[tuple[str, str]] = set()
    for row, place in sorted(rows, key=lambda found_row: (found_row[0].plan_id, found_row[0].gap_id)):
        fate = found.fates.get(place, Fate(None))
        name = None if fate.new is None else _renamed(row.gap_id, fate.new)
        digests = _digests(row, found, fate)
        if name == row.gap_id and digests == row.digests:
            taken.add((row.plan_id, name))
            continue
        row.until = at
        if name is None:
            done.gone.append(row.gap_id)
            continue
        waiting.append((row, name, digests))
    session.flush()
    for row, name, digests in waiting:
        if (row.plan_id, name) in taken:
            # Of two tasks that have become one, one decision stands.
            done.gone.append(row.gap_id)
            continue
        taken.add((row.plan_id, name))
        _store(session, row, name, digests, at)
        if name != row.gap_id:
            done.renamed.append(f"{row.gap_id} → {name}")
    return done


def _store(session: Session, row: GapDecision, name: str, digests: dict[str, str], at: datetime) -> None:
    values = row.model_dump(exclude={"gap_id", "version", "since", "until", "digests"})
    last = select(func.max(col(GapDecision.version))).where(
        GapDecision.plan_id == row.plan_id, GapDecision.gap_id == name
    )
    version = (session.exec(last).one() or 0) + 1
    session.add(GapDecision(**values, gap_id=name, version=version, since=at, digests=digests))
    session.flush()


def task_of(row: GapDecision) -> Place | None:
    """The upper task whose gap a decision is about; None for gaps of other kinds."""
    found = _ID.fullmatch(row.gap_id)
    if found is None or found["kind"] in {*PER_CITY, _ORPHAN}:
        return None
    return Place.of(found["place"])


def city_of(row: GapDecision) -> str:
    """The adcode of the city whose gap a decision is about."""
    return row.gap_id.split("-")[1]


def orphan_of(row: GapDecision, adcode: str) -> Place | None:
    """The item of a city's plan that answers to nothing above, if a decision is about that."""
    found = _ID.fullmatch(row.gap_id)
    if found is None or found["kind"] != _ORPHAN or found["adcode"] != adcode:
        return None
    return Place.of(found["place"])


def _place(gap: str) -> Place:
    return Place.of(gap.rpartition("-")[2])


def _renamed(gap: str, place: Place) -> str:
    return f"{gap.rpartition('-')[0]}-{place.name}"


def _digests(row: GapDecision, found: Correspondence, fate: Fate) -> dict[str, str]:
    """The digests by which the decision holds where the same words are only cut otherwise."""
    if fate.new is None or fate.new.task is None or not fate.same_words or gap_decisions.UPPER not in row.digests:
        return row.digests
    old, new = (text_of(side, place) for side, place in ((found.old, _place(row.gap_id)), (found.new, fate.new)))
    if row.digests[gap_decisions.UPPER] != gap_decisions.digest(old):
        # It was due already.
        return row.digests
    return row.digests | {gap_decisions.UPPER: gap_decisions.digest(new)}


def uppers(session: Session, edition: Edition) -> list[str]:
    """The upper plans that an edition was ever paired with."""
    query = (
        select(Edition.plan_id)
        .join(Pair, col(Pair.upper_edition_id) == Edition.id)
        .where(Pair.lower_edition_id == edition.id)
        .distinct()
    )
    return sorted(session.exec(query))
