"""Large and hostile texts are read in time: everything is linear in the text."""

import random
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents import DocumentError, fold, read
from app.documents.facts import facts
from app.documents.facts.instruments import _NAME, _names
from app.documents.facts.ranges import Ranges

SECONDS = 20  # of the processor; several times what a slow machine takes; what is not linear takes minutes
TEXTS = {
    "a line of 700,000 characters": "推进教育改革完善制度" * 70_000,
    "200,000 brackets": "（" * 200_000,
    "100,000 pairs in each other": "（" * 100_000 + "）" * 100_000,
    "90,000 points": "（1）推进改革工作。" * 90_000,
    "20,000 clauses": "推进改革工作，" * 20_000,
    "20,000 notes": "推进改革。（责任科室：甲科；完成时限：6月）" * 20_000,
    "20,000 dates and figures": "到2021年底达到80%，全覆盖。" * 20_000,
    "10,000 stages": "第12期" * 10_000 + "工程",
    "20,000 names": "落实《甲计划》，每所学校建成100所；" * 20_000,
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_large_texts_are_read_in_time(text: str) -> None:
    start = process_time()
    assert read(f"1.标题句。{text}\n".encode()).items
    facts(text, 2021)
    fold(text)
    assert process_time() - start < SECONDS


_PAIRS = st.tuples(st.integers(0, 30), st.integers(0, 30))


@given(ranges=st.lists(_PAIRS), asked=_PAIRS)
def test_ranges_are_asked_as_one_by_one(ranges: list[tuple[int, int]], asked: tuple[int, int]) -> None:
    start, end = asked
    assert Ranges(ranges).touch(start, end) is any(a < end and start < b for a, b in ranges)


@pytest.mark.parametrize("seed", range(40))
def test_names_are_found_as_in_the_whole_text(seed: int) -> None:
    pieces = (
        "计划 工程 行动 规划 纲要 推进 学前教育 、 第3期 0年 ， 三年".split(),
        ["甲" * 30, "。" * 50, "第12期" * 20],
    )
    pick = random.Random(seed)  # noqa: S311
    text = "".join(pick.choice(pieces[pick.random() < 0.3]) for _ in range(pick.randint(0, 14)))
    assert [m.span() for m in _names(text)] == [m.span() for m in _NAME.finditer(text)]


def test_a_text_of_nothing_but_lines_is_refused_at_once() -> None:
    with pytest.raises(DocumentError) as caught:
        read("\n".join(("一、甲。甲部建设。", *[""] * 900_000, "二、乙。乙部建设。")).encode())
    assert caught.value.kind == "too_large"
