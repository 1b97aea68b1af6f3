"""Engines and sessions. The only module that names a database dialect, and the only one that commits."""

from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from threading import Lock
from typing import Annotated, Any, TypeVar

from alembic import command
from alembic.config import Config
from anyio import CapacityLimiter, fail_after
from anyio.lowlevel import RunVar
from fastapi import Depends, Request
from sqlalchemy import Connection, Engine, create_engine, event, func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, IntegrityError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session

from app.audit import journal
from app.audit.key import AuditKey
from app.errors import Unavailable
from app.resources import bundled
from app.settings import Settings

T = TypeVar("T")
# Any number that no other program on the same PostgreSQL database is likely to take.
_MIGRATION_LOCK = 3_762_104_558
# Whoever appends to the audit holds it until the end of the transaction, so numbers have the order of commits.
AUDIT_LOCK = "audit"
# What was computed of earlier times: a matrix, its gaps and the notice, with all links and with the confirmed ones.
_PAST = 8


class Derived:
    """What was computed from the store, by name and revision: at most `size` values, the least used go first."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._values: OrderedDict[str, tuple[int, Any]] = OrderedDict()
        self._lock = Lock()

    def clear(self) -> None:
        """Forget everything: the store was changed behind the back of its revisions."""
        with self._lock:
            self._values.clear()

    def get(self, name: str, revision: int, make: Callable[[], T]) -> T:
        """The value of `name` at `revision`, made now if it is not at hand."""
        with self._lock:
            held = self._values.get(name)
            if held is not None and held[0] == revision:
                self._values.move_to_end(name)
                value: T = held[1]
                return value
        value = make()
        with self._lock:
            self._values[name] = (revision, value)
            self._values.move_to_end(name)
            while len(self._values) > self._size:
                self._values.popitem(last=False)
        return value


class Database:
    """One store. Reads and writes get sessions of different kinds, from one pool of connections.

    SQLite takes one writer at a time; a writer begins IMMEDIATE, since a transaction that starts by reading
    and then writes can lose the update of another one.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.engine = _engine(settings)
        # One snapshot for all of a reader's statements: an answer never mixes the times before and after a write.
        # SQLite's readers have that anyway.
        on_sqlite = self.engine.dialect.name == "sqlite"
        self._read_engine = (
            self.engine if on_sqlite else self.engine.execution_options(isolation_level="REPEATABLE READ")
        )
        self._write_engine = self.engine.execution_options(sqlite_begin="IMMEDIATE")
        self.derived = Derived(settings.max_cached_cascades)
        self.derived_past = Derived(_PAST)
        file = self.engine.url.database if on_sqlite else None
        self.audit_key = AuditKey(settings, Path(f"{file or 'luoshi'}.audit-key"))

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for reading; whatever it wrote is rolled back."""
        with Session(self._read_engine, expire_on_commit=False, info={"database": self}) as session:
            yield session

    @contextmanager
    def write(self, *, unaudited: str | None = None) -> Iterator[Session]:
        """A session that commits at the end of the block, or rolls back all of it if the block raised.

        What was recorded (`services.audit.record`) is appended to the audit in the same transaction. A change of
        tables without a record raises UnauditedWriteError, unless `unaudited` says why it needs none.
        """
        with Session(self._write_engine, expire_on_commit=False, info={"database": self}) as session:
            journal.watch(session)
            yield session
            # Before the lock: what fails, or takes long, must not keep the others from theirs.
            session.flush()
            if journal.has_entries(session):
                lock(session, AUDIT_LOCK)
                journal.append(session, self.audit_key)
            elif unaudited is None:
                journal.refuse_unaudited(session)
            session.commit()

    def migrate(self, revision: str = "head") -> None:
        """Bring the tables to a revision of the migration tree (created empty if there are none)."""
        with self.migrating() as connection:
            command.upgrade(self.alembic_config(connection), revision)
        self.derived.clear()
        self.derived_past.clear()

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """A connection for migrations, committed at the end.

        SQLite cannot alter most of a table, so it is copied and dropped, which its foreign keys would not allow: they
        are off meanwhile, and checked before the commit. Raises IntegrityError if the migration broke one.
        """
        with self._write_engine.connect() as connection:
            on_sqlite = self.engine.dialect.name == "sqlite"
            if on_sqlite:
                # Inside a transaction, which a first statement would begin, the pragma does nothing.
                _pragma(connection, "foreign_keys=OFF")
            try:
                if not on_sqlite:
                    # Two processes that start together migrate one after the other; the second finds nothing to do.
                    connection.execute(select(func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
                yield connection
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first() if on_sqlite else None
                if broken:
                    raise IntegrityError("PRAGMA foreign_key_check", None, ValueError(f"broken references: {broken}"))
                connection.commit()
            finally:
                connection.rollback()
                if on_sqlite:
                    _pragma(connection, "foreign_keys=ON")

    def alembic_config(self, connection: Connection) -> Config:
        """Alembic's configuration, bound to an open connection."""
        config = Config()
        # Config is an ini parser underneath: a percent sign in the path would be read as interpolation.
        config.set_main_option("script_location", str(bundled("migrations")).replace("%", "%%"))
        config.attributes["connection"] = connection
        return config

    def ping(self) -> None:
        """Ask the database for nothing; raises an OperationalError if it is away."""
        with self.engine.connect() as connection:
            connection.execute(text("SELECT 1"))

    def damage(self, tables: Sequence[str]) -> list[str]:
        """What the database itself finds wrong with how tables and their indexes are stored; SQLite can be asked."""
        if self.engine.dialect.name != "sqlite":
            return []
        found = []
        with self._read_engine.connect() as connection:
            for table in tables:
                told = connection.exec_driver_sql(f"PRAGMA integrity_check('{table}')").scalars()
                found += [f"{table}: {line}" for line in told if line != "ok"]
        return found

    def close(self) -> None:
        """Give all pooled connections back."""
        self.engine.dispose()


def _engine(settings: Settings) -> Engine:
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        if url.database in {None, "", ":memory:"}:
            raise ArgumentError("SQLite needs a file here: each connection would have a memory of its own")
        engine = create_engine(
            url,
            pool_size=settings.database_pool_size,
            max_overflow=4 * settings.database_pool_size,
            pool_timeout=settings.database_timeout,
            connect_args={"timeout": settings.database_timeout, "check_same_thread": False},
        )
        event.listen(engine, "connect", _prepare_sqlite)
        _Turns(settings.database_timeout).watch(engine)
        return engine
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    return create_engine(
        url,
        pool_pre_ping=True,
        pool_size=settings.database_pool_size,
        # All that may read and write at once, and some for what is short: signing in, a link run's progress.
        max_overflow=4 * settings.database_pool_size,
        pool_timeout=settings.database_timeout,
        connect_args={"connect_timeout": settings.database_timeout},
    )


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own connection type
    # The driver's implicit BEGIN is always DEFERRED; None leaves beginning to _begin_sqlite.
    connection.isolation_level = None
    # FULL: with NORMAL a power cut takes back what was acknowledged last. It costs a write 0.3 ms on a solid disk.
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")


def _pragma(connection: Connection, setting: str) -> None:
    driver = connection.connection.driver_connection
    if driver is not None:
        driver.execute(f"PRAGMA {setting}")


class _Turns:
    """Lets the writers of this process take turns at SQLite's only place for one.

    Left to themselves they would ask for it again and again, and sleep in between for ever longer: of 64 that write at
    once, most would still be asleep when their time is up. Other processes' writers are still waited for in that way.
    """

    def __init__(self, seconds: float) -> None:
        self._turn = Lock()
        self._seconds = seconds

    def watch(self, engine: Engine) -> None:
        """Begin the transactions of an engine, and end a turn when its connection goes back to the pool."""
        event.listen(engine, "begin", self._begin)
        event.listen(engine, "checkin", self._end)
        event.listen(engine, "invalidate", self._end)

    def _begin(self, connection: Connection) -> None:
        mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
        if mode == "IMMEDIATE" and not connection.info.get("turn"):
            # Who waits in vain goes on, and is told by the database that it is locked.
            connection.info["turn"] = self._turn.acquire(timeout=self._seconds)
        connection.exec_driver_sql(f"BEGIN {mode}")

    def _end(self, _connection: object, record: ConnectionPoolEntry, *_: object) -> None:
        if record.info.pop("turn", False):
            self._turn.release()


def get_database(request: Request) -> Database:
    """The store of the application that answers this request."""
    database: Database = request.app.state.database
    return database


# Requests that wait for the store in threads take them from those that could go on: one that has done its work needs a
# thread to write its answer, and holds what all others wait for until it gets one. So they wait in line before they get
# a thread; twice this many is less than the 40 threads that there are.
_MOST_AT_ONCE = 15
_readers: RunVar[CapacityLimiter] = RunVar("readers")
_writers: RunVar[CapacityLimiter] = RunVar("writers")


@asynccontextmanager
async def _place(line: RunVar[CapacityLimiter], database: Database) -> AsyncIterator[None]:
    """A place among the requests that use the store; raises Unavailable if none gets free in time."""
    settings = database.settings
    try:
        limiter = line.get()
    except LookupError:
        limiter = CapacityLimiter(min(2 * settings.database_pool_size, _MOST_AT_ONCE))
        line.set(limiter)
    holder = object()
    try:
        with fail_after(settings.database_timeout):
            await limiter.acquire_on_behalf_of(holder)
    except TimeoutError as error:
        raise Unavailable from error
    try:
        yield
    finally:
        limiter.release_on_behalf_of(holder)


async def _reader(database: Annotated[Database, Depends(get_database)]) -> AsyncIterator[None]:
    async with _place(_readers, database):
        yield


async def _writer(database: Annotated[Database, Depends(get_database)]) -> AsyncIterator[None]:
    async with _place(_writers, database):
        yield


def _read_session(
    database: Annotated[Database, Depends(get_database)], _: Annotated[None, Depends(_reader, scope="function")]
) -> Iterator[Session]:
    with database.read() as session:
        yield session


def _write_session(
    database: Annotated[Database, Depends(get_database)], _: Annotated[None, Depends(_writer, scope="function")]
) -> Iterator[Session]:
    with database.write() as session:
        yield session


# scope="function": the session ends, and a write commits, before the answer leaves. With the default scope a
# failed commit had already been answered 201.
ReadSession = Annotated[Session, Depends(_read_session, scope="function")]
WriteSession = Annotated[Session, Depends(_write_session, scope="function")]


def lock(session: Session, name: str) -> None:
    """Let only one writer at a time do what `name` stands for, until its transaction ends.

    On SQLite every writer already is the only one. On PostgreSQL two that look before they store would both find
    nothing and both store.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))


def database_of(session: Session) -> Database:
    """The store a session belongs to."""
    database: Database = session.info["database"]
    return database
