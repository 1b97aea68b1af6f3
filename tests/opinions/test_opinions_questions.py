import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.linking import ItemText, Passage, PlanText, TaskText, applies_to, candidates, prepare
from app.opinions import Question, pose, prompt, questions, tokens
from app.opinions.questions import MOST_ASKED
from tests.evaluation.cases import case


def plans(text: str) -> tuple[PlanText, PlanText]:
    upper = PlanText((ItemText(1, "加强管理", "加强管理。健全安全制度。", (TaskText(1, 5, 11),)),))
    return upper, PlanText((ItemText(7, text, text, ()),))


def question(text: str) -> Question:
    return pose(*plans(text), 1, [1], [Passage(7, ((0, len(text)),))])


def test_a_question_holds_the_two_texts_and_nothing_else() -> None:
    asked = question("做好安全工作")
    assert "1.1　健全安全制度" in asked.text
    assert "［第7条］做好安全工作" in asked.text
    system, user = asked.body("m")["messages"]
    assert system["content"] == prompt().system
    assert user["content"] == asked.text
    for word in ("省教育厅", "临沂", "山东"):
        assert word not in prompt().system + asked.text


def test_the_same_words_are_the_same_question() -> None:
    assert question("做好安全工作").id == question("做好安全工作").id
    assert question("做好安全工作").id != question("做好稳定工作").id


@given(st.text(max_size=200))
def test_no_text_of_a_plan_ends_the_quotation_it_stands_in(text: str) -> None:
    asked = question(f"做好{text}工作")
    marks = re.findall(r"资料(?:开始|结束) ([0-9a-f]{8}) ─", asked.text)
    assert marks[0] not in text
    assert asked.text.count(marks[0]) == 4
    assert f"做好{text}工作" in asked.text


def test_braces_in_a_plan_are_text() -> None:
    assert "［第7条］{tasks}{mark}{x}" in question("{tasks}{mark}{x}").text


def test_a_long_item_is_asked_about_in_parts() -> None:
    pieces = [f"推进第{number}项重点工作落地见效" for number in range(1, 121)]
    text = "总的要求。" + "，".join(pieces) + "。"
    tasks = tuple(TaskText(n, text.index(p), text.index(p) + len(p)) for n, p in enumerate(pieces, 1))
    upper = PlanText((ItemText(1, "总的要求", text, tasks),))
    lower = plans("做好工作")[1]
    asked = list(questions(upper, lower, 1, range(1, 121), [Passage(7, ((0, 4),))]))
    assert [task for one in asked for task in one.tasks] == list(range(1, 121))
    for one in asked:
        assert len(one.tasks) <= MOST_ASKED
        assert one.tokens_in < 6000
        for task in one.tasks:
            assert pieces[task - 1] in one.text.partition("某市")[0]


def test_unknown_items_and_tasks_are_an_error() -> None:
    upper, lower = plans("做好工作")
    with pytest.raises(KeyError):
        list(questions(upper, lower, 2, [1], []))
    with pytest.raises(KeyError):
        pose(upper, lower, 1, [9], [])
    with pytest.raises(KeyError):
        pose(upper, lower, 1, [1], [Passage(8, ((0, 1),))])


@pytest.mark.parametrize("name", ["linyi", "yunhe"])
def test_questions_stay_small_and_show_the_evidence(name: str) -> None:
    judged = case(name)
    upper, lower = prepare(judged.upper), prepare(judged.lower)
    passages = candidates(upper, lower, applies_to(judged.upper))
    asked = [
        one
        for item in judged.upper.items
        for one in questions(
            judged.upper, judged.lower, item.number, [t.number for t in item.tasks], passages[item.number]
        )
    ]
    assert len(asked) == len(judged.upper.items)
    assert max(one.tokens_in for one in asked) < 6000
    taken = [task for task in judged.gold["tasks"] if task["coverage"] in {"full", "partial"}]
    shown = [
        any(found["item"] in {p.item for p in passages[task["item"]]} for found in task["evidence"]) for task in taken
    ]
    # Without a thesaurus; with the shipped one all but two in both cities.
    assert sum(shown) / len(shown) >= 0.97


def test_tokens_are_told_rather_too_many_than_too_few() -> None:
    # Tokenisers in use make 0.6 to 1.2 tokens of a Chinese character.
    assert tokens("督查") >= 2
    assert tokens("") == 0
