"""Storing what the judge found: proposals are added, changed and removed; what a person decided is never touched."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import delete
from sqlmodel import Session, col, select

from app.db import lock
from app.linking import AppliesTo, Coverage, Judgement, PlanText, Strength
from app.models import Edition, Item, Link, LinkMethod, LinkRun, LinkStatus, Pair, Plan, Task, TaskScore
from app.models.base import now
from app.schemas.links import LinkRunChange
from app.services.judgements import proposed, together
from app.services.keys import item_id, task_id

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


def store(session: Session, run: LinkRun, upper: Side, lower: Side, judgement: Judgement) -> Changes:
    """Bring a pair's proposals up to a new judgement; in a dry run only say what would change."""
    lock(session, f"pair:{upper.edition_id}:{lower.edition_id}")
    pair = session.exec(
        select(Pair).where(Pair.upper_edition_id == upper.edition_id, Pair.lower_edition_id == lower.edition_id)
    ).first()
    if not run.dry_run:
        pair = _record(session, run, upper, lower, pair)
        _store_scores(session, pair, upper, judgement)
    held = _held(session, pair)
    wanted = {_key(link): link for link in _links(run, pair, upper, lower, judgement)}
    changes, kept = [], 0
    for key, link in held.items():
        new = wanted.get(key)
        if link.status is not LinkStatus.PROPOSED or link.method is not LinkMethod.MACHINE or _same(link, new):
            kept += 1
        elif new is None:
            changes.append(_change("removed", link, upper, lower))
            if not run.dry_run:
                session.delete(link)
        else:
            changes.append(_change("changed", new, upper, lower))
            if not run.dry_run:
                _take_over(link, new)
    for key, new in wanted.items():
        if key not in held:
            changes.append(_change("added", new, upper, lower))
            if not run.dry_run:
                session.add(new)
    session.flush()
    return Changes(changes, kept)


def _record(session: Session, run: LinkRun, upper: Side, lower: Side, pair: Pair | None) -> Pair:
    if pair is None:
        pair = Pair(
            upper_edition_id=upper.edition_id,
            lower_edition_id=lower.edition_id,
            run_id=run.id,
            method=run.method,
            model_digest=run.model_digest,
        )
    pair.run_id, pair.judged_at = run.id, now()
    pair.method, pair.model_digest, pair.thesaurus_digest = run.method, run.model_digest, run.thesaurus_digest
    session.add(pair)
    session.flush()
    return pair


def _store_scores(session: Session, pair: Pair, upper: Side, judgement: Judgement) -> None:
    session.exec(delete(TaskScore).where(col(TaskScore.pair_id) == pair.id))
    session.add_all(
        TaskScore(
            pair_id=pair.id or 0,
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


def _links(run: LinkRun, pair: Pair | None, upper: Side, lower: Side, judgement: Judgement) -> Iterator[Link]:
    """The judgement as links between rows."""
    for found in proposed(upper.text, lower.text, judgement):
        above = None if found.upper_task is None else upper.tasks[found.upper_item, found.upper_task]
        below = None if found.lower_task is None else lower.tasks[found.lower_item, found.lower_task]
        yield Link(
            id=_link_id(upper, lower, found.upper, found.lower),
            pair_id=pair.id or 0 if pair else 0,
            upper_item_id=upper.items[found.upper_item].id or 0,
            upper_task_id=above.id if above else None,
            lower_item_id=lower.items[found.lower_item].id or 0,
            lower_task_id=below.id if below else None,
            coverage=found.coverage,
            strength=found.strength,
            score=found.score,
            upper_start=found.upper_start,
            upper_end=found.upper_end,
            lower_start=found.lower_start,
            lower_end=found.lower_end,
            proposed_by=run.started_by,
        )


def _link_id(upper: Side, lower: Side, above: str, below: str) -> str:
    """The same ends in the same editions always have the same id, on every machine."""
    name = f"{upper.plan}@{upper.edition}/{above}>{lower.plan}@{lower.edition}/{below}"
    return hashlib.sha256(name.encode()).hexdigest()[:24]


def _key(link: Link) -> Key:
    return (link.upper_item_id, link.upper_task_id, link.lower_item_id, link.lower_task_id)


COMPARED = ("coverage", "strength", "score", "upper_start", "upper_end", "lower_start", "lower_end")


def _same(link: Link, new: Link | None) -> bool:
    return new is not None and all(getattr(link, name) == getattr(new, name) for name in COMPARED)


def _take_over(link: Link, new: Link) -> None:
    for name in COMPARED:
        setattr(link, name, getattr(new, name))
    link.proposed_by, link.proposed_at = new.proposed_by, new.proposed_at
    link.version += 1


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
    for (item, number), task in side.tasks.items():
        if task_row is not None and task.id == task_row:
            return task_id(side.plan, item, number)
    item = next(number for number, row in side.items.items() if row.id == item_row)
    return item_id(side.plan, item)
