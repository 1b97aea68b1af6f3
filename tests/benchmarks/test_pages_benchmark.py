"""The benchmark itself is slow; here only that the page and its JSON are of the cascade that is meant."""

import asyncio
from pathlib import Path

from tests.benchmarks import pages
from tests.benchmarks.guards import ask


def test_both_are_of_the_larger_cascade(tmp_path: Path) -> None:
    with pages.shown(tmp_path, 4, 7) as app:
        (page_status, page), (status, answer) = (asyncio.run(ask(app, one, None)) for one in (pages.PAGE, pages.JSON))
        taken = asyncio.run(pages.measure(app, 1))
    assert (page_status, status) == (200, 200)
    assert page.count("第3自治州".encode()) > 0
    assert answer.count(b'"adcode":"370103"') == 8, "one head and seven cells"
    assert min(taken.values()) > 0
