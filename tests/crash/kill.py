"""Kill the service at random moments while people work with it, and look at what it left: `make crash`.

After each kill (SIGKILL) it starts by itself on the same store, and everything in `truth` must hold: no half edition, no decision
without its audit entry, no entry without its decision, every acknowledged write there, no link run still running,
every request that was sent with a key answered as before, or done now.
"""

import argparse
import hashlib
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

if __name__ == "__main__":
    # Run as a script, Python looks for modules in this folder, not in the project's.
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import httpx

from app.db import Database
from tests.crash.service import Service
from tests.crash.truth import Truth
from tests.crash.work import Work
from tests.factories import Backend, Sqlite, migrated, postgresql_server, seeded, settings_for

# People work for so many seconds at most before the service is killed; a request takes some hundredths of one.
LONGEST = 1.5
# Every other kill comes at a step of writing; a second has so many of them.
STEPS = {"statement": 120, "commit": 8, "after": 8}
# One kill in so many comes while the service starts.
EARLY = 8


@dataclass
class Figures:
    """What happened."""

    moments: int = 0
    sent: Counter[str] = field(default_factory=Counter)
    answered: int = 0
    unanswered: int = 0
    done_unanswered: int = 0
    runs_broken_off: int = 0
    slowest_start: float = 0.0

    def told(self) -> str:
        """All figures in one line."""
        return (
            f"{self.moments} kills, {sum(self.sent.values())} writes sent, {self.answered} answered, "
            f"{self.unanswered} not ({self.done_unanswered} of them done, whole), "
            f"{self.runs_broken_off} link runs broken off, slowest start {self.slowest_start:.1f} s"
        )


def kill_often(database_url: str, moments: int, seed: int, folder: Path) -> Figures:
    """Kill the service of a seeded store so many times. Raises AssertionError with what it left in disorder."""
    chance = random.Random(seed)  # noqa: S311 - moments
    figures = Figures(moments)
    database = Database(settings_for(database_url))
    try:
        with Service(database_url, folder / "service.log") as service:
            work = Work(service.address, seed)
            for number in range(moments):
                _moment(service, database, work, chance, figures, aimed=bool(number % 2))
            _look(service, database, work, figures)
    except AssertionError as error:
        error.add_note(f"seed {seed}; the service said last:\n{_tail(folder / 'service.log')}")
        raise
    finally:
        database.close()
    return figures


def _tail(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")[-20_000:]


def _moment(
    service: Service, database: Database, work: Work, chance: random.Random, figures: Figures, *, aimed: bool
) -> None:
    if chance.randrange(EARLY) == 0:
        service.start()
        time.sleep(chance.uniform(0, figures.slowest_start or 1.0))
        service.kill()
    at = chance.choice(list(STEPS))
    _look(service, database, work, figures, at, chance.randint(1, STEPS[at]))
    if aimed:
        service.arm()
    with work.going_on():
        if not aimed:
            work.wait()
        time.sleep(chance.uniform(0, LONGEST))
        service.kill()


def _look(
    service: Service, database: Database, work: Work, figures: Figures, at: str = "commit", after: int = 1
) -> None:
    """Start it, and see whether everything is as it was said to be."""
    service.start(at, after)
    figures.slowest_start = max(figures.slowest_start, service.wait())
    files = {hashlib.sha256(data).hexdigest(): counts for data, counts in work.files.items()}
    with database.read() as session:
        truth = Truth(database, session)
        truth.check(files)
        unanswered = truth.acknowledged(work.sent)
    figures.sent.update(one.operation for one in work.sent)
    figures.answered += len(work.sent) - unanswered
    figures.unanswered += unanswered
    figures.done_unanswered += sum(1 for one in work.sent if one.status is None and truth.by_request[one.request_id])
    figures.runs_broken_off = sum(
        "interrupted" in (entry["after"]["error"] or "") for entry in truth.of("link-run.finish")
    )
    with httpx.Client(base_url=service.address, timeout=60) as client:
        truth.again(client, work.sent)
    work.sent = []


def on(backend: Backend, moments: int, seed: int) -> Figures:
    """Kill the service of a new store on a kind of database."""
    url = seeded(backend, migrated(backend))
    with tempfile.TemporaryDirectory(prefix="luoshi-crash-") as folder:
        return kill_often(url, moments, seed, Path(folder))


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what happened on both databases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--moments", type=int, default=100, help="on each database")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    given = parser.parse_args(arguments)
    sys.stdout.write(f"seed {given.seed}\n")
    with tempfile.TemporaryDirectory(prefix="luoshi-crash-") as folder:
        sys.stdout.write(f"SQLite:     {on(Sqlite(Path(folder)), given.moments, given.seed).told()}\n")
    sys.stdout.flush()
    with postgresql_server() as server:
        sys.stdout.write(f"PostgreSQL: {on(server, given.moments, given.seed).told()}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
