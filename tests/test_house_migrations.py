"""The migration tree, on both databases: up, down to nothing, and no drift from the tables in the code."""

from alembic import command
from sqlalchemy import inspect

from app.db import Database
from app.models import Base
from tests.factories import Backend, settings_for


def tables(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names())


def test_up_down_and_up_again(backend: Backend) -> None:
    url = backend.create()
    database = Database(settings_for(url))
    database.migrate()
    assert tables(database) == {*Base.metadata.tables, "alembic_version"}
    with database.engine.connect() as connection:
        command.downgrade(database.alembic_config(connection), "base")
        connection.commit()
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
