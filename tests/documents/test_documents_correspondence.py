"""Where the items and tasks of one text stand in another, and what of each differs there."""

import re
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.documents import outline
from app.documents.changes import Correspondence, Place, PlanVersion, comparable, correspond, version_of
from app.documents.sources import open_source

HEAD = "测试市教育局2030年工作要点\n一、抓好落实\n"
TITLES = ("发展学前教育", "改善办学条件", "加强体育工作", "壮大教师队伍")
TASKS = (
    ("年底前新建公办幼儿园100所", "完善普惠性幼儿园补助政策", "规范民办园收费行为"),
    ("消除大班额200个", "加快农村寄宿制学校建设", "更新实验仪器30套"),
    ("保证学生每天锻炼1小时", "举办全市中学生运动会", "近视率下降2%"),
    ("招聘中小学教师500名", "组织校长轮训3期", "落实教师住房保障"),
)


def plan(text: str) -> PlanVersion:
    return version_of(outline(open_source(text.encode())), 2030)


def printed(items: list[tuple[str, list[str]]]) -> str:
    lines = (f"{n}.{title}。{''.join(f'{task}。' for task in tasks)}\n" for n, (title, tasks) in enumerate(items, 1))
    return HEAD + "".join(lines)


def fates(old: str, new: str) -> dict[str, tuple[str | None, list[str]]]:
    found = correspond(plan(old), plan(new))
    return {p.name: (f.new.name if f.new else None, [d.aspect for d in f.differences]) for p, f in found.fates.items()}


BASE = printed([(title, list(tasks)) for title, tasks in zip(TITLES, TASKS, strict=True)])


@dataclass(frozen=True)
class Edit:
    """What is done to a task: `reformat`, `number`, `drop` or nothing."""

    kind: str

    def of(self, task: str) -> str | None:
        if self.kind == "drop":
            return None
        if self.kind == "reformat":
            wide = task.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789%"})
            return re.sub("(?<=[前的每])", " ", wide)
        if self.kind == "number":
            return re.sub(r"\d+", lambda m: str(int(m[0]) + 7), task)
        return task


EDITS = st.sampled_from(["keep", "keep", "reformat", "number", "drop"]).map(Edit)


@settings(max_examples=60)
@given(
    order=st.permutations(range(4)),
    edits=st.lists(st.lists(EDITS, min_size=3, max_size=3), min_size=4, max_size=4),
    added=st.integers(0, 4),
)
def test_every_task_is_found_where_it_went_and_differs_exactly_where_it_was_edited(
    order: list[int], edits: list[list[Edit]], added: int
) -> None:
    kept = [[edit.of(task) for edit, task in zip(*row, strict=True)] for row in zip(edits, TASKS, strict=True)]
    items = [(TITLES[i], [task for task in kept[i] if task is not None]) for i in order]
    items.insert(added, ("防范安全风险", ["排查整改燃气隐患", "建成应急避险场地"]))
    found = correspond(plan(BASE), plan(printed(items)))
    where = {title: number for number, (title, _) in enumerate(items, 1)}
    for i, (title, tasks) in enumerate(zip(TITLES, TASKS, strict=True)):
        for j, task in enumerate(tasks):
            fate = found.fates[Place(i + 1, j + 1)]
            after = kept[i][j]
            if after is None:
                assert fate.new is None
                continue
            assert fate.new is not None
            assert fate.new.item == where[title]
            assert comparable(text_at(found, fate.new)) == comparable(after)
            assert bool(fate.differences) == (comparable(after) != comparable(task))
        item = found.fates[Place(i + 1)]
        assert item.new == Place(where[title])
        same = [comparable(task) for task in tasks] == [comparable(task or "") for task in kept[i]]
        assert bool(item.differences) == (not same)


def text_at(found: Correspondence, place: Place) -> str:
    item = next(item for item in found.new.items if item.number == place.item)
    return next(task.text for task in item.tasks if task.number == place.task)


def test_the_same_words_cut_otherwise_are_the_same() -> None:
    old = HEAD + "1.办好教育。完善补助政策，建立长效机制；规范收费行为。新建幼儿园10所。\n"
    new = HEAD + "1.办好教育。完善补助政策、建立长效机制、规范收费行为，新建幼儿园10所。\n"
    found = fates(old, new)
    assert [differences for _, differences in found.values()] == [[]] * len(found)
    assert all(where is not None for where, _ in found.values())


@pytest.mark.parametrize("more", ["新建幼儿园10所以上", "至少新建幼儿园10所", "新建幼儿园10所左右"])
def test_words_that_stand_inside_of_others_are_not_the_same(more: str) -> None:
    old = HEAD + "1.办好教育。完善补助政策。新建幼儿园10所。\n"
    found = fates(old, old.replace("新建幼儿园10所", more))
    assert found["1.2"][0] == "1.2"
    assert found["1.2"][1]


def test_the_words_for_what_differs() -> None:
    old = HEAD + "1.办好教育。年底前新建幼儿园10所，达标率达到80%。（牵头单位：基教科；完成时限：9月底）\n"
    new = HEAD + "1.办好教育。6月底前新建幼儿园10所，达标率达到75%。（牵头单位：学前科；完成时限：10月底）\n"
    found = correspond(plan(old), plan(new))
    rows = [(d.aspect, d.old, d.new, d.direction) for d in found.fates[Place(1)].differences]
    assert rows == [
        ("numbers", "达到80%", "达到75%", "weaker"),
        # Sooner by the sentence, later by the note: who knows.
        ("deadline", "年底前；9月底", "6月底前；10月底", None),
        ("units", "基教科", "学前科", None),
    ]


def test_evidence_goes_along_with_its_words() -> None:
    new = BASE.replace("一、抓好落实", "一、狠抓落实").replace("1.发展", "1.大力发展").replace("新建公办", "再新建公办")
    found = correspond(plan(BASE), plan(new))
    old_text = found.old.items[0].text
    start = old_text.index("普惠性")
    moved = found.span(Place(1, 2), start, start + 6)
    assert found.new.items[0].text[slice(*moved)] == "普惠性幼儿园"
    task = found.old.items[0].tasks[0]
    assert (
        found.new.items[0].text[slice(*found.span(Place(1, 1), task.start, task.end))] == "年底前再新建公办幼儿园100所"
    )
    assert found.new.items[0].text[slice(*found.span(Place(1), 0, len(found.old.items[0].title)))] == "大力发展学前教育"
    with pytest.raises(KeyError):
        correspond(plan(BASE), plan(HEAD + "1.开好会议。部署明年工作。\n")).span(Place(1, 1), 0, 1)


def test_what_people_know_better_goes_first() -> None:
    new = BASE.replace("完善普惠性幼儿园补助政策", "提高办园质量")
    assert correspond(plan(BASE), plan(new)).fates[Place(1, 2)].new is None
    fates_ = correspond(plan(BASE), plan(new), {Place(1, 2): Place(1, 2), Place(2): None}).fates
    assert (fates_[Place(1, 2)].new, [d.aspect for d in fates_[Place(1, 2)].differences]) == (Place(1, 2), ["text"])
    assert {fates_[Place(2, n)].new for n in (1, 2, 3)} == {None}
    swapped = correspond(plan(BASE), plan(BASE), {Place(1): Place(2)}).fates
    assert swapped[Place(1)].new == Place(2)
