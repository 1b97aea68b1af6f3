"""Storing what the judge found: proposals are added, changed and removed; what a person decided is never touched."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, col, select

from app.linking import AppliesTo, Coverage, Judgement, PlanText, Strength
from app.models import Edition, Item, Judging, Link, LinkMethod, LinkRun, LinkStatus, Pair, Plan, Task, TaskScore
from app.models.base import now
from app.schemas.links import LinkRunChange
from app.services import link_store
from app.services.judgements import proposed, together
from app.services.keys import item_id, task_id

# Who proposes what the judge finds. Whoever started the run has no part in it, and may decide it as anybody else.
MACHINE = "machine"
Key = tuple[int, int | None, int, int | None]  # upper item, upper task, lower item, lower task: row ids


@dataclass(frozen=True, slots=True)
class Side:
    """One plan of a pair: its edition, its rows by printed number, and its text as linking takes it."""

    plan: str
    edition_id: int
    edition: int
    items: dict[int, Item]
    tasks: dict[tuple[int, int], Task]
    text: PlanText
    scopes: dict[tuple[int, int], AppliesTo]

    @classmethod
    def of(
        cls, plan: Plan, edition: Edition, items: Sequence[Item], tasks: dict[int, list[Task]], text: PlanText
    ) -> "Side":
        """A side from its rows."""
        by_number = {(row.number, task.number): task for row in items for task in tasks.get(row.id or 0, [])}
        return cls(
            plan=plan.id,
            edition_id=edition.id or 0,
            edition=edition.number,
            items={row.number: row for row in items},
            tasks=by_number,
            text=text,
            scopes={key: task.applies_to for key, task in by_number.items()},
        )


@dataclass(frozen=True, slots=True)
class Changes:
    """What storing did, or would do: the links added, removed and changed, and how many stayed."""

    rows: list[LinkRunChange]
    kept: int


def store(
    session: Session,
    run: LinkRun,
    sides: tuple[Side, Side],
    judgement: Judgement,
    at: datetime | None,
    notes: Mapping[tuple[int, int], str],
) -> Changes:
    """Bring a pair's proposals up to a new judgement, at the moment of the write; None: only say what would change.

    `notes` are the rationales of links from some tasks, by (item, task) numbers.
    """
    upper, lower = sides
    pair = find_pair(session, upper.edition_id, lower.edition_id)
    if at is not None:
        pair = pair or make_pair(session, upper.edition_id, lower.edition_id)
        _store_scores(session, _judging(session, run, pair, at), upper, judgement)
    held = _held(session, pair)
    wanted = {_key(link): link for link in _links(pair, sides, judgement, at or now(), notes)}
    todo = _Todo()
    changes, kept = [], 0
    for key, link in held.items():
        new = wanted.get(key)
        if not _is_open(link) or _same(link, new):
            kept += 1
        elif new is None:
            changes.append(_change("removed", link, upper, lower))
            todo.gone.append(link)
        else:
            changes.append(_change("changed", new, upper, lower))
            todo.changed.append((link, new))
    todo.new = [new for key, new in wanted.items() if key not in held]
    changes += [_change("added", new, upper, lower) for new in todo.new]
    if at is not None:
        _do(session, todo, at)
    return Changes(changes, kept)


@dataclass(slots=True)
class _Todo:
    """What a judgement changes in the links of a pair."""

    new: list[Link] = field(default_factory=list)
    changed: list[tuple[Link, Link]] = field(default_factory=list)
    gone: list[Link] = field(default_factory=list)


def _do(session: Session, todo: _Todo, at: datetime) -> None:
    link_store.add(session, todo.new, at)
    link_store.change(session, [(link, {name: getattr(new, name) for name in TAKEN}) for link, new in todo.changed], at)
    link_store.remove(session, todo.gone, at)


def find_pair(session: Session, upper_edition: int, lower_edition: int) -> Pair | None:
    """The pair of two editions, if there is one."""
    query = select(Pair).where(Pair.upper_edition_id == upper_edition, Pair.lower_edition_id == lower_edition)
    return session.exec(query).first()


def make_pair(session: Session, upper_edition: int, lower_edition: int) -> Pair:
    """A new pair of two editions, not judged yet."""
    pair = Pair(upper_edition_id=upper_edition, lower_edition_id=lower_edition)
    session.add(pair)
    session.flush()
    return pair


def _judging(session: Session, run: LinkRun, pair: Pair, at: datetime) -> Judging:
    """Close the pair's judging and begin the next."""
    open_ones = select(Judging).where(Judging.pair_id == pair.id, col(Judging.until).is_(None))
    for held in session.exec(open_ones):
        held.until = at
    judging = Judging(
        pair_id=pair.id or 0,
        run_id=run.id,
        method=run.method,
        model_digest=run.model_digest,
        thesaurus_digest=run.thesaurus_digest,
        since=at,
    )
    session.add(judging)
    session.flush()
    return judging


def _store_scores(session: Session, judging: Judging, upper: Side, judgement: Judgement) -> None:
    session.add_all(
        TaskScore(
            judging_id=judging.id or 0,
            task_id=upper.tasks[found.item, found.task].id or 0,
            score=found.score,
            together=together(found),
        )
        for found in judgement.tasks
    )


def _held(session: Session, pair: Pair | None) -> dict[Key, Link]:
    if pair is None:
        return {}
    links = session.exec(select(Link).where(Link.pair_id == pair.id).order_by(col(Link.id)))
    return {_key(link): link for link in links}


def _links(
    pair: Pair | None,
    sides: tuple[Side, Side],
    judgement: Judgement,
    at: datetime,
    notes: Mapping[tuple[int, int], str],
) -> Iterator[Link]:
    """The judgement as links between rows."""
    upper, lower = sides
    for found in proposed(upper.text, lower.text, judgement):
        above = None if found.upper_task is None else upper.tasks[found.upper_item, found.upper_task]
        below = None if found.lower_task is None else lower.tasks[found.lower_item, found.lower_task]
        yield Link(
            id=link_id(upper.plan, upper.edition, found.upper, lower.plan, lower.edition, found.lower),
            pair_id=pair.id or 0 if pair else 0,
            upper_item_id=upper.items[found.upper_item].id or 0,
            upper_task_id=above.id if above else None,
            lower_item_id=lower.items[found.lower_item].id or 0,
            lower_task_id=below.id if below else None,
            coverage=found.coverage,
            strength=found.strength,
            score=found.score,
            rationale=None if found.upper_task is None else notes.get((found.upper_item, found.upper_task)),
            upper_start=found.upper_start,
            upper_end=found.upper_end,
            lower_start=found.lower_start,
            lower_end=found.lower_end,
            proposed_by=MACHINE,
            proposed_at=at,
        )


def link_id(upper: str, upper_edition: int, above: str, lower: str, lower_edition: int, below: str) -> str:
    """The same ends in the same editions always have the same id, on every machine.

    Plans by their keys, editions by their numbers, ends by theirs: `8` or `8.4`.
    """
    name = f"{upper}@{upper_edition}/{above}>{lower}@{lower_edition}/{below}"
    return hashlib.sha256(name.encode()).hexdigest()[:24]


def _key(link: Link) -> Key:
    return (link.upper_item_id, link.upper_task_id, link.lower_item_id, link.lower_task_id)


COMPARED = ("coverage", "strength", "score", "rationale", "upper_start", "upper_end", "lower_start", "lower_end")
TAKEN = (*COMPARED, "status", "method", "proposed_by", "proposed_at", "decided_by", "decided_at", "reason")


def _same(link: Link, new: Link | None) -> bool:
    if new is None:
        return link.status is LinkStatus.WITHDRAWN
    return link.status is new.status and all(getattr(link, name) == getattr(new, name) for name in COMPARED)


def _is_open(link: Link) -> bool:
    """Whether the machine may change a link: its own that nobody decided, and one that its proposer took back."""
    if link.status is LinkStatus.WITHDRAWN:
        return True
    return link.status is LinkStatus.PROPOSED and link.method is LinkMethod.MACHINE


def _change(kind: str, link: Link, upper: Side, lower: Side) -> LinkRunChange:
    return LinkRunChange(
        change=kind,
        upper=_end(upper, link.upper_item_id, link.upper_task_id),
        lower=_end(lower, link.lower_item_id, link.lower_task_id),
        coverage=Coverage(link.coverage) if link.coverage else None,
        strength=Strength(link.strength) if link.strength else None,
        score=link.score,
    )


def _end(side: Side, item_row: int, task_row: int | None) -> str:
    """The end's id; that of its plan alone where the text has lost it."""
    for (item, number), task in side.tasks.items():
        if task_row is not None and task.id == task_row:
            return task_id(side.plan, item, number)
    found = next((number for number, row in side.items.items() if row.id == item_row), None)
    return side.plan if found is None else item_id(side.plan, found)
