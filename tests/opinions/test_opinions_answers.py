import json
from typing import Any

import pytest

from app.linking import Coverage, ItemText, Passage, PlanText, Quote, TaskText
from app.opinions import Question, Why, check, pose, prompt
from app.opinions.answers import _Sheet
from tests.opinions.stand_in import sheet

UPPER = PlanText(
    (
        ItemText(
            8,
            "三个清零",
            "三个清零。年底前消除大班额，完成配套园整治。",
            (TaskText(1, 5, 13), TaskText(2, 14, 21)),
        ),
    )
)
LOWER = PlanText(
    (
        ItemText(18, "推進均衡", "推進均衡。年底前實現大班額“清零”。新建改扩建 学校 107 所。", ()),
        ItemText(19, "办好幼儿园", "办好幼儿园。开展小区配套幼儿园专项治理。", ()),
    )
)
PASSAGES = [Passage(18, ((0, len(LOWER.items[0].text)),)), Passage(19, ((0, 6), (6, 20)))]
EVIDENCE = (18, "年底前实现大班额“清零”")


@pytest.fixture
def question() -> Question:
    return pose(UPPER, LOWER, 8, [1, 2], PASSAGES)


def whys(question: Question, content: object, **how: bool) -> dict[str | None, Why]:
    text = content if isinstance(content, str) else json.dumps(content)
    return {one.task: one.why for one in check(question, text, **how).thrown}


def test_what_holds_is_taken_with_the_place_of_its_evidence(question: Question) -> None:
    checked = check(question, json.dumps(sheet(t8_1=("full", [EVIDENCE]), t8_2=("none", []))))
    assert not checked.thrown
    first, second = checked.findings
    # Script does not matter: the plan is in traditional characters, the quotation in simplified ones.
    assert (first.task, first.verdict, first.quotes) == (1, Coverage.FULL, (Quote(18, 5, 17),))
    assert LOWER.items[0].text[5:17] == "年底前實現大班額“清零”"
    assert (second.task, second.verdict, second.quotes) == (2, Coverage.NONE, ())


@pytest.mark.parametrize(
    "wrap",
    [
        "```json\n{}\n```",
        "<think>先看第8条……{{不确定}}</think>\n{}",
        "\n  {}  ",
    ],
)
def test_what_models_put_around_their_answer_does_no_harm(question: Question, wrap: str) -> None:
    answer = json.dumps(sheet(t8_1=("full", [EVIDENCE]), t8_2=("none", [])), ensure_ascii=False)
    assert len(check(question, wrap.replace("{}", answer)).findings) == 2


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", Why.NOT_JSON),
        ("我无法判断。", Why.NOT_JSON),
        ("[" * 100_000, Why.NOT_JSON),
        ({"verdicts": []}, Why.NOT_THE_FORM),
        ({"answers": [{"task": "8.1", "verdict": "full"}]}, Why.NOT_THE_FORM),
        ({"answers": [{"task": "8.1", "evidence": [], "reason": "", "verdict": "maybe"}]}, Why.NOT_THE_FORM),
        ({"answers": [{"task": "8.1", "evidence": [], "reason": "", "verdict": "none", "note": ""}]}, Why.NOT_THE_FORM),
        ({**sheet(t8_1=("none", [])), "status": "done"}, Why.NOT_THE_FORM),
    ],
)
def test_an_answer_of_another_form_is_thrown_away_whole(question: Question, content: object, why: Why) -> None:
    text = content if isinstance(content, str) else json.dumps(content)
    checked = check(question, text)
    assert not checked.findings
    assert [one.why for one in checked.thrown] == [why]


@pytest.mark.parametrize(
    ("evidence", "why"),
    [
        ([], Why.NO_EVIDENCE),
        ([(18, "全面消除所有学校的大班额")], Why.NOT_VERBATIM),
        ([(18, "年底前……“清零”")], Why.NOT_VERBATIM),
        ([EVIDENCE, (18, "全面消除所有学校的大班额")], Why.NOT_VERBATIM),
        ([(19, EVIDENCE[1])], Why.NOT_VERBATIM),
        ([(8, "年底前消除大班额")], Why.UNKNOWN_ITEM),
        ([(18, "清零")], Why.TOO_SHORT),
        ([(18, "”。“、，；；；")], Why.TOO_SHORT),
        ([(18, "实" * 500)], Why.TOO_LONG),
    ],
)
def test_a_verdict_is_worth_its_evidence(question: Question, evidence: list[tuple[int, str]], why: Why) -> None:
    checked = check(question, json.dumps(sheet(t8_1=("full", evidence), t8_2=("none", []))))
    assert [(one.task, one.why) for one in checked.thrown] == [("8.1", why)]
    assert [one.task for one in checked.findings] == [2]


@pytest.mark.parametrize("quoted", ['年底前实现大班额"清零"', "“年底前实现大班额「清零」”", "年底前實現大班額‘清零’"])
def test_quotation_marks_may_be_of_another_kind(question: Question, quoted: str) -> None:
    checked = check(question, json.dumps(sheet(t8_1=("full", [(18, quoted)]), t8_2=("none", []))))
    (quote,) = checked.findings[0].quotes
    assert LOWER.items[0].text[quote.start : quote.end].startswith("年底前實現大班額“清零")


def test_white_space_in_the_plan_does_not_hinder_a_quotation(question: Question) -> None:
    checked = check(question, json.dumps(sheet(t8_1=("partial", [(18, "新建改扩建学校107所")]), t8_2=("none", []))))
    (quote,) = checked.findings[0].quotes
    assert LOWER.items[0].text[quote.start : quote.end] == "新建改扩建 学校 107 所"


def test_only_what_was_asked_is_answered(question: Question) -> None:
    answers = sheet(t8_1=("none", []), t8_9=("full", [EVIDENCE]), t9_1=("full", [EVIDENCE]))
    assert whys(question, answers) == {"8.9": Why.NOT_ASKED, "9.1": Why.NOT_ASKED, "8.2": Why.UNANSWERED}


def test_of_two_answers_to_one_task_none_counts(question: Question) -> None:
    twice: dict[str, Any] = sheet(t8_1=("full", [EVIDENCE]), t8_2=("none", []))
    twice["answers"].append({**twice["answers"][0], "verdict": "none", "evidence": []})
    checked = check(question, json.dumps(twice))
    assert [one.task for one in checked.findings] == [2]
    assert whys(question, twice) == {"8.1": Why.REPEATED}


def test_refusals_and_torn_answers_are_told_apart(question: Question) -> None:
    assert whys(question, "抱歉，我不能回答。", refused=True) == {None: Why.REFUSED}
    torn = json.dumps(sheet(t8_1=("none", []), t8_2=("none", [])))[:40]
    assert whys(question, torn, cut_off=True) == {None: Why.CUT_OFF}


def test_what_is_kept_of_a_reason_can_be_shown_and_stored(question: Question) -> None:
    answers = sheet(t8_1=("none", []), t8_2=("none", []))
    answers["answers"][0]["reason"] = "没有\x00涉及\n\ud800" + "很" * 5000
    reason = check(question, json.dumps(answers)).findings[0].reason
    assert reason.startswith("没有 涉及")
    assert len(reason) <= 200
    assert reason.isprintable()


def test_the_schema_of_the_prompt_is_the_form_that_is_checked() -> None:
    def plain(schema: Any, named: dict[str, Any]) -> Any:  # noqa: ANN401 - any JSON
        if isinstance(schema, list):
            return [plain(one, named) for one in schema]
        if not isinstance(schema, dict):
            return schema
        if "$ref" in schema:
            return plain(named[schema["$ref"].rpartition("/")[2]], named)
        left_out = {"title", "description", "$defs", "maxLength"}
        kept = {name: plain(value, named) for name, value in schema.items() if name not in left_out}
        return {name: sorted(value) if name == "required" else value for name, value in kept.items()}

    checked = _Sheet.model_json_schema()
    assert plain(prompt().schema, {}) == plain(checked, checked["$defs"])
