"""What every report is, before it is written in a format."""

from collections.abc import Callable
from dataclasses import dataclass

from app.documents.writers import Cell, Sheet
from app.documents.writers.paper import Paper


@dataclass(frozen=True, slots=True)
class Report:
    """An answer as tables. The first sheet is the answer itself; the others go with it where a format has room.

    `name` is the file's, without its ending. `before` are the rows that a single table has above its headings.
    `shown` are the columns of the first sheet that fit a terminal. `paper` lays the answer out as an official paper,
    which is in Chinese; None for what is never handed in as one.
    """

    name: str
    title: str
    sheets: tuple[Sheet, ...]
    before: tuple[tuple[Cell, ...], ...] = ()
    shown: tuple[int, ...] = ()
    paper: Callable[[], Paper] | None = None
