"""Folding for comparison only: script, width, case and white space are levelled, and every character keeps its origin."""

import unicodedata
from dataclasses import dataclass
from functools import cache

import opencc


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text; `origin[i]` is the offset in the original (code points) that folded character `i` came from."""

    text: str
    origin: tuple[int, ...]

    def source_range(self, start: int, end: int) -> tuple[int, int]:
        """The original half-open range behind the folded range `start`..`end`, which must not be empty."""
        return self.origin[start], self.origin[end - 1] + 1


@cache
def _converters() -> tuple[opencc.OpenCC, ...]:
    # The second one knows the variants that Hong Kong writes, such as 衞 in 衞生.
    return opencc.OpenCC("t2s"), opencc.OpenCC("hk2s")


@cache
def _fold_character(character: str) -> str:
    # One character at a time: phrase rules could change lengths, and then no offset could be mapped back.
    simple = unicodedata.normalize("NFKC", character).lower()
    for converter in _converters():
        simple = converter.convert(simple)
    return "".join(part for part in simple if not part.isspace())


def fold(text: str) -> Folded:
    """Fold `text` (any script, width, case): the folded characters and where each came from."""
    characters: list[str] = []
    origin: list[int] = []
    for offset, character in enumerate(text):
        for part in _fold_character(character):
            characters.append(part)
            origin.append(offset)
    return Folded("".join(characters), tuple(origin))
