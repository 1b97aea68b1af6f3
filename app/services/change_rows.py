"""The changes from one edition to another as rows: each item and task of the old text, and what is new."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlmodel import Session, col, or_, select

from app.db import database_of
from app.documents.changes import (
    ChangeKind,
    Correspondence,
    Fate,
    ItemChange,
    ItemVersion,
    Place,
    PlanVersion,
    TaskChange,
    correspond,
)
from app.errors import ChangeNotFound
from app.models import ChangeDecision, Edition, Item, Link, LinkVersion, Pair, Plan
from app.pagination import Page, PageRequest
from app.schemas.editions import (
    ChangeDecisionRead,
    ChangeDetail,
    ChangeEnd,
    ChangeRead,
    DifferenceRead,
    ReviewFilter,
)
from app.services import changes, editions
from app.services.moves import Ends, own_end, span_of
from app.services.stale_reasons import End

# What a list of changes names at most of the links that rest on one.
MOST_LINKS = 500


@dataclass(frozen=True, slots=True)
class Resting:
    """A link that came with an item or task: by which of its ends, and where its evidence stood then."""

    link: Link
    end: End
    span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class ChangeFilter:
    """Which changes are wanted; None means any. `base`: against which edition, None: the one before; `same`: also what is."""

    base: int | None = None
    kind: ChangeKind | None = None
    review: ReviewFilter | None = None
    same: bool = True


@dataclass(frozen=True, slots=True)
class _Between:
    """Two editions and all that is said of the way from one to the other."""

    found: Correspondence
    resting: Mapping[Place, list[Resting]]
    decisions: Mapping[str, ChangeDecision]


def page(session: Session, request: PageRequest, key: str, number: int, wanted: ChangeFilter) -> Page[ChangeRead]:
    """The changes that brought an edition, in the order of its text; raises PlanNotFound or EditionNotFound."""
    rows = [row for row in _rows(_between(session, key, number, wanted.base)) if _fits(row, wanted)]
    order = {row.id: place for place, row in enumerate(rows)}
    return request.sorted_page(rows, lambda row: [order[row.id]], int)


def get(session: Session, key: str, number: int, change: str, base: int | None = None) -> ChangeDetail:
    """One change with the links that came with it; raises PlanNotFound, EditionNotFound or ChangeNotFound."""
    between = _between(session, key, number, base)
    row = next((row for row in _rows(between) if row.id == change), None)
    if row is None:
        raise ChangeNotFound(plan=key, edition=number, change=change)
    ids = sorted({one.link.id for one in between.resting.get(Place.of(change), [])}) if row.old else []
    return ChangeDetail(**row.model_dump(), resting=ids[:MOST_LINKS])


def _fits(row: ChangeRead, wanted: ChangeFilter) -> bool:
    if row.kind is ChangeKind.SAME and not wanted.same:
        return False
    return (wanted.kind is None or row.kind is wanted.kind) and (wanted.review is None or row.review is wanted.review)


def _between(session: Session, key: str, number: int, base: int | None) -> _Between:
    plan, new = editions.get(session, key, number)
    if number == 1 and base is None:
        nothing = PlanVersion(plan.year, (), ())
        return _Between(correspond(nothing, changes.version_of_edition(session, new, plan.year)), {}, {})
    _, old = editions.get(session, key, number - 1 if base is None else base)
    decided = standing(session, key, number) if old.number == number - 1 else {}
    # What was decided is counted by its versions, and these only grow.
    revision = sum(row.version for row in decided.values())
    found = database_of(session).derived.get(
        f"changes:{key}:{old.number}:{number}", revision, lambda: correspondence(session, plan, old, new, decided)
    )
    current = number == plan.edition_number and old.number == number - 1
    return _Between(found, resting(session, old, new) if current else {}, decided)


def correspondence(
    session: Session, plan: Plan, old: Edition, new: Edition, decided: Mapping[str, ChangeDecision]
) -> Correspondence:
    """What became of an edition's items and tasks in another, as people have corrected it."""
    corrections = {
        Place.of(row.change): None if row.new is None else Place.of(row.new) for row in decided.values() if row.corrects
    }
    before, after = (changes.version_of_edition(session, edition, plan.year) for edition in (old, new))
    return correspond(before, after, corrections)


def standing(session: Session, key: str, number: int) -> dict[str, ChangeDecision]:
    """What people said of the changes that brought an edition, by the changes' ids."""
    query = select(ChangeDecision).where(
        ChangeDecision.plan_id == key, ChangeDecision.edition_number == number, col(ChangeDecision.until).is_(None)
    )
    return {row.change: row for row in session.exec(query)}


def resting(session: Session, old: Edition, new: Edition) -> dict[Place, list[Resting]]:
    """The links that came from an edition to the one that holds now, by the places on which they rested."""
    places = Ends.of(session, old).places
    items = select(Item.id).where(Item.edition_id == old.id)
    query = (
        select(Link, LinkVersion)
        .join(LinkVersion, col(LinkVersion.link_id) == Link.id)
        .join(Pair, col(Pair.id) == Link.pair_id)
        .where(
            or_(col(Pair.upper_edition_id) == new.id, col(Pair.lower_edition_id) == new.id),
            or_(col(LinkVersion.upper_item_id).in_(items), col(LinkVersion.lower_item_id).in_(items)),
        )
        .order_by(col(Link.id), col(LinkVersion.version))
    )
    last: dict[tuple[str, End], tuple[Place, Resting]] = {}
    ends: tuple[End, End] = ("upper", "lower")
    for link, version in session.exec(query):
        for end in ends:
            place = places.get(own_end(version, end))
            if place is not None:
                last[link.id, end] = (place, Resting(link, end, span_of(version, end)))
    found: dict[Place, list[Resting]] = {}
    for place, one in last.values():
        found.setdefault(place, []).append(one)
    return found


def _rows(between: _Between) -> Iterator[ChangeRead]:
    found = between.found
    old = {item.number: item for item in found.old.items}
    new = {item.number: item for item in found.new.items}
    for row in found.changes.items:
        for number in row.old or (None,):
            yield _item_row(between, row, number, old, new)
        for task in row.tasks:
            yield _task_row(between, task)


def _item_row(
    between: _Between,
    row: ItemChange,
    number: int | None,
    old: Mapping[int, ItemVersion],
    new: Mapping[int, ItemVersion],
) -> ChangeRead:
    before = None if number is None else ChangeEnd(number=str(number), title=old[number].title, text=old[number].text)
    after = [ChangeEnd(number=str(other), title=new[other].title, text=new[other].text) for other in row.new]
    return _read(
        between,
        None if number is None else Place(number),
        ChangeRead(
            id=f"new-{row.new[0]}" if number is None else str(number),
            level="item",
            kind=row.kind,
            old=before,
            new=after,
            moved=row.moved,
            renumbered=row.renumbered,
            fields=[changes.read_field(one) for one in row.fields],
            spans=[],
            stands=None,
            differences=[],
            links=0,
            review=None,
            decision=None,
        ),
    )


def _task_row(between: _Between, task: TaskChange) -> ChangeRead:
    before = None if task.old is None else Place(*task.old)
    after = None if task.new is None else Place(*task.new)
    return _read(
        between,
        before,
        ChangeRead(
            id=before.name if before else f"new-{after.name if after else ''}",
            level="task",
            kind=task.kind,
            old=ChangeEnd(number=before.name, title=None, text=task.old_text or "") if before else None,
            new=[ChangeEnd(number=after.name, title=None, text=task.new_text or "")] if after else [],
            moved=task.kind is ChangeKind.MOVED,
            renumbered=bool(before and after and before.name != after.name),
            fields=[],
            spans=[changes.read_span(span) for span in task.spans],
            stands=None,
            differences=[],
            links=0,
            review=None,
            decision=None,
        ),
    )


def _read(between: _Between, place: Place | None, row: ChangeRead) -> ChangeRead:
    """A row with what became of it, and what people say of that."""
    if place is None:
        return row
    fate = between.found.fates[place]
    decision = between.decisions.get(place.name)
    links = len({one.link.id for one in between.resting.get(place, [])})
    return row.model_copy(
        update={
            "stands": fate.new.name if fate.new else None,
            "differences": [DifferenceRead.model_validate(one) for one in fate.differences],
            "links": links,
            "review": review_of(row.kind, fate, decision, links),
            "decision": None if decision is None else read_decision(decision),
        }
    )


def review_of(kind: ChangeKind, fate: Fate, decision: ChangeDecision | None, links: int) -> ReviewFilter | None:
    """Whether a change awaits somebody's review: links rest on it, and the comparison is no matter of course."""
    if decision is not None:
        return ReviewFilter.CORRECTED if decision.corrects else ReviewFilter.CONFIRMED
    sure = fate.new is not None and not fate.differences and kind not in {ChangeKind.SPLIT, ChangeKind.MERGED}
    return ReviewFilter.AWAITING if links and not sure else None


def read_decision(row: ChangeDecision) -> ChangeDecisionRead:
    """A decision as it is shown."""
    return ChangeDecisionRead(
        decision="corrected" if row.corrects else "confirmed",
        new=row.new,
        reason=row.reason,
        decided_by=row.decided_by,
        decided_at=row.since,
        version=row.version,
    )
