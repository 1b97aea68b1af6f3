"""Fixtures that every test may use. Whatever takes `backend`, directly or not, runs on SQLite and on PostgreSQL."""

import os
import shutil
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import settings as hypothesis_settings

from app.db import Database
from app.main import create_app
from app.settings import Settings
from tests.factories import ADMIN, Backend, Sqlite, migrated, postgresql_server, seeded, settings_for

# How long an example takes says more about the machine's other work than about the code.
hypothesis_settings.register_profile("luoshi", deadline=None)
hypothesis_settings.load_profile("luoshi")

# A developer's own settings must not change what the tests find.
for variable in [name for name in os.environ if name.startswith("LUOSHI_")]:
    del os.environ[variable]


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    """The kind of database; one PostgreSQL server for each test process."""
    if request.param == "sqlite":
        yield Sqlite(tmp_path_factory.mktemp("stores"))
        return
    with postgresql_server() as server:
        yield server


@pytest.fixture(scope="session")
def migrated_url(backend: Backend) -> str:
    """A migrated store to copy from; nobody may open it."""
    return migrated(backend)


@pytest.fixture(scope="session")
def seeded_url(backend: Backend, migrated_url: str) -> str:
    """A store as `luoshi seed --no-reviews` makes it, to copy from; nobody may open it."""
    return seeded(backend, migrated_url)


@pytest.fixture
def database_url(backend: Backend, migrated_url: str) -> Iterator[str]:
    """A store of the test's own: migrated, empty."""
    url = backend.copy(migrated_url)
    yield url
    backend.drop(url)


@pytest.fixture
def seeded_database_url(backend: Backend, seeded_url: str) -> Iterator[str]:
    """A store of the test's own, as `luoshi seed --no-reviews` makes it."""
    url = backend.copy(seeded_url)
    yield url
    backend.drop(url)


@pytest.fixture
def settings(database_url: str) -> Settings:
    return settings_for(database_url)


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    """The test's own store, opened; the one that `app` and `client` serve."""
    opened = Database(settings)
    yield opened
    opened.close()


@pytest.fixture
def app(settings: Settings) -> Iterator[FastAPI]:
    made = create_app(settings)
    yield made
    made.state.worker.close()
    made.state.database.close()


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """A client of the application over the test's own, empty store, as an administrator."""
    with TestClient(app, headers=ADMIN) as made:
        yield made


@pytest.fixture(scope="session")
def seeded_client(backend: Backend, seeded_url: str) -> Iterator[TestClient]:
    """A client over a seeded store that all tests share: for reading only."""
    url = backend.copy(seeded_url)
    with TestClient(create_app(settings_for(url)), headers=ADMIN) as made:
        yield made


@pytest.fixture
def own_seeded_client(seeded_database_url: str) -> Iterator[TestClient]:
    """A client over a seeded store of the test's own: for writing."""
    with TestClient(create_app(settings_for(seeded_database_url)), headers=ADMIN) as made:
        yield made


@pytest.fixture(scope="session")
def soffice() -> str:
    """LibreOffice, as the programs by which offices make and read files."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found is None:
        pytest.skip("needs LibreOffice (soffice)")
    return found
