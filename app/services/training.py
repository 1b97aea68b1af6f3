"""What people decided about a domain's links and gaps, as calibration takes it."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from app.linking import Coverage
from app.linking.calibration import (
    Decided,
    GapFinding,
    GapKind,
    LinkDecision,
    Match,
    Observed,
    labels,
    observe,
    texts_digest,
)
from app.models import Decision, Edition, GapDecision, Item, Link, LinkMethod, LinkStatus, Pair, Plan, Task
from app.services import gap_decisions
from app.services.keys import item_id
from app.services.prepared import prepared, scopes_of
from app.services.reviews import REVIEWER
from app.services.verdicts import sentence_around

_SAID = {LinkStatus.CONFIRMED: True, LinkStatus.REJECTED: False}


@dataclass(slots=True)
class DecidedPair:
    """A pair of plans and what people decided about it; `sources` names the decisions."""

    upper: str
    lower: str
    links: list[LinkDecision] = field(default_factory=list)
    gaps: list[GapFinding] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    reviewers: Counter[str] = field(default_factory=Counter)
    matches: list[Match] = field(default_factory=list)

    @property
    def decided(self) -> Decided:
        """What is known of it."""
        return labels(self.links, self.gaps)


def decided_pairs(session: Session, domain: str) -> list[DecidedPair]:
    """Every pair of current editions of a domain about which somebody of this store decided something, in order.

    What was loaded with Luoshi (`luoshi seed`) is no decision: such links are there, and nobody has decided them.
    """
    found: dict[tuple[str, str], DecidedPair] = {}
    links: dict[str, Link] = {}
    items = _items(session, domain)
    for link, upper, lower, task in _links(session, domain):
        links[link.id] = link
        pair = found.setdefault((upper, lower), DecidedPair(upper, lower))
        above, below = items[link.upper_item_id], items[link.lower_item_id]
        said = None if _is_seeded(link) else _SAID.get(link.status)
        pair.links.append(LinkDecision(above.number, task, below.number, link.coverage, link.strength, confirmed=said))
        if said is not None:
            pair.sources.append(f"link {link.id} {link.version} {link.status}")
            pair.reviewers[link.decided_by or ""] += 1
            if said and task is not None:
                pair.matches.append(_match(link, pair, above, below))
    _add_gaps(session, domain, found, links)
    return [pair for _, pair in sorted(found.items()) if pair.sources]


def _is_seeded(link: Link) -> bool:
    return link.method is LinkMethod.IMPORT or link.decided_by == REVIEWER


def _match(link: Link, pair: DecidedPair, above: Item, below: Item) -> Match:
    return Match(
        upper=item_id(pair.upper, above.number),
        lower=item_id(pair.lower, below.number),
        upper_text=above.text[link.upper_start : link.upper_end],
        lower_text=sentence_around(below.text, link.lower_start, link.lower_end),
        by_hand=link.method is LinkMethod.PERSON,
    )


def _items(session: Session, domain: str) -> dict[int, Item]:
    """The items of the current editions of a domain's plans, by row id."""
    query = (
        select(Item)
        .join(Edition, col(Edition.id) == Item.edition_id)
        .join(Plan, (col(Plan.id) == Edition.plan_id) & (col(Plan.edition_number) == Edition.number))
        .where(Plan.domain == domain)
    )
    return {item.id or 0: item for item in session.exec(query)}


_upper_plan, _lower_plan = aliased(Plan), aliased(Plan)
_upper_edition, _lower_edition = aliased(Edition), aliased(Edition)


def _links(session: Session, domain: str) -> Iterable[tuple[Link, str, str, int | None]]:
    """The links between current editions that were not withdrawn, with their plans and upper task."""
    query = (
        select(Link, _upper_plan.id, _lower_plan.id, Task.number)
        .join(Pair, col(Pair.id) == Link.pair_id)
        .join(_upper_edition, col(_upper_edition.id) == Pair.upper_edition_id)
        .join(_lower_edition, col(_lower_edition.id) == Pair.lower_edition_id)
        .join(
            _upper_plan,
            (col(_upper_plan.id) == _upper_edition.plan_id)
            & (col(_upper_plan.edition_number) == _upper_edition.number),
        )
        .join(
            _lower_plan,
            (col(_lower_plan.id) == _lower_edition.plan_id)
            & (col(_lower_plan.edition_number) == _lower_edition.number),
        )
        .join(Task, col(Task.id) == Link.upper_task_id, isouter=True)
        .where(
            _upper_plan.domain == domain,
            col(_upper_plan.withdrawn).is_(False),
            col(_lower_plan.withdrawn).is_(False),
            col(Link.status) != LinkStatus.WITHDRAWN,
        )
        .order_by(col(Link.id))
    )
    yield from session.exec(query)


def _add_gaps(session: Session, domain: str, found: dict[tuple[str, str], DecidedPair], links: dict[str, Link]) -> None:
    """The gap decisions that stand and whose texts are still those on which they were made."""
    query = (
        select(GapDecision)
        .join(Plan, col(Plan.id) == GapDecision.plan_id)
        .where(Plan.domain == domain, col(GapDecision.until).is_(None), GapDecision.decided_by != REVIEWER)
        .order_by(col(GapDecision.plan_id), col(GapDecision.gap_id))
    )
    lower = {(upper, below.partition("-")[0]): pair for (upper, below), pair in found.items()}
    for row in session.exec(query):
        kind, adcode, place = [*row.gap_id.split("-"), "", ""][:3]
        item, _, task = place.partition(".")
        pair = lower.get((row.plan_id, adcode))
        if (
            kind not in set(GapKind)
            or not task
            or pair is None
            or not _stands(session, row, pair, int(item), int(task))
        ):
            continue
        link = links.get(row.link_id or "")
        if row.decision is Decision.REFUTED and (link is None or link.status is LinkStatus.REJECTED):
            continue
        coverage = Coverage(link.coverage) if link is not None and link.coverage and link.upper_task_id else None
        real = row.decision is not Decision.REFUTED
        pair.gaps.append(
            GapFinding(int(item), int(task), GapKind(kind), real=real, coverage=None if real else coverage)
        )
        pair.sources.append(f"gap {row.plan_id} {row.gap_id} {row.version} {row.decision}")
        pair.reviewers[row.decided_by] += 1


def _stands(session: Session, row: GapDecision, pair: DecidedPair, item: int, task: int) -> bool:
    upper, lower = session.get_one(Plan, pair.upper), session.get_one(Plan, pair.lower)
    found = session.exec(
        select(Item.text, Task.start, Task.end)
        .join(Edition, col(Edition.id) == Item.edition_id)
        .join(Task, col(Task.item_id) == Item.id)
        .where(
            Edition.plan_id == upper.id,
            Edition.number == upper.edition_number,
            Item.number == item,
            Task.number == task,
        )
    ).first()
    edition = session.exec(
        select(Edition.created_at).where(Edition.plan_id == lower.id, Edition.number == lower.edition_number)
    ).one()
    if found is None or edition > row.decided_at:
        return False
    text, start, end = found
    return row.digests.get(gap_decisions.UPPER) == gap_decisions.digest(text[start:end])


def digest(pairs: Iterable[DecidedPair]) -> str:
    """SHA-256, hexadecimal, of which decisions there are and how they stand."""
    return hashlib.sha256("\n".join(sorted(source for pair in pairs for source in pair.sources)).encode()).hexdigest()


def measured(
    session: Session, pairs: Iterable[DecidedPair], progress: Callable[[str], None]
) -> list[tuple[str, Observed]]:
    """The pairs as `trial` takes them. An upper item is one group in all of them."""
    groups: dict[tuple[str, int], int] = {}
    out = []
    for pair in pairs:
        progress(pair.lower)
        upper, lower = prepared(session, pair.upper), prepared(session, pair.lower)
        if not upper.tasks or not lower.folded:
            continue
        own = {item.number: groups.setdefault((pair.upper, item.number), len(groups)) for item in upper.plan.items}
        one = observe(upper, lower, pair.decided, scopes_of(session, pair.upper), own)
        out.append((texts_digest(upper.plan, lower.plan), one))
    return out
