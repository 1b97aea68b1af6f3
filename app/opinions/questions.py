"""Questions: one upper item against one city, with the tasks asked about and the passages that may answer them."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from app.linking import ItemText, Passage, PlanText
from app.opinions.prompts import Prompt, prompt

# Tasks of one question, by number and characters. Printed items have up to 30 tasks; an answer to more would be long.
MOST_ASKED, MOST_ASKED_CHARACTERS = 40, 800
# A longer upper item is not shown whole: only its beginning and what stands around the tasks, of which there are fewer.
LONGEST_UPPER = 800
BEGINNING, AROUND = 100, 60
FEW_ASKED, FEW_ASKED_CHARACTERS = 8, 400
OMITTED = "……"

# More than any tokeniser in use makes of a Chinese character, and of a Latin one in running text; so an estimate errs on
# the dear side.
TOKENS_A_CHARACTER, TOKENS_AN_ASCII_CHARACTER = 1.2, 0.35
ASCII = 128
# What a reader answers for one task, with quotation and reason, and around them all.
ANSWER_TOKENS_A_TASK, ANSWER_TOKENS = 120, 40


@dataclass(frozen=True, slots=True)
class ShownItem:
    """A lower item as it is shown: its number and the shown pieces of its text, each with where it begins."""

    number: int
    pieces: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Question:
    """A question about `tasks` (numbers) of upper item `item`, answerable from `shown` alone. `text` is what is asked.

    `id` is of everything that the reader is given: the same words are the same question, wherever and whenever asked.
    """

    item: int
    tasks: tuple[int, ...]
    passages: tuple[Passage, ...]
    shown: tuple[ShownItem, ...]
    text: str
    version: str

    @cached_property
    def id(self) -> str:
        """24 hexadecimal digits."""
        return hashlib.sha256(f"{self._prompt.digest}\n{self.text}".encode()).hexdigest()[:24]

    @property
    def _prompt(self) -> Prompt:
        return prompt(self.version)

    def label(self, task: int) -> str:
        """What the reader calls a task."""
        return f"{self.item}.{task}"

    @property
    def tokens_in(self) -> int:
        """About how many tokens it has, rather too many than too few."""
        return tokens(self._prompt.system) + tokens(self.text) + tokens(json.dumps(self._prompt.schema))

    @property
    def tokens_out(self) -> int:
        """About how many tokens its answer has."""
        return ANSWER_TOKENS + ANSWER_TOKENS_A_TASK * len(self.tasks)

    def body(self, model: str, form: str = "json_schema") -> dict[str, Any]:
        """The request of the chat interface; `form` is the `response_format` that the server knows, or empty."""
        made: dict[str, Any] = {
            "model": model,
            "messages": [
                {"role": "system", "content": self._prompt.system},
                {"role": "user", "content": self.text},
            ],
            "temperature": 0,
            # Thrice what is expected: a reader that goes on longer has lost the thread.
            "max_tokens": 3 * self.tokens_out,
        }
        if form == "json_schema":
            schema = {"name": "opinions", "strict": True, "schema": self._prompt.schema}
            made["response_format"] = {"type": form, "json_schema": schema}
        elif form:
            made["response_format"] = {"type": form}
        return made


def questions(
    upper: PlanText, lower: PlanText, item: int, tasks: Sequence[int], passages: Sequence[Passage]
) -> Iterator[Question]:
    """The questions about tasks (numbers) of an upper item: one, or, where it is very long, several.

    Raises KeyError for items and tasks that the plans do not have.
    """
    above = {one.number: one for one in upper.items}[item]
    few = len(above.text) > LONGEST_UPPER
    most, characters = (FEW_ASKED, FEW_ASKED_CHARACTERS) if few else (MOST_ASKED, MOST_ASKED_CHARACTERS)
    places = {task.number: (task.start, task.end) for task in above.tasks}
    batch: list[int] = []
    length = 0
    for task in sorted(tasks):
        own = places[task][1] - places[task][0]
        if batch and (len(batch) == most or length + own > characters):
            yield pose(upper, lower, item, batch, passages)
            batch, length = [], 0
        batch.append(task)
        length += own
    if batch:
        yield pose(upper, lower, item, batch, passages)


def pose(
    upper: PlanText,
    lower: PlanText,
    item: int,
    tasks: Sequence[int],
    passages: Sequence[Passage],
    version: str | None = None,
) -> Question:
    """One question from the texts as they are now; raises KeyError as `questions` does, and FileNotFoundError."""
    used = prompt(version) if version else prompt()
    above = {one.number: one for one in upper.items}[item]
    below = {one.number: one for one in lower.items}
    asked = {task.number: above.text[task.start : task.end] for task in above.tasks}
    shown = tuple(
        ShownItem(p.item, tuple((start, below[p.item].text[start:end]) for start, end in p.ranges)) for p in passages
    )
    own, theirs = _upper(above, tasks), "\n".join(_lower(one) for one in shown)
    listed = "\n".join(f"{item}.{number}　{asked[number]}" for number in tasks)
    frame = {"item": str(item), "upper": own, "lower": theirs, "count": str(len(tasks)), "tasks": listed}
    text = used.question
    # The mark first: what is filled in later is text of documents, which may hold anything.
    text = text.replace("{mark}", _mark(own, theirs))
    return Question(item, tuple(tasks), tuple(passages), shown, _filled(text, frame), used.version)


def _filled(frame: str, values: dict[str, str]) -> str:
    """The frame with its {names} replaced, each once and in one go: a value that holds a {name} stays as it is."""
    parts = []
    rest = frame
    while (start := rest.find("{")) >= 0:
        name, _, behind = rest[start + 1 :].partition("}")
        parts += [rest[:start], values[name]]
        rest = behind
    return "".join([*parts, rest])


def _mark(*texts: str) -> str:
    """Eight digits that stand in none of the texts, so that no text can end the quotation it stands in."""
    digest = hashlib.sha256("\n".join(texts).encode()).hexdigest()
    while any(digest[:8] in text for text in texts):
        digest = hashlib.sha256(digest.encode()).hexdigest()
    return digest[:8]


def _upper(item: ItemText, tasks: Sequence[int]) -> str:
    if len(item.text) <= LONGEST_UPPER:
        return item.text
    ranges = [(0, BEGINNING)]
    for task in item.tasks:
        if task.number in tasks:
            start, end = max(0, task.start - AROUND), min(len(item.text), task.end + AROUND)
            if start <= ranges[-1][1]:
                ranges[-1] = (ranges[-1][0], max(ranges[-1][1], end))
            else:
                ranges.append((start, end))
    shown = OMITTED.join(item.text[start:end] for start, end in ranges)
    return shown if ranges[-1][1] >= len(item.text) else shown + OMITTED


def _lower(item: ShownItem) -> str:
    return f"［第{item.number}条］" + OMITTED.join(text for _, text in item.pieces)


def tokens(text: str) -> int:
    """About how many tokens a text has.

    >>> tokens("落实"), tokens("json")
    (3, 2)
    """
    latin = sum(ord(character) < ASCII for character in text)
    return -int(-(TOKENS_A_CHARACTER * (len(text) - latin) + TOKENS_AN_ASCII_CHARACTER * latin) // 1)
