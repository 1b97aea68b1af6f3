"""Decoding and folding."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents import DocumentError, decode, fold, fold_with_map
from app.documents import text as text_module

SIMPLIFIED = "一、加强教育工作。1.推进学校建设，完善制度，落实责任。"
TRADITIONAL = "一、加強教育工作。1.推進學校建設，完善制度，落實責任。"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-32"])
def test_encodings(encoding: str) -> None:
    assert decode(SIMPLIFIED.encode(encoding)) == SIMPLIFIED


@pytest.mark.parametrize("encoding", ["utf-8", "big5", "gb18030", "utf-16"])
def test_encodings_of_traditional_text(encoding: str) -> None:
    assert decode(TRADITIONAL.encode(encoding)) == TRADITIONAL


def test_text_is_not_changed() -> None:
    text = "一、甲\r\n乙\r丙\n\u3000丁\u00a0\n"
    assert decode(text.encode()) == text


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "empty"),
        (b" \n\t ", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        ("\u3000\n".encode(), "empty"),
        (b"abc\x00def", "binary"),
        (b"a\x01b\x02", "binary"),
        (b"\xff\xff\xff\xff", "undecodable"),
        (b"\xff\xfe\x00\xd8", "undecodable"),
    ],
)
def test_what_cannot_be_read_is_told(data: bytes, kind: str) -> None:
    with pytest.raises(DocumentError) as caught:
        decode(data)
    assert caught.value.kind == kind
    assert caught.value.zh
    assert str(caught.value) == caught.value.en


@given(st.binary(max_size=400))
def test_any_bytes_give_text_or_a_clear_error(data: bytes) -> None:
    try:
        text = decode(data)
    except DocumentError as error:
        assert error.kind in {"empty", "binary", "undecodable"}
    else:
        assert text.strip()
        assert "\x00" not in text


def test_fold() -> None:
    assert fold("青島市 教育局") == fold("青岛市教育局")
    assert fold("（２０２０）　ＡＢＣ") == "(2020)abc"
    assert fold("1＋Ｘ\u3000證書") == "1+x证书"
    assert fold("e\u0301 tat") == fold("état")
    assert fold("\ud800甲") == "\ufffd甲"


def test_fold_with_map_points_into_the_original() -> None:
    folded, places = fold_with_map("㈠ 青島　ＡＢ½")
    assert folded == "(一)青岛ab1⁄2"
    assert places == [0, 0, 0, 2, 3, 5, 6, 7, 7, 7]


@given(st.text(max_size=200))
def test_fold_with_map_is_fold(text: str) -> None:
    folded, places = fold_with_map(text)
    assert folded == fold(text)
    assert len(places) == len(folded)
    assert places == sorted(places)
    assert all(0 <= place < len(text) for place in places)
    assert not any(char.isspace() for char in folded)


def test_fold_keeps_the_map_when_a_phrase_changes_its_length(monkeypatch: pytest.MonkeyPatch) -> None:
    class Shortening:
        def convert(self, text: str) -> str:
            return text.replace("甲乙", "丙").replace("東", "东")

    monkeypatch.setattr(text_module._LOCAL, "converter", Shortening(), raising=False)
    assert fold_with_map("甲乙東") == ("甲乙东", [0, 1, 2])


def test_fold_in_threads() -> None:
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(fold, ["關於印發《2020年工作要點》的通知"] * 400)) == {"关于印发《2020年工作要点》的通知"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030"])
@pytest.mark.parametrize("before", [0, 5, 40_000])
def test_a_nul_is_refused_in_every_encoding_and_place(encoding: str, before: int) -> None:
    text = SIMPLIFIED[:5] + "甲" * before + "\x00" + SIMPLIFIED
    with pytest.raises(DocumentError) as caught:
        decode(text.encode(encoding))
    if not encoding.endswith(("le", "be")):  # without a byte order mark the text may not be decodable at all
        assert caught.value.kind == "binary"
        assert "NUL" in caught.value.zh
        assert "NUL" in caught.value.en
