"""The printed text of a passage, without line wraps and layout spaces, and where each character came from."""

import re
from bisect import bisect_right

from app.documents.values import Run

_CHUNK = re.compile(r"[^\s\u200b\u2060\ufeff]+")


def collect(source: str, spans: list[tuple[int, int]]) -> tuple[str, tuple[Run, ...], list[int]]:
    """Join spans of the source: the text, its runs, and the offset in the text at which each span begins.

    White space vanishes, except between two ASCII word characters, where one space stays; that space belongs to
    a run only if a space stands there in the source (a wrapped line has a line end instead). A figure broken by the
    end of a line is put together again.
    """
    parts: list[str] = []
    runs: list[Run] = []
    starts: list[int] = []
    length = 0
    before: tuple[int, int] | None = None  # the place behind the last character, and its span's number
    for number, (start, end) in enumerate(spans):
        starts.append(length)
        for chunk in _CHUNK.finditer(source, start, end):
            if before and _needs_space(source[before[0] - 1], source[chunk.start()], wrapped=before[1] != number):
                space = source.find(" ", before[0], chunk.start()) if before[1] == number else -1
                if space >= 0:
                    runs.append(Run(length, space, 1))
                parts.append(" ")
                length += 1
            parts.append(chunk.group())
            runs.append(Run(length, chunk.start(), len(chunk.group())))
            length += len(chunk.group())
            before = (chunk.end(), number)
    return "".join(parts), _joined(runs), starts


def _needs_space(last: str, first: str, *, wrapped: bool) -> bool:
    """Whether two characters that white space stands between are of two words."""
    return _is_word(last) and _is_word(first) and not (wrapped and last.isdigit() and first.isdigit())


def _is_word(char: str) -> bool:
    return char.isascii() and (char.isalnum() or char == "_")


def _joined(runs: list[Run]) -> tuple[Run, ...]:
    out: list[Run] = []
    for run in runs:
        last = out[-1] if out else None
        if (
            last
            and last.source_start + last.length == run.source_start
            and last.text_start + last.length == run.text_start
        ):
            out[-1] = Run(last.text_start, last.source_start, last.length + run.length)
        else:
            out.append(run)
    return tuple(out)


def source_span(runs: tuple[Run, ...], start: int, end: int) -> tuple[int, int]:
    """Where the characters `start` to `end` of a collected text begin and end in the source."""
    return _locate(runs, start), _locate(runs, end - 1) + 1


def text_place(runs: tuple[Run, ...], place: int) -> int:
    """How many characters of a collected text stand before a place in the source."""
    before = [run for run in runs if run.source_start < place]
    return before[-1].text_start + min(place - before[-1].source_start, before[-1].length) if before else 0


def _locate(runs: tuple[Run, ...], offset: int) -> int:
    run = runs[max(0, bisect_right(runs, offset, key=lambda r: r.text_start) - 1)]
    return run.source_start + min(offset - run.text_start, run.length - 1)
