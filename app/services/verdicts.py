"""Numbers and dates: what a city's evidence commits to beside what the province asks (contract: target, deadline)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.documents.facts import (
    DeadlineVerdict,
    Due,
    Fact,
    Target,
    as_dict,
    compare_deadlines,
    compare_targets,
    facts,
    facts_for,
)

# Reading a sentence takes a tenth of a millisecond; a cascade is rebuilt after every write to it, and a province of
# 16 cities has some 3,000 links.
_CACHED = 50_000
_SENTENCE_END = re.compile(r"[。！？]")


@dataclass(frozen=True, slots=True)
class Checks:
    """What comparing numbers and dates found, with the reasons; None where there was nothing to compare."""

    target: Target | None
    deadline: DeadlineVerdict | None


def check(task: str, year: int, evidence: Sequence[str], lower_year: int) -> Checks:
    """Hold the evidence sentences (best first) of a lower plan against an upper task of a plan of `year`.

    The targets of all sentences together are held against the task's. The deadline is that of the best sentence; where
    that one lacks a time the province asks for, of the next one that has it. A lesser sentence's date is no answer to a
    province that asks for none: it would be some other commitment's.
    """
    wanted = task_facts(task, year)
    offered = [evidence_facts(sentence, lower_year, task) for sentence in dict.fromkeys(evidence)]
    target = compare_targets(wanted, [fact for found in offered for fact in found])
    due = [compare_deadlines(wanted, found, year) for found in offered]
    best = due[0] if due else None
    if best is not None and best.verdict is Due.MISSING:
        best = next((other for other in due if other and other.verdict is not Due.MISSING), best)
    return Checks(target, best)


@lru_cache(maxsize=_CACHED)
def task_facts(text: str, year: int) -> tuple[Fact, ...]:
    """The facts of a task of a plan of `year`."""
    return facts(text, year)


def placed_facts(text: str, year: int, offset: int) -> list[dict[str, object]]:
    """The facts of a task as they are stored; offsets count in the item's text, where the task begins at `offset`."""
    return [
        {**as_dict(fact), "start": fact.start + offset, "end": fact.end + offset} for fact in task_facts(text, year)
    ]


@lru_cache(maxsize=_CACHED)
def evidence_facts(sentence: str, year: int, task: str) -> tuple[Fact, ...]:
    """The facts of an evidence sentence of a plan of `year` that are about an upper task."""
    return facts_for(sentence, year, task)


def sentence_around(text: str, start: int, end: int) -> str:
    """The whole sentence in which a range stands: a date may lead it in, a number may follow."""
    before = [match.end() for match in _SENTENCE_END.finditer(text, 0, start)]
    after = _SENTENCE_END.search(text, max(start, end - 1))
    return text[before[-1] if before else 0 : after.start() if after else len(text)]
