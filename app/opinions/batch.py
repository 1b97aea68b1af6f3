"""The batch format of the chat interface: one request, one answer a line (JSON Lines)."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from app.opinions.chat import Reply, reply_of
from app.opinions.questions import Question

PATH = "/v1/chat/completions"
# Batch services take no longer ids.
LONGEST_ID = 64
# A line holds one answer.
LONGEST_LINE = 2_000_000


class NotABatchError(Exception):
    """The line is no answer of a batch; the message says why."""


@dataclass(frozen=True, slots=True)
class Answered:
    """One line of a batch's answers: the reply, or, where the request failed, what the batch says of it."""

    custom_id: str
    reply: Reply | None
    error: str


def custom_id(question: Question, upper: str, lower: str) -> str:
    """The name of a question in a batch: for readers, whose it is; for Luoshi, only the end counts."""
    start = f"{upper}_{question.item}_{lower.partition('-')[0]}"
    return f"{start[: LONGEST_ID - len(question.id) - 1]}_{question.id}"


def question_id(name: str) -> str:
    """The question's own id in such a name."""
    return name.rpartition("_")[2]


def request_line(question: Question, upper: str, lower: str, model: str, form: str) -> str:
    """A question as a line of a batch, with the line's end."""
    body = question.body(model, form)
    line = {"custom_id": custom_id(question, upper, lower), "method": "POST", "url": PATH, "body": body}
    return json.dumps(line, ensure_ascii=False) + "\n"


def read_batch(lines: Iterable[str]) -> Iterator[Answered | NotABatchError]:
    """The answers of a batch, line by line; empty lines are left out."""
    for number, line in enumerate(lines, 1):
        text = line.removeprefix("\ufeff").strip()
        if not text:
            continue
        try:
            yield _answered(text)
        except NotABatchError as error:
            yield NotABatchError(f"line {number}: {error}")


def _answered(text: str) -> Answered:
    if len(text) > LONGEST_LINE:
        raise NotABatchError("too long")
    try:
        line = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotABatchError(f"no JSON: {error}") from error
    if not isinstance(line, dict) or not isinstance(line.get("custom_id"), str):
        raise NotABatchError("no object with a custom_id")
    name = line["custom_id"]
    # JSON can spell half a character, which nothing can store or look for.
    if name != name.encode("utf-8", "replace").decode() or "\0" in name:
        raise NotABatchError("the custom_id is no text")
    body = _body(line)
    try:
        return Answered(name, reply_of(body, ""), "")
    except KeyError:
        said = line.get("error") or line.get("response") or "no answer"
        return Answered(name, None, json.dumps(said, ensure_ascii=False)[:200])


def _body(line: dict[str, Any]) -> dict[str, Any] | None:
    """The chat answer in a line: services differ in how deep they put it."""
    response = line.get("response")
    inner = response.get("body") if isinstance(response, dict) else None
    for found in (inner, response, line.get("body"), line):
        made = found
        if isinstance(made, str):
            try:
                made = json.loads(made)
            except ValueError:
                continue
        if isinstance(made, dict) and isinstance(made.get("choices"), list) and made["choices"]:
            return made
    return None
