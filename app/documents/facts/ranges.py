"""Ranges of a text that can be asked, one by one and cheaply, whether something lies on them."""

from bisect import bisect_left
from collections.abc import Iterable
from itertools import accumulate


class Ranges:
    """Half-open ranges in any order; they may overlap."""

    def __init__(self, ranges: Iterable[tuple[int, int]]) -> None:
        ordered = sorted(ranges)
        self._starts = [start for start, _ in ordered]
        self._reach = list(accumulate((end for _, end in ordered), max))

    def touch(self, start: int, end: int) -> bool:
        """Whether one of them shares a character with `start` to `end`."""
        k = bisect_left(self._starts, end) - 1
        return k >= 0 and self._reach[k] > start
