"""Previews: what a document would become, before it is stored."""

from typing import Annotated

from fastapi import APIRouter, Body, Path, Response

from app.auth import Actor, Within
from app.db import ReadSession, WriteSession
from app.errors import (
    BadAdcode,
    BadCorrections,
    BadCursor,
    ConcurrentChange,
    JurisdictionExists,
    JurisdictionNotFound,
    KeyReused,
    MissingParent,
    PreviewChanged,
    PreviewNotFound,
    PreviewOutdated,
    ReadersBusy,
    TooManyPreviews,
    UnidentifiedPlan,
    UnreadableDocument,
    responses,
)
from app.pagination import Page, PageQuery
from app.preconditions import ANY, IfMatchIfAny, etag
from app.routers.parameters import PREFIX, English, OnceKey, Upload
from app.schemas.plans import ImportRead
from app.schemas.previews import Confirmation, LineRead, PreviewBrief, PreviewPatch, PreviewRead
from app.services import idempotency, previews

ADDRESS = f"{PREFIX}/plans/previews"
router = APIRouter(prefix=ADDRESS, tags=["previews"])

PreviewId = Annotated[str, Path(max_length=32, description="Id of a preview.")]


@router.get("", responses=responses(BadCursor), summary="列出预览 / List previews")
def list_previews(session: ReadSession, page: PageQuery, within: Within) -> Page[PreviewBrief]:
    """The previews that are kept, the oldest first."""
    return previews.page(session, page, within)


@router.post(
    "",
    status_code=201,
    responses=responses(UnreadableDocument, ReadersBusy, BadCorrections, BadAdcode, TooManyPreviews),
    summary="预览文件 / Preview a document",
)
def create_preview(
    session: WriteSession, response: Response, upload: Upload, actor: Actor, within: Within, in_english: English
) -> PreviewRead:
    """What a document would become: its outline, its metadata with where each came from, every doubt with its place,
    which plan and edition it would be, and what has changed since that plan's current edition.

    What the document does not say is listed in `identity.problems`, not refused. Nothing becomes part of a plan before
    the preview is confirmed; it is deleted some days after it was last changed (`expires_at`).
    """
    made = previews.create(session, upload.data, upload.options, actor, within, english=in_english)
    response.headers.update({"Location": f"{ADDRESS}/{made.id}", "ETag": etag(made.version)})
    return made


@router.get("/{preview}", responses=responses(PreviewNotFound), summary="查看预览 / Read a preview")
def read_preview(
    session: ReadSession, preview: PreviewId, within: Within, in_english: English, response: Response
) -> PreviewRead:
    """The preview as it would be stored now."""
    found = previews.get(session, preview, within, english=in_english)
    response.headers["ETag"] = etag(found.version)
    return found


@router.get(
    "/{preview}/lines", responses=responses(PreviewNotFound, BadCursor), summary="查看文件各行 / Read a preview's lines"
)
def list_preview_lines(session: ReadSession, page: PageQuery, preview: PreviewId, within: Within) -> Page[LineRead]:
    """The lines of the document's text and what each was taken for; `start` is what a correction refers to."""
    return previews.lines_page(session, page, preview, within)


@router.patch(
    "/{preview}",
    responses=responses(PreviewNotFound, PreviewChanged, BadCorrections, BadAdcode, ConcurrentChange),
    summary="更正预览 / Correct a preview",
)
def update_preview(
    session: WriteSession,
    preview: PreviewId,
    patch: PreviewPatch,
    actor: Actor,
    within: Within,
    in_english: English,
    response: Response,
    seen: IfMatchIfAny,
) -> PreviewRead:
    """Correct what the document was taken for, and see it read again. What the patch does not name stays.

    With `If-Match` only if nobody has corrected it since.
    """
    changed = previews.change(session, preview, patch, actor, within, seen=seen or ANY, english=in_english)
    response.headers["ETag"] = etag(changed.version)
    return changed


@router.post(
    "/{preview}/confirmation",
    status_code=201,
    summary="确认入库 / Confirm a preview",
    responses={
        200: {"model": ImportRead, "description": "The plan has this text already; nothing was changed."},
        **responses(
            PreviewNotFound,
            PreviewOutdated,
            UnidentifiedPlan,
            JurisdictionNotFound,
            JurisdictionExists,
            MissingParent,
            BadAdcode,
            KeyReused,
            ConcurrentChange,
        ),
    },
)
def confirm_preview(
    session: WriteSession,
    response: Response,
    preview: PreviewId,
    actor: Actor,
    within: Within,
    wanted: Annotated[Confirmation | None, Body()] = None,
    key: OnceKey = None,
) -> ImportRead:
    """Store exactly what the preview showed, as an import would; the preview is gone then.

    If something else would be stored by now (the plan has got a new edition, somebody corrected the preview), nothing
    is stored and the answer is 409: look again and confirm with the `digest` of what you saw.
    """
    digest = wanted.digest if wanted else None
    done = idempotency.once(
        session,
        idempotency.claim(actor, key, "confirm_preview", preview.encode(), (digest or "").encode()),
        ImportRead,
        lambda: previews.confirm(session, preview, digest, actor, within),
    )
    response.headers["Location"] = f"{PREFIX}/plans/{done.plan}"
    if not done.created:
        response.status_code = 200
    return done


@router.delete(
    "/{preview}",
    status_code=204,
    responses=responses(PreviewNotFound, PreviewChanged),
    summary="删除预览 / Delete a preview",
)
def delete_preview(session: WriteSession, preview: PreviewId, actor: Actor, within: Within, seen: IfMatchIfAny) -> None:
    """Forget a preview. Plans stay as they are. With `If-Match` only if nobody has corrected it since."""
    previews.remove(session, preview, actor, within, seen=seen or ANY)
