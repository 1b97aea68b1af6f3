"""A plan made ready for comparing: folded, cut into sentences, clauses and units, once for any number of judgements."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.linking.abbreviations import short_forms
from app.linking.lexicon import GENERAL, OPENING, word_factor
from app.linking.normalise import Folded, fold
from app.linking.segments import CLAUSE_ENDS, SENTENCE_ENDS, Range, split, without_notes
from app.linking.thesaurus import EMPTY, Concept, Occurrence, Thesaurus, longest
from app.linking.values import ItemText, PlanText, TaskText
from app.linking.words import is_wordlike, spans

Codes = NDArray[np.int64]

# Wider than any code point (0x10FFFF), so that two characters make one code without collisions.
_CODE_BITS = 21

GRAM_SIZES = (2, 3, 4)  # as in the baseline: shorter grams carry topics, longer ones set phrases
_RUNS = re.compile(r"[^\W_]+")
# A gram's number is a polynomial of its characters modulo a Mersenne prime: the same in every process, and two grams
# of a plan share one about once in ten thousand million plans.
_SPREADER, _CODES = 1_000_003, (1 << 61) - 1


class Unit(NamedTuple):
    """A word where it stands: with the concepts of the thesaurus' longest terms that it is part of."""

    word: str
    concepts: tuple[Concept, ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause: its range in the folded item, its character bigrams, the short forms and concepts of what it names.

    `acts` are its general words; `opening` says that it only leads to the next clause.
    """

    place: Range
    bigrams: Codes
    short: Codes
    concepts: tuple[Concept, ...]
    acts: frozenset[str]
    opening: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an item (index, not number), as clauses in order; the title is a sentence too.

    `grams` are its character 2- to 4-grams, distinct and sorted, with `gram_counts` beside them.
    """

    item: int
    place: Range
    is_title: bool
    bigrams: Codes
    short: Codes
    concepts: tuple[Concept, ...]
    clauses: tuple[Clause, ...]
    units: tuple[Unit, ...]
    characters: Codes
    grams: Codes
    gram_counts: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Task:
    """A task: its item's index, its range in the folded item, the sentence it stands in (index in the plan)."""

    item: int
    number: int
    place: Range
    sentence: int
    units: tuple[Unit, ...]
    bigrams: Codes


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class PreparedPlan:
    """What `prepare` makes of a plan. Item, sentence and task indices count from 0 in the plan's order.

    Each is itself and equal to no other one: what is worked out from a plan is remembered by it.
    """

    plan: PlanText
    folded: tuple[Folded, ...]
    sentences: tuple[Sentence, ...]
    tasks: tuple[Task, ...]
    item_units: tuple[tuple[str, ...], ...]


def bigram_codes(*texts: str) -> Codes:
    """The distinct character bigrams of texts as sorted numbers; none spans punctuation."""
    pairs = {
        (ord(a) << _CODE_BITS) | ord(b)
        for text in texts
        for a, b in pairwise(text)
        if is_wordlike(a) and is_wordlike(b)
    }
    return np.array(sorted(pairs), dtype=np.int64)


def gram_codes(text: str) -> tuple[Codes, NDArray[np.int64]]:
    """The distinct character 2- to 4-grams of folded text as sorted numbers, and how often each stands there."""
    codes: list[int] = []
    for run in _RUNS.findall(text):
        for size in GRAM_SIZES:
            for start in range(len(run) - size + 1):
                code = size
                for character in run[start : start + size]:
                    code = (code * _SPREADER + ord(character)) % _CODES
                codes.append(code)
    found, counts = np.unique(np.array(codes, dtype=np.int64), return_counts=True)
    return found, counts


def bigram_text(code: int) -> str:
    """The two characters of a bigram code."""
    return chr(int(code) >> _CODE_BITS) + chr(int(code) & ((1 << _CODE_BITS) - 1))


def prepare(plan: PlanText, thesaurus: Thesaurus = EMPTY) -> PreparedPlan:
    """Fold and cut a plan and look its terms up, once.

    Takes milliseconds an item; the first call loads the dictionary (about a second). Plans that are judged against
    each other share their concepts by the names of the groups, so both want the same thesaurus.
    """
    folded: list[Folded] = []
    sentences: list[Sentence] = []
    tasks: list[Task] = []
    for index, item in enumerate(plan.items):
        text = fold(item.text)
        folded.append(text)
        first = len(sentences)
        sentences.extend(_sentences(index, item, without_notes(text.text), thesaurus))
        tasks.extend(_tasks(index, item.tasks, text, sentences[first:], first, thesaurus))
    item_units = tuple(
        tuple(unit.word for sentence in sentences if sentence.item == index for unit in sentence.units)
        for index in range(len(folded))
    )
    return PreparedPlan(plan, tuple(folded), tuple(sentences), tuple(tasks), item_units)


def meant(text: str, thesaurus: Thesaurus) -> tuple[Unit, ...]:
    """The units of folded text in order, repeats kept, each with the terms that hold most of it."""
    terms = longest(thesaurus.occurrences(text))
    return tuple(
        Unit(text[a:b], tuple(sorted({c for t in terms if 2 * _shared(a, b, t) > b - a for c in t.concepts})))
        for a, b in spans(text)
    )


def _shared(start: int, end: int, term: Occurrence) -> int:
    return min(end, term.end) - max(start, term.start)


def named(text: str, thesaurus: Thesaurus) -> tuple[Concept, ...]:
    """The concepts of all terms in folded text, sorted."""
    return tuple(sorted({concept for term in thesaurus.occurrences(text) for concept in term.concepts}))


def _sentences(index: int, item: ItemText, text: str, thesaurus: Thesaurus) -> Iterable[Sentence]:
    title_length = len(fold(item.title).text)
    for place in split(text, SENTENCE_ENDS):
        inner = text[place.start : place.end]
        clauses = tuple(_clause(inner, part, place.start, thesaurus) for part in split(inner, CLAUSE_ENDS))
        # One more for the full stop, which a title may have been given with.
        is_title = place.start < title_length and place.end <= title_length + 1
        words = meant(inner, thesaurus)
        yield Sentence(
            index,
            place,
            is_title,
            bigram_codes(inner),
            bigram_codes(*short_forms(unit.word for unit in words)),
            named(inner, thesaurus),
            clauses,
            words,
            np.unique(np.array([ord(character) for character in inner if is_wordlike(character)], dtype=np.int64)),
            *gram_codes(inner),
        )


def _clause(sentence: str, part: Range, offset: int, thesaurus: Thesaurus) -> Clause:
    inner = sentence[part.start : part.end]
    words = [inner[start:end] for start, end in spans(inner)]
    return Clause(
        Range(offset + part.start, offset + part.end),
        bigram_codes(inner),
        bigram_codes(*short_forms(words)),
        named(inner, thesaurus),
        general(words),
        OPENING.search(inner) is not None,
    )


def general(words: Iterable[str]) -> frozenset[str]:
    """The words that name an act or a general thing."""
    return frozenset(word for word in words if word_factor(word) < GENERAL)


def _tasks(
    index: int, tasks: Iterable[TaskText], text: Folded, sentences: Sequence[Sentence], first: int, thesaurus: Thesaurus
) -> Iterable[Task]:
    for task in tasks:
        start = int(np.searchsorted(text.origin, task.start, side="left"))
        end = int(np.searchsorted(text.origin, task.end, side="left"))
        inner = text.text[start:end]
        reach = [min(end, s.place.end) - max(start, s.place.start) for s in sentences]
        home = first + int(np.argmax(reach)) if reach else first
        yield Task(index, task.number, Range(start, end), home, meant(inner, thesaurus), bigram_codes(inner))
