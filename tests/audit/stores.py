"""A store whose audit has something in it, and ways to damage it behind the service's back."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, text

from app.db import Database
from app.services import audit
from app.services.audit import Action, Outcome, Subject

ENTRIES = 24
ENTRY = ("number", "at", "actor", "action", "subject", "adcode", "body", "mac")
TABLES = {"audit_entry": ("number", ENTRY), "audit_head": ("id", ("id", "body", "mac"))}


def fill(database: Database, entries: int = ENTRIES) -> None:
    """Entries of all shapes: long and short, Chinese, with nulls, with what others might mistake for it."""
    for number in range(entries):
        adcode = "371300" if number % 2 else None
        with database.write() as session:
            audit.record(
                session,
                f"cli:李 {number}" if number % 3 else "é",
                list(Action)[number % len(Action)],
                Subject("plan", f"371300-edu-{2000 + number}", adcode),
                before=None if number % 4 else {"name": "临沂", "score": 0.5, "empty": ""},
                after={"text": "办好学校。" * 300} if number == 5 else {"spaces": "a  b ", "n": number},
                outcome=Outcome.DONE if number % 5 else Outcome.REFUSED,
            )


@contextmanager
def tampering(database: Database) -> Iterator[Connection]:
    """A connection past the service, as an administrator of the database has one."""
    with database.engine.connect() as connection:
        yield connection
        connection.commit()


def read_all(connection: Connection, table: str) -> list[dict[str, Any]]:
    key, names = TABLES[table]
    rows = connection.execute(text(f"SELECT {', '.join(names)} FROM {table} ORDER BY {key}"))  # noqa: S608 - our names
    return [dict(row._mapping) for row in rows]


def put_all(connection: Connection, table: str, rows: list[dict[str, Any]]) -> None:
    """Make the table hold exactly these rows."""
    _, names = TABLES[table]
    connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - our names
    places = ", ".join(f":{name}" for name in names)
    if rows:
        connection.execute(text(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places})"), rows)  # noqa: S608


def change_a_byte(value: str | int, chance: random.Random, *, valid: bool) -> bytes | int:
    """A cell with one byte changed; with `valid` it is still text that a UTF-8 database takes."""
    if isinstance(value, int):
        # A number that no other row has: the database itself refuses the others.
        return value ^ (1 << chance.randrange(5, 31))
    data = value.encode()
    while True:
        place, byte = chance.randrange(len(data)), chance.randrange(256)
        changed = data[:place] + bytes([byte]) + data[place + 1 :]
        if changed != data and (not valid or _storable(changed)):
            return changed


def _storable(data: bytes) -> bool:
    try:
        return "\0" not in data.decode()
    except UnicodeDecodeError:
        return False
