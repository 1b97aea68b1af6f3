"""Numbers and dates between a task and its evidence, and the rules that report them."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.graph import SEVERITY
from app.schemas.common import GapKind
from app.services.rules import RULES
from app.services.verdicts import check, placed_facts, sentence_around

RULES_PAGE = Path(__file__).parents[2] / "docs" / "rules.md"


@pytest.mark.parametrize(
    ("task", "evidence", "target", "deadline"),
    [
        ("普惠性幼儿园覆盖率达到85%", ["普惠性幼儿园覆盖率达到80%"], "weaker", None),
        ("普惠性幼儿园覆盖率达到85%", ["普惠性幼儿园覆盖率达到百分之八十五以上"], "equal", None),
        ("普惠性幼儿园覆盖率达到85%", ["普惠性幼儿园覆盖率达到９０％"], "stronger", None),
        ("招收5000名公费师范生", ["招收300名公费师范生"], "not_comparable", None),
        ("年底前全面消除大班额", ["年底前，实现大班额“清零”"], "equal", "equal"),
        ("年底前全面消除大班额", ["到2021年6月底前消除大班额"], "equal", "later"),
        ("6月底前完成排查", ["完成排查"], None, "missing"),
        ("6月底前完成排查", ["完成排查", "5月底前完成排查整改"], None, "earlier"),
        ("完成排查", ["组织排查", "到2021年底建成学校"], None, None),
        ("加强领导", [], None, None),
    ],
)
def test_what_is_compared(task: str, evidence: list[str], target: str | None, deadline: str | None) -> None:
    found = check(task, 2020, evidence, 2020)
    assert (found.target.verdict.value if found.target else None) == target
    assert (found.deadline.verdict.value if found.deadline else None) == deadline


@given(st.text("甲乙，。！”“", max_size=40), st.data())
def test_the_sentence_around_holds_the_range(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    found = sentence_around(text, start, end)
    assert found in text
    assert text[start:end].rstrip("。！") in found
    if "。" not in text[:-1] and "！" not in text[:-1]:
        assert found == text.rstrip("。！")[: len(text)] or found == text[: len(found)]


def test_stored_facts_stand_in_the_items_text() -> None:
    item = "完成攻坚。年底前覆盖率达到85%，落实《意见》。"
    facts = placed_facts("年底前覆盖率达到85%", 2020, 5)
    assert {fact["type"] for fact in facts} == {"number", "deadline"}
    for fact in facts:
        assert item[int(str(fact["start"])) : int(str(fact["end"]))] == fact["text"]


def test_every_rule_is_documented_and_every_documented_rule_exists() -> None:
    page = RULES_PAGE.read_text(encoding="utf-8")
    sections = re.findall(r"^## (\S+)\n类别 `(\w+)`，程度 `(\w+)`", page, re.MULTILINE)
    assert sections == [(RULES[kind][0], kind, SEVERITY[kind]) for _, kind, _ in sections]
    assert sorted(kind for _, kind, _ in sections) == sorted(RULES) == sorted(SEVERITY)
    assert set(RULES) == {kind.value for kind in GapKind}
