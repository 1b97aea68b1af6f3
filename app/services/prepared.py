"""Plans cut up for judging, kept in memory."""

from datetime import datetime

from sqlmodel import Session

from app import linking
from app.db import database_of
from app.linking import AppliesTo, PreparedPlan
from app.services.plans import current_edition, edition_items, get_plan, plan_text, tasks_by_item
from app.services.terms import digest_of, rows_of


def prepared(session: Session, key: str, as_of: datetime | None = None) -> PreparedPlan:
    """A plan cut up for judging, from memory while its edition and its domain's thesaurus are the same."""
    plan = get_plan(session, key, as_of)
    edition = current_edition(session, plan, as_of)
    digest = digest_of(session, plan.domain, as_of)

    def make() -> PreparedPlan:
        items = edition_items(session, edition)
        thesaurus = linking.Thesaurus.of(rows_of(session, plan.domain, as_of))
        return linking.prepare(plan_text(items, tasks_by_item(session, items)), thesaurus)

    name, database = f"prepared:{key}:{digest}", database_of(session)
    if as_of is None:
        return database.derived.get(name, edition.number, make)
    return database.derived_past.get(f"{name}@{edition.number}", edition.number, make)


def scopes_of(session: Session, key: str, as_of: datetime | None = None) -> dict[tuple[int, int], AppliesTo]:
    """Who carries out each task of a plan, by (item, task)."""
    items = edition_items(session, current_edition(session, get_plan(session, key, as_of), as_of))
    tasks = tasks_by_item(session, items)
    return {(row.number, task.number): task.applies_to for row in items for task in tasks.get(row.id or 0, [])}
