"""PDFs: their paragraphs, furniture and emphasis, and what cannot be read."""

import itertools
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.documents import BlockKind, DocumentError, MarkKind, Outline, Source, open_source, outline
from app.documents.sources import open_here
from app.documents.sources.limits import DEFAULT_LIMITS
from app.documents.sources.pdf_characters import plain
from app.documents.sources.pdf_glyphs import Face, Piece
from app.documents.sources.pdf_lines import to_lines
from app.documents.sources.pdf_text import PdfText
from tests.documents.makers.pdf import BOLD, GBT, PLAIN, flat_document, print_by_browser, print_pdf
from tests.documents.makers.pdf_raw import PICTURE, raw_pdf, words
from tests.documents.makers.same import PLANS, assert_same

LOOKS = {"gbt": GBT, "plain": PLAIN, "bold": BOLD}
CASES = list(itertools.product(PLANS, LOOKS))


@pytest.fixture(scope="session")
def printed(soffice: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Every plan in every look, printed by LibreOffice."""
    documents = {f"{name}-{look}": flat_document(PLANS[name].read_bytes(), LOOKS[look]) for name, look in CASES}
    return print_pdf(documents, tmp_path_factory.mktemp("pdf"), soffice)


def marked(source: Source, kind: MarkKind) -> list[str]:
    return [source.text[mark.start : mark.end] for mark in source.marks if mark.kind is kind]


def refused(data: bytes) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        open_here(data)
    return caught.value


@pytest.mark.parametrize(("name", "look"), CASES)
def test_printed_plans_read_as_their_text(
    printed: dict[str, bytes], name: str, look: str, sound: Callable[[Outline], Outline]
) -> None:
    assert_same(sound(outline(open_here(printed[f"{name}-{look}"]))), name)


def test_isolated_reading_gives_the_same(printed: dict[str, bytes]) -> None:
    data = printed["yunhe-gbt"]
    assert open_source(data) == open_here(data)


def test_page_numbers_and_running_heads_are_kept_as_furniture(printed: dict[str, bytes]) -> None:
    source = open_here(printed["yunhe-gbt"])
    numbers = marked(source, MarkKind.FURNITURE)
    assert numbers == [f"— {page} —" for page in range(1, len(numbers) + 1)]
    assert len(numbers) > 10
    source = open_here(printed["yunhe-plain"])
    assert source.text.count("内部资料 注意保存") == marked(source, MarkKind.FURNITURE).count("内部资料 注意保存") > 5
    kinds = {block.kind for block in outline(source).blocks}
    assert BlockKind.FURNITURE in kinds


def test_bold_headings_and_large_titles_are_marked(printed: dict[str, bytes]) -> None:
    source = open_here(printed["yunhe-gbt"])
    assert marked(source, MarkKind.BOLD) == ["云河市2020年教育工作要点"]
    bold = marked(open_here(printed["yunhe-bold"]), MarkKind.BOLD)
    assert "一、坚持党建引领，全面加强党对教育工作的领导" in bold
    assert not any("责任科室" in passage for passage in bold)


@pytest.mark.parametrize("pages", [[PICTURE] * 3, [PICTURE] * 30 + [words("3")], [PICTURE, words("- 2 -")]])
def test_scans_are_refused_with_what_to_do(pages: list[bytes]) -> None:
    error = refused(raw_pdf(pages))
    assert error.kind == "scanned"
    assert "OCR" in error.zh
    assert "Word" in error.zh
    assert "OCR" in error.en


def test_a_page_without_text_is_told_with_its_number() -> None:
    page = words("A plan is a list of items and of what is to be done")
    source = open_here(raw_pdf([page, PICTURE, words("A second page of running text"), PICTURE]))
    (doubt,) = source.doubts
    assert (doubt.kind, doubt.assumed) == ("page_without_text", "第2、4页没有文字（可能是扫描图片），没有读入")
    assert source.text[doubt.start :].startswith("A second page")


def test_text_under_a_scan_is_told_to_be_recognised() -> None:
    page = words("Recognised by a machine and not by anyone").replace(b"BT", b"BT 3 Tr")
    source = open_here(raw_pdf([PICTURE + b" " + page]))
    assert [doubt.kind for doubt in source.doubts] == ["recognised_text"]


@pytest.mark.parametrize(
    ("turn", "matrix"), [(90, "0 1 -1 0 100 72"), (180, "-1 0 0 -1 500 700"), (270, "0 -1 1 0 100 700")]
)
def test_turned_pages_are_read_as_they_are_shown(turn: int, matrix: str) -> None:
    content = f"BT /F 12 Tf {matrix} Tm (A wide table on its side) Tj 0 -24 Td (and a second line of it) Tj ET"
    data = raw_pdf([content.encode()]).replace(b"/MediaBox[0 0 595 842]", b"/MediaBox[0 0 595 842]/Rotate %d" % turn)
    assert "".join(open_here(data).text.split()) == "Awidetableonitssideandasecondlineofit"


@pytest.mark.browser
@pytest.mark.parametrize("look", ["indented", "spaced"])
def test_what_a_browser_prints_reads_as_its_text(look: str, tmp_path: Path) -> None:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("Chromium is not installed")
    assert_same(outline(open_here(print_by_browser(PLANS["yunhe"].read_bytes(), look, tmp_path, chromium))), "yunhe")


def test_only_files_that_ask_for_a_password_are_refused() -> None:
    page = words("What anybody may read")
    assert refused(raw_pdf([page], "secret")).kind == "encrypted"
    assert open_here(raw_pdf([page], "")).text == "What anybody may read\n"


def test_broken_and_endless_files_are_refused(printed: dict[str, bytes]) -> None:
    assert refused(b"%PDF-1.7 and nothing else").kind == "damaged"
    assert refused(raw_pdf([b""])).kind == "empty"
    error = refused(raw_pdf([words("a")] * (DEFAULT_LIMITS.pages + 1)))
    assert error.kind == "too_large"
    assert "501" in error.zh
    cyclic = raw_pdf([words("a")]).replace(b"/Count 1/Kids[5 0 R]", b"/Count 1/Kids[2 0 R]")
    assert refused(cyclic).kind in {"damaged", "empty"}
    whole = printed["370000-edu-2020-gbt"]
    for length in range(1000, len(whole), len(whole) // 9):
        try:
            assert open_here(whole[:length]).text
        except DocumentError as error:
            assert error.kind in {"damaged", "empty", "scanned", "garbled"}


def test_fonts_without_characters_are_told() -> None:
    font = (
        b"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[<</Type/Font/Subtype/CIDFontType2"
        b"/BaseFont/X/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor<</Type"
        b"/FontDescriptor/FontName/X/Flags 4/FontBBox[0 0 1000 1000]/ItalicAngle 0/Ascent 800/Descent -200"
        b"/CapHeight 700/StemV 80>>>>]>>"
    )
    glyphs = b"".join(number.to_bytes(2, "big") for number in range(0x1500, 0x15A0)).hex().encode()
    assert refused(raw_pdf([b"BT /F 12 Tf 72 760 Td <" + glyphs + b"> Tj ET"], font=font)).kind == "garbled"


@pytest.mark.parametrize(
    ("given_", "written", "radicals"),
    [
        ("⼯作要点", "工作要点", 1),
        ("⺠⽣⻓效", "民生长效", 3),
        ("\uf98e度", "年度", 1),
        ("o\ufb03ce", "office", 0),
        ("e\x02", "e-", 0),
        ("甲\x00乙\u200b\ufeff", "甲乙", 0),
        ("甲\U00020000乙", "甲\U00020000乙", 0),
    ],
)
def test_characters_of_fonts_become_those_that_were_written(given_: str, written: str, radicals: int) -> None:
    assert plain(given_) == (written, radicals)


# Paragraphs laid out by a simple program, and read back.

FACE = Face("Song", bold=False, hidden=False)
LEFT, TOP, FOOT = 80.0, 760.0, -900.0  # a page may be as long as it likes
CLOSERS, OPENERS = "，。；：！？）》”", "（《“"
_WORDS = "推 进 教育 改革 完善 学校 管理 落实 安全 责任 2020年 五 56% STEM 1.2万 （ ） 《 》 ， ； 、".split()
_SENTENCES = st.lists(st.sampled_from(_WORDS), min_size=3, max_size=60).map("".join)
_BODIES = st.lists(_SENTENCES.filter(lambda s: s[0] not in CLOSERS and not s[0].isascii()), min_size=8, max_size=25)


def wide(text: str) -> float:
    """Ems."""
    return sum(0.5 if char.isascii() else 1.0 for char in text)


def laid_out(
    paragraphs: list[str], width: int, size: float, indent: int, gap: float, per_page: int
) -> list[list[Piece]]:
    """Pages of lines, broken like office programs break them, with a page number at each foot."""
    lines: list[tuple[str, float, bool]] = []
    for text in paragraphs:
        rest, first = text, True
        while rest:
            room = width - (indent if first else 0)
            end = next((k for k in range(1, len(rest) + 1) if wide(rest[:k]) > room), len(rest) + 1) - 1
            while 1 < end < len(rest) and (
                rest[end] in CLOSERS + "、%" or rest[end - 1] in OPENERS or (rest[end - 1] + rest[end]).isascii()
            ):
                end -= 1
            lines.append((rest[:end], indent * size if first else 0.0, first))
            rest, first = rest[end:], False
    pages: list[list[Piece]] = []
    for start in range(0, len(lines), per_page):
        y, pieces = TOP, []
        for text, shift, first in lines[start : start + per_page]:
            y -= size * 1.6 + (gap if first else 0)
            pieces.append(Piece(text, LEFT + shift, LEFT + shift + wide(text) * size, y, size, [(0, FACE)]))
        pieces.append(Piece(f"— {len(pages) + 1} —", 280, 320, FOOT, 10, []))
        pages.append(pieces)
    return pages


def read_back(pages: list[list[Piece]]) -> tuple[list[str], int]:
    text = PdfText([to_lines(pieces, number)[0] for number, pieces in enumerate(pages)], [])
    furniture = {mark.start for mark in text.marks if mark.kind is MarkKind.FURNITURE}
    lines, place = [], 0
    for line in text.text.splitlines(keepends=True):
        if place not in furniture:
            lines.append(line.rstrip("\n"))
        place += len(line)
    return lines, len(furniture)


@settings(max_examples=150, deadline=None)
@given(
    bodies=_BODIES,
    width=st.integers(20, 40),
    size=st.sampled_from([10.5, 12.0, 16.0]),
    per_page=st.integers(8, 30),
    indented=st.booleans(),
)
def test_wrapped_paragraphs_are_put_together_again(
    bodies: list[str], width: int, size: float, per_page: int, indented: bool
) -> None:
    # A line that is full at a paragraph's end cannot be told from one in its middle but by the next line's label.
    paragraphs = [f"{number}.{body}。" for number, body in enumerate(bodies, start=1)]
    indent, gap = (2, 0.0) if indented else (0, size)
    pages = laid_out(paragraphs, width, size, indent, gap, per_page)
    lines, numbers = read_back(pages)
    assert lines == paragraphs
    assert numbers == len(pages)


def test_spaces_of_justification_vanish_and_those_of_words_stay() -> None:
    page = [
        Piece("落实STEM", 80, 180, 700, 16),
        Piece("课程Open", 184, 290, 700, 16),
        Piece("Day活动", 296, 400, 700, 16),
        Piece("计划", 405, 437, 700, 16),
    ]
    assert read_back([page])[0] == ["落实STEM课程Open Day活动计划"]


def test_cells_of_a_table_stand_apart() -> None:
    rows = [("序号", "任务", "单位"), ("1", "建学校", "教育局"), ("2", "修道路", "交通局")]
    page = [
        Piece(cell, 80 + 150 * column, 80 + 150 * column + 16 * len(cell), 700 - 30 * row, 16)
        for row, cells in enumerate(rows)
        for column, cell in enumerate(cells)
    ]
    assert read_back([page])[0] == ["序号\t任务\t单位", "1\t建学校\t教育局", "2\t修道路\t交通局"]


def test_two_columns_are_read_one_after_the_other() -> None:
    left = ["左" * 12 for _ in range(12)]
    right = ["右" * 12 for _ in range(12)]
    page = [
        Piece(text, x, x + 120, 700 - 20 * row, 10)
        for x, column in ((80, left), (220, right))
        for row, text in enumerate(column)
    ]
    assert read_back([page])[0] == ["左" * 144 + "右" * 144]
