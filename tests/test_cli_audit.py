"""`luoshi audit`, as an operator uses it: another process, another folder."""

import json
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from tests.commands import luoshi


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("audited")
    done = luoshi(folder, "seed", "--no-reviews")
    assert done.returncode == 0, done.stderr
    return folder


def test_seeding_leaves_a_key_and_an_audit_that_verifies(store: Path) -> None:
    key = store / "luoshi.db.audit-key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    done = luoshi(store, "audit", "verify", "--json")
    found = json.loads(done.stdout)
    assert (done.returncode, found["ok"], found["problems"]) == (0, True, [])
    assert found["count"] == found["checked"] >= 10
    lines = luoshi(store, "audit", "export").stdout.splitlines()
    entries = [json.loads(line) for line in lines]
    assert [entry["number"] for entry in entries] == list(range(1, found["count"] + 2)), "the export's own is the last"
    assert entries[-1]["action"] == "audit.export"
    actions = {entry["action"] for entry in entries}
    assert actions >= {"jurisdiction.load", "thesaurus.import", "plan.import", "link-run.start", "link-run.finish"}
    assert {entry["actor"].partition(":")[0] for entry in entries} == {"cli"}


def test_head_and_export_to_files(store: Path) -> None:
    assert luoshi(store, "audit", "head", "--output", "head.json").returncode == 0
    assert luoshi(store, "audit", "verify", "--head", "head.json").returncode == 0
    (store / "bad.json").write_text("{}", encoding="utf-8")
    bad = luoshi(store, "audit", "verify", "--head", "bad.json")
    assert (bad.returncode, bad.stdout, "bad.json" in bad.stderr) == (1, "", True)
    assert luoshi(store, "audit", "export", "--until", "2026-01-01", "--output", "old.jsonl").returncode == 0
    assert (store / "old.jsonl").read_bytes() == b""
    since = luoshi(store, "audit", "export", "--since", "2026-01-01T00:00:00+0800").stdout
    assert len(since.splitlines()) > 10


def test_prune_keeps_the_retention(store: Path) -> None:
    refused = luoshi(store, "audit", "prune", "--before", "2099-01-01")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "200" in refused.stderr
    none = luoshi(store, "audit", "prune", "--before", "2020-01-01")
    assert (none.returncode, json.loads(none.stdout)) == (0, {"first": None, "last": None})


def test_verify_names_what_is_wrong(store: Path) -> None:
    copy = store / "copy.db"
    with closing(sqlite3.connect(store / "luoshi.db")) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    env = {"LUOSHI_DATABASE_URL": "sqlite:///copy.db", "LUOSHI_AUDIT_KEY_FILE": "luoshi.db.audit-key"}
    assert luoshi(store, "audit", "verify", **env).returncode == 0
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("UPDATE audit_entry SET actor = 'cli:somebody' WHERE number = 4")
        connection.execute("DELETE FROM audit_entry WHERE number = 7")
        connection.commit()
    done = luoshi(store, "audit", "verify", **env)
    assert done.returncode == 1
    assert "第 4 条：被改动 / entry 4: altered (actor)" in done.stdout
    assert "第 7 条：缺失 / entry 7: missing" in done.stdout
    assert "Traceback" not in done.stderr
    refused = luoshi(store, "audit", "prune", "--before", "2020-01-01", **env)
    assert (refused.returncode, "4" in refused.stderr) == (1, True)


def test_without_the_key_nothing_is_written(store: Path, tmp_path: Path) -> None:
    env = {"LUOSHI_AUDIT_KEY_FILE": str(tmp_path / "none")}
    for command in (("audit", "verify"), ("audit", "head"), ("serve",)):
        done = luoshi(store, *command, **env)
        assert (done.returncode, done.stdout) == (1, ""), done.stderr
        assert "LUOSHI_AUDIT_KEY" in done.stderr
        assert "Traceback" not in done.stderr


def test_a_store_that_is_none(tmp_path: Path) -> None:
    done = luoshi(tmp_path, "audit", "verify")
    assert done.returncode == 1
    assert "audit_entry" in done.stdout
    (tmp_path / "x.db").write_text("no database at all, only some words in a file" * 100, encoding="utf-8")
    done = luoshi(tmp_path, "audit", "verify", LUOSHI_DATABASE_URL="sqlite:///x.db")
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
