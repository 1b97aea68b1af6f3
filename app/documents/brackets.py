"""What stands inside quotation marks, book-title marks and brackets, so that nothing is cut there."""

import re
from bisect import bisect_right
from dataclasses import dataclass

_PAIRS = dict(zip("“‘「『《〈（([【〔{", "”’」』》〉）)]】〕}", strict=True))
# A typist's slip closes a full-width bracket with a half-width one; both count as the same.
_SAME = str.maketrans("(［[｛{", "（【【〔〔") | str.maketrans(")］]｝}", "）】】〕〕")
_OPEN = {opening.translate(_SAME): closing.translate(_SAME) for opening, closing in _PAIRS.items()}
_CLOSE = {closing: opening for opening, closing in _OPEN.items()}
_SIGN = re.compile(r"[“”‘’「」『』《》〈〉（()）\[\]［］【】〔〕{}｛｝\"]")

_STOP = re.compile("。")

LONGEST = 200  # characters; a pair that holds a full stop and is longer than this was never meant as a pair


@dataclass(frozen=True, slots=True)
class Protection:
    """Outermost protected ranges in order, and the places of signs without their partner."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    unbalanced: tuple[int, ...]

    def covers(self, place: int) -> bool:
        """Whether a place lies inside a protected range."""
        k = bisect_right(self.starts, place) - 1
        return k >= 0 and place < self.ends[k]


def protect(text: str, breaks: list[int]) -> Protection:
    """Match the signs of a text; a pair never reaches over a paragraph's end (`breaks`, ascending).

    Linear in the text. A sign without a partner protects nothing, so that one slip cannot swallow the rest.
    """
    stack: list[tuple[str, int]] = []
    depth: dict[str, int] = {}
    pairs: list[tuple[int, int]] = []
    unbalanced: list[int] = []
    stops = [match.start() for match in _STOP.finditer(text)]
    bounds = iter([*breaks, len(text) + 1])
    bound = next(bounds)
    for match in _SIGN.finditer(text):
        place = match.start()
        while place >= bound:
            unbalanced.extend(p for _, p in stack)
            stack.clear()
            depth.clear()
            bound = next(bounds)
        sign = match.group().translate(_SAME)
        if sign == '"':
            sign = "”" if depth.get("“") and stack[-1][0] == "“" else "“"
        if sign in _OPEN:
            stack.append((sign, place))
            depth[sign] = depth.get(sign, 0) + 1
        elif not depth.get(_CLOSE[sign]):
            unbalanced.append(place)
        else:
            _close(_CLOSE[sign], place, stack, depth, pairs, unbalanced, stops)
    unbalanced.extend(p for _, p in stack)
    starts, ends = _outermost(pairs)
    return Protection(starts, ends, tuple(sorted(unbalanced)))


def _close(
    opening: str,
    place: int,
    stack: list[tuple[str, int]],
    depth: dict[str, int],
    pairs: list[tuple[int, int]],
    unbalanced: list[int],
    stops: list[int],
) -> None:
    """Close the nearest open sign of this kind; what was opened inside and not closed has no partner."""
    while True:
        sign, start = stack.pop()
        depth[sign] -= 1
        if sign == opening:
            break
        unbalanced.append(start)
    if place - start > LONGEST and bisect_right(stops, place) > bisect_right(stops, start):
        unbalanced += [start, place]
    else:
        pairs.append((start, place + 1))


def _outermost(pairs: list[tuple[int, int]]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    starts: list[int] = []
    ends: list[int] = []
    for start, end in sorted(pairs):
        if not ends or start >= ends[-1]:
            starts.append(start)
            ends.append(end)
    return tuple(starts), tuple(ends)
