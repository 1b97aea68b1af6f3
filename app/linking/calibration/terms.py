"""Words that people keep matching and the thesaurus does not know: what is asked for in one word and answered in another."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.linking.lexicon import word_factor
from app.linking.normalise import fold
from app.linking.segments import CLAUSE_ENDS, split
from app.linking.thesaurus import Thesaurus
from app.linking.words import is_wordlike, spans

# A pair of words needs so many decisions about different tasks that hold it: two may meet by chance.
LEAST_SUPPORT = 3
# And it stands together so many times as often as the two words' own numbers would let one expect.
LEAST_LIFT = 3.0
LONGEST_TERM = 8
MOST_SENTENCES = 5


@dataclass(frozen=True, slots=True)
class Match:
    """Two texts that a person said carry the same: `upper` and `lower` are ids of items.

    `by_hand`: the judge had missed it.
    """

    upper: str
    lower: str
    upper_text: str
    lower_text: str
    by_hand: bool

    @property
    def witness(self) -> tuple[str, str]:
        """The items that it joins."""
        return self.upper, self.lower


@dataclass(frozen=True, slots=True)
class TermSuggestion:
    """Two terms that could be names of one thing; `matches` are what they were found in, `lift` how far beyond chance."""

    upper_term: str
    lower_term: str
    support: int
    by_hand: int
    lift: float
    matches: tuple[Match, ...]


def suggest(matches: Sequence[Match], thesaurus: Thesaurus, *, least: int = LEAST_SUPPORT) -> list[TermSuggestion]:
    """Pairs of terms with enough support, best first; the longest of those that rest on the very same matches.

    Each pair of items is one witness, however many of its tasks and places are matched: what one sentence answers to ten
    tasks of an item is one thing that somebody saw.
    """
    above = [terms(match.upper_text) for match in matches]
    below = [terms(match.lower_text) for match in matches]
    places: dict[tuple[str, str], list[int]] = {}
    for index, sides in enumerate(zip(above, below, strict=True)):
        for pair in _unmatched(*sides, thesaurus):
            places.setdefault(pair, []).append(index)
    uppers, lowers = _witnesses(above, matches), _witnesses(below, matches)
    everything = len({match.witness for match in matches})
    found: dict[tuple[int, ...], TermSuggestion] = {}
    for (upper, lower), where in places.items():
        held = [matches[index] for index in where]
        support = len({match.witness for match in held})
        lift = support * everything / (uppers[upper] * lowers[lower])
        by_hand = sum(match.by_hand for match in held)
        if support < least or lift < LEAST_LIFT or not by_hand:
            continue
        one = TermSuggestion(upper, lower, support, by_hand, round(lift, 2), tuple(held[:MOST_SENTENCES]))
        known = found.get(tuple(where))
        if known is None or _size(one) > _size(known):
            found[tuple(where)] = one
    return sorted(found.values(), key=lambda one: (-one.support, -one.lift, one.upper_term, one.lower_term))


def _size(one: TermSuggestion) -> tuple[int, str, str]:
    return len(one.upper_term) + len(one.lower_term), one.upper_term, one.lower_term


def _witnesses(side: Iterable[frozenset[str]], matches: Sequence[Match]) -> Counter[str]:
    """By how many witnesses each term is held."""
    held = {(match.witness, term) for match, found in zip(matches, side, strict=True) for term in found}
    return Counter(term for _, term in held)


def terms(text: str) -> frozenset[str]:
    """The telling words of a text, and neighbouring ones together, folded; not across punctuation."""
    folded = fold(text).text
    out: set[str] = set()
    for part in split(folded, CLAUSE_ENDS):
        inner = folded[part.start : part.end]
        found = spans(inner)
        out.update(inner[a:b] for a, b in found if _is_term(inner[a:b]))
        out.update(
            inner[a:d]
            for (a, b), (c, d) in pairwise(found)
            if b == c and _is_term(inner[a:b]) and _is_term(inner[c:d]) and d - a <= LONGEST_TERM
        )
    return frozenset(out)


def _is_term(text: str) -> bool:
    return (
        2 <= len(text) <= LONGEST_TERM
        and all(is_wordlike(c) and not c.isdigit() for c in text)
        and word_factor(text) == 1.0
    )


def _unmatched(upper: frozenset[str], lower: frozenset[str], thesaurus: Thesaurus) -> Iterator[tuple[str, str]]:
    """Pairs of a term of either side that the other side lacks, that share no characters, and no group."""
    above = upper - lower
    below = lower - upper
    held = {c for term in lower for c in term}
    asked = {c for term in upper for c in term}
    for one in sorted(above):
        if set(one) <= held:
            continue
        for other in sorted(below):
            if (
                not set(other) <= asked
                and not set(one) & set(other)
                and not _groups(one, thesaurus) & _groups(other, thesaurus)
            ):
                yield one, other


def _groups(term: str, thesaurus: Thesaurus) -> frozenset[str]:
    return frozenset(concept.group for concept in thesaurus.terms.get(term, ()))
