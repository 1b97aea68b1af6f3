"""The benchmark itself is slow and needs its rivals; here only that its parts work."""

import pytest

from app.linking import applies_to
from tests.benchmarks import linking


@pytest.mark.parametrize("method", ["ours", "tfidf", "bm25s"])
def test_every_method_answers_for_every_task(method: str) -> None:
    if method != "ours":
        pytest.importorskip({"tfidf": "sklearn"}.get(method, method))
    upper, lower = linking.stored("370000-edu-2020"), linking.stored("371300-edu-2020")
    linking.SCOPES[id(upper)] = applies_to(upper.prepared.plan)
    hits, gaps = linking.accuracy("linyi", method, upper, lower)
    assert 0.5 < hits <= 1
    assert 0.5 < gaps <= 1


def test_the_clock_and_the_scale_work() -> None:
    assert linking.seconds(lambda: None, 3) >= 0
    assert linking.peak(lambda: bytearray(2**21)) > 1.9
