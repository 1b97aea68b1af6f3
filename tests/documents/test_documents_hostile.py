"""Sound Word files with something changed: a clear error, or an outline that is sound."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents import DocumentError, Outline, outline
from app.documents.sources import open_here
from app.documents.sources.docx_package import parsed
from tests.documents.makers import hostile
from tests.documents.makers.docx import packed

KINDS = {
    "damaged", "too_large", "encrypted", "macros", "unsupported_format", "empty", "binary", "undecodable", "no_items",
    "too_many_items",
}  # fmt: skip


def kind_of(data: bytes, sound: Callable[[Outline], Outline]) -> str:
    try:
        sound(outline(open_here(data)))
    except DocumentError as error:
        assert error.zh
        assert error.en
        return error.kind
    return "read"


@pytest.mark.parametrize("seed", range(4))
def test_mutated_files_give_a_clear_error_or_a_sound_outline(seed: int, sound: Callable[[Outline], Outline]) -> None:
    whole = [kind_of(data, sound) for _, data in hostile.mutated(packed(hostile.NUMBERED), 100, seed)]
    inside = [kind_of(data, sound) for _, data in hostile.mutated_parts(hostile.NUMBERED, 100, seed)]
    assert {*whole, *inside} <= {*KINDS, "read"}
    assert "damaged" in whole
    assert "read" in inside


@given(data=st.data())
def test_any_change_inside_the_document_is_survived(data: st.DataObject) -> None:
    sound_xml = str(hostile.NUMBERED["word/document.xml"])
    start = data.draw(st.integers(0, len(sound_xml)))
    end = data.draw(st.integers(start, min(len(sound_xml), start + 200)))
    pieces = st.sampled_from(
        ["<w:p>", "</w:p>", "<w:r>", "</w:r>", "<w:tbl>", "</w:tbl>", "&a;", "<w:del>", '"', ">", "甲"]
    )
    changed = sound_xml[:start] + "".join(data.draw(st.lists(pieces, max_size=6))) + sound_xml[end:]
    try:
        outline(open_here(packed({**hostile.NUMBERED, "word/document.xml": changed})))
    except DocumentError as error:
        assert error.kind in KINDS


def test_nothing_from_outside_is_taken_in() -> None:
    for declaration in ("<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>", "<!DOCTYPE a><a/>"):
        with pytest.raises(DocumentError) as caught:
            parsed(declaration.encode())
        assert caught.value.kind == "damaged"
    assert len(parsed(b"<a/>")) == 0
