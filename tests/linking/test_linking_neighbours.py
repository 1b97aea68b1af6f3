"""What stands around a task: the tables give what reading the whole item before and behind it gives."""

import re
from itertools import pairwise
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.documents import read
from app.linking.neighbours import Neighbours, own_words
from app.linking.normalise import fold
from app.linking.scope_words import INSTITUTION_NAMES
from app.linking.segments import CLAUSE_ENDS, SENTENCE_ENDS, split
from app.linking.values import AppliesTo, ItemText, TaskText

ROOT = Path(__file__).parents[2]
PLANS = [*sorted((ROOT / "seeds/documents").glob("*.txt")), ROOT / "tests/evaluation/yunhe.txt"]


def clauses(text: str, which: int) -> list[str]:
    place = split(text, SENTENCE_ENDS)[which]
    sentence = text[place.start : place.end]
    return [sentence[part.start : part.end] for part in split(sentence, CLAUSE_ENDS)]


def plainly(item: ItemText, task: TaskText) -> tuple[tuple[AppliesTo, bool] | None, AppliesTo | None]:
    """The nearest speaking clause before (and whether it names an institution) and behind, the long way."""
    head, tail = fold(item.text[: task.start]).text, fold(item.text[task.end :]).text
    before = [] if head[-1:] in SENTENCE_ENDS else clauses(head, -1)
    behind = [] if tail[:1] in SENTENCE_ENDS else clauses(tail, 0)
    near = next(((scope, c) for c in reversed(before) if (scope := own_words(c))), None)
    return (
        (near[0], bool(INSTITUTION_NAMES.search(near[1]))) if near else None,
        next((scope for c in behind if (scope := own_words(c))), None),
    )


def by_tables(item: ItemText) -> list[tuple[tuple[AppliesTo, bool] | None, AppliesTo | None]]:
    neighbours = Neighbours(item)
    found = []
    for task in item.tasks:
        near = neighbours.before(task)
        found.append(
            ((near[0], bool(INSTITUTION_NAMES.search(near[1]))) if near else None, neighbours.behind(task)),
        )
    return found


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_real_plans(path: Path) -> None:
    for read_ in read(path.read_bytes()).items:
        tasks = tuple(TaskText(task.number, task.start, task.end) for task in read_.tasks)
        item = ItemText(read_.number, read_.title, read_.text, tasks)
        assert by_tables(item) == [plainly(item, task) for task in tasks]


_PIECES = st.sampled_from(
    ["高校", "各地", "省级平台", "推进改革", "围绕目标", "中小学", "研究生", "，", "。", "；", "：", "（", "）", "“", "”", "5", "3,000",
     ",", ";", "!", " ", "命题", "學位", "½"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(text=st.lists(_PIECES, max_size=30).map("".join), data=st.data())
def test_any_text_and_any_tasks(text: str, data: st.DataObject) -> None:
    ends = [match.start() for match in re.finditer(r"[，。；,;]|$", text)]
    places = sorted(data.draw(st.sets(st.integers(0, len(text)) | st.sampled_from(ends), max_size=10)))
    tasks = tuple(TaskText(k, a, b) for k, (a, b) in enumerate(pairwise(places)))
    item = ItemText(1, "标题", text, tasks)
    assert by_tables(item) == [plainly(item, task) for task in tasks]


@pytest.mark.parametrize("sign", ["，", "。"])
def test_an_item_of_20000_clauses_is_read_once(sign: str) -> None:
    tasks = tuple(TaskText(k, k * 9, k * 9 + 8) for k in range(20_000))
    item = ItemText(1, "标题", ("围绕目标推进改革" + sign) * 20_000, tasks)
    start = perf_counter()
    assert by_tables(item) == [(None, None)] * 20_000
    assert perf_counter() - start < 10  # 0.3 s; the long way takes minutes
