"""The benchmark itself is slow; here only that both applications answer, and that one of them is guarded."""

import asyncio
import json

import pytest

from app.db import Database
from app.services import audit_chain
from tests.benchmarks import guards
from tests.factories import settings_for


@pytest.mark.parametrize("name", guards.CASES)
def test_both_applications_give_the_same_answer(seeded_database_url: str, name: str) -> None:
    address = guards.CASES[name]
    with guards.both(seeded_database_url) as apps:
        with_guards = asyncio.run(guards.ask(apps.guarded, address, apps.key))
        nobody = asyncio.run(guards.ask(apps.guarded, address, None))
        with guards.unaudited():
            without = asyncio.run(guards.ask(apps.bare, address, None))
    assert (with_guards[0], nobody[0]) == (200, 401)
    assert without == with_guards
    assert json.loads(nobody[1])["type"] == "/problems/unauthenticated"


def test_one_is_audited_and_the_other_is_not(seeded_database_url: str) -> None:
    database = Database(settings_for(seeded_database_url))
    with guards.both(seeded_database_url) as apps:
        before = audit_chain.verify(database).count or 0
        on, off = asyncio.run(guards.measure(apps, guards.CASES[guards.FILE], 2))
        counted = (audit_chain.verify(database).count or 0) - before
    database.close()
    assert min(on, off) > 0
    assert counted == 12, "each of the guarded application's files, and none of the other's"
