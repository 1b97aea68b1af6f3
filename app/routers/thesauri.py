"""Thesauri: which terms mean the same in a domain."""

from typing import Annotated

from fastapi import APIRouter, Body, Path, Response

from app.auth import Actor
from app.db import ReadSession, WriteSession
from app.errors import (
    BadCursor,
    BadThesaurus,
    ConcurrentChange,
    KeyReused,
    PreconditionRequired,
    TermGroupChanged,
    TermGroupNotFound,
    ThesaurusChanged,
    ThesaurusNotFound,
    responses,
)
from app.pagination import Page, PageQuery
from app.preconditions import IfMatch, IfMatchOrNew, etag
from app.routers.parameters import PREFIX, OnceKey, Words
from app.schemas.thesauri import GroupPut, GroupRead, SuggestionRead, ThesaurusImported, ThesaurusRead
from app.services import idempotency, term_suggestions, thesauri

router = APIRouter(prefix=f"{PREFIX}/thesauri", tags=["thesauri"])

Domain = Annotated[str, Path(max_length=64, description="A domain.", examples=["edu"])]
Group = Annotated[str, Path(max_length=100, description="Key of a group.", examples=["dropout-prevention"])]
CSV = "text/csv"
CSV_SCHEMA = {CSV: {"schema": {"type": "string"}, "example": "group,term,relation,preferred\nx,控辍保学,same,1\n"}}


@router.get("", responses=responses(BadCursor), summary="列出词表 / List thesauri")
def list_thesauri(session: ReadSession, page: PageQuery) -> Page[ThesaurusRead]:
    """Every domain's thesaurus, with its size and digest."""
    return thesauri.page(session, page)


@router.get("/{domain}", responses=responses(ThesaurusNotFound), summary="查看词表 / Read a thesaurus")
def read_thesaurus(session: ReadSession, domain: Domain, response: Response) -> ThesaurusRead:
    """A thesaurus's size, digest and last change."""
    found = thesauri.get(session, domain)
    response.headers["ETag"] = etag(found.digest)
    return found


@router.put(
    "/{domain}",
    responses=responses(BadThesaurus, PreconditionRequired, ThesaurusChanged, KeyReused, ConcurrentChange),
    summary="导入词表 / Import a thesaurus",
    openapi_extra={"requestBody": {"required": True, "content": CSV_SCHEMA}},
)
def import_thesaurus(
    session: WriteSession,
    domain: Domain,
    actor: Actor,
    content: Annotated[bytes, Body(media_type=CSV)],
    seen: IfMatchOrNew,
    response: Response,
    key: OnceKey = None,
) -> ThesaurusImported:
    """Replace a thesaurus by a CSV file (UTF-8) with the columns group, term, relation, preferred, whole or not at all.

    A domain's first needs no `If-Match`; replacing one does: the `ETag` with which it was read or exported. Cascades of
    the domain are `outdated` until they are linked again.
    """
    done = idempotency.once(
        session,
        idempotency.claim(actor, key, "import_thesaurus", domain.encode(), content),
        ThesaurusImported,
        lambda: thesauri.import_bytes(session, domain, content, actor, seen),
    )
    response.headers["ETag"] = etag(done.digest)
    return done


@router.get(
    "/{domain}/export",
    response_class=Response,
    responses={200: {"description": "The thesaurus as CSV.", "content": CSV_SCHEMA}, **responses(ThesaurusNotFound)},
    summary="导出词表 / Export a thesaurus",
)
def export_thesaurus(session: ReadSession, domain: Domain, actor: Actor) -> Response:
    """The whole thesaurus as CSV with a byte order mark; importing it again changes nothing."""
    written, digest = thesauri.export_csv(session, domain, actor)
    return Response(
        written,
        media_type=f"{CSV}; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="thesaurus-{domain}.csv"', "ETag": etag(digest)},
    )


@router.get(
    "/{domain}/suggestions",
    responses=responses(ThesaurusNotFound, BadCursor),
    summary="列出建议的词 / List suggested terms",
)
def list_suggestions(session: ReadSession, page: PageQuery, domain: Domain) -> Page[SuggestionRead]:
    """Terms that reviewers keep matching by hand, with their sentences. Adopt one with `PUT …/groups/{group}`."""
    return term_suggestions.page(session, page, domain)


@router.get("/{domain}/groups", responses=responses(ThesaurusNotFound, BadCursor), summary="列出词组 / List groups")
def list_groups(session: ReadSession, page: PageQuery, domain: Domain, q: Words = None) -> Page[GroupRead]:
    """Groups in the order of their keys; with `q` those that hold these words, simplified or traditional."""
    return thesauri.groups_page(session, page, domain, q)


@router.get(
    "/{domain}/groups/{group}",
    responses=responses(ThesaurusNotFound, TermGroupNotFound),
    summary="查看词组 / Read a group",
)
def read_group(session: ReadSession, domain: Domain, group: Group, response: Response) -> GroupRead:
    """One group."""
    found = thesauri.group(session, domain, group)
    response.headers["ETag"] = etag(thesauri.version_of(found))
    return found


@router.put(
    "/{domain}/groups/{group}",
    responses={
        201: {"model": GroupRead, "description": "The group is new."},
        **responses(BadThesaurus, PreconditionRequired, TermGroupChanged, ConcurrentChange),
    },
    summary="写入词组 / Store a group",
)
def put_group(
    session: WriteSession,
    domain: Domain,
    group: Group,
    wanted: GroupPut,
    actor: Actor,
    seen: IfMatchOrNew,
    response: Response,
) -> GroupRead:
    """Store a group's terms whole; for one that is there, with `If-Match`.

    Cascades of the domain are `outdated` until they are linked again.
    """
    stored, new = thesauri.put_group(session, domain, group, wanted, actor, seen=seen)
    response.headers["ETag"] = etag(thesauri.version_of(stored))
    if new:
        response.status_code = 201
    return stored


@router.delete(
    "/{domain}/groups/{group}",
    status_code=204,
    responses=responses(ThesaurusNotFound, TermGroupNotFound, PreconditionRequired, TermGroupChanged),
    summary="删除词组 / Delete a group",
)
def delete_group(session: WriteSession, domain: Domain, group: Group, actor: Actor, seen: IfMatch) -> None:
    """Remove a group. Cascades of the domain are `outdated` until they are linked again."""
    thesauri.delete_group(session, domain, group, actor, seen=seen)
