"""Reading: from a file's bytes, and what people said of it, to an outline and the plan that it is of."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError
from sqlmodel import Session

from app import documents
from app.documents import BlockKind, DocumentError, Doubt, Identity, Limits, Mark, MarkKind, Metadata, Outline, Source
from app.errors import BadCorrections, ReadersBusy, UnidentifiedPlan, UnreadableDocument, invalid
from app.linking import AppliesTo, ItemText, PlanText, TaskText, applies_to
from app.schemas.corrections import Corrections
from app.schemas.plans import ImportOptions
from app.services import jurisdictions
from app.services.keys import plan_key
from app.settings import Settings

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
class Reading:
    """A document as read with its corrections. `text_digest` is that of its words without layout and furniture."""

    source: Source
    outline: Outline
    text: PlanText
    scopes: dict[tuple[int, int], AppliesTo]
    text_digest: str
    options: ImportOptions


@dataclass(frozen=True, slots=True)
class Identified:
    """A reading, and which plan it is of: as given, else as `found`. `doubts` are those about the identity too."""

    reading: Reading
    found: Identity
    adcode: str | None
    domain: str | None
    year: int | None
    doubts: tuple[Doubt, ...]

    @property
    def plan(self) -> str | None:
        """The key of the plan; None where the identity is not complete."""
        if self.adcode is None or self.domain is None or self.year is None:
            return None
        return plan_key(self.adcode, self.domain, self.year)


def import_options(*, corrections: str | bytes | Corrections | None = None, **given: object) -> ImportOptions:
    """The options, checked; corrections may be given as JSON text. Raises InvalidRequest that names what is wrong."""
    try:
        parsed = _corrections(corrections)
    except ValidationError as error:
        wrong = [{**entry, "loc": ("body", "corrections", *entry["loc"])} for entry in error.errors()]
        raise invalid(wrong) from error
    try:
        return ImportOptions.model_validate({**given, "corrections": parsed})
    except ValidationError as error:
        raise invalid([{**entry, "loc": ("body", *entry["loc"])} for entry in error.errors()]) from error


def _corrections(given: str | bytes | Corrections | None) -> Corrections:
    if isinstance(given, Corrections):
        return given
    return Corrections.model_validate_json(given) if given else Corrections()


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


def read(data: bytes, options: ImportOptions, settings: Settings) -> Reading:
    """Read a document as its corrections say. Asks no database, so that a long document keeps nobody waiting.

    Raises UnreadableDocument, ReadersBusy, or BadCorrections for corrections that do not fit the text.
    """
    try:
        source = documents.open_source(data, reading_limits(settings))
    except DocumentError as error:
        kind = ReadersBusy if error.kind == "busy" else UnreadableDocument
        raise kind(zh=error.zh, en=error.en) from error
    return read_source(source, options)


def read_source(source: Source, options: ImportOptions) -> Reading:
    """Read an opened document as its corrections say. Raises as `read` does."""
    corrections = options.corrections
    try:
        outline = documents.outline(source, _marks(source.text, corrections))
    except DocumentError as error:
        kind = BadCorrections if error.kind == "bad_mark" else UnreadableDocument
        raise kind(zh=error.zh, en=error.en) from error
    digest = _text_digest(outline if not corrections.lines else _as_it_came(source, outline))
    outline = replace(outline, metadata=_corrected(outline.metadata, corrections))
    text = plan_text(outline)
    return Reading(source, outline, text, applies_to(text), digest, options)


def _marks(text: str, corrections: Corrections) -> list[Mark]:
    """The corrections of lines as the reader takes them; each is about the line that holds its place."""
    marks = []
    for number, line in enumerate(corrections.lines):
        if line.start >= len(text):
            raise BadCorrections(
                zh=f"位置 {line.start} 不在文中（全文 {len(text)} 个字符）。",
                en=f"Place {line.start} is outside of the text, which has {len(text)} characters.",
                errors=[(f"/body/corrections/lines/{number}/start", "不在文中", "outside of the text")],
            )
        marks.append(Mark(MarkKind(line.kind.value), line.start, line.start + 1, line.level))
    return marks


def _as_it_came(source: Source, corrected: Outline) -> Outline:
    """The outline without corrections, by which the same text is known again; the corrected one if there is none."""
    try:
        return documents.outline(source)
    except DocumentError:
        return corrected


def _text_digest(outline: Outline) -> str:
    """SHA-256 of the document's words without layout and page furniture.

    The same text in another file, wrapped or encoded otherwise, is known again by it.
    """
    parts = [
        outline.text[block.start : block.end]
        for block in outline.blocks
        if block.kind not in {BlockKind.FURNITURE, BlockKind.BLANK}
    ]
    return hashlib.sha256("".join("".join(parts).split()).encode()).hexdigest()


def _corrected(metadata: Metadata, corrections: Corrections) -> Metadata:
    given = {name: value for name, value in corrections.metadata if value is not None}
    values: dict[str, Any] = {name: value or None for name, value in given.items()}
    places = {name: place for name, place in metadata.places.items() if name not in given}
    return replace(metadata, **values, places=places)


def plan_text(outline: Outline) -> PlanText:
    """An outline as linking takes it."""
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


def identify(session: Session, reading: Reading) -> Identified:
    """Which plan a reading is of; what neither the document nor the options say stays None."""
    found = documents.identify(reading.outline, jurisdictions.gazetteer(session))
    options = reading.options
    return Identified(
        reading=reading,
        found=found,
        adcode=options.adcode or found.adcode,
        domain=options.domain or found.domain,
        year=options.year or found.year,
        doubts=(*reading.outline.doubts, *_inferred(found, options)),
    )


def _inferred(found: Identity, options: ImportOptions) -> Iterator[Doubt]:
    """Doubts about the identity: what was inferred, unless the caller settled it, and where he contradicts the text."""
    for doubt in found.doubts:
        if getattr(options, SETTLED_BY[doubt.kind]) is None:
            yield doubt
    for field, _, _ in IDENTITY:
        said, given = getattr(found, field), getattr(options, field)
        if said is not None and given is not None and said != given:
            yield Doubt(f"{field}_differs", 0, 0, f"从文件看应为 {said}，按导入时写明的 {given} 处理")


def required(identified: Identified) -> tuple[str, str, int]:
    """Adcode, domain and year; raises UnidentifiedPlan that names what is missing."""
    adcode, domain, year = identified.adcode, identified.domain, identified.year
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
