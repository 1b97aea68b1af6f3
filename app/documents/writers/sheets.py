"""A table, whatever it is written as."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

Cell = str | int | float | None


class Kind(StrEnum):
    """What a column holds, which decides how its cells are set."""

    TEXT = "text"
    SHORT = "short"  # a word or a code: text set in the middle
    INTEGER = "integer"
    SHARE = "share"  # 0 to 1, with two decimals
    NUMBER = "number"  # any other number, as it is


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `width` counts half-width characters: a Chinese one takes two."""

    heading: str
    width: int
    kind: Kind = Kind.TEXT
    wrap: bool = True


@dataclass(frozen=True, slots=True)
class Merge:
    """Cells of one column that are one: rows `first` to `last`, counted from 0, with the text of `first`."""

    column: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: rows as wide as its columns. `title` is printed over it, `notes` below it; CSV leaves both out."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    title: str | None = None
    notes: tuple[str, ...] = ()
    merges: tuple[Merge, ...] = ()

    def __post_init__(self) -> None:
        wrong = [number for number, row in enumerate(self.rows) if len(row) != len(self.columns)]
        if wrong:
            raise ValueError(f"rows {wrong[:5]} of {self.name!r} do not have {len(self.columns)} cells")


def display_width(text: str) -> int:
    """How many half-width characters a line of text takes (Unicode Standard Annex 11; ambiguous ones count as wide).

    >>> display_width("任务8.5")
    7
    """
    return sum(2 if unicodedata.east_asian_width(sign) in "WFA" else 1 for sign in text)
