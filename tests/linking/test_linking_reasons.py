import math

import pytest

from app.linking import Found, PlanText, Strength, Thesaurus, explain, explain_items, judge, prepare
from tests.linking.plans import plan

TERMS = Thesaurus.of([("eyes", "近视筛查", "same", True), ("eyes", "视力普查", "same", False)])
UPPER = plan(
    ("守护群众健康", ["推动家庭医生签约服务，开展青少年近视筛查，推进党的建设"]),
    ("保障群众出行", ["完善城市公交专用道网络"]),
)
LOWER = plan(
    ("守护健康", ["推动家庭医生签约服务，组织视力普查", "加强党建", "提高出行效率"]),
    ("推广垃圾分类", ["建设厨余处理厂"]),
)
SIDES = prepare(UPPER, TERMS), prepare(LOWER, TERMS)


def logit(chance: float) -> float:
    return math.log(chance / (1 - chance))


@pytest.mark.parametrize(("item", "task"), [(1, 1), (1, 2), (1, 3), (2, 1)])
def test_the_contributions_add_up_to_the_score(item: int, task: int) -> None:
    found = explain(*SIDES, (item, task))
    assert found.place is not None
    total = found.bias + sum(factor.contribution for factor in found.factors)
    assert total == pytest.approx(logit(found.place.score), abs=1e-6)
    assert found.verdict in judge(*SIDES).tasks
    assert sum(word.weight for word in found.words) == pytest.approx(1)
    assert len(found.alternatives) <= 5
    if found.verdict.evidence:
        first = found.verdict.evidence[0]
        assert (found.place.item, found.place.start, found.place.end) == (first.item, first.start, first.end)


def test_a_word_says_how_it_was_found() -> None:
    words = {word.word: word for task in (1, 2, 3) for word in explain(*SIDES, (1, task)).words}
    assert words["家庭医生"].found is Found.EXACT
    eyes = words["近视"]
    assert (eyes.found, eyes.upper_term, eyes.lower_term, eyes.group) == (Found.TERM, "近视筛查", "视力普查", "eyes")
    assert words["党的建设"].found is Found.SHORT
    assert words["青少年"].found is Found.MISSING


def test_a_missing_task_shows_what_came_nearest() -> None:
    found = explain(*SIDES, (2, 1))
    assert found.verdict.evidence == ()
    assert found.place is not None
    assert found.place.score < 0.5
    assert found.alternatives[0].score <= found.place.score


def test_reasons_are_the_same_every_time() -> None:
    assert explain(*SIDES, (1, 2)) == explain(prepare(UPPER, TERMS), prepare(LOWER, TERMS), (1, 2))


def test_nothing_to_compare_with() -> None:
    found = explain(SIDES[0], prepare(PlanText(())), (1, 1))
    assert (found.place, found.factors, found.words) == (None, (), ())
    with pytest.raises(KeyError):
        explain(*SIDES, (1, 9))


def test_items_are_explained_too() -> None:
    found = explain_items(*SIDES, 1, 1)
    assert found.strength is Strength.IMPLEMENTS
    assert found.bias + sum(factor.contribution for factor in found.factors) == pytest.approx(logit(found.score))
    assert found.tasks == tuple(v.task for v in judge(*SIDES).tasks if v.evidence)
    assert "家庭医生" in found.words
    assert [number for number, _ in found.alternatives] == [2]
    with pytest.raises(KeyError):
        explain_items(*SIDES, 1, 7)
