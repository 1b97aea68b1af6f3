"""The draft check: the gaps that a draft would have, judged in memory as a stored pair of plans is, and stored nowhere."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import networkx as nx
from sqlmodel import Session, col, select

from app import graph, linking
from app.db import Database
from app.errors import CascadeTooLarge, DraftTooLarge, Forbidden, NotAnUpperPlan, NoUpperJurisdiction
from app.linking import AppliesTo, Judgement, Model, Opinion, PlanText
from app.models import Edition, Jurisdiction, Plan, Section
from app.schemas.checks import CheckDraft, CheckGap, CheckRead, CheckUpper
from app.schemas.coverage import PairCoverage
from app.schemas.plans import ImportOptions
from app.services import coverage, gaps, judges, jurisdictions, opinions, readings, runs, shown, taken_up
from app.services.cascades import MAX_YEARS_OFF
from app.services.judgements import proposed, together
from app.services.keys import item_id, plan_key, task_id
from app.services.plans import current_edition, get_plan
from app.services.proposals import Side
from app.services.readings import Identified
from app.services.scope import EVERYTHING, Scope
from app.services.suggestions import Headings, suggest
from app.services.terms import rows_of

# A draft of 200 items against a province's 158 tasks is some 200,000 pairs of task and sentence, and takes a second or
# two; this many take some 100 MB and ten seconds.
_MOST_PAIRS = 1_500_000


@dataclass(frozen=True, slots=True)
class _Draft:
    """A draft and whose it is: its plan's key, and the name of its jurisdiction."""

    identified: Identified
    key: str
    adcode: str
    domain: str
    year: int
    name: str


@dataclass(frozen=True, slots=True)
class _Upper:
    """The plan above, as it is now."""

    side: Side
    plan: Plan
    edition: Edition
    name: str
    headings: Headings
    terms: list[tuple[str, str, str, bool]]
    model: Model


def check(
    database: Database,
    data: bytes,
    options: ImportOptions,
    against: str | None,
    within: Scope = EVERYTHING,
    *,
    english: bool,
) -> CheckRead:
    """Hold a draft against the plan above it (`against`, else the one of its domain and year).

    The gaps are those that it would have if it were imported and linked. No connection is held while it is judged.

    Raises UnreadableDocument, ReadersBusy, BadCorrections, UnidentifiedPlan, BadAdcode, JurisdictionNotFound, JurisdictionExists,
    MissingParent, NoUpperJurisdiction, PlanNotFound, NotAnUpperPlan, DraftTooLarge, CascadeTooLarge, or Forbidden if
    the draft is not of a jurisdiction `within`.
    """
    reading = readings.read(data, options, database.settings)
    with database.read() as session:
        draft = _draft(session, readings.identify(session, reading))
        if not within.sees(draft.adcode):
            raise Forbidden.beyond(within.adcode, draft.adcode)
        upper = _upper(session, draft, against)
        # A draft that says what the stored plan says already gets the opinions that were given on that.
        held = opinions.held(session, (upper.plan.id, draft.key), (upper.side.text, reading.text))
    judgement = _judge(upper, reading.text, {key: one.opinion for key, one in held.items()})
    try:
        network = graph.build(_rows(upper, draft, judgement), max_nodes=database.settings.max_graph_nodes)
    except graph.GraphBudgetExceededError as error:
        raise CascadeTooLarge(limit=error.limit) from error
    return _read(network, upper, draft, english=english)


def _draft(session: Session, identified: Identified) -> _Draft:
    adcode, domain, year = readings.required(identified)
    name = jurisdictions.name_of(session, adcode, identified.reading.options.name)
    return _Draft(identified, plan_key(adcode, domain, year), adcode, domain, year, name)


def _upper(session: Session, draft: _Draft, against: str | None) -> _Upper:
    parent = jurisdictions.parent_of(draft.adcode)
    if parent is None:
        raise NoUpperJurisdiction(adcode=draft.adcode)
    plan = get_plan(session, against or plan_key(parent, draft.domain, draft.year))
    near = abs(plan.year - draft.year) <= MAX_YEARS_OFF
    if (plan.adcode, plan.domain) != (parent, draft.domain) or not near:
        raise NotAnUpperPlan(upper=plan.id, lower=draft.key)
    edition = current_edition(session, plan)
    side = runs.side(session, plan.id)
    sections = session.exec(select(Section).where(Section.edition_id == edition.id).order_by(col(Section.position)))
    return _Upper(
        side=side,
        plan=plan,
        edition=edition,
        name=session.get_one(Jurisdiction, plan.adcode).name,
        headings=Headings(
            {row.position: f"{row.label}{row.title}" for row in sections},
            {number: row.section_position for number, row in side.items.items()},
            {number: row.title for number, row in side.items.items()},
        ),
        terms=rows_of(session, plan.domain),
        model=judges.model_of(session, plan.domain),
    )


def _judge(upper: _Upper, draft: PlanText, given: Mapping[opinions.Key, Opinion]) -> Judgement:
    thesaurus = linking.Thesaurus.of(upper.terms)
    above, below = (linking.prepare(text, thesaurus) for text in (upper.side.text, draft))
    if len(above.tasks) * len(below.sentences) > _MOST_PAIRS:
        raise DraftTooLarge(sentences=len(below.sentences), tasks=len(above.tasks))
    return linking.judge(above, below, upper.side.scopes, upper.model, given)


def _rows(upper: _Upper, draft: _Draft, judgement: Judgement) -> graph.CascadeRows:
    """The cascade of the two plans alone, as `cascade_rows` reads it from the store."""
    key, year = upper.plan.id, upper.plan.year
    reading = draft.identified.reading
    items = (*_items(key, upper.side.text, upper.side.scopes), *_items(draft.key, reading.text, reading.scopes))
    texts = {
        item_id(plan, item.number): item.text
        for plan, text in ((key, upper.side.text), (draft.key, reading.text))
        for item in text.items
    }
    links = [
        (
            graph.LinkRow(
                id=f"{found.upper}>{found.lower}",
                upper=f"{key}/{found.upper}",
                lower=f"{draft.key}/{found.lower}",
                coverage=str(found.coverage) if found.coverage else None,
                strength=str(found.strength) if found.strength else None,
                status="proposed",
                score=found.score,
                upper_text=texts[item_id(key, found.upper_item)][found.upper_start : found.upper_end],
                lower_text=texts[item_id(draft.key, found.lower_item)][found.lower_start : found.lower_end],
            ),
            found.lower_start,
            found.lower_end,
        )
        for found in proposed(upper.side.text, reading.text, judgement)
    ]
    taken = taken_up.task_links(links, texts)
    tasks = {task.id: task.text for item in items if item.plan == key for task in item.tasks}
    return graph.CascadeRows(
        plan=key,
        adcode=upper.plan.adcode,
        name=upper.name,
        year=year,
        cities=(_city(upper, draft),),
        items=items,
        links=tuple(row for row, _, _ in links),
        scores={
            (task_id(key, found.item, found.task), draft.key): graph.Judged(found.score, together=together(found))
            for found in judgement.tasks
        },
        checks=taken_up.checks(tasks, year, taken, {draft.key: draft.year}),
        rollups=(),
    )


def _city(upper: _Upper, draft: _Draft) -> graph.CityRow:
    same = draft.year == upper.plan.year
    return graph.CityRow(draft.adcode, draft.name, draft.key, draft.year, same, judged=True, outdated=False)


def _items(plan: str, text: PlanText, scopes: dict[tuple[int, int], AppliesTo]) -> tuple[graph.ItemRow, ...]:
    return tuple(
        graph.ItemRow(
            id=item_id(plan, item.number),
            plan=plan,
            number=item.number,
            title=item.title,
            tasks=tuple(
                graph.TaskRow(
                    task_id(plan, item.number, task.number),
                    item.text[task.start : task.end],
                    str(scopes[item.number, task.number]),
                )
                for task in item.tasks
            ),
        )
        for item in text.items
    )


def _read(network: "nx.DiGraph[str]", upper: _Upper, draft: _Draft, *, english: bool) -> CheckRead:
    reading = draft.identified.reading
    pair = coverage.pair_of(network, graph.cities(network)[0])
    sections = shown.sections(reading)
    items = shown.items(reading)
    found = gaps.read_gaps(network, graph.gaps(network), english=english)
    own = Headings(
        {section.position: f"{section.label}{section.title}" for section in sections},
        {item.number: item.section for item in items},
        {item.number: item.title for item in items},
    )
    return CheckRead(
        against=CheckUpper(
            plan=upper.plan.id,
            edition=upper.edition.number,
            name=upper.name,
            year=upper.plan.year,
            title=upper.edition.plan_title or upper.edition.title,
        ),
        draft=CheckDraft(
            plan=draft.key,
            adcode=draft.adcode,
            name=draft.name,
            domain=draft.domain,
            year=draft.year,
            title=reading.outline.metadata.plan_title or reading.outline.metadata.title,
            sections=sections,
            items=items,
            doubts=shown.doubts(draft.identified),
        ),
        counts=dict(sorted(Counter(gap.kind for gap in found).items())),
        gaps=[
            CheckGap(**gap.model_dump(), take_up=take_up)
            for gap, take_up in zip(found, suggest(found, pair, upper.headings, own), strict=True)
        ],
        coverage=_unlinked(pair),
    )


def _unlinked(pair: PairCoverage) -> PairCoverage:
    """The answer without the ids of links: a check stores none that anybody could ask for."""
    for evidence in (place for item in pair.items for task in item.tasks for place in task.evidence):
        evidence.link = None
    return pair
