"""What is written about Luoshi is true: commands, settings, locks, changelog."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import typer.main

from app.audit import Action
from app.cli import app as cli
from app.permissions import Role
from app.settings import Settings
from tests.contract import permissions

ROOT = Path(__file__).parent.parent
READMES = ["README.md", "README.zh-CN.md"]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def first_cells(text: str, pattern: str) -> list[str]:
    """The first cells of table rows that match."""
    return re.findall(rf"^\| `({pattern})` \|", text, re.MULTILINE)


@pytest.mark.parametrize("name", [*READMES, "CONTRIBUTING.md", ".ci/run"])
def test_every_make_command_exists(name: str) -> None:
    targets = set(re.findall(r"^([a-z]+):.*## ", read("Makefile"), re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", read(name), re.MULTILINE))
    assert named
    assert named <= targets


def test_make_lists_its_targets() -> None:
    listed = subprocess.run(["make", "-C", str(ROOT)], capture_output=True, text=True, check=True).stdout
    for target in re.findall(r"^([a-z]+):.*## ", read("Makefile"), re.MULTILINE):
        assert f"make {target} " in listed


@pytest.mark.parametrize("name", READMES)
def test_the_commands_are_those_of_the_program(name: str) -> None:
    program = typer.main.get_command(cli)
    assert set(first_cells(read(name), "luoshi [a-z]+")) == {f"luoshi {command}" for command in program.commands}  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", READMES)
def test_the_settings_are_those_of_the_program(name: str) -> None:
    rows = dict(re.findall(r"^\| `(LUOSHI_[A-Z_]+)` \| (.*?) \|", read(name), re.MULTILINE))
    expected = {
        f"LUOSHI_{field.upper()}": f"`{info.default}`" if info.default != "" else "–"
        for field, info in Settings.model_fields.items()
    }
    assert rows == expected


@pytest.mark.parametrize("name", [*READMES, "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_between_papers_lead_somewhere(name: str) -> None:
    for target in re.findall(r"\]\((?!https?://)([^)#]+)\)", read(name)):
        assert (ROOT / target).exists(), target


def test_every_action_of_the_audit_is_explained() -> None:
    rows = re.findall(r"^\| (`[a-z-]+\.[a-z-]+`[^|]*) \|", read("docs/audit.md"), re.MULTILINE)
    assert sorted(re.findall("`(.*?)`", " ".join(rows))) == sorted(Action)


def test_the_table_of_permissions_is_the_one_that_holds() -> None:
    paper = read("docs/access.md")
    assert permissions.written(paper) == paper, "run: python tests/contract/permissions.py"
    for role in Role:
        assert f"| `{role}` " in paper


def test_both_readmes_show_the_same_calls() -> None:
    calls = [re.findall(r"^curl .*$", read(name), re.MULTILINE) for name in READMES]
    assert calls[0] == calls[1]
    assert len(calls[0]) >= 3


@pytest.mark.parametrize("name", ["run.txt", "dev.txt"])
def test_locks_have_hashes_and_no_addresses(name: str) -> None:
    text = read(f"requirements/{name}")
    assert not re.search(r"://|--(extra-)?index|--find-links|@ |^/|file:|-e ", text, re.MULTILINE)
    pins = re.findall(r"^([a-z0-9-]+)==\S+(?: ; .*?)? \\$", text, re.MULTILINE)
    assert len(pins) == len(re.findall(r"^[a-z]", text, re.MULTILINE))
    for block in re.split(r"^(?=[a-z])", text, flags=re.MULTILINE)[1:]:
        assert "--hash=sha256:" in block


def test_the_locks_agree_and_hold_every_dependency() -> None:
    locks = {
        name: dict(re.findall(r"^([a-z0-9-]+)==(\S+)", read(f"requirements/{name}.txt"), re.MULTILINE))
        for name in ("run", "dev")
    }
    assert locks["run"].items() <= locks["dev"].items()
    project = tomllib.loads(read("pyproject.toml"))
    for lock, wanted in (("run", project["project"]["dependencies"]), ("dev", project["dependency-groups"]["dev"])):
        assert {re.split(r"[\[>]", entry)[0] for entry in wanted} <= set(locks[lock])


def test_every_dependency_has_its_reason() -> None:
    block = read("pyproject.toml").split("dependencies = [", 1)[1].split("]\n", 1)[0]
    lines = [line for line in block.splitlines() if line.strip()]
    assert lines
    assert all("#" in line for line in lines)


def test_the_version_is_in_the_changelog() -> None:
    version = tomllib.loads(read("pyproject.toml"))["project"]["version"]
    assert version in read("CHANGELOG.md")


def test_published_documents_keep_their_bytes() -> None:
    assert "seeds/documents/* -text" in read(".gitattributes").splitlines()


def test_the_image_runs_as_an_ordinary_user_and_reports_its_health() -> None:
    final = read("Dockerfile").split("\nFROM ")[-1]
    assert re.search(r"^USER (?!root|0)", final, re.MULTILINE)
    assert "HEALTHCHECK" in final
    assert "ARG BASE_IMAGE=" in read("Dockerfile").splitlines()[1]
