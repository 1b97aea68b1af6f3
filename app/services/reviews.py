"""The shipped reviews: what people judged of the shipped plans, loaded as decisions of the reviewer `seed`."""

import csv
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import Session, select

from app.linking import Coverage, Strength
from app.models import Item, Link, LinkMethod, LinkStatus, Pair, Plan
from app.models.base import now
from app.resources import bundled
from app.services import audit, cascades, link_store, runs
from app.services.audit import Action, Subject
from app.services.plans import current_edition
from app.services.proposals import Side, find_pair, link_id

REVIEWER = "seed"
_REASON = "随附的复核结论：两人通读两份文件后一致认定。"
# Read by people, word for word. A contribution stays below the half from which on the judge says that an item implements.
_SURE, _CONTRIBUTES = 1.0, 0.49


@dataclass(frozen=True, slots=True)
class _Review:
    """A decision: the ends by their numbers (`8` or `8.4`), and the words of the lower plan."""

    upper: str
    lower: str
    coverage: Coverage | None
    strength: Strength | None
    status: LinkStatus
    lower_text: str


def load_shipped(session: Session, actor: str) -> int:
    """Load the reviews that are not loaded yet; returns how many decisions that were.

    Only for the very documents that were reviewed. A link that somebody else has decided stays as it is.
    """
    return sum(
        _load(session, file, actor) for file in sorted((bundled("seeds") / "reviews").glob("*.csv")) if file.is_file()
    )


def _load(session: Session, file: Path, actor: str) -> int:
    upper_key, lower_key = file.stem.split("_")
    cascades.hold(session, [upper_key])
    if not all(_is_shipped(session, key) for key in (upper_key, lower_key)):
        return 0
    upper, lower = runs.side(session, upper_key), runs.side(session, lower_key)
    pair = find_pair(session, upper.edition_id, lower.edition_id)
    if pair is None:
        return 0
    held = {
        (link.upper_item_id, link.upper_task_id, link.lower_item_id, link.lower_task_id): link
        for link in session.exec(select(Link).where(Link.pair_id == pair.id))
    }
    made: list[tuple[_Review, Link]] = []
    kept: list[tuple[_Review, Link]] = []
    for review in _read(file):
        wanted = _link(review, pair, upper, lower, now())
        found = held.get((wanted.upper_item_id, wanted.upper_task_id, wanted.lower_item_id, wanted.lower_task_id))
        if found is None and review.status is LinkStatus.CONFIRMED:
            made.append((review, wanted))
        elif found is not None and _is_open(found, review):
            kept.append((review, found))
    if made or kept:
        _store(session, made, kept, (actor, lower_key), cascades.touch(session, upper_key))
    return len(made) + len(kept)


def _is_shipped(session: Session, key: str) -> bool:
    plan = session.get(Plan, key)
    if plan is None or plan.withdrawn:
        return False
    file = bundled("seeds") / "documents" / f"{key}.txt"
    return current_edition(session, plan).file_digest == hashlib.sha256(file.read_bytes()).hexdigest()


def _read(file: Path) -> Iterator[_Review]:
    with file.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            yield _Review(
                upper=row["upper"].partition("/")[2],
                lower=row["lower"].partition("/")[2],
                coverage=Coverage(row["coverage"]) if row["coverage"] else None,
                strength=Strength(row["strength"]) if row["strength"] else None,
                status=LinkStatus(row["status"]),
                lower_text=row["lower_text"],
            )


def _is_open(link: Link, review: _Review) -> bool:
    """Whether the review is for this link still to give: nobody has decided it, or an earlier release's review did."""
    if link.decided_by not in {None, REVIEWER} or link.status is LinkStatus.STALE:
        return False
    return (link.status, link.coverage, link.strength) != (review.status, review.coverage, review.strength)


def _store(
    session: Session,
    made: Sequence[tuple[_Review, Link]],
    kept: Sequence[tuple[_Review, Link]],
    by: tuple[str, str],
    at: datetime,
) -> None:
    before = {link.id: {"version": link.version, "status": link.status} for _, link in kept}
    for _, link in made:
        link.proposed_at = link.decided_at = at
    link_store.add(session, [link for _, link in made], at)
    link_store.change(session, [(link, _decision(review, at)) for review, link in kept], at)
    actor, lower = by
    for review, link in (*made, *kept):
        after = {"version": link.version, **_decision(review, at)}
        subject = Subject("link", link.id, lower.partition("-")[0])
        audit.record(session, actor, Action.LINK_DECIDE, subject, before=before.get(link.id), after=after)


def _decision(review: _Review, at: datetime) -> dict[str, object]:
    return {
        "status": review.status,
        "coverage": review.coverage,
        "strength": review.strength,
        "decided_by": REVIEWER,
        "decided_at": at,
        "reason": _REASON,
    }


def _link(review: _Review, pair: Pair, upper: Side, lower: Side, at: datetime) -> Link:
    """The review as a confirmed link."""
    above, above_task = _end(review.upper)
    below, below_task = _end(review.lower)
    task = upper.tasks[above, above_task] if above_task else None
    start = lower.items[below].text.index(review.lower_text)
    return Link(
        id=link_id(upper.plan, upper.edition, review.upper, lower.plan, lower.edition, review.lower),
        pair_id=pair.id or 0,
        upper_item_id=_id(upper.items[above]),
        upper_task_id=task.id if task else None,
        lower_item_id=_id(lower.items[below]),
        lower_task_id=lower.tasks[below, below_task].id if below_task else None,
        coverage=review.coverage,
        strength=review.strength,
        status=LinkStatus.CONFIRMED,
        score=_CONTRIBUTES if review.strength is Strength.CONTRIBUTES else _SURE,
        method=LinkMethod.IMPORT,
        upper_start=task.start if task else 0,
        upper_end=task.end if task else len(upper.items[above].title),
        lower_start=start,
        lower_end=start + len(review.lower_text),
        proposed_by=REVIEWER,
        proposed_at=at,
        decided_by=REVIEWER,
        reason=_REASON,
    )


def _end(number: str) -> tuple[int, int | None]:
    item, _, task = number.partition(".")
    return int(item), int(task) if task else None


def _id(item: Item) -> int:
    return item.id or 0
