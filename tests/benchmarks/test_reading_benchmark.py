"""The benchmark itself is slow; here only that its parts work, and that both ways read the same words."""

import pytest

from app.documents import open_source
from tests.benchmarks import reading


@pytest.mark.parametrize("case", reading.cases(pages=3), ids=lambda case: case.name)
def test_the_floor_and_we_read_the_same_words(case: reading.Case) -> None:
    said = "".join(case.floor(case.data).split())
    assert "".join(open_source(case.data).text.split()) == said
    assert len(said) > reading.PAGE


def test_all_is_measured() -> None:
    found = reading.measure(reading.cases(pages=1)[0], repeats=1)
    assert min(found.floor, found.ours, found.cold) > 0
    assert found.ratio == found.ours / found.floor


def test_a_plan_has_the_pages_that_are_asked_for() -> None:
    lines = reading.plan_of(100).decode().splitlines()
    assert 100 <= sum(-(-len(line) // 28) for line in lines) / 22 < 102
