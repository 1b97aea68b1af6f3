"""The benchmark itself is slow; here only that its parts work, and that both ways read the same words."""

import pytest

from app.documents import open_source
from tests.benchmarks import reading


def check_words(case: reading.Case) -> None:
    said = "".join(case.floor(case.data).split())
    assert len(said) > reading.PAGE
    # A PDF's floor has its page numbers too; we leave them out.
    assert len("".join(open_source(case.data).text.split())) == pytest.approx(len(said), rel=0.02)


def test_the_floor_and_we_read_the_same_words_of_a_word_file() -> None:
    check_words(reading.Case("DOCX", reading.word(3), reading.words_by_python_docx))


def test_the_floor_and_we_read_the_same_words_of_a_pdf(soffice: str) -> None:
    check_words(reading.Case("PDF", reading.printed(3, soffice), reading.words_by_pdfium))


def test_all_is_measured() -> None:
    found = reading.measure(reading.Case("DOCX", reading.word(1), reading.words_by_python_docx), repeats=1)
    assert min(found.floor, found.ours, found.cold) > 0
    assert found.ratio == found.ours / found.floor


def test_a_plan_has_the_pages_that_are_asked_for() -> None:
    lines = reading.plan_of(100).decode().splitlines()
    assert 100 <= sum(-(-len(line) // 28) for line in lines) / 22 < 102
