"""`luoshi keys`, and `luoshi serve` in a trial and without: real processes, as an operator starts them."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.commands import luoshi


def test_a_key_is_printed_alone(tmp_path: Path) -> None:
    done = luoshi(tmp_path, "keys", "create", "--role", "city_editor", "--adcode", "371300", "--note", "教育局")
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(r"[0-9a-f]{12}_[0-9a-f]{64}\n", done.stdout)
    key = done.stdout.strip()
    [listed] = json.loads(luoshi(tmp_path, "keys", "list").stdout)
    assert (listed["prefix"], listed["role"], listed["adcode"]) == (key[:12], "city_editor", "371300")
    assert listed["created_by"].startswith("cli:")
    assert key[13:] not in json.dumps(listed)
    replaced = luoshi(tmp_path, "keys", "rotate", key[:12]).stdout.strip()
    assert replaced[:12] != key[:12]
    assert luoshi(tmp_path, "keys", "revoke", replaced[:12]).returncode == 0
    rows = {row["prefix"]: row for row in json.loads(luoshi(tmp_path, "keys", "list").stdout)}
    assert rows[key[:12]]["successor"] == replaced[:12]
    assert rows[replaced[:12]]["revoked_at"]
    log = luoshi(tmp_path, "audit", "export").stdout
    assert log.count("key.") >= 4
    assert key[13:] not in log


@pytest.mark.parametrize(
    ("args", "status", "told"),
    [
        (("create",), 2, "--role"),
        (("create", "--role", "king"), 2, "king"),
        (("create", "--role", "city_editor"), 1, "adcode"),
        (("create", "--role", "viewer", "--adcode", "371399"), 1, "371399"),
        (("create", "--role", "viewer", "--adcode", "x"), 1, "adcode"),
        (("rotate", "none"), 1, "none"),
        (("revoke", "none"), 1, "none"),
    ],
)
def test_what_cannot_be_done(tmp_path: Path, args: tuple[str, ...], status: int, told: str) -> None:
    done = luoshi(tmp_path, "keys", *args)
    assert (done.returncode, done.stdout) == (status, "")
    assert told in done.stderr
    assert "Traceback" not in done.stderr


@contextmanager
def serving(folder: Path, *args: str) -> Iterator[tuple[str, Path]]:
    """A real service on a free port: its address, and the file with what it says."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    said = folder / "stderr"
    with said.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "serve", "--port", str(port), *args],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
            stderr=output,
        )
        try:
            address = f"http://127.0.0.1:{port}"
            deadline = time.monotonic() + 60
            while True:
                assert process.poll() is None, said.read_text()
                assert time.monotonic() < deadline
                try:
                    httpx.get(f"{address}/healthz")
                    break
                except httpx.TransportError:
                    time.sleep(0.1)
            yield address, said
        finally:
            process.terminate()
            process.wait(30)


def test_a_trial(tmp_path: Path) -> None:
    with serving(tmp_path, "--trial") as (address, said):
        assert httpx.get(f"{address}/api/v1/plans").status_code == 200
        assert httpx.delete(f"{address}/api/v1/thesauri/edu/groups/x").status_code == 401
        [printed] = re.findall(r"http://\S+/sign-in\?key=\S+", said.read_text())
        assert printed.startswith(address)
        with httpx.Client(base_url=address, follow_redirects=True) as browser:
            assert browser.get("/").url.path == "/sign-in"
            assert browser.get(printed).url.path == "/"
            own = {"Origin": address}
            place = {"adcode": "371302", "name": "兰山区"}
            assert browser.post("/api/v1/jurisdictions", json=place, headers=own).status_code == 201
            assert browser.post("/api/v1/jurisdictions", json=place).status_code == 403
        assert httpx.get(printed).status_code == 401, "once"
        log = said.read_text()
        assert log.count("sign-in?key=") == 1, "the access line does not repeat it"


def test_outside_of_a_trial_it_listens_anywhere_and_asks_for_keys(tmp_path: Path) -> None:
    key = luoshi(tmp_path, "keys", "create", "--role", "viewer").stdout.strip()
    with serving(tmp_path, "--host", "0.0.0.0") as (address, said):
        assert httpx.get(f"{address}/api/v1/plans").status_code == 401
        good = {"Authorization": f"Bearer {key}", "Host": "luoshi.example"}
        assert httpx.get(f"{address}/api/v1/plans", headers=good).status_code == 200
        assert key[13:] not in said.read_text()


def test_a_trial_stays_on_this_machine(tmp_path: Path) -> None:
    done = luoshi(tmp_path, "serve", "--trial", "--host", "0.0.0.0")
    assert done.returncode == 2
    assert "--trial" in done.stderr
