"""Asking a language model over the chat interface that most servers of such models speak (POST …/chat/completions)."""

import json
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from http import HTTPStatus
from typing import Any

import httpx

# A reply has some kilobytes.
LONGEST_REPLY = 1024 * 1024
# Waits between attempts, in seconds: what is overloaded gets time, and a server that was restarted is back.
WAITS = (1.0, 4.0, 15.0)
# Nobody waits longer for a server that asks for it; the question stays open for the next time.
LONGEST_WAIT = 120.0
_AGAIN = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})


class Failure(StrEnum):
    """Why there is no reply."""

    AWAY = "away"  # not reached, or the connection broke
    SLOW = "slow"  # no reply in time
    BUSY = "busy"  # it asks for patience for longer than there is
    BROKEN = "broken"  # a server's error, or no reply of the chat interface
    REFUSED = "refused"  # it does not take the request: address, model or key are wrong


class NoAnswerError(Exception):
    """No reply to one question; `failure` says why."""

    def __init__(self, failure: Failure, detail: str) -> None:
        super().__init__(f"{failure}: {detail}")
        self.failure = failure


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: the content, who says he gave it, and what it cost."""

    content: str
    model: str
    refused: bool
    cut_off: bool
    tokens_in: int
    tokens_out: int
    ms: int = 0


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may be asked in one run; whatever is reached first ends it. Seconds are counted from the first question."""

    questions: int
    tokens: int
    seconds: int
    concurrency: int


@dataclass(frozen=True)
class Chat:
    """A model at an address. `transport`, `sleep` and `clock` are for tests.

    Nothing but the environment's settings decides where questions go: no proxy of the environment is used and no
    redirect is followed.
    """

    address: str
    model: str
    key: str = ""
    ca_file: str = ""
    timeout: float = 120.0
    form: str = "json_schema"
    transport: httpx.BaseTransport | None = None
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic

    def ask(self, body: dict[str, Any], until: float | None = None) -> Reply:
        """Ask, several times if need be, and not past `until` (of `clock`); raises NoAnswerError."""
        for wait in (*WAITS, None):
            started = self.clock()
            try:
                reply = self._once(body, until)
            except _AgainError as error:
                asked_for = error.wait if error.wait is not None else wait
                if wait is None or asked_for is None:
                    raise NoAnswerError(error.failure, error.detail) from error
                if asked_for > LONGEST_WAIT or (until is not None and self.clock() + asked_for >= until):
                    raise NoAnswerError(Failure.BUSY, f"{error.detail}, wait {asked_for:.0f} s") from error
                self.sleep(asked_for)
            else:
                ms = round((self.clock() - started) * 1000)
                return Reply(
                    reply.content, reply.model, reply.refused, reply.cut_off, reply.tokens_in, reply.tokens_out, ms
                )
        raise AssertionError("the last attempt either answers or raises")

    def _once(self, body: dict[str, Any], until: float | None) -> Reply:
        left = self.timeout if until is None else min(self.timeout, max(0.1, until - self.clock()))
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        address = f"{self.address.rstrip('/')}/chat/completions"
        verify = ssl.create_default_context(cafile=self.ca_file or None)
        try:
            with (
                httpx.Client(timeout=left, verify=verify, transport=self.transport, trust_env=False) as client,
                client.stream("POST", address, json=body, headers=headers) as answer,
            ):
                text = self._read(answer, self.clock() + left)
        except httpx.TimeoutException as error:
            raise _AgainError(Failure.SLOW, f"no reply in {left:.0f} s") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise _AgainError(Failure.AWAY, f"{type(error).__name__}: {error}") from error
        if answer.status_code != HTTPStatus.OK:
            raise _refusal(answer, text)
        try:
            found = json.loads(text)
            return reply_of(found, self.model)
        except (ValueError, RecursionError, KeyError) as error:
            raise _AgainError(Failure.BROKEN, f"no reply of the chat interface: {text[:200]!r}") from error

    def _read(self, answer: httpx.Response, until: float) -> str:
        """The reply's text, of bounded length and time: a timeout of the client is only for each piece of it."""
        pieces: list[bytes] = []
        size = 0
        for piece in answer.iter_bytes():
            pieces.append(piece)
            size += len(piece)
            if size > LONGEST_REPLY:
                raise _AgainError(Failure.BROKEN, "the reply has no end")
            if self.clock() > until:
                raise _AgainError(Failure.SLOW, "the reply did not end in time")
        return b"".join(pieces).decode(errors="replace")


class _AgainError(Exception):
    """No reply this time. `wait`: the seconds that the server asks for."""

    def __init__(self, failure: Failure, detail: str, wait: float | None = None) -> None:
        super().__init__(detail)
        self.failure, self.detail, self.wait = failure, detail, wait


def _refusal(answer: httpx.Response, text: str) -> Exception:
    detail = f"{answer.status_code} {text[:200]}"
    if answer.status_code not in _AGAIN:
        return NoAnswerError(Failure.REFUSED, detail)
    failure = Failure.BUSY if answer.status_code in {429, 503, 529} else Failure.BROKEN
    return _AgainError(failure, detail, _retry_after(answer.headers.get("retry-after")))


def _retry_after(value: str | None) -> float | None:
    """Seconds from a Retry-After header, which gives seconds or a date (RFC 9110, 10.2.3)."""
    if value is None:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None


def reply_of(found: object, model: str) -> Reply:
    """A chat completion as a reply; raises KeyError where it is none."""
    if not isinstance(found, dict) or not isinstance(found.get("choices"), list) or not found["choices"]:
        raise KeyError("choices")
    choice = found["choices"][0]
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(message, dict):
        raise KeyError("message")
    refusal, finish = message.get("refusal"), choice.get("finish_reason")
    usage = found.get("usage")
    counts: dict[str, object] = usage if isinstance(usage, dict) else {}
    return Reply(
        content=_text(message.get("content")) or (refusal if isinstance(refusal, str) else ""),
        model=_storable(str(found.get("model") or model))[:200],
        refused=bool(refusal) or finish == "content_filter",
        cut_off=finish == "length",
        tokens_in=_count(counts.get("prompt_tokens")),
        tokens_out=_count(counts.get("completion_tokens")),
    )


def _text(content: object) -> str:
    """A message's text: a string, a list of parts, or, from hand-made answers, the object itself."""
    if isinstance(content, list):
        content = "".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    elif isinstance(content, dict):
        content = json.dumps(content, ensure_ascii=False)
    return _storable(content) if isinstance(content, str) else ""


def _storable(text: str) -> str:
    """Text without what no database keeps: NUL and halves of surrogate pairs."""
    return text.replace("\0", "\ufffd").encode(errors="replace").decode()


def _count(value: object) -> int:
    return value if isinstance(value, int) and 0 <= value < 1_000_000_000 else 0
