"""What knowing who asks costs: `python tests/benchmarks/guards.py`.

The confirmed answers (implementers of an item, one city against the province, the gaps; `basis=confirmed`) from the
shipped plans with their reviews, with authentication, audit and scoping on, against the same answers from an
application that is put together here without them: the same routers and services over the same store, but nobody is
asked for a key, everything is shown, and nothing is recorded. Both are called in this process, without a network that
would hide the difference, and take turns in one run. A file (gaps as CSV) leaves an audit entry, so that is in it too.
"""

import argparse
import asyncio
import gc
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

if __name__ == "__main__":
    # Run as a script, Python looks for modules in this folder, not in the project's.
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.auth import READER
from app.db import Database
from app.errors import install_handlers
from app.main import create_app
from app.middleware import BodyLimit, HeadFromGet, HostGuard, PlainAddress, RequestContext
from app.permissions import Role
from app.routers import ROUTERS
from app.schemas.access import AccessKeyCreate
from app.services import access_keys, audit, seeds
from app.services.scope import EVERYTHING
from app.settings import Settings
from tests.factories import PROVINCE, Backend, Sqlite, migrated, postgresql_server, settings_for

MOST = 1.5  # times the answers without guards (issue: "the cost")
FILE = "gaps, a file"
CASES = {
    "implementers": f"/api/v1/plans/{PROVINCE}/items/8/implementers?basis=confirmed",
    "pair": f"/api/v1/plans/{PROVINCE}/coverage/371300-edu-2020?basis=confirmed",
    "gaps": f"/api/v1/plans/{PROVINCE}/gaps?basis=confirmed",
    FILE: f"/api/v1/plans/{PROVINCE}/gaps?basis=confirmed&format=csv",
}


class Everybody:
    """In the place of Authentication and authorize: whoever asks may see everything."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope["state"] = {**scope.get("state", {}), "principal": READER, "within": EVERYTHING}
        await self.app(scope, receive, send)


def bare_app(settings: Settings, database: Database) -> FastAPI:
    """The application without its guards, put together as app.main does."""
    app = FastAPI()
    app.state.settings, app.state.database = settings, database
    app.add_middleware(BodyLimit, most=settings.max_body_bytes)
    app.add_middleware(HeadFromGet)
    app.add_middleware(PlainAddress)
    app.add_middleware(Everybody)
    app.add_middleware(HostGuard, hosts=frozenset())
    app.add_middleware(RequestContext, root_path="")
    install_handlers(app)
    for router in ROUTERS:
        app.include_router(router)
    return app


@contextmanager
def unaudited() -> Iterator[None]:
    """Nothing is recorded."""
    with patch.object(audit, "record_now", lambda *_, **__: None):
        yield


@dataclass
class Both:
    """The two applications over one store, and the key of somebody who is bound to a province."""

    guarded: FastAPI
    bare: FastAPI
    key: str


@contextmanager
def both(database_url: str) -> Iterator[Both]:
    """The two applications over a seeded store."""
    settings = settings_for(database_url)
    guarded = create_app(settings)
    database: Database = guarded.state.database
    with database.write() as session:
        made = access_keys.create(session, AccessKeyCreate(role=Role.REVIEWER, adcode="370000"), "benchmark")
    try:
        yield Both(guarded, bare_app(settings, database), made.key)
    finally:
        guarded.state.worker.close()
        database.close()


async def ask(app: FastAPI, address: str, key: str | None) -> tuple[int, bytes]:
    """One request, as a server hands it over."""
    path, _, query = address.partition("?")
    headers = [(b"host", b"localhost")] + ([(b"authorization", f"Bearer {key}".encode())] if key else [])
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("localhost", 80),
    }
    status, body = 0, b""

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status, body
        status = message.get("status", status)
        body += message.get("body", b"")

    await app(scope, receive, send)
    return status, body


async def timed(app: FastAPI, address: str, key: str | None) -> float:
    """Seconds of one request that is answered 200; raises RuntimeError for any other answer."""
    start = time.perf_counter()
    status, _ = await ask(app, address, key)
    taken = time.perf_counter() - start
    if status != 200:
        raise RuntimeError(f"{address}: {status}")
    return taken


async def measure(apps: Both, address: str, repeats: int) -> tuple[float, float]:
    """Median seconds with and without guards, warm, in turns."""
    taken: dict[bool, list[float]] = {True: [], False: []}
    for number in range(repeats + 10):
        for guarded in (True, False) if number % 2 else (False, True):
            if guarded:
                seconds = await timed(apps.guarded, address, apps.key)
            else:
                with unaudited():
                    seconds = await timed(apps.bare, address, None)
            if number >= 10:
                taken[guarded].append(seconds)
    return statistics.median(taken[True]), statistics.median(taken[False])


def ratios(database_url: str, repeats: int) -> dict[str, tuple[float, float]]:
    """Median seconds with and without guards for each answer."""
    with both(database_url) as apps:
        gc.collect()
        gc.freeze()
        try:
            return {name: asyncio.run(measure(apps, address, repeats)) for name, address in CASES.items()}
        finally:
            gc.unfreeze()


def reviewed(backend: Backend) -> str:
    """A new store with the shipped plans and what people decided about them."""
    url = migrated(backend)
    database = Database(settings_for(url))
    try:
        seeds.load(database)
    finally:
        database.close()
    return url


def _table(name: str, figures: dict[str, tuple[float, float]]) -> str:
    lines = [f"{name:16}{'with, ms':>10}{'without':>10}{'ratio':>8}"]
    lines += [f"{case:16}{1000 * on:10.2f}{1000 * off:10.2f}{on / off:8.2f}" for case, (on, off) in figures.items()]
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print all figures; the exit status is 1 where an answer takes more than 1.5 times as long with guards."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=200)
    repeats = parser.parse_args(arguments).repeats
    found = {}
    with tempfile.TemporaryDirectory(prefix="luoshi-bench-") as folder:
        found["SQLite"] = ratios(reviewed(Sqlite(Path(folder))), repeats)
    with postgresql_server() as server:
        found["PostgreSQL"] = ratios(reviewed(server), repeats)
    for name, figures in found.items():
        sys.stdout.write(_table(name, figures))
    worst = max(on / off for figures in found.values() for name, (on, off) in figures.items() if name != FILE)
    return int(worst > MOST)


if __name__ == "__main__":
    sys.exit(main())
