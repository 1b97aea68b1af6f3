"""An item's printed text in its paragraphs, which the text itself no longer shows."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from app.documents.labels import read_label
from app.documents.values import Run

_ENDS_SENTENCE = "。；！？：;!?:）)”"
_SERIES = re.compile(r"[一二三四五六七八九十]{1,3}是")
_INDENTED = re.compile(r"[ \t\u3000\xa0]{2,}$|\u3000$")


def paragraphs(text: str, runs: Sequence[Run], source: str) -> tuple[str, ...]:
    """The text cut where the source begins a paragraph; the pieces together are the text.

    A line end counts where a sentence ends before it, and a label, 一是, an indentation or an empty line comes
    after it: any other one may be a wrap.
    """
    cuts = [0, *_cuts(text, runs, source), len(text)]
    return tuple(text[start:end] for start, end in pairwise(cuts) if end > start)


def _cuts(text: str, runs: Sequence[Run], source: str) -> Iterator[int]:
    for before, after in pairwise(runs):
        between = source[before.source_start + before.length : after.source_start]
        if "\n" not in between or text[after.text_start - 1] not in _ENDS_SENTENCE:
            continue
        following = text[after.text_start : after.text_start + 12]
        if (
            between.count("\n") > 1
            or _INDENTED.search(between)
            or read_label(following) is not None
            or _SERIES.match(following)
        ):
            yield after.text_start
