"""A table's cells by their places."""

from collections.abc import Iterable
from dataclasses import dataclass

MOST_MERGED = 1_000_000  # places that a table's cells cover together: a grid holds merged ones row by row


@dataclass(frozen=True, slots=True)
class Entry:
    """A cell with text; merged cells are one entry at the top left. Rows and columns count from 0."""

    row: int
    column: int
    text: str
    rows: int = 1
    columns: int = 1


class Grid:
    """Entries by row, with what reaches into a row from above. Entries must not overlap."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = sorted(entries, key=lambda e: (e.row, e.column))
        self.starting: dict[int, list[Entry]] = {}  # row → the entries that begin there
        self.reaching: dict[int, list[Entry]] = {}  # row → the entries that reach into it from above
        for entry in self.entries:
            self.starting.setdefault(entry.row, []).append(entry)
            for row in range(entry.row + 1, entry.row + entry.rows):
                self.reaching.setdefault(row, []).append(entry)
        self.height = max((e.row + e.rows for e in self.entries), default=0)
        self.width = max((e.column + e.columns for e in self.entries), default=0)

    def covering(self, row: int) -> list[Entry]:
        """What stands in a row, from left to right, whether it begins there or above."""
        return sorted([*self.starting.get(row, []), *self.reaching.get(row, [])], key=lambda e: e.column)

    def at(self, row: int, column: int) -> Entry | None:
        """What stands at a place."""
        for entry in self.covering(row):
            if entry.column <= column < entry.column + entry.columns:
                return entry
        return None
