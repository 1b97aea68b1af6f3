"""Importing: a document becomes an edition of a plan, whole or not at all."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from pydantic import ValidationError
from sqlmodel import Session

from app import documents
from app.db import lock
from app.documents import DEFAULT_LIMITS, BlockKind, DocumentError, Doubt, Identity, Limits, Outline, Source
from app.errors import ReadersBusy, UnidentifiedPlan, UnreadableDocument, invalid
from app.linking import AppliesTo, ItemText, PlanText, TaskText, applies_to
from app.models import Edition, EditionSource, Item, Plan, Section, Task
from app.models.base import now
from app.schemas.plans import DoubtRead, ImportOptions, ImportRead
from app.services import audit, cascades, jurisdictions
from app.services.audit import Action, Outcome, Subject
from app.services.keys import plan_key
from app.services.plans import counts, current_edition
from app.services.verdicts import placed_facts
from app.settings import Settings

READER = "text-2"
Scopes = dict[tuple[int, int], AppliesTo]
# What a caller may have to say, in the order in which it is asked for: field, Chinese, English.
IDENTITY = (
    ("adcode", "是哪个行政区划的", "whose plan it is"),
    ("domain", "属于哪个领域", "which domain it is of"),
    ("year", "是哪一年的", "which year it is for"),
)
# Which of them settles each kind of doubt about the identity.
SETTLED_BY = {
    "several_places": "adcode",
    "unknown_place": "adcode",
    "place_inferred": "adcode",
    "domain_inferred": "domain",
    "year_inferred": "year",
}


@dataclass(frozen=True, slots=True)
class Document:
    """A file as it came, opened and read."""

    data: bytes
    source: Source
    outline: Outline


def import_options(**given: object) -> ImportOptions:
    """The options, checked; raises InvalidRequest that names what is wrong."""
    try:
        return ImportOptions.model_validate(given)
    except ValidationError as error:
        raise invalid(error.errors()) from error


def import_document(
    session: Session, data: bytes, options: ImportOptions, actor: str, limits: Limits = DEFAULT_LIMITS
) -> ImportRead:
    """Read a document and store it as the plan's new edition, unless the plan has this text already.

    The reading comes before the first statement, so that a long document keeps no other writer waiting.

    Raises UnreadableDocument, ReadersBusy, UnidentifiedPlan, JurisdictionNotFound, JurisdictionExists or MissingParent; in
    none of these cases is anything stored.
    """
    document = read_document(data, limits)
    outline = document.outline
    scopes = applies_to(_plan_text(outline))
    found = documents.identify(outline, jurisdictions.gazetteer(session))
    adcode, domain, year = _identity(found, options)
    if options.name is not None:
        cascades.register_jurisdiction(session, adcode, options.name, actor)
    jurisdictions.get(session, adcode)
    doubts = [*outline.doubts, *_inferred(found, options)]
    lock(session, plan_key(adcode, domain, year))
    done, before = _store(session, document, scopes, doubts, options, (adcode, domain, year))
    _record(session, done, before, actor, adcode)
    return done


def reading_limits(settings: Settings) -> Limits:
    """What an operator allows a file to take."""
    return Limits(
        seconds=settings.reading_seconds,
        memory=settings.reading_memory_bytes,
        processes=settings.reading_processes,
        unpacked=settings.max_unpacked_bytes,
        pages=settings.max_pages,
        characters=settings.max_characters,
    )


def read_document(data: bytes, limits: Limits) -> Document:
    """Open and read a file. Raises UnreadableDocument or ReadersBusy."""
    try:
        source = documents.open_source(data, limits)
        return Document(data, source, documents.outline(source))
    except DocumentError as error:
        if error.kind == "busy":
            raise ReadersBusy(zh=error.zh, en=error.en) from error
        raise UnreadableDocument(zh=error.zh, en=error.en) from error


def _record(session: Session, done: ImportRead, before: Edition | None, actor: str, adcode: str) -> None:
    """Record an import: the current edition before and after it, which are the same if nothing changed."""
    plan = session.get_one(Plan, done.plan)
    audit.record(
        session,
        actor,
        Action.PLAN_IMPORT,
        Subject("plan", plan.id, adcode),
        before=_shown(before) if before else None,
        after=_shown(current_edition(session, plan)),
        outcome=Outcome.DONE if done.created else Outcome.UNCHANGED,
    )


def _shown(edition: Edition) -> dict[str, object]:
    names = ("number", "title", "filename", "file_digest", "text_digest", "note")
    return {name: getattr(edition, name) for name in names}


def _identity(found: Identity, options: ImportOptions) -> tuple[str, str, int]:
    adcode = options.adcode or found.adcode
    domain = options.domain or found.domain
    year = options.year or found.year
    if adcode is None or domain is None or year is None:
        known = {"adcode": adcode, "domain": domain, "year": year}
        missing = [entry for entry in IDENTITY if known[entry[0]] is None]
        raise UnidentifiedPlan(
            errors=[(f"/body/{field}", f"请写明{zh}", f"say {en}") for field, zh, en in missing],
            missing_zh="、".join(zh for _, zh, _ in missing),
            missing_en=", ".join(en for _, _, en in missing),
            fields=", ".join(field for field, _, _ in missing),
        )
    return adcode, domain, year


def _inferred(found: Identity, options: ImportOptions) -> Iterator[Doubt]:
    """Doubts about the identity: what was inferred, unless the caller settled it, and where he contradicts the text."""
    for doubt in found.doubts:
        if getattr(options, SETTLED_BY[doubt.kind]) is None:
            yield doubt
    for field, _, _ in IDENTITY:
        said, given = getattr(found, field), getattr(options, field)
        if said is not None and given is not None and said != given:
            yield Doubt(f"{field}_differs", 0, 0, f"从文件看应为 {said}，按导入时写明的 {given} 处理")


def _store(
    session: Session,
    document: Document,
    scopes: Scopes,
    doubts: Sequence[Doubt],
    options: ImportOptions,
    identity: tuple[str, str, int],
) -> tuple[ImportRead, Edition | None]:
    """Store the edition unless it is there; also gives the one that was current before."""
    adcode, domain, year = identity
    key = plan_key(adcode, domain, year)
    digest = text_digest(document.outline)
    plan = session.get(Plan, key)
    current = None
    if plan is None:
        plan = Plan(id=key, adcode=adcode, domain=domain, year=year, edition_number=0)
        session.add(plan)
        session.flush()
    else:
        current = current_edition(session, plan)
        if current.text_digest == digest:
            return _answer(session, current, created=False), current
    plan.edition_number += 1
    plan.updated_at = now()
    edition = _edition(plan, document, doubts, options, digest)
    session.add(edition)
    session.flush()
    _store_outline(session, edition, document, scopes, year)
    cascades.touch_around(session, plan)
    return _answer(session, edition, created=True), current


def text_digest(outline: Outline) -> str:
    """SHA-256 of the document's words without layout and page furniture.

    The same text in another file, wrapped or encoded otherwise, is known again by it.
    """
    parts = [
        outline.text[block.start : block.end]
        for block in outline.blocks
        if block.kind not in {BlockKind.FURNITURE, BlockKind.BLANK}
    ]
    return hashlib.sha256("".join("".join(parts).split()).encode()).hexdigest()


def _edition(plan: Plan, document: Document, doubts: Sequence[Doubt], options: ImportOptions, digest: str) -> Edition:
    metadata = document.outline.metadata
    return Edition(
        plan_id=plan.id,
        number=plan.edition_number,
        title=metadata.title,
        plan_title=metadata.plan_title,
        issuer=metadata.issuer,
        document_number=metadata.document_number,
        issued_on=metadata.issued_on,
        addressee=metadata.addressee,
        note=options.edition_note,
        filename=re.split(r"[/\\\\]", options.filename)[-1][-255:] or "upload",
        media_type=document.source.media_type,
        file_digest=hashlib.sha256(document.data).hexdigest(),
        text_digest=digest,
        reader=READER,
        doubts=[asdict(doubt) for doubt in doubts],
        places={field: [place.start, place.end] for field, place in metadata.places.items()},
    )


def _store_outline(session: Session, edition: Edition, document: Document, scopes: Scopes, year: int) -> None:
    edition_id = edition.id or 0
    outline = document.outline
    blocks = [[str(block.kind), block.start, block.end] for block in outline.blocks]
    session.add(EditionSource(edition_id=edition_id, data=document.data, text=outline.text, blocks=blocks))
    for position, section in enumerate(outline.sections, 1):
        session.add(
            Section(
                edition_id=edition_id,
                position=position,
                level=section.level,
                label=section.label,
                title=section.title,
                parent_position=None if section.parent is None else section.parent + 1,
                source_start=section.source_start,
                source_end=section.source_end,
            )
        )
    items = [_item(edition_id, found) for found in outline.items]
    session.add_all(items)
    session.flush()
    session.add_all(
        _task(row.id or 0, task, scopes[found.number, task.number], year)
        for row, found in zip(items, outline.items, strict=True)
        for task in found.tasks
    )
    session.flush()


def _plan_text(outline: Outline) -> PlanText:
    return PlanText(
        items=tuple(
            ItemText(
                number=found.number,
                title=found.title,
                text=found.text,
                tasks=tuple(TaskText(task.number, task.start, task.end) for task in found.tasks),
            )
            for found in outline.items
        )
    )


def _item(edition_id: int, found: documents.Item) -> Item:
    return Item(
        edition_id=edition_id,
        number=found.number,
        label=found.label,
        title=found.title,
        text=found.text,
        folded=documents.fold(found.text),
        section_position=None if found.section is None else found.section + 1,
        lead_unit=found.responsibility.lead_unit,
        responsible_units=list(found.responsibility.units),
        deadline=found.responsibility.deadline,
        source_start=found.source_start,
        source_end=found.source_end,
        runs=[[run.text_start, run.source_start, run.length] for run in found.runs],
    )


def _task(item_id: int, task: documents.Task, scope: AppliesTo, year: int) -> Task:
    return Task(
        item_id=item_id,
        number=task.number,
        text=task.text,
        start=task.start,
        end=task.end,
        source_start=task.source_start,
        source_end=task.source_end,
        applies_to=scope,
        facts=placed_facts(task.text, year, task.start),
    )


def _answer(session: Session, edition: Edition, *, created: bool) -> ImportRead:
    items, tasks = counts(session, edition)
    return ImportRead(
        plan=edition.plan_id,
        edition=edition.number,
        created=created,
        items=items,
        tasks=tasks,
        doubts=[DoubtRead(**doubt) for doubt in edition.doubts],
    )
