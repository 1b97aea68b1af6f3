"""What every outline must satisfy, whatever the document."""

from collections.abc import Callable
from itertools import pairwise

import pytest

from app.documents import Item, Outline


def _check_item(outline: Outline, item: Item) -> None:
    source = outline.text
    for run in item.runs:
        assert run.length > 0
        printed = item.text[run.text_start : run.text_start + run.length]
        assert printed == source[run.source_start : run.source_start + run.length]
    covered = {i for run in item.runs for i in range(run.text_start, run.text_start + run.length)}
    assert all(item.text[i] == " " for i in range(len(item.text)) if i not in covered)
    assert all(a.source_start + a.length <= b.source_start for a, b in pairwise(item.runs))
    assert 0 <= item.source_start <= item.source_end <= len(source)
    assert source[item.source_start :].startswith(item.label)
    assert item.text.startswith(item.title)
    assert item.title
    assert item.tasks
    assert [task.number for task in item.tasks] == list(range(1, len(item.tasks) + 1))
    assert all(a.end <= b.start for a, b in pairwise(item.tasks))
    for task in item.tasks:
        assert 0 <= task.start < task.end <= len(item.text)
        assert item.text[task.start : task.end] == task.text
        assert item.source_start <= task.source_start < task.source_end <= item.source_end
        assert source[task.source_start] == task.text[0]
        assert source[task.source_end - 1] == task.text[-1]


@pytest.fixture(scope="session")
def sound() -> Callable[[Outline], Outline]:
    """Checks an outline's offsets and hands it back: blocks are the whole text, every piece is where it says."""

    def check(outline: Outline) -> Outline:
        blocks = outline.blocks
        assert blocks[0].start == 0
        assert blocks[-1].end == len(outline.text)
        assert all(a.end == b.start for a, b in pairwise(blocks))
        assert all(block.start < block.end for block in blocks)
        assert "".join(outline.text[b.start : b.end] for b in blocks) == outline.text
        assert outline.items
        for item in outline.items:
            _check_item(outline, item)
            assert item.section is None or 0 <= item.section < len(outline.sections)
        for index, section in enumerate(outline.sections):
            assert section.parent is None or section.parent < index
            assert outline.text[section.source_start :].startswith(section.label)
        assert all(0 <= d.start <= d.end <= len(outline.text) and d.assumed for d in outline.doubts)
        assert all(0 <= span.start < span.end <= len(outline.text) for span in outline.metadata.places.values())
        return outline

    return check
