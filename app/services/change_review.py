"""Deciding changes: the comparison of two editions is right, or an item or task stands elsewhere, and its links with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from app.documents.changes import Correspondence, Place
from app.errors import (
    ChangeDecisionChanged,
    ChangeNotFound,
    EditionNotCurrent,
    Forbidden,
    InvalidRequest,
    PreconditionRequired,
    ReasonMissing,
)
from app.models import ChangeDecision, Edition, Link, LinkMethod, LinkStatus
from app.preconditions import Expected
from app.schemas.editions import ChangeDecisionPut, ChangeDetail
from app.services import audit, carrying, cascades, change_rows, editions, link_store, moves, stale_reasons
from app.services.audit import Action, Subject
from app.services.change_rows import Resting
from app.services.decisions import by
from app.services.moves import DECIDED, Ends, Move
from app.services.scope import EVERYTHING, Scope
from app.services.stale_reasons import Source


@dataclass(frozen=True, slots=True)
class _Step:
    """The change of edition that is reviewed: both editions' rows, and what became of what, as said now."""

    source: Source
    old: Ends
    new: Ends
    found: Correspondence


@dataclass(frozen=True, slots=True)
class Which:
    """The change that is decided: the plan, the edition that brought it, and its id."""

    plan: str
    edition: int
    change: str


def decide(
    session: Session,
    which: Which,
    wanted: ChangeDecisionPut,
    expected: Expected | None,
    actor: str,
    within: Scope = EVERYTHING,
) -> ChangeDetail:
    """Say that a change is right, or what it is instead; the links that came with it move there.

    Raises PlanNotFound, EditionNotFound, ChangeNotFound, EditionNotCurrent, PreconditionRequired,
    ChangeDecisionChanged, ReasonMissing, InvalidRequest for a place that is not in the edition, or Forbidden if a link
    that would move is decided beyond `within`.
    """
    key, number, change = which.plan, which.edition, which.change
    plan, new = editions.get(session, key, number)
    at = cascades.touch_around(session, plan)
    session.refresh(plan)
    if number != plan.edition_number or number == 1:
        raise EditionNotCurrent(plan=key, edition=number, current=plan.edition_number)
    _, old = editions.get(session, key, number - 1)
    decided = change_rows.standing(session, key, number)
    held = decided.get(change)
    _check_seen(change, held, expected)
    if wanted.decision == "corrected" and not wanted.reason:
        raise ReasonMissing
    before = change_rows.correspondence(session, plan, old, new, decided)
    place = _place(before, which, wanted)
    if held is not None:
        held.until = at
    row = _store(session, which, wanted, at, actor)
    after = change_rows.correspondence(session, plan, old, new, decided | {change: row})
    step = _Step(Source(key, number), Ends.of(session, old), Ends.of(session, new), after)
    affected = [one for one in after.fates if one == place or (place.task is None and one.item == place.item)]
    todo = _todo(session, old, new, step, [one for one in affected if after.fates[one] != before.fates[one]])
    _check_within(session, [row.resting.link for row in todo], within)
    moved = _move(session, step, todo, at)
    audit.record(
        session,
        actor,
        Action.CHANGE_DECIDE,
        Subject("change", f"{key}/{number}/{change}", plan.adcode),
        before=_shown(held),
        after={**(_shown(row) or {}), "moved_links": moved},
    )
    return change_rows.get(session, key, number, change)


def _check_seen(change: str, held: ChangeDecision | None, expected: Expected | None) -> None:
    if held is None:
        # "0" is what a change without a decision is answered with.
        if expected is not None and not (expected.tags and "0" in expected.tags):
            raise ChangeDecisionChanged(change=change, version=0, by_zh="尚未作出", by_en="not made yet")
        return
    if expected is None:
        raise PreconditionRequired
    if not expected.met_by(held.version):
        told = {name: text.strip("，, ") for name, text in by(held.decided_by, held.since).items()}
        raise ChangeDecisionChanged(change=change, version=held.version, **told)


def _place(found: Correspondence, which: Which, wanted: ChangeDecisionPut) -> Place:
    """The old place that is decided about; checks the new one."""
    place = next((place for place in found.fates if place.name == which.change), None)
    if place is None:
        raise ChangeNotFound(plan=which.plan, edition=which.edition, change=which.change)
    if wanted.new is None:
        return place
    new = Place.of(wanted.new)
    known = {Place(i.number) for i in found.new.items} | {
        Place(i.number, t.number) for i in found.new.items for t in i.tasks
    }
    if new not in known:
        zh, en = f"新版本中没有“{wanted.new}”", f"there is no {wanted.new} in the new edition"
        raise InvalidRequest(count=1, errors=[("/body/new", zh, en)])
    if (new.task is None) != (place.task is None):
        zh, en = "条应对应条，任务应对应任务", "an item is an item, and a task is a task"
        raise InvalidRequest(count=1, errors=[("/body/new", zh, en)])
    return place


def _store(session: Session, which: Which, wanted: ChangeDecisionPut, at: datetime, actor: str) -> ChangeDecision:
    this = (
        ChangeDecision.plan_id == which.plan,
        ChangeDecision.edition_number == which.edition,
        ChangeDecision.change == which.change,
    )
    last = session.exec(select(func.max(col(ChangeDecision.version))).where(*this)).one() or 0
    row = ChangeDecision(
        plan_id=which.plan,
        edition_number=which.edition,
        change=which.change,
        version=last + 1,
        corrects=wanted.decision == "corrected",
        new=wanted.new,
        reason=wanted.reason,
        decided_by=actor,
        since=at,
    )
    session.add(row)
    session.flush()
    return row


def _shown(row: ChangeDecision | None) -> dict[str, object] | None:
    if row is None:
        return None
    return {name: getattr(row, name) for name in ("version", "corrects", "new", "reason", "decided_by")}


@dataclass(frozen=True, slots=True)
class _Moving:
    """A link that came with an old place, and where it goes from there."""

    place: Place
    resting: Resting
    move: Move


def _todo(session: Session, old: Edition, new: Edition, step: _Step, places: Sequence[Place]) -> list[_Moving]:
    """The links that came with some old places: what was decided before what was proposed."""
    resting = change_rows.resting(session, old, new) if places else {}
    rows = [_Moving(place, one, _moved(step, place, one)) for place in places for one in resting.get(place, [])]
    return sorted(rows, key=lambda row: moves.rank(row.move))


def _moved(step: _Step, place: Place, one: Resting) -> Move:
    """Where a link goes, measured against the text on which it was decided."""
    link, end = one.link, one.end
    move = moves.at(link, end, place, one.span, step.found, step.source)
    if move.target is None:
        return move
    here = step.new.places.get(moves.own_end(link, end))
    if link.status in DECIDED and here is not None:
        # Decided where it stands now, or as it stood before.
        apart = step.found.apart(here, move.target)
        return replace(move, same_words=not apart, reasons=stale_reasons.changed(end, apart, step.source))
    if link.status is LinkStatus.STALE and not move.reasons:
        # The same words after all; but only a decision on the link itself ends this.
        was, now = moves.text_of(step.found.old, place), moves.text_of(step.found.new, move.target)
        return replace(move, reasons=[stale_reasons.found_again(stale_reasons.dropped(end, was, step.source), now)])
    return move


def _check_within(session: Session, links: Sequence[Link], within: Scope) -> None:
    """A link is decided, and so moved, where its upper plan is."""
    for key in sorted(set(carrying.upper_plans(session, links).values())):
        adcode = key.partition("-")[0]
        if not within.sees(adcode):
            raise Forbidden.beyond(within.adcode, adcode)


def _move(session: Session, step: _Step, todo: Sequence[_Moving], at: datetime) -> list[str]:
    """Store where links stand now; gives their ids."""
    for row in todo:
        # Two that change places must not meet on the way.
        _put(row.resting.link, _old_end(step, row))
    session.flush()
    stale = []
    changed = []
    for row in todo:
        link = row.resting.link
        move = _settled(session, step, row, at)
        if move.turns_stale and link.status is LinkStatus.CONFIRMED:
            stale.append(link)
        values = _values(link, move, step.source)
        _put(link, carrying.end_values(move, step.new))
        session.flush()
        changed.append((link, values))
    link_store.change(session, changed, at)
    carrying.pass_on(session, stale)
    return [link.id for link, _ in changed]


def _put(link: Link, values: Mapping[str, object]) -> None:
    for name, value in values.items():
        setattr(link, name, value)


def _old_end(step: _Step, row: _Moving) -> dict[str, object]:
    item, task = step.old.rows[row.place]
    end, span = row.resting.end, row.resting.span
    return {f"{end}_item_id": item, f"{end}_task_id": task, f"{end}_start": span[0], f"{end}_end": span[1]}


def _settled(session: Session, step: _Step, row: _Moving, at: datetime) -> Move:
    """The move, unless another link joins the two ends already: then that one stays, if it is more than a guess."""
    move, link = row.move, row.resting.link
    if move.target is None:
        return move
    ends = {**_ends(link), **carrying.end_values(move, step.new)}
    query = select(Link).where(Link.pair_id == link.pair_id, Link.id != link.id)
    for name in ("upper_item_id", "upper_task_id", "lower_item_id", "lower_task_id"):
        query = query.where(getattr(Link, name) == ends[name])
    there = session.exec(query).first()
    if there is None:
        return move
    if _is_guess(there) and not _is_guess(link):
        link_store.remove(session, [there], at)
        return move
    text = moves.text_of(step.found.new, move.target)
    reasons = [stale_reasons.merged(row.resting.end, text, there.id, step.source)]
    return replace(move, target=None, span=row.resting.span, reasons=reasons)


def _ends(link: Link) -> dict[str, object]:
    return {
        "upper_item_id": link.upper_item_id,
        "upper_task_id": link.upper_task_id,
        "lower_item_id": link.lower_item_id,
        "lower_task_id": link.lower_task_id,
    }


def _is_guess(link: Link) -> bool:
    return link.status is LinkStatus.PROPOSED and link.method is LinkMethod.MACHINE


def _values(link: Link, move: Move, source: Source) -> dict[str, object]:
    """What the link says then, but for its ends."""
    reasons = stale_reasons.replaced(link.stale_reason, move.end, source, move.reasons)
    if link.status in {LinkStatus.PROPOSED, LinkStatus.WITHDRAWN} and move.target is not None:
        reasons = []
    return {"status": LinkStatus.STALE if move.turns_stale else link.status, "stale_reason": reasons or None}
