"""Recording: every write has its entry, in one transaction, in the order of commits; the key; pruning."""

import hashlib
import json
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from app.audit import journal
from app.audit.journal import UnauditedWriteError
from app.audit.origin import coming_from
from app.db import Database
from app.errors import (
    AuditHeadForged,
    AuditKeyMissing,
    AuditNotLost,
    AuditNotVerified,
    BadAuditHead,
    BadAuditKey,
    RetentionTooShort,
)
from app.models import AuditEntry, AuditHead, Jurisdiction, Level
from app.schemas.audit import AuditEntryRead, AuditFilter
from app.services import audit, audit_chain, cascades
from app.services.audit import Action, Outcome, Subject
from app.settings import Settings
from tests.audit.stores import fill, read_all, tampering
from tests.factories import settings_for

SUBJECT = Subject("plan", "371300-edu-2020", "371300")


def entries(database: Database) -> list[AuditEntryRead]:
    with database.read() as session:
        return [audit.read(row) for row in session.exec(select(AuditEntry).order_by(col(AuditEntry.number)))]


def write(database: Database, **more: object) -> None:
    with database.write() as session:
        audit.record(session, "cli:liwei", Action.PLAN_IMPORT, SUBJECT, **more)  # type: ignore[arg-type]


def test_an_entry_says_who_when_from_where_and_what(database: Database) -> None:
    with coming_from("10.1.2.3", "abc-1"), database.write() as session:
        audit.record(
            session,
            "cli:李伟",
            Action.PLAN_IMPORT,
            SUBJECT,
            before={"edition": 1, "at": datetime(2026, 1, 1, tzinfo=UTC)},
            after={"edition": 2, "level": Level.CITY},
            outcome=Outcome.DONE,
        )
    write(database)
    first, second = entries(database)
    assert first.model_dump(exclude={"at", "mac"}) == {
        "number": 1,
        "actor": "cli:李伟",
        "action": "plan.import",
        "outcome": "done",
        "subject_type": "plan",
        "subject": "371300-edu-2020",
        "adcode": "371300",
        "client": "10.1.2.3",
        "request_id": "abc-1",
        "before": {"edition": 1, "at": "2026-01-01T00:00:00Z"},
        "after": {"edition": 2, "level": "city"},
        "previous": "",
    }
    assert datetime.now(UTC) - first.at < timedelta(minutes=1)
    assert (second.number, second.previous, second.request_id) == (2, first.mac, None)
    assert second.client, "outside of a request, the machine's name"


def test_the_write_and_its_entry_are_stored_together_or_not_at_all(database: Database) -> None:
    def attempt() -> None:
        with database.write() as session:
            cascades.register_jurisdiction(session, "100000", "中国", "somebody")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        attempt()
    with database.read() as session:
        assert session.exec(select(Jurisdiction)).all() == []
    assert entries(database) == []


def test_a_write_without_an_entry_is_refused(database: Database) -> None:
    def add(session: Session) -> None:
        session.add(Jurisdiction(adcode="100000", name="中国", level=Level.COUNTRY))

    def attempt() -> None:
        with database.write() as session:
            add(session)

    with pytest.raises(UnauditedWriteError, match="jurisdiction"):
        attempt()
    with database.read() as session:
        assert session.exec(select(Jurisdiction)).all() == []
        with pytest.raises(RuntimeError, match=r"Database\.write"):
            audit.record(session, "x", Action.PLAN_IMPORT, SUBJECT)
    with database.write() as session:
        assert session.exec(select(Jurisdiction)).all() == [], "reading needs no entry"
    with database.write(unaudited="a test") as session:
        add(session)
    with database.read() as session:
        assert len(session.exec(select(Jurisdiction)).all()) == 1


def test_many_writers_at_once_make_one_chain_without_a_gap(database: Database) -> None:
    threads, each = 8, 10
    start = threading.Barrier(threads)

    def work(number: int) -> None:
        start.wait()
        for turn in range(each):
            write(database, after={"thread": number, "turn": turn})

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, range(threads)))
    found = entries(database)
    assert [entry.number for entry in found] == list(range(1, threads * each + 1))
    assert all(after.previous == before.mac for before, after in pairwise(found))
    assert all(before.at <= after.at for before, after in pairwise(found))
    assert audit_chain.verify(database).ok


def test_long_values_and_strange_names_are_stored_all_the_same(database: Database) -> None:
    long = {"text": "办好学校。" * 10_000}
    with database.write() as session:
        audit.record(session, "a\x00b\ud800" + "x" * 500, Action.PLAN_IMPORT, Subject("p", "\n"), after=long)
        audit.record(session, "x", Action.PLAN_IMPORT, SUBJECT, after={"name": "a\x00b\udcff"})
    first, second = entries(database)
    assert (first.actor[:4], len(first.actor), first.subject) == ("a\ufffdb\ufffd", 200, "\ufffd")
    assert isinstance(first.after, dict)
    assert (first.after["shortened"], first.after["characters"]) == (True, 50_011)
    assert second.after == {"name": "a\x00b?"}
    assert audit_chain.verify(database).ok


def test_what_changes_nothing_has_a_transaction_of_its_own(database: Database) -> None:
    audit.record_now(database, "nobody", Action.PLAN_IMPORT, SUBJECT, outcome=Outcome.REFUSED)
    with database.read() as session:
        session.exec(select(AuditEntry)).all()
        audit.record_export(session, "somebody", Action.REPORT_EXPORT, SUBJECT, after={"gaps": 3})
        assert len(session.exec(select(AuditEntry)).all()) == 2, "the session reads on, in a new transaction"
    assert [(entry.actor, entry.outcome) for entry in entries(database)] == [
        ("nobody", "refused"),
        ("somebody", "done"),
    ]


@pytest.fixture
def keyless(database: Database, tmp_path: Path) -> Settings:
    """Settings without a key, whose file does not exist yet."""
    return database.settings.model_copy(update={"audit_key": "", "audit_key_file": str(tmp_path / "audit.key")})


def test_the_key_is_made_once_for_its_owner_only(keyless: Settings) -> None:
    file = Path(keyless.audit_key_file)
    stores = [Database(keyless) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, stores))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(file.read_text(encoding="ascii").strip()) == 64
    assert [path.name for path in file.parent.iterdir()] == [file.name], "nothing is left over"
    assert audit_chain.verify(stores[0]).count == 8
    for store in stores:
        store.close()


def test_beside_the_file_of_sqlite_if_nothing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert Database(Settings(database_url="sqlite:///a.db")).audit_key.file == Path("a.db.audit-key")
    assert Database(Settings(database_url="postgresql://x/y")).audit_key.file == Path("luoshi.audit-key")


def test_without_its_key_an_audit_is_not_continued(keyless: Settings, database: Database) -> None:
    file = Path(keyless.audit_key_file)
    first = Database(keyless)
    audit_chain.ready(first)
    write(first)
    first.close()
    kept = file.read_bytes()
    for content, error in ((None, AuditKeyMissing), (b"short", BadAuditKey), (b"x" * 64, AuditHeadForged)):
        file.unlink(missing_ok=True)
        if content is not None:
            file.write_bytes(content)
        later = Database(keyless)
        with pytest.raises(error):
            audit_chain.ready(later)
        with pytest.raises(error):
            write(later)
        assert file.exists() is (content is not None), "never made anew for an audit that has begun"
        later.close()
    file.write_bytes(kept)
    again = Database(keyless)
    write(again)
    assert audit_chain.verify(again).count == 2
    again.close()


def test_beginning_anew_when_the_key_is_lost(keyless: Settings) -> None:
    file = Path(keyless.audit_key_file)
    first = Database(keyless)
    fill(first, 3)
    archive = file.parent / "old.jsonl"
    with pytest.raises(AuditNotLost):
        audit_chain.restart(first, archive, "cli:liwei")
    assert not archive.exists()
    first.close()
    file.unlink()
    second = Database(keyless)
    assert audit_chain.restart(second, archive, "cli:liwei") == 3
    assert len(archive.read_bytes().splitlines()) == 3
    (entry,) = entries(second)
    assert (entry.number, entry.action) == (1, "audit.restart")
    assert entry.after == {"entries": 3, "sha256": hashlib.sha256(archive.read_bytes()).hexdigest()}
    write(second)
    assert audit_chain.verify(second).ok
    second.close()
    file.unlink()
    third = Database(keyless)
    with pytest.raises(FileExistsError):
        audit_chain.restart(third, archive, "cli:liwei")
    assert len(entries(third)) == 2
    third.close()


def test_a_forged_head_is_not_signed_over(database: Database) -> None:
    fill(database, 4)
    with tampering(database) as connection:
        connection.exec_driver_sql("DELETE FROM audit_entry WHERE number = 4")
        connection.exec_driver_sql("UPDATE audit_head SET body = replace(body, '\"count\":4', '\"count\":3')")
    with pytest.raises(AuditHeadForged):
        write(database)
    with tampering(database) as connection:
        connection.exec_driver_sql("UPDATE audit_head SET body = '', mac = ''")
    with pytest.raises(AuditHeadForged):
        write(database)


def test_an_entry_after_a_removed_one_does_not_hide_it(database: Database) -> None:
    fill(database, 4)
    with tampering(database) as connection:
        connection.exec_driver_sql("DELETE FROM audit_entry WHERE number = 4")
    write(database)
    found = audit_chain.verify(database)
    assert [(problem.kind, problem.first, problem.last) for problem in found.problems] == [("missing", 4, 4)]


def test_an_exported_head_shows_a_store_that_was_set_back(database: Database) -> None:
    fill(database, 3)
    with tampering(database) as connection:
        older = {table: read_all(connection, table) for table in ("audit_entry", "audit_head")}
    fill(database, 3)
    with database.read() as session:
        text = audit_chain.head(session, database).model_dump_json()
    exported = audit_chain.exported_head(database, text, "head.json")
    assert audit_chain.verify(database, exported).ok
    with database.write(unaudited="a test") as session:
        session.exec(select(AuditHead)).one().body = older["audit_head"][0]["body"]
        session.exec(select(AuditHead)).one().mac = older["audit_head"][0]["mac"]
        for entry in session.exec(select(AuditEntry).where(col(AuditEntry.number) > 3)):
            session.delete(entry)
    assert audit_chain.verify(database).ok
    found = audit_chain.verify(database, exported)
    assert [(problem.kind, problem.first, problem.last) for problem in found.problems] == [("older", 4, 6)]
    fill(database, 9)
    found = audit_chain.verify(database, exported)
    assert [(problem.kind, problem.first) for problem in found.problems] == [("older", 6)], "gone on since"
    changed = json.loads(text) | {"count": 3}
    for wrong in ("", "[]", "{}", "null", json.dumps(changed), json.dumps({"signature": 5})):
        with pytest.raises(BadAuditHead):
            audit_chain.exported_head(database, wrong, "head.json")


def aged(database: Database, days: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """One entry for each number of days ago."""
    for ago in days:
        monkeypatch.setattr(journal, "now", lambda ago=ago: datetime.now(UTC) - timedelta(days=ago))
        write(database, after={"ago": ago})
    monkeypatch.undo()


def test_pruning_leaves_a_signed_checkpoint(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    aged(database, [400, 300, 250, 100, 1], monkeypatch)
    with database.read() as session:
        older = audit_chain.exported_head(database, audit_chain.head(session, database).model_dump_json(), "")
    before = datetime.now(UTC) - timedelta(days=280)
    done = audit_chain.prune(database, before, "cli:liwei")
    assert (done.first, done.last) == (1, 2)
    found = entries(database)
    assert [entry.number for entry in found] == [3, 4, 5, 6]
    assert (found[-1].action, found[-1].actor) == ("audit.prune", "cli:liwei")
    assert isinstance(found[-1].after, dict)
    assert (found[-1].after["first"], found[-1].after["last"]) == (1, 2)
    checked = audit_chain.verify(database, older)
    assert (checked.ok, checked.pruned, checked.count, checked.checked) == (True, 2, 6, 4)
    assert audit_chain.prune(database, before, "cli:liwei").first is None, "nothing more is that old"
    write(database)
    done = audit_chain.prune(database, datetime.now(UTC) - timedelta(days=201), "cli:liwei")
    assert (done.first, done.last) == (3, 3)
    assert audit_chain.verify(database, older).ok
    with tampering(database) as connection:
        connection.exec_driver_sql("DELETE FROM audit_entry WHERE number = 4")
    assert audit_chain.verify(database).problems[0].first == 4, "what pruning did not remove is missed"


def test_everything_can_be_pruned_but_the_pruning(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    aged(database, [400, 300], monkeypatch)
    assert audit_chain.prune(database, datetime.now(UTC) - timedelta(days=250), "x").last == 2
    assert [entry.number for entry in entries(database)] == [3]
    assert audit_chain.verify(database).ok


def test_nothing_within_the_retention_and_nothing_altered_is_pruned(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert audit_chain.prune(database, datetime.now(UTC) - timedelta(days=250), "x").first is None, "an empty audit"
    aged(database, [400, 300, 1], monkeypatch)
    with pytest.raises(RetentionTooShort, match="200 days"):
        audit_chain.prune(database, datetime.now(UTC) - timedelta(days=199), "x")
    with tampering(database) as connection:
        connection.exec_driver_sql("UPDATE audit_entry SET actor = 'x' WHERE number = 2")
    with pytest.raises(AuditNotVerified, match="2"):
        audit_chain.prune(database, datetime.now(UTC) - timedelta(days=250), "x")
    assert len(read_numbers(database)) == 3


def read_numbers(database: Database) -> list[int]:
    with database.read() as session:
        return list(session.exec(select(AuditEntry.number)))


def test_the_retention_cannot_be_set_below_the_least(database: Database) -> None:
    with pytest.raises(ValueError, match="200"):
        settings_for(database.settings.database_url, audit_retention_days=199)
    with pytest.raises(ValueError, match="pattern") as told:
        settings_for(database.settings.database_url, audit_key="too short, 杭")
    assert "too short" not in str(told.value), "a secret is never told"


def test_the_export_is_what_was_signed(database: Database) -> None:
    fill(database, 12)
    with database.read() as session:
        lines = list(audit_chain.export(session, AuditFilter()))
        some = list(audit_chain.export(session, AuditFilter(adcode="371300")))
    read = [AuditEntryRead.model_validate_json(line) for line in lines]
    assert read == entries(database)
    assert [AuditEntryRead.model_validate_json(line).number for line in some] == [2, 4, 6, 8, 10, 12]
    with database.read() as session:
        until = read[5].at
        part = list(audit_chain.export(session, AuditFilter(since=read[2].at, until=until)))
    assert [json.loads(line)["number"] for line in part] == [3, 4, 5]
    with tampering(database) as connection:
        connection.exec_driver_sql("UPDATE audit_entry SET body = 'nonsense' WHERE number = 3")
    with database.read() as session:
        lines = list(audit_chain.export(session, AuditFilter()))
    assert len(lines) == 12
    assert json.loads(lines[2])["damaged"] == "nonsense"
