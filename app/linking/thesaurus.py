"""A thesaurus: groups of terms that mean the same thing in a domain, with the narrower and broader ones beside them.

A pure value. Rows are (group, term, relation, preferred); the relation says what the term is to its group's concept:
`same` (another name), `narrower` (a part or kind of it) or `broader` (what it is a part or kind of).

Plans seldom write a term out (失学风险 for 失学辍学), so a word that only the names of a group or two hold stands for
these groups too, as something broader.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from app.linking.lexicon import word_factor
from app.linking.normalise import fold
from app.linking.words import is_wordlike, units

# One character is no term: it would be found inside other words.
SHORTEST_TERM = 2

# A word that the names of more groups than this hold tells none of them.
MOST_GROUPS = 2


class Relation(StrEnum):
    """What a term is to its group's concept."""

    SAME = "same"
    NARROWER = "narrower"
    BROADER = "broader"


class Concept(NamedTuple):
    """A term of a group, folded."""

    group: str
    relation: Relation
    term: str


class Occurrence(NamedTuple):
    """A half-open range of a folded text that holds a term, and the concepts that the term stands for."""

    start: int
    end: int
    concepts: tuple[Concept, ...]


@dataclass(frozen=True, slots=True)
class Thesaurus:
    """Groups of terms, ready for matching. Equal when their rows say the same, whatever their order.

    `terms` holds what was given and the words that stand for it, `parts` says which of them are such words. `names` has
    each group's preferred term as it was written; `digest` (hexadecimal) changes when, and only when, a row changes that
    matters for matching.
    """

    terms: MappingProxyType[str, tuple[Concept, ...]]
    parts: frozenset[str]
    prefixes: frozenset[str]
    names: MappingProxyType[str, str]
    digest: str

    @classmethod
    def of(cls, rows: Iterable[tuple[str, str, str, bool]]) -> "Thesaurus":
        """Build from rows (group, term, relation, preferred).

        Terms are folded; those of a single character and repeated ones are left out. Raises ValueError for a relation
        other than same, narrower, broader.
        """
        concepts: set[Concept] = set()
        names: dict[str, str] = {}
        for group, term, relation, preferred in rows:
            folded = "".join(character for character in fold(term).text if is_wordlike(character))
            if len(folded) >= SHORTEST_TERM:
                concepts.add(Concept(group, Relation(relation), folded))
            if preferred or group not in names:
                names[group] = term
        terms: dict[str, list[Concept]] = {}
        parts = _parts(concepts)
        for concept in (*sorted(concepts), *parts):
            terms.setdefault(concept.term, []).append(concept)
        prefixes = frozenset(term[:length] for term in terms for length in range(1, len(term) + 1))
        listed = "\n".join("\t".join(concept) for concept in sorted(concepts))
        return cls(
            MappingProxyType({term: tuple(found) for term, found in terms.items()}),
            frozenset(concept.term for concept in parts),
            prefixes,
            MappingProxyType(names),
            hashlib.sha256(listed.encode()).hexdigest(),
        )

    def occurrences(self, text: str) -> list[Occurrence]:
        """Every place in folded `text` where a term stands, by start, then by end; they may overlap.

        Linear in the text's length times that of the longest term that begins there.
        """
        found = []
        for start in range(len(text)):
            end = start + 1
            while end <= len(text) and text[start:end] in self.prefixes:
                concepts = self.terms.get(text[start:end])
                if concepts:
                    found.append(Occurrence(start, end, concepts))
                end += 1
        return found


def _parts(concepts: Iterable[Concept]) -> list[Concept]:
    """The words that stand for a group or two, sorted; none of them is a term itself."""
    listed = list(concepts)
    terms = {concept.term for concept in listed}
    groups: dict[str, set[str]] = {}
    for concept in listed:
        for word in _telling(concept.term) if concept.relation is Relation.SAME else ():
            groups.setdefault(word, set()).add(concept.group)
    return sorted(
        Concept(group, Relation.BROADER, word)
        for word, found in groups.items()
        if word not in terms and len(found) <= MOST_GROUPS
        for group in found
    )


@lru_cache(maxsize=20_000)
def _telling(term: str) -> tuple[str, ...]:
    """The words of a folded term that are not words of every plan."""
    return tuple(word for word in units(term) if word_factor(word) == 1.0)


def longest(found: Iterable[Occurrence]) -> list[Occurrence]:
    """Only the occurrences that do not lie inside a longer one; given and returned in order of start, then end."""
    kept: list[Occurrence] = []
    for one in found:
        if kept and kept[-1].start == one.start:
            kept.pop()
        if not kept or one.end > kept[-1].end:
            kept.append(one)
    return kept


EMPTY = Thesaurus.of(())
"""The thesaurus of a domain that has none."""
