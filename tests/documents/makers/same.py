"""Whether a plan in another format gives the outline of its text."""

from functools import cache
from pathlib import Path

from app.documents import Outline, fold, read

_ROOT = Path(__file__).parents[3]
PLANS = {
    **{path.stem: path for path in sorted((_ROOT / "seeds/documents").glob("*.txt"))},
    "yunhe": _ROOT / "tests/evaluation/yunhe.txt",
}
_ELEMENTS = ("title", "plan_title", "issuer", "document_number", "issued_on", "addressee")


@cache
def of_text(name: str) -> Outline:
    return read(PLANS[name].read_bytes())


def assert_same(read_: Outline, name: str) -> None:
    """Same sections, items, tasks and metadata. Metadata are compared folded: a space at the end of a broken line is
    in no PDF.
    """
    text = of_text(name)
    assert [(s.level, s.label, s.title) for s in read_.sections] == [(s.level, s.label, s.title) for s in text.sections]
    assert [(i.number, i.label, i.title, i.text) for i in read_.items] == [
        (i.number, i.label, i.title, i.text) for i in text.items
    ]
    assert [[task.text for task in item.tasks] for item in read_.items] == [
        [task.text for task in item.tasks] for item in text.items
    ]
    assert [item.responsibility for item in read_.items] == [item.responsibility for item in text.items]
    for element in _ELEMENTS:
        found, wanted = getattr(read_.metadata, element), getattr(text.metadata, element)
        assert (fold(str(found)), found is None) == (fold(str(wanted)), wanted is None), element
