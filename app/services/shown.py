"""A document as it is shown before it is stored: which plan it would become, and where everything was read."""

import hashlib
import json
from datetime import date

from sqlmodel import Session

from app.documents import Span
from app.documents.changes import correspond, version_of
from app.documents.placed import PrintedLines
from app.errors import BadAdcode, DomainError, JurisdictionExists, JurisdictionNotFound, MissingParent, PlanIsWithdrawn
from app.models import Jurisdiction, Plan
from app.schemas.changes import ChangesRead
from app.schemas.impact import ForecastRead
from app.schemas.plans import DoubtRead
from app.schemas.previews import (
    Action,
    DocumentRead,
    FoundRead,
    IdentityRead,
    MetadataRead,
    Origin,
    OutcomeRead,
    PlacedDoubt,
    PreviewItem,
    PreviewSection,
    PreviewTask,
    ProblemRead,
)
from app.services import changes, forecast, imports, jurisdictions
from app.services.plans import current_edition
from app.services.readings import IDENTITY, Identified, Reading

# The doubts that say how a part of the identity was concluded.
_CONCLUDED = {"place_inferred": "adcode", "domain_inferred": "domain", "year_inferred": "year"}


def show(session: Session, identified: Identified, *, english: bool) -> DocumentRead:
    """Everything that storing a document would do, without doing it."""
    reading = identified.reading
    outline, options = reading.outline, reading.options
    lines = PrintedLines(outline.text)
    outcome, since, stale = _outcome(session, identified)
    document = DocumentRead(
        filename=imports.plain_name(options.filename),
        format=reading.source.format,
        identity=_identity(session, identified, lines, english=english),
        outcome=outcome,
        metadata=_metadata(reading, lines),
        sections=sections(reading),
        items=items(reading),
        doubts=doubts(identified),
        corrections=options.corrections,
        changes=since,
        stale=stale,
        edition_note=options.edition_note,
        digest="0" * 64,
    )
    return document.model_copy(update={"digest": _digest(document)})


def _digest(document: DocumentRead) -> str:
    """Of all that would be stored, and where. Changes follow from it; problems are said in the reader's language."""
    shown = document.model_dump(
        mode="json", exclude={"changes": True, "stale": True, "digest": True, "identity": {"problems"}}
    )
    return hashlib.sha256(json.dumps(shown, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


_Outcome = tuple[OutcomeRead | None, ChangesRead | None, ForecastRead | None]


def _outcome(session: Session, identified: Identified) -> _Outcome:
    key, year = identified.plan, identified.year
    if key is None or year is None:
        return None, None, None
    plan = session.get(Plan, key)
    if plan is None:
        return OutcomeRead(action=Action.NEW_PLAN, plan=key, edition=1), None, None
    if plan.withdrawn:
        return None, None, None
    current = current_edition(session, plan)
    if imports.has_already(current, identified.reading):
        return OutcomeRead(action=Action.NO_CHANGE, plan=key, edition=current.number), None, None
    outline = identified.reading.outline
    found = correspond(changes.version_of_edition(session, current, year), version_of(outline, year))
    return (
        OutcomeRead(action=Action.NEW_EDITION, plan=key, edition=current.number + 1),
        changes.since(found.changes, current, outline),
        forecast.of(session, plan, current, found),
    )


def _identity(session: Session, identified: Identified, lines: PrintedLines, *, english: bool) -> IdentityRead:
    problems = [
        ProblemRead(field=field, detail=f"say {en}" if english else f"请写明{zh}")
        for field, zh, en in IDENTITY
        if getattr(identified, field) is None
    ]
    plan = session.get(Plan, identified.plan) if identified.plan else None
    if plan is not None and plan.withdrawn:
        refused = PlanIsWithdrawn(plan=plan.id, by=plan.changed_by, reason=plan.reason)
        problems.append(ProblemRead(field="plan", detail=refused.detail(english=english)))
    name, problem = _name(session, identified)
    if problem is not None:
        field = "adcode" if isinstance(problem, BadAdcode) else "name"
        problems.append(ProblemRead(field=field, detail=problem.detail(english=english)))
    adcode, domain, year = (_found_identity(identified, field, lines) for field, _, _ in IDENTITY)
    return IdentityRead(adcode=adcode, name=name, domain=domain, year=year, problems=problems)


def _name(session: Session, identified: Identified) -> tuple[FoundRead, DomainError | None]:
    """The jurisdiction's name, and why it could not be registered or found."""
    adcode, given = identified.adcode, identified.reading.options.name
    problem: DomainError | None = None
    if adcode is not None:
        try:
            jurisdictions.name_of(session, adcode, given)
        except (BadAdcode, JurisdictionExists, JurisdictionNotFound, MissingParent) as error:
            problem = error
    known = None if adcode is None else session.get(Jurisdiction, adcode)
    if known is not None:
        return _plain(known.name, Origin.REGISTER), problem
    return _plain(given, Origin.GIVEN if given else Origin.MISSING), problem


def _plain(value: str | int | date | None, origin: Origin) -> FoundRead:
    return FoundRead(value=value, origin=origin, element=None, start=None, end=None, printed=None)


def _found_identity(identified: Identified, field: str, lines: PrintedLines) -> FoundRead:
    value = getattr(identified, field)
    if getattr(identified.reading.options, field) is not None:
        return _plain(value, Origin.GIVEN)
    if value is None:
        return _plain(None, Origin.MISSING)
    element = identified.found.said_by.get(field)
    concluded = any(_CONCLUDED.get(doubt.kind) == field for doubt in identified.found.doubts)
    place = identified.reading.outline.metadata.places.get(element or "")
    return _at(value, Origin.INFERRED if concluded else Origin.DOCUMENT, element, place, lines)


def _at(
    value: str | int | date, origin: Origin, element: str | None, place: Span | None, lines: PrintedLines
) -> FoundRead:
    if place is None:
        return FoundRead(value=value, origin=origin, element=element, start=None, end=None, printed=None)
    printed = lines.at(place.start, place.end)
    return FoundRead(value=value, origin=origin, element=element, start=place.start, end=place.end, printed=printed)


def _metadata(reading: Reading, lines: PrintedLines) -> MetadataRead:
    metadata, corrected = reading.outline.metadata, reading.options.corrections.metadata
    found = {}
    for name in changes.ELEMENTS:
        value = getattr(metadata, name)
        if getattr(corrected, name) is not None:
            found[name] = _plain(value, Origin.GIVEN)
        elif value is None:
            found[name] = _plain(None, Origin.MISSING)
        else:
            found[name] = _at(value, Origin.DOCUMENT, name, metadata.places.get(name), lines)
    return MetadataRead(**found)


def sections(reading: Reading) -> list[PreviewSection]:
    """The headings as read."""
    return [
        PreviewSection(
            position=place,
            level=section.level,
            label=section.label,
            title=section.title,
            parent=None if section.parent is None else section.parent + 1,
            source_start=section.source_start,
            source_end=section.source_end,
        )
        for place, section in enumerate(reading.outline.sections, 1)
    ]


def doubts(identified: Identified) -> list[PlacedDoubt]:
    """The doubts, each with the printed line it concerns."""
    lines = PrintedLines(identified.reading.outline.text)
    return [
        PlacedDoubt(**DoubtRead.model_validate(doubt).model_dump(), printed=lines.at(doubt.start, doubt.end))
        for doubt in identified.doubts
    ]


def items(reading: Reading) -> list[PreviewItem]:
    """The items as read."""
    return [
        PreviewItem(
            number=item.number,
            label=item.label,
            title=item.title,
            text=item.text,
            section=None if item.section is None else item.section + 1,
            lead_unit=item.responsibility.lead_unit,
            responsible_units=list(item.responsibility.units),
            deadline=item.responsibility.deadline,
            source_start=item.source_start,
            source_end=item.source_end,
            tasks=[
                PreviewTask(
                    number=task.number,
                    text=task.text,
                    start=task.start,
                    end=task.end,
                    source_start=task.source_start,
                    source_end=task.source_end,
                    applies_to=reading.scopes[item.number, task.number],
                )
                for task in item.tasks
            ],
        )
        for item in reading.outline.items
    ]
