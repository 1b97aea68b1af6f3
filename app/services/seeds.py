"""What comes with Luoshi: the jurisdictions and the five plans, loaded and linked."""

from collections.abc import Callable

from sqlmodel import col, select

from app.db import Database
from app.models import Judging, Pair, Plan
from app.resources import bundled
from app.schemas.links import LinkRunCreate, Opinions
from app.schemas.plans import ImportOptions
from app.services import cascades, imports, reviews, runs, thesauri
from app.services.plans import current_edition

Progress = Callable[[int, int, str], None]


def load(database: Database, actor: str = "seed", progress: Progress | None = None, *, reviewed: bool = True) -> None:
    """Load the shipped jurisdictions and plans and link what can be linked; what is there already stays as it is.

    `reviewed`: and load what people have decided about these links.
    """
    with database.write() as session:
        cascades.load_shipped_jurisdictions(session, actor)
        thesauri.load_shipped(session, actor)
    files = sorted((bundled("seeds") / "documents").glob("*.txt"))
    for done, file in enumerate(files):
        if progress:
            progress(done, len(files), file.name)
        adcode, domain, year = file.stem.split("-")
        options = ImportOptions(filename=file.name, adcode=adcode, domain=domain, year=int(year))
        with database.write() as session:
            # A later edition that somebody imported must not be replaced by the shipped one.
            if session.get(Plan, file.stem) is None:
                imports.import_document(session, file.read_bytes(), options, actor)
    if progress:
        progress(len(files), len(files), "")
    for key in _unlinked(database):
        with database.write() as session:
            run = runs.start(session, key, LinkRunCreate(opinions=Opinions.NONE), actor)
        runs.execute(database, run.id, progress)
    if reviewed:
        with database.write() as session:
            reviews.load_shipped(session, actor)


def _unlinked(database: Database) -> list[str]:
    """Plans with lower plans that have not been judged against them as they are now."""
    with database.read() as session:
        found = []
        for plan in session.exec(select(Plan).where(col(Plan.withdrawn).is_(False)).order_by(col(Plan.id))):
            editions = [row.edition.id for row in cascades.members(session, plan) if row.edition]
            judged = session.exec(
                select(Pair.lower_edition_id)
                .join(Judging)
                .where(
                    Pair.upper_edition_id == current_edition(session, plan).id,
                    col(Pair.lower_edition_id).in_(editions),
                )
            ).all()
            if set(editions) - set(judged):
                found.append(plan.id)
        return found
