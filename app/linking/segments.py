"""Sentences and clauses of folded text."""

import re
from dataclasses import dataclass

SENTENCE_ENDS = frozenset("。!?;")
CLAUSE_ENDS = frozenset(",:") | SENTENCE_ENDS
OPENING = dict(zip("《〈“‘「『(【[", "》〉”’」』)】]", strict=True))

# (责任科室:…;完成时限:…) behind a commitment says who answers for it and until when; it commits to nothing itself.
_NOTE = re.compile(
    r"[(【\[](?:责任|牵头|主办|承办|配合|完成|时限|落实|分管|进度)[^:;。()]{0,10}:[^。]{0,400}?[)】\]](?=[。;]?(?:$|[^,;、)】\]]))"
)


@dataclass(frozen=True, slots=True)
class Range:
    """A half-open range of a folded text."""

    start: int
    end: int


def split(text: str, ends: frozenset[str]) -> list[Range]:
    """Cut `text` behind the characters in `ends`, but not inside brackets, quotes or numbers; ends are left out.

    There is always one piece at least; it is empty only for an empty text. A full stop closes whatever bracket was
    left open, so that one misprint cannot swallow the rest of an item.
    """
    pieces: list[Range] = []
    closers: list[str] = []
    start = 0
    for place, character in enumerate(text):
        if character in OPENING:
            closers.append(OPENING[character])
        elif closers and character == closers[-1]:
            closers.pop()
        elif character in ends and (not closers or character == "。") and not _inside_number(text, place):
            closers.clear()
            if place > start:
                pieces.append(Range(start, place))
            start = place + 1
    if start < len(text) or not pieces:
        pieces.append(Range(start, len(text)))
    return pieces


def _inside_number(text: str, place: int) -> bool:
    return text[place] in ",:" and text[place - 1 : place].isdigit() and text[place + 1 : place + 2].isdigit()


def without_notes(text: str) -> str:
    """Folded text with full stops in place of its responsibility notes, so that all places stay what they are."""
    return _NOTE.sub(lambda note: "。" * len(note.group()), text)
