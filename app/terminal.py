"""What all commands of the terminal share: the store, progress on stderr, answers on stdout or in a file."""

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from app import logs
from app.db import Database
from app.errors import DomainError
from app.services import runs
from app.settings import Settings

err = Console(stderr=True)

Output = Annotated[Path | None, typer.Option("--output", help="写入文件 / Write the answer to a file.")]


def show_error(error: DomainError) -> None:
    """An error's sentences, and what is wrong with each part."""
    err.print(error.detail(english=False), style="red", markup=False, soft_wrap=True)
    err.print(error.detail(english=True), style="dim", markup=False, soft_wrap=True)
    for pointer, zh, en in error.errors:
        err.print(f"{pointer} {zh} / {en}", style="red", markup=False, soft_wrap=True)


@contextmanager
def opened(settings: Settings, *, migrate: bool = True) -> Iterator[Database]:
    """The store, migrated unless it has to stay as it is, for the time of one command."""
    logs.configure(settings)
    database = Database(settings)
    try:
        if migrate:
            database.migrate()
        yield database
    finally:
        database.close()


@contextmanager
def progress_bar(title: str) -> Iterator[runs.Progress]:
    """A bar on stderr; on something that is no terminal, nothing."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task(title, total=None)

        def show(done: int, total: int, what: str) -> None:
            bar.update(task, completed=done, total=total, description=f"{title} {what}")

        yield show


def as_json(value: object) -> str:
    """JSON as it is printed."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def write(answer: str | bytes | Iterable[str], output: Path | None) -> None:
    """Write an answer, piece by piece, to the file, or to stdout without one."""
    whole = answer.encode() if isinstance(answer, str) else answer
    pieces = [whole] if isinstance(whole, bytes) else (piece.encode() for piece in whole)
    if output is None:
        # Not print: rich or the locale could change what was asked for.
        for piece in pieces:
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
        return
    with output.open("wb") as file:
        file.writelines(pieces)
