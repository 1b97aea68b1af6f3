"""What must hold of any two plans, tried on plans put together at random."""

from dataclasses import replace
from pathlib import Path
from random import Random

import opencc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.linking import applies_to, judge, prepare
from app.linking.values import AppliesTo, Coverage, ItemText, Judgement, PlanText, TaskText
from tests.evaluation.cases import DOCUMENTS
from tests.evaluation.cases import plan as read_plan
from tests.linking.plans import SENTENCES, city_tasks, item

ORDER = {Coverage.NONE: 0, Coverage.PARTIAL: 1, Coverage.FULL: 2}
TITLES = ("改善人居环境", "保障群众健康", "方便市民出行", "推进乡村振兴", "做好民生保障")

items = st.builds(
    item, st.just(0), st.sampled_from(TITLES), st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=4)
)
plans = st.lists(items, min_size=1, max_size=5).map(
    lambda found: PlanText(tuple(replace(one, number=k) for k, one in enumerate(found, 1)))
)
# Misprints, symbols and nonsense: items whose tasks are any ranges of any text.
wild_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60) | st.text(
    "推进，。；《学校》“” 1２年（", max_size=60
)
wild_plans = st.lists(
    wild_texts.flatmap(
        lambda text: st.builds(
            lambda cut: ItemText(0, text[:cut], text, (TaskText(1, 0, cut), TaskText(2, cut, len(text)))),
            st.integers(0, len(text)),
        )
    ),
    max_size=4,
).map(lambda found: PlanText(tuple(replace(one, number=k) for k, one in enumerate(found, 1))))


def judged(upper: PlanText, lower: PlanText) -> Judgement:
    return judge(prepare(upper), prepare(lower))


def is_sound(upper: PlanText, lower: PlanText, judgement: Judgement) -> bool:
    texts = {one.number: one.text for one in lower.items}
    tasks = {one.number: {task.number for task in one.tasks} for one in lower.items}
    for verdict in judgement.tasks:
        assert 0 <= verdict.score <= 1
        assert (verdict.coverage is Coverage.NONE) == (verdict.evidence == ())
        assert len(verdict.evidence) <= 5
        scores = [found.score for found in verdict.evidence]
        assert scores == sorted(scores, reverse=True)
        for found in verdict.evidence:
            assert 0 <= found.start < found.end <= len(texts[found.item])
            assert found.task is None or found.task in tasks[found.item]
            assert 0 <= found.score <= 1
    assert all(0 <= found.score <= 1 and found.lower_item in texts for found in judgement.items)
    for one in upper.items:
        ranked = [found.score for found in judgement.items if found.item == one.number]
        assert ranked == sorted(ranked, reverse=True)
        assert len(ranked) <= 8
    return len(judgement.tasks) == sum(len(one.tasks) for one in upper.items)


@given(plans, plans)
@settings(deadline=None, max_examples=40)
def test_verdicts_are_sound(upper: PlanText, lower: PlanText) -> None:
    assert is_sound(upper, lower, judged(upper, lower))


@given(wild_plans, wild_plans)
@settings(deadline=None, max_examples=60)
def test_nonsense_is_judged_soundly_too(upper: PlanText, lower: PlanText) -> None:
    assert is_sound(upper, lower, judged(upper, lower))


@given(plans)
@settings(deadline=None, max_examples=40)
def test_a_plan_covers_itself(one: PlanText) -> None:
    scopes = applies_to(one)
    for verdict in judged(one, one).tasks:
        if scopes[verdict.item, verdict.task] is AppliesTo.CITY:
            assert verdict.coverage is Coverage.FULL


@pytest.mark.parametrize("path", sorted(DOCUMENTS.glob("*.txt")), ids=lambda path: path.stem)
def test_a_real_plan_covers_itself(path: Path) -> None:
    one = read_plan(path)
    scopes = applies_to(one)
    own = [v for v in judged(one, one).tasks if scopes[v.item, v.task] is AppliesTo.CITY]
    assert [v for v in own if v.coverage is not Coverage.FULL] == []


@given(plans, plans, st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=30)
def test_the_order_of_items_changes_nothing(upper: PlanText, lower: PlanText, random: Random) -> None:
    shuffled = [list(one.items) for one in (upper, lower)]
    for found in shuffled:
        random.shuffle(found)
    mixed = judged(*(PlanText(tuple(found)) for found in shuffled))
    straight = judged(upper, lower)
    assert city_tasks(mixed) == city_tasks(straight)
    evidence = [
        {(v.item, v.task): [(e.item, e.start, e.end) for e in v.evidence] for v in j.tasks} for j in (mixed, straight)
    ]
    assert evidence[0] == evidence[1]
    assert {(v.item, v.lower_item, v.strength) for v in mixed.items} == {
        (v.item, v.lower_item, v.strength) for v in straight.items
    }


@given(plans, plans)
@settings(deadline=None, max_examples=30)
def test_traditional_characters_give_the_same_verdicts(upper: PlanText, lower: PlanText) -> None:
    converter = opencc.OpenCC("s2t")
    traditional = PlanText(
        tuple(replace(one, title=converter.convert(one.title), text=converter.convert(one.text)) for one in lower.items)
    )
    assert judged(upper, traditional) == judged(upper, lower)


@given(plans, plans, items)
@settings(deadline=None, max_examples=40)
def test_one_more_item_never_makes_coverage_worse(upper: PlanText, lower: PlanText, more: ItemText) -> None:
    longer = PlanText((*lower.items, replace(more, number=len(lower.items) + 1)))
    before = judged(upper, lower).tasks
    for old, new in zip(before, judged(upper, longer).tasks, strict=True):
        assert ORDER[new.coverage] >= ORDER[old.coverage]
        assert new.score >= old.score - 1e-9
