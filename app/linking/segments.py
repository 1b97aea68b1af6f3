"""Sentences and clauses of folded text."""

from dataclasses import dataclass

SENTENCE_ENDS = frozenset("。!?;")
CLAUSE_ENDS = frozenset(",:") | SENTENCE_ENDS
OPENING = dict(zip("《〈“‘「『(【[", "》〉”’」』)】]", strict=True))


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
