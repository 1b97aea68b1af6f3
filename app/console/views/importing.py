"""Importing: the drop page, a preview with all that is to be settled in it, and linking what was stored."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from app.console.cascades import chooser
from app.console.visitor import Visitor
from app.console.words import Words
from app.documents import BlockKind
from app.documents.identity import DOMAINS
from app.pagination import PageRequest
from app.schemas.corrections import LineKind
from app.schemas.links import LinkRunRead
from app.schemas.plans import PlanRead
from app.schemas.previews import FoundRead, LineRead, PlacedDoubt, PreviewRead
from app.services import cascades, history, jurisdictions, plans, previews, runs
from app.services.readings import SETTLED_BY

# More previews nobody keeps at a time (settings: max_previews).
_KEPT = 200
# Lines in one part of a preview, and bytes of their text: together with what stands around a line some 220 kB.
_LINES, _BYTES = 400, 90_000
# More changes than these are counted, not shown; the answer of the API has them all.
_CHANGES = 60
_OWN_LINES = {BlockKind.SECTION, BlockKind.ITEM, BlockKind.FURNITURE, BlockKind.ATTACHMENT}
_IDENTITY = ("adcode", "domain", "year")
_ELEMENTS = ("title", "plan_title", "issuer", "document_number", "issued_on", "addressee")
# Which element a person corrects to settle a doubt about it.
_ELEMENT_OF = {
    "unsigned_date": "issued_on",
    "published_date": "issued_on",
    "incomplete_date": "issued_on",
    "issuer_inferred": "issuer",
}
_NUMBERING = (LineKind.ITEM, LineKind.SECTION, LineKind.PARAGRAPH, LineKind.CONTINUES)
# What the line that a doubt is about may be instead; a kind that is not named is for reading, not for choosing.
_CHOICES: dict[str, tuple[LineKind, ...]] = {
    **dict.fromkeys(
        (
            "numbering_starts_late",
            "numbering_restarts",
            "number_skipped",
            "number_repeated",
            "label_out_of_series",
            "label_alone",
            "open_before_heading",
            "points_as_items",
        ),
        _NUMBERING,
    ),
    "label_inside_sentence": (LineKind.CONTINUES, LineKind.ITEM),
    "heading_wrapped": (LineKind.SECTION, LineKind.PARAGRAPH, LineKind.CONTINUES),
    "section_text": (LineKind.PARAGRAPH, LineKind.ITEM, LineKind.SECTION),
    "text_before_points": (LineKind.PARAGRAPH, LineKind.ITEM, LineKind.SECTION),
    "paragraph_continues": (LineKind.PARAGRAPH, LineKind.CONTINUES, LineKind.SECTION, LineKind.ITEM),
    "title_wrapped": (LineKind.CONTINUES, LineKind.PARAGRAPH),
    "page_number": (LineKind.FURNITURE, LineKind.CONTINUES),
    "after_the_plan": (LineKind.ATTACHMENT, LineKind.PARAGRAPH, LineKind.FURNITURE),
    "notice_points": (LineKind.ITEM, LineKind.FURNITURE),
}


class PreviewQuery(BaseModel):
    """Where in the document's text a preview is opened; without a place at its beginning."""

    model_config = ConfigDict(extra="ignore")

    place: int | None = Field(default=None, ge=0, le=2**31 - 1)


@dataclass(frozen=True, slots=True)
class Element:
    """A value of the identity or the metadata as a person may correct it."""

    name: str
    group: str
    found: FoundRead
    problems: list[str]
    doubts: list[PlacedDoubt]


@dataclass(frozen=True, slots=True)
class Unsure:
    """A doubt about a line: what it may be, and what it was taken for."""

    doubt: PlacedDoubt
    line: LineRead | None
    choices: tuple[LineKind, ...]


def drop_view(session: Session, visitor: Visitor) -> dict[str, Any]:
    """What import.html shows: the previews that are kept; raises Forbidden."""
    within = visitor.within("list_previews")
    kept = previews.page(session, PageRequest(limit=_KEPT, after=None, filters=""), within)
    chosen = chooser(session, None, visitor.principal.adcode)
    return {"chooser": chosen, "plan": chosen.chosen, "kept": list(reversed(kept.items)), "since": _since(session)}


def _since(session: Session) -> Callable[[datetime], str]:
    """Writes a moment as people read it."""
    return lambda moment: history.shown(session, moment)[:16]


def preview_view(session: Session, visitor: Visitor, preview: str, asked: PreviewQuery) -> dict[str, Any]:
    """What preview.html shows; raises PreviewNotFound or Forbidden."""
    within = visitor.within("read_preview")
    found = previews.get(session, preview, within, english=visitor.english)
    # A document has at most as many lines as characters.
    everything = PageRequest(limit=10**9, after=None, filters="")
    lines = previews.lines_page(session, everything, preview, within).items
    parts = _parts(lines)
    number = _part_of(parts, asked.place) if asked.place is not None else 1
    chosen = chooser(session, None, visitor.principal.adcode)
    adcode = found.identity.adcode.value
    return {
        "chooser": chosen,
        "plan": chosen.chosen,
        "shown": found,
        "identity": [_element(found, name, "identity") for name in _IDENTITY],
        "elements": [_element(found, name, "metadata") for name in _ELEMENTS],
        "unsure": _unsure(found, lines),
        "lines": parts[number - 1] if parts else [],
        "parts_of_doc": [part[0].start for part in parts],
        "number": number,
        "focus": _line_at(lines, asked.place) if asked.place is not None else None,
        "changes": found.changes.items[:_CHANGES] if found.changes else [],
        "places": jurisdictions.gazetteer(session),
        "domains": _domains(Words(english=visitor.english)),
        "may_store": adcode is None or visitor.reaches("confirm_preview", str(adcode)),
    }


def _domains(words: Words) -> list[tuple[str, str]]:
    return [(code, words.domain_name(code)) for code in dict.fromkeys(code for _, code in DOMAINS)]


def _element(shown: PreviewRead, name: str, group: str) -> Element:
    found = getattr(getattr(shown, group), name)
    names = {name, "name"} if name == "adcode" else {name}
    problems = [one.detail for one in shown.identity.problems if group == "identity" and one.field in names]
    doubts = [one for one in shown.doubts if _settled_by(one) == name]
    return Element(name, group, found, problems, doubts)


def _settled_by(doubt: PlacedDoubt) -> str | None:
    """The element whose correction settles a doubt."""
    return SETTLED_BY.get(doubt.kind) or _ELEMENT_OF.get(doubt.kind)


def _unsure(shown: PreviewRead, lines: Sequence[LineRead]) -> list[Unsure]:
    found = []
    for doubt in shown.doubts:
        if _settled_by(doubt) is None:
            line = _line_at(lines, doubt.start) if doubt.end else None
            found.append(Unsure(doubt, line, _CHOICES.get(doubt.kind, ()) if line else ()))
    return found


def _line_at(lines: Sequence[LineRead], place: int) -> LineRead | None:
    """The line that holds a place, or the one before it."""
    if not lines:
        return None
    return lines[max(0, bisect_right(lines, place, key=lambda line: line.start) - 1)]


def _parts(lines: Sequence[LineRead]) -> list[list[LineRead]]:
    parts: list[list[LineRead]] = []
    size = _BYTES
    for line in lines:
        size += len(line.text.encode())
        if not parts or len(parts[-1]) >= _LINES or size > _BYTES:
            parts.append([])
            size = len(line.text.encode())
        parts[-1].append(line)
    return parts


def _part_of(parts: Sequence[Sequence[LineRead]], place: int) -> int:
    return max(1, bisect_right([part[0].start for part in parts], place))


@dataclass(frozen=True, slots=True)
class Linking:
    """A cascade in which a plan is linked: with which lower plans, by whom it may be, and the run before."""

    upper: PlanRead
    lower: list[str] | None
    last: LinkRunRead | None
    may: bool


def linking_view(session: Session, visitor: Visitor, key: str) -> dict[str, Any]:
    """What linking.html shows of a plan that has been stored; raises PlanNotFound or Forbidden."""
    visitor.within("read_plan", plan=key)
    doc = plans.detail(session, key)
    row = plans.get_plan(session, key)
    above = [
        _linking(session, visitor, plans.read(session, upper.id), [key]) for upper in cascades.uppers(session, row)
    ]
    below = any(member.plan for member in cascades.members(session, row))
    own = [_linking(session, visitor, plans.read(session, key), None)] if below else []
    chosen = chooser(session, above[0].upper.id if above else key)
    return {"chooser": chosen, "plan": chosen.chosen, "doc": doc, "linkings": above + own, "since": _since(session)}


def _linking(session: Session, visitor: Visitor, upper: PlanRead, lower: list[str] | None) -> Linking:
    last = runs.page(session, PageRequest(limit=1, after=None, filters=""), upper.id).items
    return Linking(upper, lower, last[0] if last else None, visitor.reaches("start_link_run", upper.adcode))


def check_view(session: Session, visitor: Visitor) -> dict[str, Any]:
    """What check.html shows before a draft is there; raises Forbidden."""
    visitor.within("check_draft")
    chosen = chooser(session, None, visitor.principal.adcode)
    return {
        "chooser": chosen,
        "plan": chosen.chosen,
        "places": jurisdictions.gazetteer(session),
        "domains": _domains(Words(english=visitor.english)),
    }
