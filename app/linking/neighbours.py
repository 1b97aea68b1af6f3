"""What the clauses around a task say about its addressee; an item is folded and cut once, whatever its tasks."""

from bisect import bisect_left, bisect_right
from itertools import pairwise

from app.linking.normalise import fold
from app.linking.scope_words import CARRYING_OUT, HANDED_ON, INSTITUTION_AFFAIRS, INSTITUTION_NAMES, LOCAL, PROVINCE
from app.linking.segments import CLAUSE_ENDS, SENTENCE_ENDS, split
from app.linking.values import AppliesTo, ItemText, TaskText

LONGEST = 300  # characters of a torn clause that are looked at; a longer one is a text without its commas


def own_words(text: str) -> AppliesTo | None:
    """What the folded words of one clause say about its addressee; None when they say nothing."""
    if HANDED_ON.search(text):
        return AppliesTo.CITY
    if PROVINCE.search(text) and not CARRYING_OUT.search(text):
        return AppliesTo.PROVINCE
    if LOCAL.search(text):
        return AppliesTo.CITY
    if INSTITUTION_NAMES.search(text) or INSTITUTION_AFFAIRS.search(text):
        return AppliesTo.INSTITUTION
    return None


class Neighbours:
    """The clauses of an item, and for each the nearest one of its sentence, backwards and forwards, that speaks.

    A clause that speaks and the one asked for may be the same. Offsets are the item's; a task's ends may tear a clause.
    """

    def __init__(self, item: ItemText) -> None:
        folded = fold(item.text)
        self._text = folded.text
        self._origin = folded.origin
        clauses = split(self._text, CLAUSE_ENDS)
        self._starts = [clause.start for clause in clauses]
        self._ends = [clause.end for clause in clauses]
        self._said = [own_words(self._text[clause.start : clause.end]) for clause in clauses]
        joined = [not self._stops(a.end, b.start) for a, b in pairwise(clauses)]
        self._back: list[int | None] = []
        for k, said in enumerate(self._said):
            self._back.append(k if said else self._back[-1] if k and joined[k - 1] else None)
        ahead: list[int | None] = []
        for k in range(len(clauses) - 1, -1, -1):
            ahead.append(k if self._said[k] else ahead[-1] if ahead and joined[k] else None)
        self._ahead = ahead[::-1]

    def words(self, task: TaskText) -> str:
        """The task's own folded words."""
        return self._text[self._at(task.start) : self._at(task.end)]

    def before(self, task: TaskText) -> tuple[AppliesTo, str] | None:
        """What the nearest speaking clause of the sentence before a task says, and its words."""
        place = self._at(task.start)
        k = bisect_left(self._starts, place) - 1
        if k < 0 or self._stops(place - 1, place) or self._stops(self._ends[k], place):
            return None
        if place <= self._ends[k]:
            for clause in reversed(_parts(self._text[max(self._starts[k], place - LONGEST) : place])):
                if said := own_words(clause):
                    return said, clause
            if not k or self._stops(self._ends[k - 1], self._starts[k]):
                return None
            k -= 1
        nearest = self._back[k]
        said = None if nearest is None else self._said[nearest]
        return (said, self._text[self._starts[nearest] : self._ends[nearest]]) if nearest is not None and said else None

    def behind(self, task: TaskText) -> AppliesTo | None:
        """What the nearest speaking clause of the sentence behind a task says."""
        place = self._at(task.end)
        k = bisect_right(self._starts, place) - 1
        if self._stops(place, place + 1):
            return None
        if k >= 0 and place < self._ends[k]:
            torn = self._text[place : min(self._ends[k], place + LONGEST)]
            sentence = split(torn, SENTENCE_ENDS)[0]
            said = next((said for part in _parts(torn[: sentence.end]) if (said := own_words(part))), None)
            if said or sentence.end < len(torn):
                return said
            place = self._ends[k]
        if k + 1 >= len(self._starts) or self._stops(place, self._starts[k + 1]):
            return None
        nearest = self._ahead[k + 1]
        return None if nearest is None else self._said[nearest]

    def _at(self, offset: int) -> int:
        return bisect_left(self._origin, offset)

    def _stops(self, start: int, end: int) -> bool:
        """Whether a sentence ends between two places, where nothing stands but signs."""
        return any(self._text[place] in SENTENCE_ENDS for place in range(max(0, start), min(end, len(self._text))))


def _parts(text: str) -> list[str]:
    return [text[part.start : part.end] for part in split(text, CLAUSE_ENDS)]
