"""What the bar at the top of the pages leads to."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: its word (app.console.words), its path, and the operation that one must be allowed to see it."""

    word: str
    path: str
    operation: str


NAVIGATION = (Entry("overview", "cascades", "read_matrix"),)
