"""1,000 generated documents, numbering schemes × wrapping × encodings × furniture, are read without loss."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.documents import BlockKind, Outline, read
from tests.documents.makers.outlines import SCHEMES, Written, written

Check = Callable[[Outline], Outline]
LAYOUTS = ["paragraphs", "spaced", "wrapped", "paged"]
HALVES = [SCHEMES[::2], SCHEMES[1::2]]
QUIET = settings(
    max_examples=125,  # 8 times: 1,000 documents
    derandomize=True,  # the same ones each time; docs that wrap a name so that nothing tells it from a signature exist
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.mark.parametrize("schemes", HALVES, ids=["even", "odd"])
@pytest.mark.parametrize("layout", LAYOUTS)
@QUIET
@given(data=st.data())
def test_generated_documents_are_read_without_loss(
    layout: str, schemes: list[tuple[str, ...]], data: st.DataObject, sound: Check
) -> None:
    made = data.draw(written(layout, schemes))
    outline = sound(read(made.data))
    _same_plan(outline, made)
    _same_surroundings(outline, made)


def _same_plan(outline: Outline, made: Written) -> None:
    plan = made.plan
    assert [(s.label, s.title) for s in outline.sections] == plan.sections
    assert [(i.label, i.title) for i in outline.items] == [(i.label, i.title) for i in plan.items]
    for item, planned in zip(outline.items, plan.items, strict=True):
        assert [task.text for task in item.tasks] == planned.tasks
        found = item.responsibility
        assert (found.lead_unit, list(found.units), found.deadline) == (planned.lead, planned.units, planned.deadline)
        section = None if item.section is None else outline.sections[item.section].title
        assert section == planned.section
    planted = "".join("".join(plan.paragraphs).split())
    assert _words(outline, BlockKind.SECTION, BlockKind.ITEM, BlockKind.PREAMBLE).endswith(planted)


def _same_surroundings(outline: Outline, made: Written) -> None:
    metadata = outline.metadata
    assert metadata.plan_title == made.plan_title
    assert metadata.document_number == made.number
    if made.number:
        assert metadata.title
        assert metadata.addressee
    if made.issued_on:
        assert metadata.issued_on == made.issued_on
        assert metadata.issuer
    listed = _words(outline, BlockKind.METADATA)  # 来源：… is a web page's list in the head
    assert sorted(_words(outline, BlockKind.FURNITURE) + listed) == sorted("".join("".join(made.furniture).split()))
    assert _words(outline, BlockKind.ATTACHMENT).endswith("".join(made.attachment))


def _words(outline: Outline, *kinds: BlockKind) -> str:
    return "".join("".join(outline.text[b.start : b.end] for b in outline.blocks if b.kind in kinds).split())
