"""Texts from outside on a page: what cannot be seen is shown, and what matters is marked."""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

from markupsafe import Markup, escape

from app.documents import fold_with_map

# Controls (line breaks and tabs apart), and marks that have no shape of their own but turn, join or hide what stands
# beside them (Unicode TR36, 2.10; TR9): in a name or a text they would let a page say what the plan does not.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)

_SHARED = 2
_WORDS = re.compile(r"\w{2}")


def seen(value: object) -> object:
    """What an expression of a template shows: text with its unseen characters spelt out, anything else as it is.

    >>> seen("a\u202eb"), seen(3)
    ('a⟦202E⟧b', 3)
    """
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return _UNSEEN.sub(lambda found: f"⟦{ord(found.group()):04X}⟧", value)


def alike(one: str, other: str) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """The ranges that two texts share, in each of them: runs of at least two characters, in either script and width.

    >>> alike("消除大班额", "大班額清零，消除")
    ([(2, 5)], [(0, 3)])
    """
    (above, above_at), (below, below_at) = fold_with_map(one), fold_with_map(other)
    found: tuple[list[tuple[int, int]], list[tuple[int, int]]] = ([], [])
    for block in SequenceMatcher(None, above, below, autojunk=False).get_matching_blocks():
        # One character alone (的, 和) says nothing, and neither do two of punctuation.
        if block.size >= _SHARED and _WORDS.search(above[block.a : block.a + block.size]):
            for ranges, places, start in ((found[0], above_at, block.a), (found[1], below_at, block.b)):
                ranges.append((places[start], places[start + block.size - 1] + 1))
    return found


def marked(text: str, spans: Iterable[tuple[int, int]], *, kind: str = "") -> Markup:
    """A text with the given ranges of code points marked; ranges that touch or overlap become one.

    >>> str(marked("消除大班额", [(2, 5)]))
    '<bdi>消除<mark>大班额</mark></bdi>'
    """
    opening = Markup('<mark class="{}">').format(kind) if kind else Markup("<mark>")
    parts, at = [Markup("<bdi>")], 0
    for start, end in _joined(spans, len(text)):
        parts += [_safe(text[at:start]), opening, _safe(text[start:end]), Markup("</mark>")]
        at = end
    return Markup("").join([*parts, _safe(text[at:]), Markup("</bdi>")])


def _joined(spans: Iterable[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for start, end in sorted((max(0, start), min(length, end)) for start, end in spans):
        if start >= end:
            continue
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def _safe(text: str) -> Markup:
    return escape(seen(text))
