"""The year after: what people decided between the plans before is proposed between the new ones.

docs/editions.md has the rules. Nothing is decided here: a reviewer confirms what is carried, or does not.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, select

from app.documents.changes import correspond
from app.linking import Strength
from app.models import Edition, Link, LinkMethod, LinkStatus, Plan
from app.schemas.carry_overs import (
    CarryObstacle,
    CarryOutcome,
    CarryOverCounts,
    CarryOverCreate,
    CarryOverPair,
    CarryOverRead,
    CarryOverRow,
)
from app.services import audit, carry_over_plans, carry_over_words, cascades, changes, jurisdictions, link_store, links
from app.services.audit import Action, Outcome, Subject
from app.services.carry_over_moves import Move, Way, moved, one_each, places_of
from app.services.carry_over_plans import Target, Two
from app.services.days import zone_of
from app.services.links import LinkFilter
from app.services.moves import Ends, own_end
from app.services.people_links import CONTRIBUTES, SURE
from app.services.plans import get_plan
from app.services.proposals import find_pair, link_id, make_pair
from app.services.scope import EVERYTHING, Scope

# An answer is read by people, and kept under its Idempotency-Key; one city of a province has about two hundred.
MAX_ROWS = 1000
# How many ids an audit entry lists; the links' versions have all of them.
_MOST_NAMED = 200
_ORDER = (CarryOutcome.LEFT, CarryOutcome.HINT, CarryOutcome.CARRIED, CarryOutcome.REPLACED, CarryOutcome.PRESENT)
_Key = tuple[int, int | None, int, int | None]


@dataclass(slots=True)
class _Work:
    """One request: who asks for what, and the ways between texts that were found already."""

    session: Session
    wanted: CarryOverCreate
    actor: str
    english: bool
    ways: dict[tuple[int, int], Way] = field(default_factory=dict)

    def between(self, target: Two, source: Two) -> tuple[Way, Way]:
        """The ways of the upper and of the lower plan."""
        return (
            self._way(target.upper.year, source.upper_edition, target.upper_edition),
            self._way(target.lower.year, source.lower_edition, target.lower_edition),
        )

    def _way(self, year: int, old: Edition, new: Edition) -> Way:
        key = (old.id or 0, new.id or 0)
        if key not in self.ways:
            found = None
            if key[0] != key[1]:
                # Both by the new year: each year's 年底前 is that year's end, which is no change.
                before, after = (changes.version_of_edition(self.session, edition, year) for edition in (old, new))
                found = correspond(before, after)
            self.ways[key] = Way(Ends.of(self.session, new), found)
        return self.ways[key]


def carry(
    session: Session,
    key: str,
    wanted: CarryOverCreate,
    actor: str,
    within: Scope = EVERYTHING,
    *,
    english: bool = False,
) -> CarryOverRead:
    """Propose between a plan and the lower ones what people confirmed between the plans before; again, it changes nothing.

    Raises PlanNotFound, PlanWithdrawn, NotAnUpperPlan, Forbidden if a lower plan named does not lie `within`, or
    InvalidRequest.
    """
    cascades.hold(session, [key])
    targets = carry_over_plans.targets(session, get_plan(session, key), wanted.lower, within)
    sources = carry_over_plans.sources(session, targets, wanted)
    work = _Work(session, wanted, actor, english)
    at: datetime | None = None
    pairs, rows = [], []
    for target in targets:
        source = sources.get(target.plans.lower.id)
        moves = _moves(work, target.plans, source) if source else []
        if source and not wanted.dry_run and any(_is_stored(move) for move in moves):
            # One moment for all of them: they are one write.
            at = at or cascades.touch(session, key)
            _store(work, target.plans, source, moves, at)
        elif source:
            _make(work, target.plans, source, moves, None)
        pairs.append(_pair(target, source, moves))
        rows += [_row(work, target.plans, move) for move in moves]
    total = Counter(row.outcome for row in rows)
    if at is None:
        after: dict[str, object] = {
            "dry_run": wanted.dry_run,
            "lower": [t.plans.lower.id for t in targets][:_MOST_NAMED],
        }
        subject = Subject("plan", key, key.partition("-")[0])
        audit.record(session, actor, Action.LINK_CARRY, subject, after=after, outcome=Outcome.UNCHANGED)
    rows.sort(key=lambda row: _ORDER.index(row.outcome))
    return CarryOverRead(
        plan=key,
        dry_run=wanted.dry_run,
        counts=_counts(total),
        pairs=pairs,
        rows=rows[:MAX_ROWS],
        more=max(0, len(rows) - MAX_ROWS),
    )


def _moves(work: _Work, target: Two, source: Two) -> list[Move]:
    """What is to become of each link that people decided between the plans before, in the order of their texts."""
    ways = work.between(target, source)
    moves = []
    for link in links.all_links(work.session, LinkFilter(upper=source.upper.id, lower=source.lower.id)):
        if link.status is LinkStatus.STALE:
            moves.append(Move(link))
            moves[-1].leave(CarryObstacle.STALE)
        elif link.status in {LinkStatus.CONFIRMED, LinkStatus.REJECTED}:
            move = moved(link, ways)
            # What was wrong of texts that are gone says nothing of those that came.
            if link.status is LinkStatus.CONFIRMED or move.why is None:
                moves.append(move)
    one_each(moves)
    held = _held(work.session, target)
    return [move for move in moves if _beside(move, held, ways)]


def _held(session: Session, target: Two) -> Mapping[_Key, Link]:
    pair = find_pair(session, target.upper_edition.id or 0, target.lower_edition.id or 0)
    if pair is None:
        return {}
    return {
        (*own_end(link, "upper"), *own_end(link, "lower")): link
        for link in session.exec(select(Link).where(Link.pair_id == pair.id))
    }


def _beside(move: Move, held: Mapping[_Key, Link], ways: tuple[Way, Way]) -> bool:
    """Hold a move against the link that is there already; False: there is nothing to say of it any more."""
    places = places_of(move)
    if places is None:
        return True
    move.held = held.get((*ways[0].new.rows[places[0]], *ways[1].new.rows[places[1]]))
    status = move.held.status if move.held else None
    if move.source.status is LinkStatus.REJECTED:
        move.outcome = CarryOutcome.HINT
        return status in {None, LinkStatus.PROPOSED}
    if move.held is None or move.outcome is CarryOutcome.LEFT:
        return True
    if status is LinkStatus.WITHDRAWN:
        move.leave(CarryObstacle.WITHDRAWN)
    elif status is not LinkStatus.PROPOSED:
        move.leave(CarryObstacle.DECIDED)
    elif move.held.method is LinkMethod.MACHINE:
        move.outcome = CarryOutcome.REPLACED
    else:
        move.outcome = CarryOutcome.PRESENT
    return True


def _is_stored(move: Move) -> bool:
    return move.outcome in {CarryOutcome.CARRIED, CarryOutcome.REPLACED}


def _make(work: _Work, target: Two, source: Two, moves: Sequence[Move], at: datetime | None) -> None:
    """The links that are stored, with their rationales; without a moment only to be shown."""
    named = (_called(work.session, source.upper), _called(work.session, source.lower))
    zone = zone_of(work.session)
    ways = work.between(target, source)
    for move in moves:
        places = places_of(move)
        if places is None or move.ends is None or not _is_stored(move):
            continue
        above, below = (way.new.rows[place] for way, place in zip(ways, places, strict=True))
        machine = move.held if move.outcome is CarryOutcome.REPLACED else None
        one = move.source
        move.made = Link(
            id=link_id(
                target.upper.id,
                target.upper_edition.number,
                places[0].name,
                target.lower.id,
                target.lower_edition.number,
                places[1].name,
            ),
            pair_id=0,
            upper_item_id=above[0],
            upper_task_id=above[1],
            lower_item_id=below[0],
            lower_task_id=below[1],
            coverage=one.coverage,
            strength=one.strength,
            status=LinkStatus.PROPOSED,
            score=CONTRIBUTES if one.strength is Strength.CONTRIBUTES else SURE,
            method=LinkMethod.IMPORT,
            rationale=carry_over_words.rationale(one, named, move.differences, machine, zone),
            upper_start=move.ends[0].span[0],
            upper_end=move.ends[0].span[1],
            lower_start=move.ends[1].span[0],
            lower_end=move.ends[1].span[1],
            proposed_by=work.actor,
            proposed_at=at or one.proposed_at,
        )


def _called(session: Session, plan: Plan) -> str:
    return f"{jurisdictions.get(session, plan.adcode).name}{plan.year}年要点（{plan.id}）"


def _store(work: _Work, target: Two, source: Two, moves: Sequence[Move], at: datetime) -> None:
    session = work.session
    _make(work, target, source, moves, at)
    upper, lower = target.upper_edition.id or 0, target.lower_edition.id or 0
    pair = find_pair(session, upper, lower) or make_pair(session, upper, lower)
    new, replaced = [], []
    for move in moves:
        if move.made is None:
            continue
        move.made.pair_id = pair.id or 0
        if move.held is None:
            new.append(move.made)
        else:
            # It keeps its id: links between the same ends are one link, whoever proposes it.
            replaced.append((move.held, link_store.state(move.made)))
    link_store.add(session, new, at)
    link_store.change(session, replaced, at)
    after = {
        "upper": target.upper.id,
        "editions": [target.upper_edition.number, target.lower_edition.number],
        "from": [source.upper.id, source.lower.id],
        "from_editions": [source.upper_edition.number, source.lower_edition.number],
        **Counter(str(move.outcome) for move in moves),
        "links": [link.id for link in new][:_MOST_NAMED],
        "replaced_links": [link.id for link, _ in replaced][:_MOST_NAMED],
    }
    audit.record(
        session, work.actor, Action.LINK_CARRY, Subject("plan", target.lower.id, target.lower.adcode), after=after
    )


def _pair(target: Target, source: Two | None, moves: Sequence[Move]) -> CarryOverPair:
    plans = target.plans
    return CarryOverPair(
        upper=plans.upper.id,
        upper_edition=plans.upper_edition.number,
        lower=plans.lower.id,
        lower_edition=plans.lower_edition.number,
        in_cascade=target.member,
        from_upper=source.upper.id if source else None,
        from_upper_edition=source.upper_edition.number if source else None,
        from_lower=source.lower.id if source else None,
        from_lower_edition=source.lower_edition.number if source else None,
        counts=_counts(Counter(move.outcome for move in moves)),
    )


def _counts(found: Mapping[CarryOutcome, int]) -> CarryOverCounts:
    return CarryOverCounts(**{str(outcome): found.get(outcome, 0) for outcome in CarryOutcome})


def _row(work: _Work, target: Two, move: Move) -> CarryOverRow:
    one = move.source
    stands = [stand.place for stand in move.ends] if move.ends else [None, None]
    names = [
        f"{plan.id}/{place.name}" if place else None
        for plan, place in zip((target.upper, target.lower), stands, strict=True)
    ]
    link = move.held or move.made
    detail = None
    if move.why is not None:
        detail = carry_over_words.obstacle(move.why, move.at_end, move.held, move.winner, english=work.english)
    elif move.outcome is CarryOutcome.HINT:
        detail = carry_over_words.hint(one, move.held, english=work.english)
    return CarryOverRow(
        outcome=move.outcome,
        why=move.why,
        detail=detail,
        source=one.id,
        source_upper=one.upper,
        source_lower=one.lower,
        decided_by=one.decided_by,
        decided_at=one.decided_at,
        reason=one.reason,
        upper=names[0],
        lower=names[1],
        link=link.id if link else None,
        status=link.status if link else None,
        coverage=one.coverage,
        strength=one.strength,
        differences=move.differences,
        rationale=move.made.rationale if move.made else None,
    )
