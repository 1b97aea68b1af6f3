"""Deciding links: one, or many with a common reason; what `link_rules` allows, each on record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from app.db import database_of
from app.errors import (
    DomainError,
    Forbidden,
    FourEyes,
    InvalidRequest,
    LinkChanged,
    LinkEndGone,
    LinkNotFound,
    LinkTransition,
    NotTheProposer,
    ReasonMissing,
)
from app.models import Edition, Link, LinkStatus, Pair, Plan
from app.preconditions import Expected
from app.schemas.links import LinkDecided, LinkDecisions, LinkDecisionsRead, LinkPatch, LinkRead
from app.services import audit, cascades, link_store, links
from app.services.audit import Action, Outcome, Subject
from app.services.link_rules import PEOPLE, TRANSITIONS, Refusal, Standing, Wish, refusal
from app.services.scope import EVERYTHING, Scope

# Chinese, English.
STATUSES = {
    LinkStatus.PROPOSED: ("建议", "proposed"),
    LinkStatus.CONFIRMED: ("已确认", "confirmed"),
    LinkStatus.STALE: ("待重新复核", "stale"),
    LinkStatus.REJECTED: ("已否定", "rejected"),
    LinkStatus.WITHDRAWN: ("已撤回", "withdrawn"),
}


@dataclass(frozen=True, slots=True)
class _Held:
    """A link that nobody else can change now, and the plans that it joins."""

    link: Link
    upper: str
    lower: str


def decide(
    session: Session, link_id: str, wanted: LinkPatch, expected: Expected, actor: str, within: Scope = EVERYTHING
) -> LinkRead:
    """Decide one link, or withdraw it.

    Raises LinkNotFound, Forbidden if it is not `within`, LinkChanged, LinkTransition, NotTheProposer, FourEyes, ReasonMissing, or InvalidRequest for a
    correction that the link cannot take.
    """
    held = _hold(session, [link_id]).get(link_id)
    if held is None:
        raise LinkNotFound(link=link_id)
    _check_correction(held.link, wanted)
    error = (
        _beyond(held, wanted, within)
        or _objection(session, held.link, wanted, expected, actor)
        or _gone(session, held.link, wanted)
    )
    if error is not None:
        raise error
    _apply(session, [held], wanted, actor)
    return links.read(session, link_id)


def decide_many(
    session: Session, wanted: LinkDecisions, actor: str, within: Scope = EVERYTHING, *, english: bool
) -> LinkDecisionsRead:
    """Decide each link that is still at the version seen and may be decided so; all in one transaction.

    The others are told why, and by whom they were decided; they do not keep the rest from being decided.
    """
    found = _hold(session, [seen.id for seen in wanted.links])
    patch = LinkPatch(status=wanted.status, reason=wanted.reason)
    errors: dict[str, DomainError | None] = {}
    for seen in wanted.links:
        held = found.get(seen.id)
        if held is None:
            errors[seen.id] = LinkNotFound(link=seen.id)
        else:
            expected = Expected(frozenset({str(seen.version)}))
            errors[seen.id] = (
                _beyond(held, patch, within)
                or _objection(session, held.link, patch, expected, actor)
                or _gone(session, held.link, patch)
            )
    _apply(session, [found[key] for key, error in errors.items() if error is None], patch, actor)
    _record_refused(session, errors, actor)
    results = [_result(key, found.get(key), error, english=english) for key, error in errors.items()]
    outcomes = [result.outcome for result in results]
    return LinkDecisionsRead(
        decided=outcomes.count("decided"),
        changed=outcomes.count("changed"),
        refused=outcomes.count("refused"),
        not_found=outcomes.count("not_found"),
        results=results,
    )


def _record_refused(session: Session, errors: Mapping[str, DomainError | None], actor: str) -> None:
    """One entry for what a batch's sender may not decide, however many links it names."""
    refused = {key: error.slug for key, error in errors.items() if error and error.status == Forbidden.status}
    if refused:
        subject = Subject("address", "POST /api/v1/links/decisions")
        after = {"reason": sorted(set(refused.values())), "links": sorted(refused)}
        audit.record(session, actor, Action.ACCESS_REFUSE, subject, after=after, outcome=Outcome.REFUSED)


def told(link: Link) -> dict[str, Any]:
    """How a link stands and who decided it when, for the sentences of errors."""
    zh, en = STATUSES[link.status]
    return {"link": link.id, "status_zh": zh, "status_en": en} | by(link.decided_by, link.decided_at)


def by(who: str | None, when: datetime | None) -> dict[str, Any]:
    """Who decided, and when, in both languages; empty if nobody has."""
    if who is None or when is None:
        return {"by_zh": "", "by_en": ""}
    moment = when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"by_zh": f"，{who} 于 {moment} 决定", "by_en": f", decided by {who} at {moment}"}


def _hold(session: Session, ids: Sequence[str]) -> dict[str, _Held]:
    """The links between current editions of standing plans that have these ids, held in their cascades."""
    cascades.hold(session, {held.upper for held in _read(session, ids).values()})
    # Once more: only now can nobody else change them.
    return _read(session, ids)


_upper_edition, _lower_edition = aliased(Edition), aliased(Edition)
_upper_plan, _lower_plan = aliased(Plan), aliased(Plan)


def _read(session: Session, ids: Sequence[str]) -> dict[str, _Held]:
    upper_is_current = (col(_upper_plan.id) == _upper_edition.plan_id) & (
        col(_upper_plan.edition_number) == _upper_edition.number
    )
    lower_is_current = (col(_lower_plan.id) == _lower_edition.plan_id) & (
        col(_lower_plan.edition_number) == _lower_edition.number
    )
    query = (
        select(Link, _upper_plan.id, _lower_plan.id)
        .join(Pair, col(Pair.id) == Link.pair_id)
        .join(_upper_edition, col(_upper_edition.id) == Pair.upper_edition_id)
        .join(_lower_edition, col(_lower_edition.id) == Pair.lower_edition_id)
        .join(_upper_plan, upper_is_current)
        .join(_lower_plan, lower_is_current)
        .where(col(Link.id).in_(ids), col(_upper_plan.withdrawn).is_(False), col(_lower_plan.withdrawn).is_(False))
        .execution_options(populate_existing=True)
    )
    return {link.id: _Held(link, upper, lower) for link, upper, lower in session.exec(query)}


def _check_correction(link: Link, wanted: LinkPatch) -> None:
    """A link has coverage or strength, and keeps what it has; only confirming corrects it."""
    for name, zh, en in (
        (
            "coverage",
            "只有确认从任务出发的承接关系时才能更正覆盖程度",
            "only confirming a task link corrects its coverage",
        ),
        (
            "strength",
            "只有确认条与条之间的承接关系时才能更正承接强度",
            "only confirming an item link corrects its strength",
        ),
    ):
        misplaced = getattr(link, name) is None or wanted.status is not LinkStatus.CONFIRMED
        if getattr(wanted, name) is not None and misplaced:
            raise InvalidRequest(count=1, errors=[(f"/body/{name}", zh, en)])


def _beyond(held: _Held, wanted: LinkPatch, within: Scope) -> DomainError | None:
    """A decision is made where the upper plan is; a proposal is withdrawn where it came from, so also below."""
    adcode = (held.lower if wanted.status is LinkStatus.WITHDRAWN else held.upper).partition("-")[0]
    return None if within.sees(adcode) else Forbidden.beyond(within.adcode, adcode)


def _gone(session: Session, link: Link, wanted: LinkPatch) -> DomainError | None:
    """What the text has lost cannot be confirmed. A link with such an end says so, unless it was rejected for that."""
    perhaps = bool(link.stale_reason) or link.status is LinkStatus.REJECTED
    if wanted.status is LinkStatus.CONFIRMED and perhaps and links.is_gone(session, link):
        return LinkEndGone(link=link.id)
    return None


def _objection(session: Session, link: Link, wanted: LinkPatch, expected: Expected, actor: str) -> DomainError | None:
    """Why a link cannot be decided so; None: it can."""
    if not expected.met_by(link.version):
        return LinkChanged(version=link.version, **told(link))
    wish = Wish(wanted.status, actor, wanted.reason, corrects=bool(_correction(link, wanted)))
    why = refusal(
        Standing(link.status, link.method, link.proposed_by), wish, four_eyes=database_of(session).settings.four_eyes
    )
    if why is None:
        return None
    if why is Refusal.FOUR_EYES:
        return FourEyes(link=link.id, actor=actor)
    if why is Refusal.NOT_THE_PROPOSER:
        return NotTheProposer(link=link.id, proposer=link.proposed_by)
    if why is Refusal.REASON_MISSING:
        return ReasonMissing()
    zh, en = STATUSES[wanted.status]
    can = [STATUSES[to] for (start, to), step in TRANSITIONS.items() if start is link.status and step.by in PEOPLE]
    hint_zh = f"可以改为：{'、'.join(word for word, _ in can)}。" if can else "可用 POST /api/v1/links 重新提出。"
    hint_en = f"It can become: {', '.join(word for _, word in can)}." if can else "POST /api/v1/links proposes it anew."
    return LinkTransition(wanted_zh=zh, wanted_en=en, hint_zh=hint_zh, hint_en=hint_en, **told(link))


def _correction(link: Link, wanted: LinkPatch) -> dict[str, object]:
    given = {"coverage": wanted.coverage, "strength": wanted.strength}
    return {name: value for name, value in given.items() if value is not None and value != getattr(link, name)}


def _apply(session: Session, decided: Sequence[_Held], wanted: LinkPatch, actor: str) -> None:
    if not decided:
        return
    for key in sorted({held.upper for held in decided}):
        at = cascades.touch(session, key)
        own = [held for held in decided if held.upper == key]
        before = [_shown(held.link) for held in own]
        values = {
            "status": wanted.status,
            "reason": wanted.reason,
            "decided_by": actor,
            "decided_at": at,
            "stale_reason": None,
        }
        link_store.change(session, [(held.link, values | _correction(held.link, wanted)) for held in own], at)
        for held, was in zip(own, before, strict=True):
            subject = Subject("link", held.link.id, held.lower.partition("-")[0])
            after = _shown(held.link) | {"reason": held.link.reason}
            audit.record(session, actor, Action.LINK_DECIDE, subject, before=was, after=after)


def _shown(link: Link) -> dict[str, object]:
    carried = {"coverage": link.coverage} if link.coverage else {"strength": link.strength}
    return {"version": link.version, "status": link.status, **carried, "decided_by": link.decided_by}


def _result(key: str, held: _Held | None, error: DomainError | None, *, english: bool) -> LinkDecided:
    link = held.link if held else None
    outcome = "decided" if error is None else "refused"
    if isinstance(error, LinkChanged):
        outcome = "changed"
    elif isinstance(error, LinkNotFound):
        outcome = "not_found"
    return LinkDecided(
        id=key,
        outcome=outcome,
        problem=error.slug if error else None,
        detail=error.detail(english=english) if error else None,
        status=link.status if link else None,
        version=link.version if link else None,
        decided_by=link.decided_by if link else None,
        decided_at=link.decided_at if link else None,
    )
