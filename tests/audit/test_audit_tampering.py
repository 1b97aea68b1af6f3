"""Whatever is done to the audit's tables behind the service's back, `luoshi audit verify` finds it."""

import random
import sqlite3
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from typer.testing import CliRunner, Result

from app.cli import app
from app.db import Database
from app.services import audit, audit_chain
from tests.audit.stores import ENTRIES, ENTRY, TABLES, change_a_byte, fill, put_all, read_all, tampering
from tests.factories import AUDIT_KEY, Backend, Sqlite, settings_for

FLIPS = 300
Verify = Callable[[], Result]
Rows = list[dict[str, Any]]


@pytest.fixture
def verify(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Verify:
    """`luoshi audit verify`, in this process: 300 others would take minutes."""
    monkeypatch.setenv("LUOSHI_DATABASE_URL", database_url)
    monkeypatch.setenv("LUOSHI_AUDIT_KEY", AUDIT_KEY)
    monkeypatch.setenv("LUOSHI_LOG_LEVEL", "WARNING")
    return lambda: CliRunner().invoke(app, ["audit", "verify"])


@pytest.fixture
def filled(database: Database, verify: Verify) -> Database:
    fill(database)
    done = verify()
    assert (done.exit_code, f"entries 1 to {ENTRIES}" in done.stdout) == (0, True), done.output
    return database


def found(result: Result) -> str:
    """What was told, after checking that it failed as it should: by a sentence, not by a traceback."""
    assert result.exit_code == 1, result.output
    assert isinstance(result.exception, SystemExit)
    assert "未通过校验" in result.stdout
    return result.stdout


def test_any_changed_byte_of_any_cell(filled: Database, verify: Verify) -> None:
    chance = random.Random(20261123)  # noqa: S311 - the same bytes each time
    on_sqlite = filled.engine.dialect.name == "sqlite"
    with tampering(filled) as connection:
        rows = {table: read_all(connection, table) for table in TABLES}
    cells = [
        (table, row[key], name, row[name])
        for table, (key, names) in TABLES.items()
        for row in rows[table]
        for name in names
        if row[name] != ""
    ]
    for _ in range(FLIPS):
        table, number, name, value = chance.choice(cells)
        key = TABLES[table][0]
        changed = change_a_byte(value, chance, valid=not on_sqlite)
        cast = "CAST(:value AS TEXT)" if on_sqlite and isinstance(changed, bytes) else ":value"
        to = changed.decode() if isinstance(changed, bytes) and not on_sqlite else changed
        with tampering(filled) as connection:
            statement = f"UPDATE {table} SET {name} = {cast} WHERE {key} = :number"  # noqa: S608 - our names
            connection.execute(text(statement), {"value": to, "number": number})
        told = found(verify())
        if table == "audit_entry" and name != "number":
            assert f"entry {number}:" in told, (name, value, to)
        with tampering(filled) as connection:
            put_all(connection, table, rows[table])
    assert verify().exit_code == 0


@pytest.mark.parametrize("name", ENTRY[1:])
@pytest.mark.parametrize(
    "change",
    [
        lambda value: f"{value} ",
        lambda value: f" {value}",
        lambda value: value.swapcase() if value.swapcase() != value else f"{value}x",
        lambda value: "" if value else " ",
        lambda value: value.replace("é", "e\u0301") if "é" in value else f"{value}\u200b",
    ],
    ids=["space after", "space before", "case", "emptied", "normal form"],
)
def test_changes_that_look_like_none(filled: Database, verify: Verify, name: str, change: Callable[[str], str]) -> None:
    with tampering(filled) as connection:
        rows = read_all(connection, "audit_entry")
        rows[3][name] = change(rows[3][name])
        put_all(connection, "audit_entry", rows)
    assert "entry 4: altered" in found(verify())


def test_json_that_means_the_same(filled: Database, verify: Verify) -> None:
    with tampering(filled) as connection:
        rows = read_all(connection, "audit_entry")
        rows[3]["body"] = rows[3]["body"].replace('","', '", "', 1)
        put_all(connection, "audit_entry", rows)
    assert "entry 4: altered" in found(verify())


def removed(first: int, last: int) -> Callable[[Rows], Rows]:
    return lambda rows: [row for row in rows if not first <= row["number"] <= last]


def renumbered(pairs: dict[int, int]) -> Callable[[Rows], Rows]:
    return lambda rows: [row | {"number": pairs.get(row["number"], row["number"])} for row in rows]


def closed_up(rows: Rows) -> Rows:
    return [row | {"number": row["number"] - (row["number"] > 6)} for row in rows if row["number"] != 6]


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (removed(6, 6), "entry 6: missing"),
        (removed(6, 9), "entries 6 to 9: missing"),
        (removed(1, 1), "entry 1: missing"),
        (removed(ENTRIES, ENTRIES), f"entry {ENTRIES}: removed at the end"),
        (removed(20, ENTRIES), f"entries 20 to {ENTRIES}: removed at the end"),
        (removed(1, ENTRIES), f"entries 1 to {ENTRIES}: removed at the end"),
        (renumbered({6: 7, 7: 6}), "entry 6: not in its place (this is entry 7)"),
        (renumbered({2: ENTRIES, ENTRIES: 2}), f"entry 2: not in its place (this is entry {ENTRIES})"),
        (closed_up, "entry 6: not in its place (this is entry 7)"),
        (lambda rows: [*rows, rows[-1] | {"number": ENTRIES + 1}], f"entry {ENTRIES + 1}: inserted"),
        (lambda rows: [rows[0] | {"number": 0}, *rows], "entry 0: inserted"),
        (lambda rows: [rows[0] | {"number": -5}, *rows], "entry -5: inserted"),
    ],
)
def test_rows_removed_swapped_and_inserted(
    filled: Database, verify: Verify, damage: Callable[[Rows], Rows], told: str
) -> None:
    with tampering(filled) as connection:
        put_all(connection, "audit_entry", damage(read_all(connection, "audit_entry")))
    assert told in found(verify())


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM audit_head",
        "UPDATE audit_head SET body = '', mac = ''",
        "UPDATE audit_head SET id = 2",
        "INSERT INTO audit_head (id, body, mac) VALUES (2, '', '')",
        "DROP TABLE audit_head",
        "DROP TABLE audit_entry",
    ],
)
def test_the_head_and_the_tables(filled: Database, verify: Verify, statement: str) -> None:
    with tampering(filled) as connection:
        connection.execute(text(statement))
    found(verify())


def test_an_older_head_put_back_with_its_entries_removed(database: Database, verify: Verify) -> None:
    """The store set back as a whole verifies; an exported head shows it, as the next test of this kind says."""
    fill(database, 5)
    with tampering(database) as connection:
        older = {table: read_all(connection, table) for table in TABLES}
    fill(database, 5)
    with tampering(database) as connection:
        put_all(connection, "audit_head", older["audit_head"])
    assert "entry 6: inserted" in found(verify())
    with tampering(database) as connection:
        put_all(connection, "audit_entry", older["audit_entry"])
    done = verify()
    assert done.exit_code == 0
    assert "--head" in done.stdout, "it says what it cannot show"


def test_entries_of_another_history_do_not_fit(database: Database, verify: Verify) -> None:
    """Two authentic histories, from a backup that was continued: a row of the one is no row of the other."""
    fill(database, 5)
    with tampering(database) as connection:
        fork = {table: read_all(connection, table) for table in TABLES}
    fill(database, 5)
    with tampering(database) as connection:
        first = read_all(connection, "audit_entry")
        for table in TABLES:
            put_all(connection, table, fork[table])
    fill(database, 5)
    with tampering(database) as connection:
        second = read_all(connection, "audit_entry")
        put_all(connection, "audit_entry", [*second[:6], first[6], *second[7:]])
    assert "entry 7: not in its place (does not follow" in found(verify())
    with tampering(database) as connection:
        put_all(connection, "audit_entry", [*second[:9], first[9]])
    assert "entry 10: not in its place" in found(verify())


def pages(data: bytes, page: int, size: int) -> Iterator[int]:
    """All pages of a table or index whose root is `page` (SQLite file format, 1.6: b-tree pages)."""
    yield page
    start = (page - 1) * size
    if data[start] not in {2, 5}:
        return
    cells = int.from_bytes(data[start + 3 : start + 5])
    for cell in range(cells):
        place = int.from_bytes(data[start + 12 + 2 * cell :][:2])
        yield from pages(data, int.from_bytes(data[start + place :][:4]), size)
    yield from pages(data, int.from_bytes(data[start + 8 :][:4]), size)


def readable(file: Path) -> list[Any]:
    """Every value of both tables with its type."""
    with closing(sqlite3.connect(file)) as connection:
        return [
            [(type(value), value) for value in row]
            for table in TABLES
            for row in connection.execute(f"SELECT * FROM {table} ORDER BY 1")  # noqa: S608 - our names
        ]


@pytest.fixture
def file(filled: Database, backend: Backend) -> Path:
    if not isinstance(backend, Sqlite):
        pytest.skip("a file of SQLite's")
    filled.close()
    file = Path(str(make_url(filled.settings.database_url).database))
    with closing(sqlite3.connect(file)) as connection:
        # Pages that were split keep copies of what was moved, which nobody reads any more.
        connection.execute("VACUUM")
    return file


def damaged(file: Path, data: bytes, verify: Verify) -> Result:
    for suffix in ("-wal", "-shm"):
        Path(f"{file}{suffix}").unlink(missing_ok=True)
    file.write_bytes(data)
    return verify()


def test_bytes_changed_in_the_file(file: Path, verify: Verify) -> None:
    """Found, or without any effect: free space inside a page holds nothing, and SQLite never reads it."""
    chance = random.Random(20261123)  # noqa: S311 - the same bytes each time
    data, before = file.read_bytes(), readable(file)
    size = int.from_bytes(data[16:18])
    with closing(sqlite3.connect(file)) as connection:
        roots = connection.execute("SELECT rootpage FROM sqlite_schema WHERE tbl_name LIKE 'audit_%'").fetchall()
    places = [
        place
        for (root,) in roots
        for page in pages(data, root, size)
        for place in range((page - 1) * size, page * size)
        if data[place]
    ]
    unseen = 0
    for _ in range(FLIPS // 2):
        place = chance.choice(places)
        changed = data[:place] + bytes([data[place] ^ (1 << chance.randrange(8))]) + data[place + 1 :]
        done = damaged(file, changed, verify)
        if done.exit_code == 0:
            unseen += 1
            assert readable(file) == before, place
        else:
            found(done)
    assert unseen < FLIPS / 20
    assert damaged(file, data, verify).exit_code == 0


def test_bytes_changed_inside_of_entries_in_the_file(file: Path, verify: Verify) -> None:
    chance = random.Random(7)  # noqa: S311 - the same bytes each time
    data = file.read_bytes()
    with closing(sqlite3.connect(file)) as connection:
        rows = connection.execute("SELECT body, mac FROM audit_entry").fetchall()
    # A record ends with the text and its code; the one long text lies on pages of its own.
    records = [f"{body}{mac}".encode() for body, mac in rows if len(body) < 1000]
    assert len(records) == ENTRIES - 1
    for _ in range(50):
        record = chance.choice(records)
        place = data.index(record) + chance.randrange(len(record))
        changed = data[:place] + bytes([data[place] ^ (1 << chance.randrange(8))]) + data[place + 1 :]
        found(damaged(file, changed, verify))


@pytest.mark.parametrize("start", [0, 16, 100, None], ids=["signature", "header", "schema", "table"])
def test_a_file_that_sqlite_cannot_read(file: Path, verify: Verify, start: int | None) -> None:
    data = file.read_bytes()
    if start is None:
        with closing(sqlite3.connect(file)) as connection:
            query = "SELECT rootpage FROM sqlite_schema WHERE name = 'audit_entry'"
            start = (connection.execute(query).fetchone()[0] - 1) * int.from_bytes(data[16:18])
    found(damaged(file, data[:start] + b"\xff" * 64 + data[start + 64 :], verify))


def test_another_key(filled: Database, verify: Verify, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LUOSHI_AUDIT_KEY", "another key that is long enough to be one")
    assert "signed with another key" in found(verify())


def test_a_long_audit_takes_no_more_memory(backend: Backend, migrated_url: str) -> None:
    """Verifying holds some chunks of entries, however many there are."""
    url = backend.copy(migrated_url)
    database = Database(settings_for(url))
    peaks = []
    try:
        for more in (1_500, 4_500):
            with database.write() as session:
                for number in range(more):
                    audit.record(session, "x", audit.Action.PLAN_IMPORT, audit.Subject("plan", str(number)))
            tracemalloc.start()
            assert audit_chain.verify(database).ok
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    finally:
        tracemalloc.stop()
        database.close()
        backend.drop(url)
    assert peaks[1] < 1.5 * peaks[0], peaks
