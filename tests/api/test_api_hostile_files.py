"""Files that are broken or meant to harm, over the API: a clear answer in bounded time and memory, and no trace."""

import resource
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import func, select
from sqlmodel import SQLModel

from app.db import Database
from app.main import create_app
from app.settings import Settings
from tests.documents.makers import hostile
from tests.factories import ADMIN

SECONDS = 20  # a file's time limit; what reads in two seconds alone takes longer beside other tests
MEMORY = 384 * 1024 * 1024  # and its process's address space
GROWTH = 400 * 1024  # KiB that the service itself may grow by: a few uploads of 20 MB at once, and their texts


@pytest.fixture
def service(settings: Settings) -> Iterator[TestClient]:
    limited = settings.model_copy(
        update={"reading_seconds": SECONDS, "reading_memory_bytes": MEMORY, "reading_processes": 4}
    )
    with TestClient(create_app(limited), headers=ADMIN) as made:
        response = made.post("/api/v1/jurisdictions", json={"adcode": "100000", "name": "中华人民共和国"})
        assert response.status_code == 201
        yield made


def rows(database: Database) -> dict[str, int]:
    """How many rows each table has."""
    with database.read() as session:
        return {
            name: session.connection().execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in SQLModel.metadata.tables.items()
        }


def post(client: TestClient, number: int, data: bytes) -> Response:
    # The name and the type say Word, whatever it is: neither must matter. Every second one asks for English.
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    return client.post(
        "/api/v1/plans",
        files={"file": ("../../etc/计划.docx", data, word)},
        headers={"accept-language": "en" if number % 2 else "zh"},
    )


def check_problem(name: str, number: int, response: Response) -> None:
    """The answer says what is wrong, in the language asked for, and nothing of how the service is made."""
    assert response.status_code in (413, 422), (name, response.status_code)
    assert response.headers["content-type"] == "application/problem+json", name
    problem = response.json()
    assert problem["type"] in (
        "/problems/unreadable-document", "/problems/unidentified-plan", "/problems/body-too-large",
    ), name  # fmt: skip
    assert len(problem["detail"]) > 10, name
    # English sentences may quote signs and headings, but none ends as a Chinese one does.
    assert problem["detail"].rstrip("）)").endswith("." if number % 2 else "。"), (name, problem["detail"])
    assert "Traceback" not in response.text, name
    assert "root:" not in response.text, name  # /etc/passwd


@pytest.mark.parametrize("group", hostile.GROUPS)
def test_hostile_files_are_refused_without_a_trace(
    service: TestClient, database: Database, group: str, backend: object
) -> None:
    files = list(hostile.GROUPS[group]())
    # Each database gets half of them.
    files = files[type(backend).__name__ == "Sqlite" :: 2]
    before = rows(database)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda k: post(service, k, files[k][1]), range(len(files))))
    assert time.monotonic() - started < SECONDS * len(files) / 4 + 60
    for number, ((name, _), response) in enumerate(zip(files, answers, strict=True)):
        check_problem(name, number, response)
    assert rows(database) == before
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - grown < GROWTH
    assert not any(Path(folder, "luoshi-evil").exists() for folder in (".", "..", "/tmp", "/etc"))  # noqa: S108
    assert service.get("/api/v1/plans").json()["items"] == []


def test_a_line_of_100_megabytes(service: TestClient, database: Database) -> None:
    before = rows(database)
    response = post(service, 0, b"x" * 100 * 1024 * 1024)
    assert response.status_code == 413
    check_problem("a line of 100 MB", 0, response)
    assert rows(database) == before


def test_there_are_two_hundred() -> None:
    assert sum(1 for group in hostile.GROUPS.values() for _ in group()) >= 200
