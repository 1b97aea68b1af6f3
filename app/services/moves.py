"""What a new edition does to the links of a pair of plans: where their ends go, and why a decision falls due again.

Nothing is written here: an import stores it (`carrying`), a preview only shows it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, or_, select

from app.documents.changes import Correspondence, Fate, ItemVersion, Place, PlanVersion, TaskVersion
from app.models import Edition, Item, Link, LinkMethod, LinkStatus, LinkVersion, Pair, Plan, Task
from app.services import stale_reasons
from app.services.plans import edition_items, tasks_by_item
from app.services.stale_reasons import End, Row, Source

DECIDED = frozenset({LinkStatus.CONFIRMED, LinkStatus.REJECTED})
# Databases bound how many values a statement may have.
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Ends:
    """The rows of an edition by the places in its text, and the other way round."""

    rows: Mapping[Place, tuple[int, int | None]]
    places: Mapping[tuple[int, int | None], Place]

    @classmethod
    def of(cls, session: Session, edition: Edition) -> "Ends":
        """The ends that links can have in an edition."""
        items = edition_items(session, edition)
        tasks = tasks_by_item(session, items)
        rows: dict[Place, tuple[int, int | None]] = {}
        for item in items:
            rows[Place(item.number)] = (item.id or 0, None)
            for task in tasks.get(item.id or 0, []):
                rows[Place(item.number, task.number)] = (item.id or 0, task.id)
        return cls(rows, {row: place for place, row in rows.items()})


@dataclass(frozen=True, slots=True)
class Move:
    """What becomes of a link at one of its ends.

    `target` is where that end stands in the new edition, None if it is gone; `span` its evidence there. `same_words`:
    nothing but its number, its place or its responsibility note is another. `reasons` are the new ones.
    """

    link: Link
    end: End
    target: Place | None
    span: tuple[int, int]
    same_words: bool
    reasons: list[Row] = field(default_factory=list)

    @property
    def turns_stale(self) -> bool:
        """Whether somebody decided the link, and has to look at it again."""
        only_joined = self.same_words and all(row["field"] == stale_reasons.MERGED for row in self.reasons)
        return self.link.status in DECIDED and bool(self.reasons) and not only_joined


def own_end(link: Link | LinkVersion, end: End) -> tuple[int, int | None]:
    """The rows of an end: item and task."""
    return (link.upper_item_id, link.upper_task_id) if end == "upper" else (link.lower_item_id, link.lower_task_id)


def current_pairs(session: Session, edition: Edition) -> list[tuple[Pair, End]]:
    """The pairs of an edition with others that hold now, and which end of them it is."""
    upper, lower = aliased(Edition), aliased(Edition)
    above, below = aliased(Plan), aliased(Plan)
    query = (
        select(Pair)
        .join(upper, col(upper.id) == Pair.upper_edition_id)
        .join(lower, col(lower.id) == Pair.lower_edition_id)
        .join(above, col(above.id) == upper.plan_id)
        .join(below, col(below.id) == lower.plan_id)
        .where(
            or_(col(upper.id) == edition.id, col(above.edition_number) == upper.number),
            or_(col(lower.id) == edition.id, col(below.edition_number) == lower.number),
            or_(col(upper.id) == edition.id, col(lower.id) == edition.id),
        )
        .order_by(col(Pair.id))
    )
    return [(pair, "upper" if pair.upper_edition_id == edition.id else "lower") for pair in session.exec(query)]


def of_pair(session: Session, pair: Pair, end: End, ends: Ends, found: Correspondence, source: Source) -> list[Move]:
    """What a new edition of one side does to each link of a pair, in the order of their ids; `ends` are the old ones."""
    links = session.exec(select(Link).where(Link.pair_id == pair.id).order_by(col(Link.id))).all()
    moves = [_move(session, link, end, ends, found, source) for link in links]
    return _one_each(moves, end, found, source)


def _move(session: Session, link: Link, end: End, ends: Ends, found: Correspondence, source: Source) -> Move:
    place = ends.places.get(own_end(link, end))
    if place is None:
        return _looked_for(session, link, end, found)
    return at(link, end, place, span_of(link, end), found, source)


def at(link: Link, end: End, place: Place, stood: tuple[int, int], found: Correspondence, source: Source) -> Move:
    """What becomes of a link whose end stood at a place of the old text, its evidence at `stood`."""
    fate = found.fates[place]
    if fate.new is None or (fate.new.task is None and end == "upper" and link.upper_task_id is not None):
        text = text_of(found.old, place)
        return Move(link, end, None, stood, False, [stale_reasons.dropped(end, text, source)])
    span = found.span(place, *stood)
    return Move(link, end, fate.new, span, fate.same_words, stale_reasons.changed(end, fate.differences, source))


def text_of(side: PlanVersion, place: Place) -> str:
    """What an item is called, or what a task says."""
    item = next(item for item in side.items if item.number == place.item)
    if place.task is None:
        return item.title
    return next(task.text for task in item.tasks if task.number == place.task)


def _looked_for(session: Session, link: Link, end: End, found: Correspondence) -> Move:
    """An end that an earlier edition has lost: in the new one it may stand again, as after an import by mistake."""
    item_row, task_row = own_end(link, end)
    item = session.get_one(Item, item_row)
    task = None if task_row is None else session.get_one(Task, task_row)
    fate = found.again(
        _version(item), None if task is None else TaskVersion(task.number, task.text, task.start, task.end)
    )
    if fate.new is None:
        return Move(link, end, None, span_of(link, end), True)
    reasons = [
        stale_reasons.found_again(row, str(row["old"]))
        for row in link.stale_reason or []
        if row["end"] == end and row["field"] in {stale_reasons.DROPPED, stale_reasons.MERGED}
    ]
    return Move(link, end, fate.new, _whole(found, fate), True, reasons)


def _version(item: Item) -> ItemVersion:
    units = tuple(item.responsible_units)
    return ItemVersion(item.number, item.label, item.title, item.text, None, item.lead_unit, units, item.deadline, ())


def _whole(found: Correspondence, fate: Fate) -> tuple[int, int]:
    item = next(item for item in found.new.items if fate.new and item.number == fate.new.item)
    task = next((task for task in item.tasks if fate.new and task.number == fate.new.task), None)
    return (task.start, task.end) if task else (0, len(item.title))


def span_of(link: Link | LinkVersion, end: End) -> tuple[int, int]:
    """Where the evidence of an end stands in its item's text."""
    return (link.upper_start, link.upper_end) if end == "upper" else (link.lower_start, link.lower_end)


def _one_each(moves: Sequence[Move], end: End, found: Correspondence, source: Source) -> list[Move]:
    """Two ends may have become one. Then the link that weighs most stands there; of the others that is said."""
    best: dict[tuple[object, ...], Move] = {}
    for move in moves:
        if move.target is not None:
            key = (move.target, _far(move.link, end))
            held = best.get(key)
            best[key] = move if held is None else min(held, move, key=rank)
    return [_behind(move, best.get((move.target, _far(move.link, end))), found, source) for move in moves]


def _behind(move: Move, winner: Move | None, found: Correspondence, source: Source) -> Move:
    if move.target is None or winner is None or winner.link.id == move.link.id:
        return move
    row = stale_reasons.merged(move.end, text_of(found.new, move.target), winner.link.id, source)
    return replace(move, target=None, span=span_of(move.link, move.end), reasons=[row])


def _far(link: Link, end: End) -> tuple[object, ...]:
    """What tells links apart that have the same place at this end: the other one."""
    return own_end(link, "lower" if end == "upper" else "upper")


def rank(move: Move) -> tuple[object, ...]:
    """What was decided before what was proposed, people before the machine, then what has not changed."""
    link = move.link
    order = (LinkStatus.CONFIRMED, LinkStatus.STALE, LinkStatus.REJECTED, LinkStatus.PROPOSED, LinkStatus.WITHDRAWN)
    return (order.index(link.status), link.method is LinkMethod.MACHINE, not move.same_words, -link.score, link.id)


def resting_on(
    session: Session, links: Sequence[Link], among: frozenset[LinkStatus] = frozenset({LinkStatus.CONFIRMED})
) -> Iterator[tuple[int, list[tuple[Link, Link]]]]:
    """The links that rest on other links: their upper end is those's lower end. By hops, each with the one it rests on.

    What a rejected link says nobody relies on, so only confirmed ones pass a change on. Each link comes once, by the
    shortest way; between a country and a county there are three hops at most.
    """
    seen = {link.id for link in links}
    above = list(links)
    hops = 1
    while above:
        by_end: dict[tuple[int, int | None], Link] = {}
        for link in above:
            by_end.setdefault(own_end(link, "lower"), link)
        found = []
        for link in _starting_at(session, sorted({item for item, _ in by_end})):
            via = by_end.get(own_end(link, "upper"))
            if via is not None and link.id not in seen and link.status in among:
                seen.add(link.id)
                found.append((link, via))
        if found:
            yield hops, found
        above = [link for link, _ in found]
        hops += 1


def _starting_at(session: Session, items: Sequence[int]) -> Iterator[Link]:
    for start in range(0, len(items), _AT_ONCE):
        query = select(Link).where(col(Link.upper_item_id).in_(items[start : start + _AT_ONCE])).order_by(col(Link.id))
        yield from session.exec(query).all()
