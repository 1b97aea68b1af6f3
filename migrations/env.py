"""Alembic's environment: one tree of migrations for SQLite and PostgreSQL."""

from alembic import context
from sqlalchemy import Connection, create_engine

from app.models import Base
from app.settings import Settings


def run() -> None:
    """Migrate over the connection given by app.db, or, from the alembic command, over one of our own."""
    connection = context.config.attributes.get("connection")
    if connection is not None:
        migrate(connection)
        return
    with create_engine(Settings().database_url).connect() as own:
        migrate(own)
        own.commit()


def migrate(connection: Connection) -> None:
    """Bring the tables to the revision that was asked for."""
    # Batch mode rebuilds a table where SQLite cannot alter it; on PostgreSQL it alters in place.
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


run()
