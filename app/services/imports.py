"""Importing: a document becomes an edition of a plan, whole or not at all."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlmodel import Session

from app import documents
from app.db import database_of, lock
from app.documents import Doubt, Outline
from app.errors import Forbidden, PlanIsWithdrawn
from app.linking import AppliesTo
from app.models import Edition, EditionSource, Item, Plan, Section, Task
from app.schemas.corrections import Corrections
from app.schemas.plans import DoubtRead, ImportOptions, ImportRead
from app.services import audit, carrying, cascades, idempotency, jurisdictions, plan_store, readings
from app.services.audit import Action, Outcome, Subject
from app.services.keys import plan_key
from app.services.plans import counts, current_edition
from app.services.readings import Identified, Reading
from app.services.scope import EVERYTHING, Scope
from app.services.verdicts import placed_facts

READER = "text-2"
Scopes = dict[tuple[int, int], AppliesTo]


def import_document(
    session: Session,
    data: bytes,
    options: ImportOptions,
    actor: str,
    within: Scope = EVERYTHING,
    key: str | None = None,
) -> ImportRead:
    """Read a document and store it as the plan's new edition, unless the plan has this text already.

    The reading comes before the first statement, so that a long document keeps no other writer waiting. With a key
    the document is stored once, however often it is sent.

    Raises KeyReused, UnreadableDocument, ReadersBusy, BadCorrections, UnidentifiedPlan, JurisdictionNotFound,
    JurisdictionExists, MissingParent, PlanIsWithdrawn, or Forbidden if the plan is not of a jurisdiction `within`; then
    nothing is stored.
    """
    reading = readings.read(data, options, database_of(session).settings)
    wanted = idempotency.claim(actor, key, "import_plan", data, options)
    return idempotency.once(
        session, wanted, ImportRead, lambda: store(session, data, readings.identify(session, reading), actor, within)
    )


def store(session: Session, data: bytes, identified: Identified, actor: str, within: Scope = EVERYTHING) -> ImportRead:
    """Store what was read as the plan's new edition, unless the plan has this text already.

    Raises UnidentifiedPlan, Forbidden, JurisdictionNotFound, JurisdictionExists, MissingParent or PlanIsWithdrawn.
    """
    adcode, domain, year = readings.required(identified)
    if not within.sees(adcode):
        raise Forbidden.beyond(within.adcode, adcode)
    options = identified.reading.options
    if options.name is not None:
        cascades.register_jurisdiction(session, adcode, options.name, actor)
    jurisdictions.get(session, adcode)
    lock(session, plan_key(adcode, domain, year))
    done, before = _store(session, data, identified, (adcode, domain, year), actor)
    _record(session, done, before, actor, adcode)
    return done


def _store(
    session: Session, data: bytes, identified: Identified, identity: tuple[str, str, int], actor: str
) -> tuple[ImportRead, Edition | None]:
    """Store the edition unless it is there; also gives the one that was current before. Raises PlanIsWithdrawn."""
    adcode, domain, year = identity
    reading = identified.reading
    key = plan_key(adcode, domain, year)
    plan = session.get(Plan, key)
    current = None
    if plan is None:
        plan = Plan(id=key, adcode=adcode, domain=domain, year=year, edition_number=0, version=0, changed_by=actor)
        session.add(plan)
        session.flush()
    elif plan.withdrawn:
        raise PlanIsWithdrawn(plan=key, by=plan.changed_by, reason=plan.reason)
    else:
        current = current_edition(session, plan)
        if has_already(current, reading):
            return _answer(session, current, created=False), current
    edition = _edition(plan, data, reading, identified.doubts)
    session.add(edition)
    session.flush()
    _store_outline(session, edition, data, reading.outline, reading.scopes, year)
    at = cascades.touch_around(session, plan)
    state = {"edition_number": edition.number, "changed_by": actor, "reason": None}
    plan_store.change(session, plan, state | plan_store.kept(plan, current, edition), at)
    if current is not None:
        carrying.carry(session, plan, current, edition, at, actor)
    return _answer(session, edition, created=True), current


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
    names = ("number", "title", "filename", "file_digest", "text_digest", "note", "corrections")
    return {name: getattr(edition, name) for name in names}


def has_already(current: Edition, reading: Reading) -> bool:
    """Whether an edition is this text already, corrected as it is now; who corrects nothing takes it as it is."""
    given = corrections_as_stored(reading.options.corrections)
    return current.text_digest == reading.text_digest and given in ({}, current.corrections)


def corrections_as_stored(corrections: Corrections) -> dict[str, Any]:
    """Corrections as an edition keeps them: only what was said, the lines in order; empty for none."""
    kept = corrections.model_dump(mode="json", exclude_none=True)
    kept["lines"].sort(key=lambda line: line["start"])
    return {name: value for name, value in kept.items() if value}


def _edition(plan: Plan, data: bytes, reading: Reading, doubts: Sequence[Doubt]) -> Edition:
    metadata, options = reading.outline.metadata, reading.options
    return Edition(
        plan_id=plan.id,
        number=plan.edition_number + 1,
        title=metadata.title,
        plan_title=metadata.plan_title,
        issuer=metadata.issuer,
        document_number=metadata.document_number,
        issued_on=metadata.issued_on,
        addressee=metadata.addressee,
        note=options.edition_note,
        filename=plain_name(options.filename),
        media_type=reading.source.media_type,
        file_digest=hashlib.sha256(data).hexdigest(),
        text_digest=reading.text_digest,
        reader=READER,
        doubts=[asdict(doubt) for doubt in doubts],
        corrections=corrections_as_stored(options.corrections),
        places={field: [place.start, place.end] for field, place in metadata.places.items()},
    )


def plain_name(filename: str) -> str:
    """A file's name without folders, as long as a column takes."""
    return re.split(r"[/\\\\]", filename)[-1][-255:] or "upload"


def _store_outline(
    session: Session, edition: Edition, data: bytes, outline: Outline, scopes: Scopes, year: int
) -> None:
    edition_id = edition.id or 0
    blocks = [[str(block.kind), block.start, block.end] for block in outline.blocks]
    session.add(EditionSource(edition_id=edition_id, data=data, text=outline.text, blocks=blocks))
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
