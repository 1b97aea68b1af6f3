from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from app.opinions import Chat, Failure, NoAnswerError
from tests.opinions.stand_in import Answer, Body, Reader, chat_answer, serving

BODY: Body = {"model": "m", "messages": [{"role": "user", "content": "?"}]}
GOOD = Answer(chat_answer("好"))


def scripted(*answers: Answer) -> Reader:
    left: Iterator[Answer] = iter(answers)
    return lambda _body: next(left)


def asked(*answers: Answer, timeout: float = 5.0, until: float | None = None) -> tuple[object, list[float], int]:
    """The reply, or the failure; the waits between attempts; how many attempts there were."""
    waits: list[float] = []
    with serving(scripted(*answers)) as server:
        chat = Chat(server.url, "m", "secret", timeout=timeout, sleep=waits.append)
        try:
            got: object = chat.ask(BODY, None if until is None else chat.clock() + until)
        except NoAnswerError as error:
            got = error.failure
        assert set(server.keys) == {"Bearer secret"}
        return got, waits, len(server.requests)


def test_a_reply_says_what_it_cost_and_who_gave_it() -> None:
    got, waits, _ = asked(GOOD)
    assert not waits
    assert (got.content, got.model, got.tokens_in, got.tokens_out) == ("好", "stand-in", 1000, 100)  # type: ignore[attr-defined]


def test_who_asks_for_patience_gets_it() -> None:
    in_nine = format_datetime(datetime.now(UTC) + timedelta(seconds=9.5), usegmt=True)
    busy = [Answer({}, 429, {"Retry-After": "7"}), Answer({}, 503, {"Retry-After": in_nine}), Answer({}, 429)]
    got, waits, attempts = asked(*busy, GOOD)
    assert got.content == "好"  # type: ignore[attr-defined]
    assert waits[0] == 7
    assert 7 < waits[1] <= 10
    assert (waits[2], attempts) == (15.0, 4)


@pytest.mark.parametrize(("asked_for", "until"), [("100000", None), ("60", 30.0)])
def test_nobody_waits_longer_than_there_is_time(asked_for: str, until: float | None) -> None:
    got, waits, attempts = asked(Answer({}, 429, {"Retry-After": asked_for}), GOOD, until=until)
    assert (got, waits, attempts) == (Failure.BUSY, [], 1)


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (Answer({"error": "out of memory"}, 500), Failure.BROKEN),
        (Answer(b"<html>Bad gateway</html>", 200), Failure.BROKEN),
        (Answer({"choices": []}), Failure.BROKEN),
        (Answer({"choices": [{"message": None}]}), Failure.BROKEN),
        (Answer(chat_answer("好"), cut=40), Failure.AWAY),
        (Answer(b"x" * 2_000_000), Failure.BROKEN),
    ],
)
def test_what_fails_is_tried_again_and_then_given_up(answer: Answer, failure: Failure) -> None:
    got, waits, attempts = asked(*[answer] * 4)
    assert (got, waits, attempts) == (failure, [1.0, 4.0, 15.0], 4)
    recovered, _, _ = asked(answer, GOOD)
    assert recovered.content == "好"  # type: ignore[attr-defined]


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 422])
def test_a_wrong_address_model_or_key_is_not_tried_again(status: int) -> None:
    got, waits, attempts = asked(Answer({}, status, {"Location": "http://127.0.0.1:9/"}), GOOD)
    assert (got, waits, attempts) == (Failure.REFUSED, [], 1)


def test_a_slow_one_is_given_up() -> None:
    got, _, attempts = asked(*[Answer(chat_answer("好"), wait=5)] * 4, timeout=0.1)
    assert (got, attempts) == (Failure.SLOW, 4)


def test_nobody_there() -> None:
    with serving(scripted()) as server:
        url = server.url
    with pytest.raises(NoAnswerError) as raised:
        Chat(url, "m", sleep=lambda _: None).ask(BODY)
    assert raised.value.failure is Failure.AWAY


def test_no_proxy_of_the_environment_gets_to_see_a_text(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert asked(GOOD)[0].content == "好"  # type: ignore[attr-defined]
