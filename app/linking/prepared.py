"""A plan made ready for comparing: folded, cut into sentences, clauses and units, once for any number of judgements."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from app.linking.abbreviations import short_forms
from app.linking.normalise import Folded, fold
from app.linking.segments import CLAUSE_ENDS, SENTENCE_ENDS, Range, split
from app.linking.values import ItemText, PlanText, TaskText
from app.linking.words import is_wordlike, units

Codes = NDArray[np.int64]

# Wider than any code point (0x10FFFF), so that two characters make one code without collisions.
_CODE_BITS = 21


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause: its range in the folded item, its character bigrams, and the short forms of what it names."""

    place: Range
    bigrams: Codes
    short: Codes


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an item (index, not number), as clauses in order; the title is a sentence too."""

    item: int
    place: Range
    is_title: bool
    bigrams: Codes
    short: Codes
    clauses: tuple[Clause, ...]
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Task:
    """A task: its item's index, its range in the folded item, the sentence it stands in (index in the plan)."""

    item: int
    number: int
    place: Range
    sentence: int
    units: tuple[str, ...]
    bigrams: Codes


@dataclass(frozen=True, slots=True)
class PreparedPlan:
    """What `prepare` makes of a plan. Item, sentence and task indices count from 0 in the plan's order."""

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


def bigram_text(code: int) -> str:
    """The two characters of a bigram code."""
    return chr(int(code) >> _CODE_BITS) + chr(int(code) & ((1 << _CODE_BITS) - 1))


def prepare(plan: PlanText) -> PreparedPlan:
    """Fold and cut a plan, once. Takes milliseconds an item; the first call loads the dictionary (about a second)."""
    folded: list[Folded] = []
    sentences: list[Sentence] = []
    tasks: list[Task] = []
    for index, item in enumerate(plan.items):
        text = fold(item.text)
        folded.append(text)
        first = len(sentences)
        sentences.extend(_sentences(index, item, text.text))
        tasks.extend(_tasks(index, item.tasks, text, sentences[first:], first))
    item_units = tuple(
        tuple(unit for sentence in sentences if sentence.item == index for unit in sentence.units)
        for index in range(len(folded))
    )
    return PreparedPlan(plan, tuple(folded), tuple(sentences), tuple(tasks), item_units)


def _sentences(index: int, item: ItemText, text: str) -> Iterable[Sentence]:
    title_length = len(fold(item.title).text)
    for place in split(text, SENTENCE_ENDS):
        inner = text[place.start : place.end]
        clauses = tuple(_clause(inner, part, place.start) for part in split(inner, CLAUSE_ENDS))
        # One more for the full stop, which a title may have been given with.
        is_title = place.start < title_length and place.end <= title_length + 1
        words = tuple(units(inner))
        short = bigram_codes(*short_forms(words))
        yield Sentence(index, place, is_title, bigram_codes(inner), short, clauses, words)


def _clause(sentence: str, part: Range, offset: int) -> Clause:
    inner = sentence[part.start : part.end]
    place = Range(offset + part.start, offset + part.end)
    return Clause(place, bigram_codes(inner), bigram_codes(*short_forms(units(inner))))


def _tasks(
    index: int, tasks: Iterable[TaskText], text: Folded, sentences: Sequence[Sentence], first: int
) -> Iterable[Task]:
    for task in tasks:
        start = int(np.searchsorted(text.origin, task.start, side="left"))
        end = int(np.searchsorted(text.origin, task.end, side="left"))
        inner = text.text[start:end]
        reach = [min(end, s.place.end) - max(start, s.place.start) for s in sentences]
        home = first + int(np.argmax(reach)) if reach else first
        yield Task(index, task.number, Range(start, end), home, tuple(units(inner)), bigram_codes(inner))
