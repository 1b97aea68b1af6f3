"""What must hold of any two plans, tried on plans put together at random."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from random import Random

import opencc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.linking import Thesaurus, applies_to, judge, prepare
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
    return judge(prepare(upper, TERMS), prepare(lower, TERMS))


# Not the shipped one: these are about the fields of `plans`.
TERMS = Thesaurus.of(
    (group, term, relation, False)
    for group, term, relation in (
        ("clinic", "卫生院", "same"),
        ("clinic", "医疗机构", "broader"),
        ("eyes", "近视筛查", "same"),
        ("eyes", "视力档案", "narrower"),
        ("bus", "公交专用道", "same"),
        ("bus", "公交线路", "same"),
        ("waste", "垃圾分类", "same"),
        ("waste", "厨余处理", "narrower"),
    )
)


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


def never_worse(upper: PlanText, lower: PlanText, longer: PlanText) -> bool:
    before = judged(upper, lower).tasks
    for old, new in zip(before, judged(upper, longer).tasks, strict=True):
        assert ORDER[new.coverage] >= ORDER[old.coverage]
        assert new.score >= old.score - 1e-9
    return True


def with_sentence(lower: PlanText, which: int, place: int, sentence: str) -> PlanText:
    """One more sentence in an item, before its last ones or behind them; its tasks move along."""
    one = lower.items[which]
    ends = [k + 1 for k, character in enumerate(one.text) if character == "。"]
    at = ends[min(place, len(ends) - 1)]
    more = f"{sentence}。"
    moved = [replace(t, start=t.start + len(more), end=t.end + len(more)) if t.start >= at else t for t in one.tasks]
    tasks = (*moved, TaskText(len(moved) + 1, at, at + len(sentence)))
    items = list(lower.items)
    items[which] = replace(one, text=one.text[:at] + more + one.text[at:], tasks=tasks)
    return PlanText(tuple(items))


@given(plans, plans, st.data())
@settings(deadline=None, max_examples=60)
def test_one_more_sentence_in_an_item_never_makes_coverage_worse(
    upper: PlanText, lower: PlanText, data: st.DataObject
) -> None:
    which = data.draw(st.integers(0, len(lower.items) - 1))
    place, sentence = data.draw(st.integers(0, 5)), data.draw(st.sampled_from(SENTENCES))
    assert never_worse(upper, lower, with_sentence(lower, which, place, sentence))


def test_a_sentence_more_makes_no_real_verdict_worse() -> None:
    upper, lower, other = (read_plan(DOCUMENTS / f"{key}-edu-20{year}.txt") for key, year in REAL)
    random = Random(20)  # noqa: S311  which sentences are tried is no secret
    for _ in range(6):
        donor = random.choice(random.choice(other.items).text.rstrip("。").split("。"))
        longer = with_sentence(lower, random.randrange(len(lower.items)), random.randrange(4), donor)
        assert never_worse(upper, lower, longer)


# A province and two of its cities.
REAL = (("370000", 20), ("371300", 20), ("370200", 20))


@given(plans, plans, items)
@settings(deadline=None, max_examples=40)
def test_one_more_item_never_makes_coverage_worse(upper: PlanText, lower: PlanText, more: ItemText) -> None:
    assert never_worse(upper, lower, PlanText((*lower.items, replace(more, number=len(lower.items) + 1))))


def test_the_same_plans_give_the_same_bytes_in_every_process() -> None:
    script = (
        "from app.linking import judge, prepare; from tests.evaluation.cases import case, thesaurus as t;"
        "c = case('linyi'); import hashlib; j = judge(prepare(c.upper, t()), prepare(c.lower, t()));"
        "print(hashlib.sha256(repr(j).encode()).hexdigest())"
    )
    root = Path(__file__).parents[2]
    runs = [
        subprocess.run(
            [sys.executable, "-c", script],
            check=True,
            capture_output=True,
            cwd=root,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(root)},
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1]
