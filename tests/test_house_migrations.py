"""The migration tree, on both databases: up, down to nothing, and no drift from the tables in the code."""

from alembic import command
from sqlalchemy import inspect

from app.db import Database
from app.models import Base
from app.schemas.coverage import PairRead
from app.schemas.plans import ItemRead
from app.services import coverage, plans
from tests.factories import CITY, PROVINCE, Backend, settings_for


def tables(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names())


def test_up_down_and_up_again(backend: Backend) -> None:
    url = backend.create()
    database = Database(settings_for(url))
    database.migrate()
    assert tables(database) == {*Base.metadata.tables, "alembic_version"}
    with database.migrating() as connection:
        command.downgrade(database.alembic_config(connection), "base")
    assert tables(database) <= {"alembic_version"}
    database.migrate()
    assert tables(database) == {*Base.metadata.tables, "alembic_version"}
    database.close()
    backend.drop(url)


def test_migrating_twice_changes_nothing(database: Database) -> None:
    before = tables(database)
    database.migrate()
    assert tables(database) == before


def test_the_tables_are_those_of_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        # Raises if a migration would be needed to get from the store to the models.
        command.check(database.alembic_config(connection))


def evidence(pair: PairRead) -> list[tuple[str, list[str]]]:
    return [(task.id, [found.text for found in task.evidence]) for item in pair.items for task in item.tasks]


def test_a_store_of_the_first_revision_comes_along(seeded_database_url: str) -> None:
    """What a store held before facts and digests existed is kept, read anew where it can be, and marked as outdated."""
    database = Database(settings_for(seeded_database_url))

    def shown() -> tuple[list[ItemRead], PairRead]:
        with database.read() as session:
            found = [plans.item(session, PROVINCE, number) for number in range(1, 24)]
            # Since when it is so is not known of what comes from before.
            items = [ItemRead(**item.model_dump(exclude={"provenance"})) for item in found]
            return items, coverage.pair(session, PROVINCE, CITY)

    items, pair = shown()
    with database.migrating() as connection:
        command.downgrade(database.alembic_config(connection), "0001")
    database.migrate()
    again, judged = shown()
    assert again == items
    assert any(task.facts for item in again for task in item.tasks)
    assert (pair.outdated, judged.outdated) == (False, True)
    assert evidence(judged) == evidence(pair)
    database.close()
