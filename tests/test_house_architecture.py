"""The rules that keep the house in order, checked on the code itself."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
APP = ROOT / "app"
MODULES = sorted(APP.rglob("*.py"))
# Longer ones are two things.
MOST_LINES = 400
MOST_FUNCTION_LINES = 60


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_layers_import_only_downwards() -> None:
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("module", MODULES, ids=named)
def test_modules_and_functions_are_short(module: Path) -> None:
    source = module.read_text(encoding="utf-8")
    assert len(source.splitlines()) <= MOST_LINES, f"{named(module)} is two things: split it"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            assert length <= MOST_FUNCTION_LINES, f"{named(module)}: {node.name} has {length} lines"


@pytest.mark.parametrize("module", [m for m in MODULES if {"routers", "console"} & set(m.parts)], ids=named)
def test_routers_and_pages_ask_services_not_tables(module: Path) -> None:
    called = {name for name in _called(module) if name in {"select", "exec", "execute", "commit", "add", "flush"}}
    assert not called, f"{named(module)} calls {called}; that belongs in a service"


@pytest.mark.parametrize("module", [m for m in MODULES if m != APP / "db.py"], ids=named)
def test_only_the_database_module_commits(module: Path) -> None:
    assert "commit" not in set(_called(module))
    names = {n.value for n in ast.walk(ast.parse(module.read_text(encoding="utf-8"))) if isinstance(n, ast.Constant)}
    assert not names & {"sqlite", "postgresql"}, f"{named(module)} names a dialect"


@pytest.mark.parametrize("module", [m for m in MODULES if m.parent != APP / "errors"], ids=named)
def test_only_the_errors_module_builds_error_bodies(module: Path) -> None:
    assert not {"Problem", "HTTPException"} & set(_called(module))


@pytest.mark.parametrize("module", [m for m in MODULES if m != APP / "settings.py"], ids=named)
def test_only_the_settings_read_the_environment(module: Path) -> None:
    assert not {"environ", "getenv"} & {
        node.attr for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))) if isinstance(node, ast.Attribute)
    }


# Transactions that change tables and need no audit entry; each says why where it begins.
UNAUDITED = [
    "app/authentication.py",
    *["app/services/calibrations.py"] * 2,
    "app/services/opinion_asking.py",
    *["app/services/runs.py"] * 2,
]


def test_every_write_is_audited_but_for_these() -> None:
    found = [
        named(module)
        for module in MODULES
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg == "unaudited"
    ]
    assert found == UNAUDITED


def _called(module: Path) -> Iterator[str]:
    """Functions called by their plain names, and methods of anything named `session`."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        match node:
            case (
                ast.Call(func=ast.Name(id=name)) | ast.Call(func=ast.Attribute(value=ast.Name(id="session"), attr=name))
            ):
                yield name
