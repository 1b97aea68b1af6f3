"""Checking an answer: only what has the right form and quotes what really stands in the plan is taken."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from app.linking import Coverage, Quote, fold
from app.opinions.questions import Question, ShownItem

# Of folded text. Less says nothing (加强管理), more is no evidence but half the plan.
SHORTEST_QUOTE, LONGEST_QUOTE = 5, 300
MOST_QUOTES = 5
MARK = '"'
MARKS = str.maketrans(dict.fromkeys("“”‘’「」『』'＂", MARK))
# A sentence; what is longer is cut, since it changes nothing.
LONGEST_REASON = 200
# Characters of an answer that are looked at: a hundred tasks at length.
LONGEST_ANSWER = 100_000


class Why(StrEnum):
    """Why an answer, or what it says of one task, is thrown away."""

    REFUSED = "refused"  # the reader declined
    CUT_OFF = "cut-off"  # it was cut off before its end
    NOT_JSON = "not-json"
    NOT_THE_FORM = "not-the-form"  # JSON, but not of the schema
    NOT_ASKED = "not-asked"  # about a task that the question does not ask about
    REPEATED = "repeated"  # two answers for one task
    UNANSWERED = "unanswered"  # none for a task that was asked about
    NO_EVIDENCE = "no-evidence"
    UNKNOWN_ITEM = "unknown-item"  # quotes an item that the question does not show
    NOT_VERBATIM = "not-verbatim"  # quotes what does not stand there
    TOO_SHORT = "too-short"
    TOO_LONG = "too-long"
    UNKNOWN_QUESTION = "unknown-question"  # the texts have changed since, or it is another store's
    FAILED = "failed"  # the batch says that the request failed
    NOT_A_LINE = "not-a-line"  # not a line of a batch


@dataclass(frozen=True, slots=True)
class Finding:
    """What a reader says of one task (number), with quotations that stand where they should."""

    task: int
    verdict: Coverage
    quotes: tuple[Quote, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Thrown:
    """What was thrown away: of a task, by the name that the answer gives it, or, without one, the whole answer."""

    why: Why
    task: str | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """An answer, checked."""

    findings: tuple[Finding, ...] = ()
    thrown: tuple[Thrown, ...] = ()


class _Evidence(BaseModel):
    model_config = ConfigDict(extra="forbid")

    item: int
    quote: str


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")

    task: Annotated[str, StringConstraints(max_length=40)]
    evidence: list[_Evidence]
    reason: str
    verdict: Literal["full", "partial", "none"]


class _Sheet(BaseModel):
    """The answer's form, as answer.schema.json of the prompt has it."""

    model_config = ConfigDict(extra="forbid")

    answers: list[_Answer]


def check(question: Question, content: str, *, refused: bool = False, cut_off: bool = False) -> Checked:
    """Take from an answer what holds. Every task asked about is either found or thrown."""
    if refused:
        return Checked(thrown=(Thrown(Why.REFUSED, detail=_short(content)),))
    try:
        sheet = _Sheet.model_validate(json.loads(_bare(content[:LONGEST_ANSWER])))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        return Checked(thrown=(Thrown(Why.NOT_THE_FORM, detail=f"{place}: {first['msg']}"),))
    except (ValueError, RecursionError) as error:
        why = Why.CUT_OFF if cut_off else Why.NOT_JSON
        return Checked(thrown=(Thrown(why, detail=f"{_short(str(error))}; {_short(content)}"),))
    return _checked(question, sheet)


def _checked(question: Question, sheet: _Sheet) -> Checked:
    asked = {question.label(task): task for task in question.tasks}
    findings: dict[str, Finding] = {}
    thrown: list[Thrown] = []
    seen: set[str] = set()
    for answer in sheet.answers:
        name = _short(answer.task)
        if name not in asked:
            thrown.append(Thrown(Why.NOT_ASKED, name))
        elif name in seen:
            # Which of the two was meant nobody can tell.
            findings.pop(name, None)
            thrown.append(Thrown(Why.REPEATED, name))
        else:
            taken = _finding(question, asked[name], answer)
            if isinstance(taken, Finding):
                findings[name] = taken
            else:
                thrown.append(taken)
        seen.add(name)
    thrown += [Thrown(Why.UNANSWERED, name) for name in asked if name not in seen]
    return Checked(tuple(findings.values()), tuple(thrown))


def _finding(question: Question, task: int, answer: _Answer) -> Finding | Thrown:
    name, verdict = question.label(task), Coverage(answer.verdict)
    reason = _short(answer.reason)
    if verdict is Coverage.NONE:
        return Finding(task, verdict, (), reason)
    if not answer.evidence:
        return Thrown(Why.NO_EVIDENCE, name)
    shown = {item.number: item for item in question.shown}
    quotes: list[Quote] = []
    for one in answer.evidence[:MOST_QUOTES]:
        item = shown.get(one.item)
        found = _quote(item, one.quote) if item else Why.UNKNOWN_ITEM
        if isinstance(found, Why):
            # One invented quotation, and the reader cannot be trusted with the others.
            return Thrown(found, name, f"{one.item}: {_short(one.quote)}")
        if found not in quotes:
            quotes.append(found)
    return Finding(task, verdict, tuple(quotes), reason)


def _quote(item: ShownItem, quoted: str) -> Quote | Why:
    """Where a quotation stands in what was shown of an item; script, width and white space do not matter."""
    wanted = _levelled(quoted[: 4 * LONGEST_QUOTE])
    length = sum(character.isalnum() for character in wanted)
    if length < SHORTEST_QUOTE:
        return Why.TOO_SHORT
    if len(wanted) > LONGEST_QUOTE:
        return Why.TOO_LONG
    for text in (wanted, wanted.strip(MARK)):
        for offset, shown in item.pieces:
            place = _levelled(shown).find(text)
            if place >= 0:
                start, end = fold(shown).source_range(place, place + len(text))
                return Quote(item.number, offset + start, offset + end)
    return Why.NOT_VERBATIM


def _levelled(text: str) -> str:
    """Folded text in which all quotation marks are the same: models write others than they read."""
    return fold(text).text.translate(MARKS)


def _bare(content: str) -> str:
    """The JSON of an answer, without a reasoning model's thoughts before it and a code fence around it."""
    text = content.rpartition("</think>")[2].strip()
    if text.startswith("```"):
        text = text.partition("\n")[2].rpartition("```")[0]
    return text.strip()


def _short(text: str) -> str:
    """Text on one line, without control characters, and not too long to be shown."""
    return "".join(_printable(text[: 2 * LONGEST_REASON])).strip()[:LONGEST_REASON]


def _printable(text: str) -> Iterator[str]:
    for character in text:
        yield character if character.isprintable() else " "
