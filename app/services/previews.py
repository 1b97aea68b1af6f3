"""Previews: documents that people look at, and correct, before they are stored."""

import secrets
import time
from bisect import bisect_right
from datetime import timedelta
from typing import Any

from sqlalchemy import func
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from app.db import database_of, lock
from app.documents.lines import split_lines
from app.documents.placed import placed_lines
from app.errors import PreviewChanged, PreviewNotFound, PreviewOutdated, TooManyPreviews
from app.models import Preview
from app.models.base import now
from app.pagination import Page, PageRequest
from app.preconditions import ANY, Expected, check
from app.schemas.plans import ImportOptions, ImportRead
from app.schemas.previews import DocumentRead, LineRead, PreviewBrief, PreviewPatch, PreviewRead
from app.services import audit, imports, jurisdictions, readings, shown
from app.services.audit import Action, Subject
from app.services.readings import Reading
from app.services.scope import EVERYTHING, Scope

_LOCK = "previews"


def dry_run(session: Session, data: bytes, options: ImportOptions, *, english: bool) -> DocumentRead:
    """What a document would become; nothing is kept. Raises UnreadableDocument or BadCorrections."""
    reading = readings.read(data, options, database_of(session).settings)
    return shown.show(session, readings.identify(session, reading), english=english)


def create(
    session: Session, data: bytes, options: ImportOptions, actor: str, within: Scope = EVERYTHING, *, english: bool
) -> PreviewRead:
    """Keep a document for a look before it is stored, for the eyes of those in whose scope `within` lies.

    Raises UnreadableDocument, BadCorrections, BadAdcode or TooManyPreviews; then nothing is kept.
    """
    if options.adcode is not None:
        jurisdictions.check_adcode(options.adcode)
    reading = readings.read(data, options, database_of(session).settings)
    lock(session, _LOCK)
    _delete_expired(session, actor)
    limit = database_of(session).settings.max_previews
    if session.exec(select(func.count()).select_from(Preview)).one() >= limit:
        raise TooManyPreviews(limit=limit)
    row = Preview(
        id=f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(4)}",
        options=_as_stored(options),
        digest="",
        data=data,
        owner_adcode=within.adcode,
        created_by=actor,
        expires_at=now(),
    )
    document = _remember(session, row, reading, english=english)
    session.add(row)
    session.flush()
    audit.record(session, actor, Action.PREVIEW_CREATE, _subject(row), after=_shown(row))
    return _read(row, document)


def _delete_expired(session: Session, actor: str) -> None:
    """Delete the previews whose time is over."""
    over = select(Preview).options(defer(Preview.data)).where(col(Preview.expires_at) <= now())  # type: ignore[arg-type]
    for row in session.exec(over).all():
        audit.record(session, actor, Action.PREVIEW_EXPIRE, _subject(row), before=_shown(row))
        session.delete(row)
    session.flush()


def _subject(row: Preview) -> Subject:
    return Subject("preview", row.id, row.adcode)


def _shown(row: Preview) -> dict[str, object]:
    """What an audit entry says of a preview."""
    return {"plan": row.plan_id, "digest": row.digest, "expires_at": row.expires_at, **row.options}


def get(session: Session, preview: str, within: Scope = EVERYTHING, *, english: bool) -> PreviewRead:
    """A preview as it would be stored now; raises PreviewNotFound."""
    row = _row(session, preview, within)
    identified = readings.identify(session, _reading(session, row))
    return _read(row, shown.show(session, identified, english=english))


def page(session: Session, request: PageRequest, within: Scope = EVERYTHING) -> Page[PreviewBrief]:
    """The previews that are kept and whose makers lie `within`, the oldest first."""
    query = (
        select(Preview)
        .options(defer(Preview.data))  # type: ignore[arg-type] # SQLModel types columns as their values
        .where(col(Preview.expires_at) > now(), within.of(Preview.owner_adcode))
        .order_by(col(Preview.id))
        .limit(request.limit + 1)
    )
    if after := request.key(str):
        query = query.where(col(Preview.id) > after[0])
    return request.page([_brief(row) for row in session.exec(query)], lambda row: [row.id])


def change(
    session: Session,
    preview: str,
    patch: PreviewPatch,
    actor: str,
    within: Scope = EVERYTHING,
    *,
    seen: Expected = ANY,
    english: bool,
) -> PreviewRead:
    """Correct a preview: what the patch names takes the place of what was said before.

    Raises PreviewNotFound, PreviewChanged, BadAdcode or BadCorrections; then the preview is as it was.
    """
    lock(session, f"preview:{preview}")
    row = _row(session, preview, within)
    check(seen, row.version, PreviewChanged(preview=preview, version=row.version))
    given = patch.model_dump(mode="json", exclude_unset=True)
    corrections = given.pop("corrections", {}) or {"lines": None, "metadata": None}
    options = {**row.options, **given, "corrections": _merged(row.options["corrections"], corrections)}
    if options.get("adcode") is not None:
        jurisdictions.check_adcode(options["adcode"])
    checked = ImportOptions.model_validate(options)
    # Read before anything is changed: corrections that do not fit must leave the preview as it was.
    reading = readings.read_source(_reading(session, row).source, checked)
    before = _shown(row)
    row.options = _as_stored(checked)
    row.version += 1
    row.updated_at = now()
    document = _remember(session, row, reading, english=english)
    session.flush()
    audit.record(session, actor, Action.PREVIEW_UPDATE, _subject(row), before=before, after=_shown(row))
    return _read(row, document)


def _merged(before: dict[str, Any], patch: dict[str, Any]) -> dict[str, Any]:
    """Corrections with a patch's laid over them (RFC 7396)."""
    merged = dict(before)
    if "lines" in patch:
        merged["lines"] = patch["lines"] or []
    if "metadata" in patch:
        merged["metadata"] = {} if patch["metadata"] is None else {**before.get("metadata", {}), **patch["metadata"]}
    return merged


def confirm(session: Session, preview: str, digest: str | None, actor: str, within: Scope = EVERYTHING) -> ImportRead:
    """Store exactly what a preview showed, and forget the preview.

    What was shown is told by its digest; without one it is what was shown when the preview was last changed. Raises
    PreviewNotFound, PreviewOutdated if something else would be stored, and what `imports.store` raises.
    """
    lock(session, f"preview:{preview}")
    row = _row(session, preview, within)
    identified = readings.identify(session, _reading(session, row))
    if identified.plan is not None:
        # From here on nobody else can give the plan another edition.
        lock(session, identified.plan)
    document = shown.show(session, identified, english=False)
    if document.digest != (digest or row.digest):
        raise PreviewOutdated(preview=preview, plan=identified.plan or "–")
    done = imports.store(session, row.data, identified, actor, within)
    session.delete(row)
    session.flush()
    return done


def remove(session: Session, preview: str, actor: str, within: Scope = EVERYTHING, *, seen: Expected = ANY) -> None:
    """Delete a preview; raises PreviewNotFound or PreviewChanged."""
    lock(session, f"preview:{preview}")
    row = _row(session, preview, within)
    check(seen, row.version, PreviewChanged(preview=preview, version=row.version))
    audit.record(session, actor, Action.PREVIEW_DELETE, _subject(row), before=_shown(row))
    session.delete(row)
    session.flush()


def lines_page(session: Session, request: PageRequest, preview: str, within: Scope = EVERYTHING) -> Page[LineRead]:
    """The lines of a preview's text that are not blank, and what each was taken for; raises PreviewNotFound."""
    reading = _reading(session, _row(session, preview, within))
    outline = reading.outline
    lines = _Lines(outline.text)
    corrected = {lines.start(line.start): line.kind for line in reading.options.corrections.lines}
    doubts: dict[int, list[str]] = {}
    for doubt in outline.doubts:
        doubts.setdefault(lines.start(doubt.start), []).append(doubt.kind)
    found = request.sorted_page(placed_lines(outline), lambda line: [line.start], int)
    return Page(
        items=[
            LineRead(
                start=line.start,
                end=line.end,
                text=line.text,
                kind=line.kind,
                section=None if line.section is None else line.section + 1,
                item=line.item,
                corrected=corrected.get(line.start),
                doubts=doubts.get(line.start, []),
            )
            for line in found.items
        ],
        next_cursor=found.next_cursor,
    )


def _row(session: Session, preview: str, within: Scope) -> Preview:
    row = session.get(Preview, preview, options=[defer(Preview.data)])  # type: ignore[arg-type]
    if row is None or row.expires_at <= now():
        raise PreviewNotFound(preview=preview)
    if not within.sees(row.owner_adcode):
        raise PreviewNotFound(preview=preview).concealing()
    return row


def _reading(session: Session, row: Preview) -> Reading:
    """The preview's document as read, from memory while nobody has corrected it otherwise."""
    options = ImportOptions.model_validate(row.options)
    database = database_of(session)
    return database.derived.get(
        f"preview:{row.id}", row.version, lambda: readings.read(row.data, options, database.settings)
    )


class _Lines:
    """Where the line that holds a place begins."""

    def __init__(self, text: str) -> None:
        self._lines = split_lines(text)

    def start(self, place: int) -> int:
        """The first character of the line that is no space."""
        return self._lines[bisect_right(self._lines, place, key=lambda line: line.start) - 1].first


def _remember(session: Session, row: Preview, reading: Reading, *, english: bool) -> DocumentRead:
    """Note on a preview what it shows now, and keep it for as long as the setting says."""
    identified = readings.identify(session, reading)
    document = shown.show(session, identified, english=english)
    row.plan_id, row.adcode, row.digest = identified.plan, identified.adcode, document.digest
    row.expires_at = now() + timedelta(days=database_of(session).settings.preview_days)
    return document


def _as_stored(options: ImportOptions) -> dict[str, Any]:
    return options.model_dump(mode="json", exclude_none=True)


def _brief(row: Preview) -> PreviewBrief:
    return PreviewBrief(
        id=row.id,
        filename=row.options["filename"],
        plan=row.plan_id,
        created_by=row.created_by,
        created_at=row.created_at,
        updated_at=row.updated_at,
        expires_at=row.expires_at,
    )


def _read(row: Preview, document: DocumentRead) -> PreviewRead:
    # The parts were checked when the document was shown; checking thousands of tasks again would take longer than that.
    parts = {name: getattr(document, name) for name in DocumentRead.model_fields}
    return PreviewRead.model_construct(
        id=row.id,
        created_by=row.created_by,
        created_at=row.created_at,
        updated_at=row.updated_at,
        expires_at=row.expires_at,
        version=row.version,
        **parts,
    )
