import numpy as np

from app.linking import METHOD, judge, prepare
from app.linking.values import AppliesTo, Coverage, Evidence, ItemText, PlanText, Strength, TaskText, TaskVerdict
from tests.linking.plans import plan

UPPER = plan(
    ("保障群众出行", ["完善城市公交专用道网络，规范校车运营管理"]),
    ("守护群众健康", ["推动家庭医生签约服务，开展青少年近视筛查"]),
)


def verdict(upper: PlanText, lower: PlanText, item: int, task: int) -> TaskVerdict:
    return next(v for v in judge(prepare(upper), prepare(lower)).tasks if (v.item, v.task) == (item, task))


def slice_of(lower: PlanText, evidence: Evidence) -> str:
    text = next(item.text for item in lower.items if item.number == evidence.item)
    return text[evidence.start : evidence.end]


def test_every_task_has_a_verdict_in_the_plans_order() -> None:
    tasks = judge(prepare(UPPER), prepare(plan(("其他", ["推广垃圾分类"])))).tasks
    assert [(v.item, v.task) for v in tasks] == [(1, 1), (1, 2), (2, 1), (2, 2)]
    assert all(v.coverage is Coverage.NONE and v.evidence == () and v.score < 0.5 for v in tasks)


def test_evidence_is_the_clause_that_carries_the_match_and_names_its_task() -> None:
    lower = plan(("方便市民出行", ["优化站点布局，全面完善城市公交专用道网络，做好宣传"]))
    found = verdict(UPPER, lower, 1, 1)
    assert found.coverage is Coverage.FULL
    assert slice_of(lower, found.evidence[0]) == "全面完善城市公交专用道网络"
    assert (found.evidence[0].item, found.evidence[0].task) == (1, 2)


def test_evidence_in_a_title_names_no_task() -> None:
    lower = plan(("完善城市公交专用道网络", ["优化站点"]))
    found = verdict(UPPER, lower, 1, 1).evidence[0]
    assert found.task is None
    assert slice_of(lower, found) == "完善城市公交专用道网络"


def test_traditional_evidence_is_quoted_as_printed() -> None:
    lower = plan(("守護健康", ["開展青少年近視篩查，建立視力檔案"]))
    found = verdict(UPPER, lower, 2, 2)
    assert slice_of(lower, found.evidence[0]) == "開展青少年近視篩查"


def test_a_note_of_who_answers_for_it_is_no_evidence() -> None:
    note = "（责任科室：近视筛查科、家庭医生签约服务中心）"
    lower = plan(("其他", ["推广垃圾分类。" + note]))
    assert verdict(UPPER, lower, 2, 2) == verdict(UPPER, plan(("其他", ["推广垃圾分类"])), 2, 2)


def test_what_an_item_begins_with_is_taken_up_more_readily_than_what_it_ends_with() -> None:
    first, last = (
        plan(("守护群众健康", clauses))
        for clauses in (["开展青少年近视筛查", "培育电商带头人"], ["培育电商带头人", "开展青少年近视筛查"])
    )
    lower = plan(("其他", ["做好近视筛查"]))
    assert verdict(first, lower, 1, 1).score > verdict(last, lower, 1, 2).score


def test_a_sentence_that_fits_another_task_better_speaks_less_for_this_one() -> None:
    lower = plan(("其他", ["开展青少年近视筛查"]))
    rival = plan(("守护群众健康", ["建立儿童近视档案", "开展青少年近视筛查"]))
    alone = plan(("守护群众健康", ["建立儿童近视档案", "发展冷链物流"]))
    assert verdict(rival, lower, 1, 1).score < verdict(alone, lower, 1, 1).score


def test_a_short_form_is_recognised() -> None:
    upper = plan(("发展职业教育", ["扩大职业教育办学规模"]))
    short, other = (plan(("扩大供给", [f"扩大{word}办学规模"])) for word in ("职教", "民办"))
    assert verdict(upper, short, 1, 1).score > verdict(upper, other, 1, 1).score


def test_the_item_that_answers_comes_first_and_the_others_do_not_implement() -> None:
    lower = plan(
        ("推广垃圾分类", ["建设厨余处理厂"]),
        ("守护群众健康", ["推动家庭医生签约服务，开展青少年近视筛查，建立视力档案"]),
    )
    found = [v for v in judge(prepare(UPPER), prepare(lower)).items if v.item == 2]
    assert (found[0].lower_item, found[0].strength) == (2, Strength.IMPLEMENTS)
    assert all(v.strength is Strength.CONTRIBUTES for v in found[1:])


def test_scopes_given_are_used_and_those_missing_mean_the_city() -> None:
    lower = prepare(plan(("守护健康", ["推动家庭医生服务"])))
    scopes = {(2, 1): AppliesTo.INSTITUTION}
    scores = [{(v.item, v.task): v.score for v in judge(prepare(UPPER), lower, given).tasks} for given in ({}, scopes)]
    assert scores[1][2, 1] < scores[0][2, 1]
    assert all(scores[0][key] == scores[1][key] for key in scores[0] if key != (2, 1))


def test_empty_plans_and_texts_are_judged_without_complaint() -> None:
    nothing = PlanText(())
    blank = PlanText((ItemText(1, "", "", ()), ItemText(2, "。", "。，", (TaskText(1, 0, 1),))))
    assert judge(prepare(nothing), prepare(UPPER)).tasks == ()
    for lower in (nothing, blank):
        judgement = judge(prepare(UPPER), prepare(lower))
        assert [v.coverage for v in judgement.tasks] == [Coverage.NONE] * 4
        assert judgement.items == ()
    assert [v.coverage for v in judge(prepare(blank), prepare(UPPER)).tasks] == [Coverage.NONE]


def test_a_judgement_is_the_same_every_time() -> None:
    upper, lower = prepare(UPPER), prepare(plan(("守护健康", ["推动家庭医生服务"]), ("出行", ["规范校车管理"])))
    assert judge(upper, lower) == judge(upper, lower) == judge(prepare(UPPER), lower)


def test_the_method_has_a_version() -> None:
    assert METHOD == "words-3"
    assert np.isfinite([v.score for v in judge(prepare(UPPER), prepare(UPPER)).tasks]).all()


def test_partial_commitments_that_together_hold_a_task_make_it_full() -> None:
    upper = plan(("保障出行健康", ["完善城市公交专用道网络和校车运营管理和家庭医生签约服务"]))
    parts = ["完善城市公交专用道网络", "做好校车运营管理", "推动家庭医生签约服务"]
    alone = [verdict(upper, plan(("保障出行健康", [part])), 1, 1).coverage for part in parts]
    together = verdict(upper, plan(("保障出行健康", parts)), 1, 1)
    assert Coverage.FULL not in alone
    assert together.coverage is Coverage.FULL
    assert {found.coverage for found in together.evidence} == {Coverage.PARTIAL}
