"""Two texts of a plan held together: what is the same, and exactly how the rest differs."""

import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.documents import outline
from app.documents.changes import (
    Aspect,
    ChangeKind,
    Changes,
    ItemChange,
    ItemVersion,
    PlanVersion,
    SectionVersion,
    TaskVersion,
    comparable,
    compare,
    version_of,
)
from app.documents.sources import open_source

DOCUMENTS = Path(__file__).parents[2] / "seeds" / "documents"
FIVE = sorted(file.stem for file in DOCUMENTS.glob("*.txt"))
HEAD = "测试市教育局2030年工作要点\n一、抓好落实\n"


def plan(text: str, year: int = 2030) -> PlanVersion:
    return version_of(outline(open_source(text.encode())), year)


def seed(name: str) -> PlanVersion:
    return plan((DOCUMENTS / f"{name}.txt").read_text(encoding="utf-8"), 2020)


def kinds(changes: Changes) -> set[ChangeKind]:
    return {row.kind for row in changes.items}


def changed(changes: Changes) -> list[ItemChange]:
    return [row for row in changes.items if row.kind is not ChangeKind.SAME]


@pytest.mark.parametrize("name", FIVE)
def test_a_text_is_the_same_as_itself(name: str) -> None:
    side = seed(name)
    changes = compare(side, side)
    assert kinds(changes) == {ChangeKind.SAME}
    assert not changes.differ
    assert [row.old for row in changes.items] == [row.new for row in changes.items] == [(i.number,) for i in side.items]
    assert all(task.kind is ChangeKind.SAME and task.old == task.new for row in changes.items for task in row.tasks)


@pytest.mark.parametrize("name", FIVE)
def test_reformatting_changes_nothing(name: str) -> None:
    text = (DOCUMENTS / f"{name}.txt").read_text(encoding="utf-8")
    wide = "".join(chr(ord(c) + 0xFEE0) if "0" <= c <= "9" else c for c in text)
    for other in (wide, text.replace("；", "，"), text.replace("“", '"').replace("”", '"'), text.replace("，", ", ")):
        assert kinds(compare(plan(text), plan(other))) == {ChangeKind.SAME}


def test_one_deadline() -> None:
    text = (DOCUMENTS / "370000-edu-2020.txt").read_text(encoding="utf-8")
    before = "年底前全面消除中小学56人及以上大班额"
    assert before in text
    changes = compare(plan(text, 2020), plan(text.replace(before, "10月底前全面消除中小学56人及以上大班额"), 2020))
    (row,) = changed(changes)
    assert (row.kind, row.old, row.new, row.aspects) == (ChangeKind.CHANGED, (8,), (8,), (Aspect.DEADLINE,))
    (task,) = [task for task in row.tasks if task.kind is not ChangeKind.SAME]
    assert (task.kind, task.old, task.aspects) == (ChangeKind.CHANGED, (8, 4), (Aspect.DEADLINE,))
    assert task.old_text
    assert task.new_text
    spans = [(task.old_text[s.old_start : s.old_end], task.new_text[s.new_start : s.new_end]) for s in task.spans]
    assert spans == [("年", "10月")]
    (field,) = row.fields
    assert field.field == "text"
    assert [field.new[s.new_start : s.new_end] for s in field.spans] == ["10月"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("old", "new", "aspects"),
    [
        ("新建学校10所，年底前交付使用。", "新建学校12所，年底前交付使用。", (Aspect.NUMBERS,)),
        ("新建学校10所，年底前交付使用。", "新建学校10所，9月底前交付使用。", (Aspect.DEADLINE,)),
        ("新建学校10所，年底前交付使用。", "改建学校10所，年底前交付使用。", (Aspect.TEXT,)),
        ("新建学校10所、改建5所。", "新建学校5所、改建10所。", (Aspect.NUMBERS,)),
        (
            "新建学校10所，年底前交付使用。",
            "改扩建学校12所，9月底前交付。",
            (Aspect.TEXT, Aspect.NUMBERS, Aspect.DEADLINE),
        ),
        ("达标率达到１.５％。", "达标率达到1.5%；", ()),
        ("达标率达到1.5%。", "达标率达到15%。", (Aspect.NUMBERS,)),
    ],
)
def test_aspects_are_told_apart(old: str, new: str, aspects: tuple[Aspect, ...]) -> None:
    rest = "\n2.提升教育质量。开展教学检查，完善评价机制。\n"
    changes = compare(plan(f"{HEAD}1.改善办学条件。{old}{rest}"), plan(f"{HEAD}1.改善办学条件。{new}{rest}"))
    assert changes.items[0].aspects == aspects
    assert changes.items[0].kind is (ChangeKind.CHANGED if aspects else ChangeKind.SAME)
    assert changes.items[1].kind is ChangeKind.SAME


def test_units_and_deadline_in_notes() -> None:
    note = "（责任科室：基教科、人事科；完成时限：9月底前）"
    other = "（责任科室：基教科、财务科；完成时限：10月底前）"
    changes = compare(
        plan(f"{HEAD}1.改善办学条件。新建学校10所{note}。\n"), plan(f"{HEAD}1.改善办学条件。新建学校10所{other}。\n")
    )
    (row,) = changes.items
    assert [field.field for field in row.fields] == ["responsible_units", "deadline"]
    assert (row.fields[1].old, row.fields[1].new) == ("9月底前", "10月底前")
    assert row.aspects == (Aspect.DEADLINE, Aspect.UNITS)
    assert {task.kind for task in row.tasks} == {ChangeKind.SAME}


def test_added_dropped_and_retitled() -> None:
    one = "1.改善办学条件。新建学校10所，年底前全部交付使用。\n"
    two = "2.提升教育质量。开展教学检查，完善评价机制。\n"
    three = "3.加强校园安全。排查安全隐患，配齐专职保安员。\n"
    changes = compare(plan(HEAD + one + two), plan(HEAD + one + three.replace("3.", "2.")))
    assert [(row.kind, row.old, row.new) for row in changes.items] == [
        (ChangeKind.SAME, (1,), (1,)),
        (ChangeKind.DROPPED, (2,), ()),
        (ChangeKind.ADDED, (), (2,)),
    ]
    retitled = two.replace("提升教育质量", "全面提高育人水平")
    (row,) = changed(compare(plan(HEAD + one + two), plan(HEAD + one + retitled)))
    assert (row.kind, [field.field for field in row.fields]) == (ChangeKind.CHANGED, ["title"])


def test_split_and_merged() -> None:
    school = "新建改扩建中小学校10所，年底前全部交付使用，新增学位2万个"
    teachers = "招聘中小学教师500名，实施县管校聘，推进校长教师交流轮岗"
    whole = f"{HEAD}1.保障教育资源。{school}。{teachers}。\n2.提升教育质量。开展教学检查，完善评价机制。\n"
    parts = f"{HEAD}1.改善条件。{school}。\n2.建强队伍。{teachers}。\n3.提升教育质量。开展教学检查，完善评价机制。\n"
    changes = compare(plan(whole), plan(parts))
    assert [(row.kind, row.old, row.new) for row in changes.items] == [
        (ChangeKind.SPLIT, (1,), (1, 2)),
        (ChangeKind.RENUMBERED, (2,), (3,)),
    ]
    assert {task.kind for task in changes.items[0].tasks} == {ChangeKind.SAME}
    back = compare(plan(parts), plan(whole))
    assert [(row.kind, row.old, row.new) for row in back.items] == [
        (ChangeKind.MERGED, (1, 2), (1,)),
        (ChangeKind.RENUMBERED, (3,), (2,)),
    ]


def test_an_item_under_another_heading_and_a_task_in_another_item() -> None:
    first = "1.改善办学条件。新建学校10所，年底前全部交付使用。完善经费保障机制。\n"
    second = "2.提升教育质量。开展教学检查，完善评价机制。\n"
    third = "3.加强校园安全。排查安全隐患，配齐专职保安员。\n"
    old = f"{HEAD}{first}{second}二、强化保障\n{third}"
    new = f"{HEAD}{first}二、强化保障\n{second}{third}"
    (row,) = changed(compare(plan(old), plan(new)))
    assert (row.kind, row.old, [(f.field, f.old, f.new) for f in row.fields]) == (
        ChangeKind.MOVED,
        (2,),
        [("section", "抓好落实", "强化保障")],
    )
    other = old.replace("完善经费保障机制。\n", "\n").replace("配齐专职保安员。", "配齐专职保安员。完善经费保障机制。")
    tasks = [task for row in compare(plan(old), plan(other)).items for task in row.tasks]
    assert [(task.old, task.new) for task in tasks if task.kind is ChangeKind.MOVED] == [((1, 3), (3, 3))]
    assert not {ChangeKind.ADDED, ChangeKind.DROPPED} & {task.kind for task in tasks}


def test_headings_are_matched_by_their_items_too() -> None:
    old = plan(f"{HEAD}1.改善办学条件。新建学校10所。\n二、强化保障\n2.加强校园安全。排查安全隐患。\n")
    new = plan(
        f"{HEAD}1.改善办学条件。新建学校10所。\n二、夯实平安根基\n2.加强校园安全。排查安全隐患。\n三、附则\n3.做好宣传。加强舆论引导。\n"
    )
    changes = compare(old, new)
    assert [row.kind for row in changes.items] == [ChangeKind.SAME, ChangeKind.SAME, ChangeKind.ADDED]
    assert [row.kind for row in changes.sections] == [ChangeKind.SAME, ChangeKind.CHANGED, ChangeKind.ADDED]


WORDS = st.text("建设学校教师质量安全保障经费推进改革评价体系队伍素养课程监测督导普惠均衡", min_size=4, max_size=24)
NUMBERS = st.integers(1, 400).map(lambda n: f"新增{n}所")


@st.composite
def plans(draw: st.DrawFn, least: int = 0) -> PlanVersion:
    """A plan of up to a dozen items that differ from each other."""
    texts = draw(st.lists(st.tuples(WORDS, WORDS, NUMBERS), min_size=least, max_size=12, unique_by=lambda row: row[0]))
    sections = draw(st.integers(1, 3))
    items = []
    for place, (title, words, number) in enumerate(texts):
        body = f"{words}，{number}"
        text = f"{title}。{body}。"
        start = len(title) + 1
        tasks = (TaskVersion(1, body, start, start + len(body)),)
        home = min(place * sections // max(1, len(texts)), sections - 1)
        items.append(ItemVersion(place + 1, f"{place + 1}.", title, text, home, None, (), None, tasks))
    headings = tuple(SectionVersion(1, f"{'一二三'[k]}、", f"第{'甲乙丙'[k]}部分工作") for k in range(sections))
    return PlanVersion(2030, headings, tuple(items))


@given(plans())
def test_identity(side: PlanVersion) -> None:
    changes = compare(side, side)
    assert kinds(changes) <= {ChangeKind.SAME}
    assert not changes.differ


@given(plans(), st.randoms(use_true_random=False))
def test_permuting_is_moving(side: PlanVersion, random: object) -> None:
    items = list(side.items)
    random.shuffle(items)  # type: ignore[attr-defined]
    changes = compare(side, replace(side, items=tuple(items)))
    assert kinds(changes) <= {ChangeKind.SAME, ChangeKind.MOVED}
    assert all(row.old == row.new and not row.aspects for row in changes.items)
    assert changes.differ == (items != list(side.items))


@given(plans(), st.integers(1, 50))
def test_renumbering_is_renumbering(side: PlanVersion, by: int) -> None:
    items = tuple(replace(item, number=item.number + by, label=f"{item.number + by}.") for item in side.items)
    changes = compare(side, replace(side, items=items))
    assert kinds(changes) <= {ChangeKind.RENUMBERED}
    assert all(row.new[0] == row.old[0] + by and not row.aspects for row in changes.items)
    assert all(task.kind is ChangeKind.SAME for row in changes.items for task in row.tasks)


@settings(max_examples=200)
@given(plans(), plans())
def test_the_other_way_round_is_the_mirror_image(old: PlanVersion, new: PlanVersion) -> None:
    forth, back = compare(old, new), compare(new, old)
    mirror = {"added": "dropped", "dropped": "added", "split": "merged", "merged": "split"}

    def rows(changes: Changes, *, turned: bool) -> set[tuple]:
        out = set()
        for row in changes.items:
            sides = (row.new, row.old) if turned else (row.old, row.new)
            kind = mirror.get(row.kind, str(row.kind)) if turned else str(row.kind)
            tasks = frozenset((t.new, t.old) if turned else (t.old, t.new) for t in row.tasks if t.kind != "moved")
            out.add((kind, *sides, row.moved, row.renumbered, row.aspects, tasks))
        return out

    assert rows(forth, turned=False) == rows(back, turned=True)


@given(plans(), plans())
def test_nothing_is_lost_and_nothing_stands_twice(old: PlanVersion, new: PlanVersion) -> None:
    changes = compare(old, new)
    assert sorted(n for row in changes.items for n in row.old) == [item.number for item in old.items]
    assert [n for row in changes.items for n in row.new] == [item.number for item in new.items] or any(
        len(row.new) > 1 for row in changes.items
    )
    tasks = [task for row in changes.items for task in row.tasks]
    for side, place in ((old, "old"), (new, "new")):
        have = sorted(getattr(task, place) for task in tasks if getattr(task, place))
        assert have == [(item.number, task.number) for item in side.items for task in item.tasks]
    for task in tasks:
        for span in task.spans:
            assert 0 <= span.old_start <= span.old_end <= len(task.old_text or "")
            assert 0 <= span.new_start <= span.new_end <= len(task.new_text or "")


@given(plans(least=1), st.data())
def test_one_changed_number_is_one_change(side: PlanVersion, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(side.items) - 1))
    item = side.items[place]
    text = item.text.replace("新增", "新增9")
    task = replace(item.tasks[0], text=item.tasks[0].text.replace("新增", "新增9"), end=item.tasks[0].end + 1)
    items = (*side.items[:place], replace(item, text=text, tasks=(task,)), *side.items[place + 1 :])
    (row,) = changed(compare(side, replace(side, items=items)))
    assert (row.kind, row.old, row.new, row.aspects) == (
        ChangeKind.CHANGED,
        (place + 1,),
        (place + 1,),
        (Aspect.NUMBERS,),
    )


@given(st.text(max_size=200))
def test_comparing_ignores_width_and_spacing(text: str) -> None:
    assert comparable(unicodedata.normalize("NFKC", text)) == comparable(text)
    assert comparable("".join(f"{c} " for c in text if not unicodedata.combining(c))) == comparable(
        "".join(c for c in text if not unicodedata.combining(c))
    )
