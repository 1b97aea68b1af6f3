import json
from typing import Any

import pytest

from app.linking import ItemText, Passage, PlanText, TaskText
from app.opinions import Answered, NotABatchError, pose, question_id, read_batch, request_line
from tests.opinions.stand_in import chat_answer

UPPER = PlanText((ItemText(1, "加强管理", "加强管理。健全安全制度。", (TaskText(1, 5, 11),)),))
LOWER = PlanText((ItemText(7, "做好工作", "做好工作。", ()),))
QUESTION = pose(UPPER, LOWER, 1, [1], [Passage(7, ((0, 5),))])
BODY = chat_answer("好")


def test_a_question_is_a_line_of_the_usual_batch_format() -> None:
    text = request_line(QUESTION, "370000-edu-2020", "371300-edu-2020", "m", "json_object")
    assert text.count("\n") == 1
    line = json.loads(text)
    assert list(line) == ["custom_id", "method", "url", "body"]
    assert (line["method"], line["url"]) == ("POST", "/v1/chat/completions")
    assert line["custom_id"] == f"370000-edu-2020_1_371300_{QUESTION.id}"
    assert line["body"]["response_format"] == {"type": "json_object"}
    assert [one["role"] for one in line["body"]["messages"]] == ["system", "user"]


def test_names_are_no_longer_than_batch_services_take() -> None:
    line = json.loads(request_line(QUESTION, f"370000-{'d' * 32}-2020", "371300-x-2020", "m", ""))
    assert len(line["custom_id"]) == 64
    assert question_id(line["custom_id"]) == QUESTION.id


@pytest.mark.parametrize(
    "line",
    [
        {
            "id": "batch_1",
            "custom_id": "a",
            "response": {"status_code": 200, "request_id": "r", "body": BODY},
            "error": None,
        },
        {"custom_id": "a", "response": {"body": BODY}},
        {"custom_id": "a", "response": {"body": json.dumps(BODY)}},
        {"custom_id": "a", "response": BODY},
        {"custom_id": "a", "body": BODY},
        {"custom_id": "a", **BODY},
        {
            "custom_id": "a",
            "response": {"body": chat_answer("") | {"choices": [{"message": {"content": [{"text": "好"}]}}]}},
        },
    ],
)
def test_answers_are_found_however_deep_a_service_puts_them(line: dict[str, Any]) -> None:
    (read,) = read_batch(["\ufeff" + json.dumps(line), "", "  "])
    assert isinstance(read, Answered)
    assert read.reply is not None
    assert (read.custom_id, read.reply.content) == ("a", "好")


def test_what_failed_there_is_told() -> None:
    failed = {"custom_id": "a", "response": {"status_code": 500, "body": {"error": {"message": "oom"}}}, "error": None}
    (read,) = read_batch([json.dumps(failed)])
    assert isinstance(read, Answered)
    assert read.reply is None
    assert "oom" in read.error


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        "7",
        '{"response": {}}',
        "x" * 3_000_000,
        "[" * 100_000,
        r'{"custom_id": "\ud800"}',
        r'{"custom_id": "a\u0000"}',
    ],
)
def test_what_is_no_line_of_a_batch_is_named(line: str) -> None:
    (read,) = read_batch([line])
    assert isinstance(read, NotABatchError)
    assert "line 1" in str(read)
