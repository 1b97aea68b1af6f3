"""Links: reading, proposing and deciding them."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from app import reports
from app.auth import Actor, Caller, Within, check_role
from app.db import ReadSession, WriteSession
from app.errors import (
    BadCursor,
    BadMoment,
    ConcurrentChange,
    FileTooLarge,
    FourEyes,
    FutureMoment,
    KeyReused,
    LinkChanged,
    LinkExists,
    LinkNotFound,
    LinkTransition,
    NotAnUpperPlan,
    NotTheProposer,
    PlanNotYet,
    PreconditionRequired,
    ReasonMissing,
    UnknownEnd,
    responses,
)
from app.models import LinkStatus
from app.pagination import Page, PageQuery
from app.preconditions import IfMatch, etag
from app.routers.files import AsTable, Files, TableFormat, content
from app.routers.moments import AsOf, stamp, stamped
from app.routers.parameters import PREFIX, English, OnceKey
from app.schemas.links import LinkCreate, LinkDecisions, LinkDecisionsRead, LinkDetail, LinkPatch, LinkRead
from app.services import decisions, history, idempotency, links, people_links
from app.services.links import LinkFilter

router = APIRouter(prefix=f"{PREFIX}/links", tags=["links"])

LinkId = Annotated[str, Path(max_length=32, description="Id of a link.")]


@router.get(
    "",
    response_model=Page[LinkRead],
    responses={
        **stamped(content(TableFormat)),
        **responses(PlanNotYet, BadCursor, BadMoment, FutureMoment, FileTooLarge),
    },
    summary="列出承接关系 / List links",
)
def list_links(
    session: ReadSession,
    page: PageQuery,
    in_english: English,
    written: AsTable,
    files: Files,
    response: Response,
    as_of: AsOf,
    upper: Annotated[
        str | None,
        Query(max_length=80, description="Only from this plan, item or task.", examples=["370000-edu-2020/8"]),
    ] = None,
    lower: Annotated[
        str | None, Query(max_length=80, description="Only to this plan, item or task.", examples=["371300-edu-2020"])
    ] = None,
    status: Annotated[LinkStatus | None, Query(description="Only links of this status.")] = None,
) -> Page[LinkRead] | Response:
    """Links between the current editions of two plans."""
    wanted = LinkFilter(upper, lower, status)
    request, seen = history.turned(page, as_of, lambda asked: links.moment(session, wanted, asked))
    if written:
        rows = links.all_links(session, wanted, seen.past)
        source = links.rests_on(session, seen, wanted, rows)
        since = history.shown(session, seen.at)
        report = reports.links_report(rows, (upper, lower), source, since, english=in_english)
        return files.send(report, written, upper or "links", source)
    found = links.page(session, request, wanted, seen.past)
    stamp(response, links.rests_on(session, seen, wanted, found.items))
    return found


@router.post(
    "",
    status_code=201,
    responses=responses(NotAnUpperPlan, LinkExists, UnknownEnd, KeyReused, ConcurrentChange),
    summary="提出承接关系 / Propose a link",
)
def propose_link(
    session: WriteSession, wanted: LinkCreate, actor: Actor, within: Within, response: Response, key: OnceKey = None
) -> LinkRead:
    """Propose that a lower item or task carries out an upper one. It counts as a proposal until a reviewer decides it."""
    made = idempotency.once(
        session,
        idempotency.claim(actor, key, "propose_link", wanted),
        LinkRead,
        lambda: people_links.propose(session, wanted, actor, within),
    )
    response.headers.update({"Location": f"{PREFIX}/links/{made.id}", "ETag": etag(made.version)})
    return made


@router.post(
    "/decisions",
    responses=responses(KeyReused, ConcurrentChange),
    summary="批量决定 / Decide many links",
)
def decide_links(
    session: WriteSession,
    wanted: LinkDecisions,
    actor: Actor,
    within: Within,
    in_english: English,
    key: OnceKey = None,
) -> LinkDecisionsRead:
    """One decision with a common reason on at most 500 links, in one transaction.

    Each link that is still at the version given is decided; of the others the answer says why not, and who decided
    them when. `Idempotency-Key` makes it safe to send again.
    """
    return idempotency.once(
        session,
        idempotency.claim(actor, key, "decide_links", wanted),
        LinkDecisionsRead,
        lambda: decisions.decide_many(session, wanted, actor, within, english=in_english),
    )


@router.get(
    "/{link}",
    responses={**stamped(), **responses(LinkNotFound, PlanNotYet, BadMoment, FutureMoment)},
    summary="查看承接关系 / Read a link",
)
def read_link(session: ReadSession, link: LinkId, in_english: English, response: Response, as_of: AsOf) -> LinkDetail:
    """A link with its two verbatim texts and the reasons: what was weighed, the words, the alternatives."""
    found = links.get(session, link, as_of, english=in_english)
    stamp(response, found.provenance)
    response.headers["ETag"] = etag(found.version)
    return found


@router.patch(
    "/{link}",
    responses=responses(
        LinkNotFound, LinkTransition, LinkChanged, PreconditionRequired, FourEyes, NotTheProposer, ReasonMissing
    ),
    summary="决定承接关系 / Decide a link",
)
def decide_link(
    session: WriteSession,
    link: LinkId,
    wanted: LinkPatch,
    seen: IfMatch,
    actor: Actor,
    caller: Caller,
    within: Within,
    response: Response,
) -> LinkRead:
    """Confirm or reject a link as a reviewer, or withdraw one's own proposal. docs/review.md has all transitions.

    Rejecting, and changing a decision, need a reason. Confirming may correct `coverage` or `strength`.
    """
    if wanted.status is not LinkStatus.WITHDRAWN:
        check_role(caller, "decide_links")
    decided = decisions.decide(session, link, wanted, seen, actor, within)
    response.headers["ETag"] = etag(decided.version)
    return decided
