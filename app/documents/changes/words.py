"""Texts for comparing: without width, spacing, script and punctuation, with a way back to the printed words."""

import re

from rapidfuzz.distance import Indel

from app.documents.changes.values import SpanChange
from app.documents.text import fold, fold_with_map

# Every sign but those that say something of a number. Between two figures some of them do: 1.5, 3-4, 12:30, 1/2.
_SIGN = "[^\\w%‰℃°+=<>≤≥≠±×÷¥$€]|_"
_DASHES = str.maketrans(dict.fromkeys("—–―−‐~", "-"))
_IN_FIGURE = re.compile("(?<=[0-9])[.,:/、-](?=[0-9])")
_SIGNS = re.compile(_SIGN)
_TOKEN = re.compile(r"[0-9]+(?:[.,][0-9]+)*|.", re.DOTALL)
# Differences this close together are one: between them stands no whole word.
_NEAR = 2
# Aligning costs a bit for each pair of characters of the two texts; beyond this they are said to differ as a whole.
_MOST_PAIRS = 25_000_000


def comparable(text: str) -> str:
    """The text as it is compared.

    >>> comparable("年底前，建成 １.５ 万个（2019—2020）。") == comparable("年底前建成1.5万個,2019-2020;")
    True
    >>> comparable("下降1.5%") == comparable("下降15%")
    False
    """
    folded = fold(text).translate(_DASHES)
    kept = {match.start() for match in _IN_FIGURE.finditer(folded)}
    return _SIGNS.sub(lambda match: match.group() if match.start() in kept else "", folded)


def _with_map(text: str) -> tuple[str, list[int]]:
    """`comparable(text)`, and the index in `text` of each of its characters."""
    folded, places = fold_with_map(text)
    folded = folded.translate(_DASHES)
    figures = {match.start() for match in _IN_FIGURE.finditer(folded)}
    kept = [i for i, character in enumerate(folded) if i in figures or not _SIGNS.match(character)]
    return "".join(folded[i] for i in kept), [places[i] for i in kept]


def locate(piece: str, text: str, near: float = 0.0) -> tuple[int, int, bool] | None:
    """Where the words of a piece stand in a text, and whether signs (or the text's ends) stand on both sides of them.

    Of several places first one between signs, then the one nearest to `near`, a share of the text (0 to 1).

    >>> locate("建成，5所", "年底前，建成5 所。")
    (4, 9, True)
    """
    words = comparable(piece)
    folded, places = _with_map(text)
    best: tuple[tuple[bool, float], tuple[int, int, bool]] | None = None
    at = folded.find(words) if words else -1
    while at >= 0:
        last = at + len(words) - 1
        start, end = places[at], places[last] + 1
        # A space is layout, not a sign.
        before, after = (
            text[places[at - 1] + 1 : start] if at else "-",
            text[end : places[last + 1]] if last + 1 < len(places) else "-",
        )
        apart = bool(before.strip() and after.strip())
        rank = (not apart, abs(at - near * len(folded)))
        if best is None or rank < best[0]:
            best = rank, (start, end, apart)
        at = folded.find(words, at + 1)
    return best[1] if best else None


def differences(old: str, new: str, old_offset: int = 0, new_offset: int = 0) -> tuple[SpanChange, ...]:
    """The ranges in which two texts differ, once compared; a figure differs as a whole. Offsets are added to each."""
    before, after = _Tokens(old, old_offset), _Tokens(new, new_offset)
    first = _common(before.tokens, after.tokens)
    last = _common(before.tokens[first:][::-1], after.tokens[first:][::-1])
    middle = (before.tokens[first : len(before.tokens) - last], after.tokens[first : len(after.tokens) - last])
    too_long = len(middle[0]) * len(middle[1]) > _MOST_PAIRS
    blocks = [(0, len(middle[0]), 0, len(middle[1]))] if too_long else _blocks(*middle)
    return tuple(
        SpanChange(*before.range(first + a, first + b), *after.range(first + c, first + d)) for a, b, c, d in blocks
    )


def _common(one: list[str], other: list[str]) -> int:
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _blocks(old: list[str], new: list[str]) -> list[tuple[int, int, int, int]]:
    """Ranges of tokens that differ, those near each other joined."""
    blocks: list[tuple[int, int, int, int]] = []
    for code in Indel.opcodes(old, new):
        if code.tag == "equal":
            continue
        if blocks and code.src_start - blocks[-1][1] < _NEAR and code.dest_start - blocks[-1][3] < _NEAR:
            blocks[-1] = (blocks[-1][0], code.src_end, blocks[-1][2], code.dest_end)
        else:
            blocks.append((code.src_start, code.src_end, code.dest_start, code.dest_end))
    return blocks


class _Tokens:
    """A text's figures and other characters, and where each begins and ends in the printed text."""

    def __init__(self, text: str, offset: int) -> None:
        folded, places = _with_map(text)
        matches = list(_TOKEN.finditer(folded))
        self.tokens = [match.group() for match in matches]
        self._places = [(places[m.start()] + offset, places[m.end() - 1] + 1 + offset) for m in matches]
        self._end = len(text) + offset

    def range(self, first: int, last: int) -> tuple[int, int]:
        """The printed range of the tokens from `first` to before `last`; where there are none, the place between."""
        if first < last:
            return self._places[first][0], self._places[last - 1][1]
        place = self._places[first][0] if first < len(self._places) else self._end
        return place, place
