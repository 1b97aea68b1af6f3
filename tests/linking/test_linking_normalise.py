from hypothesis import given
from hypothesis import strategies as st

from app.linking.normalise import fold


def test_script_width_case_and_space_are_levelled() -> None:
    assert fold("學校　ＡＰＰ覆蓋率 ９０％；衞生").text == "学校app覆盖率90%;卫生"


def test_a_folded_range_leads_back_to_the_original() -> None:
    text = "一、 新 建 ㈠ 幼兒園"
    folded = fold(text)
    start = folded.text.index("幼儿园")
    assert text[slice(*folded.source_range(start, start + 3))] == "幼兒園"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_folds_and_every_character_keeps_its_origin(text: str) -> None:
    folded = fold(text)
    assert len(folded.text) == len(folded.origin)
    assert list(folded.origin) == sorted(folded.origin)
    assert all(0 <= offset < len(text) for offset in folded.origin)
    assert not any(character.isspace() for character in folded.text)
