"""Word files: what is read of them is what Word shows."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.documents import DocumentError, Format, MarkKind, Outline, Source, outline
from app.documents.sources import open_here, open_source
from tests.documents.makers import docx as made
from tests.documents.makers.docx import in_list, one_list, p, r
from tests.documents.makers.same import PLANS, assert_same, of_text

STRICT = (
    (
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    ),
    (
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "http://purl.oclc.org/ooxml/officeDocument/relationships",
    ),
)


@pytest.mark.parametrize("joint", [True, False])
@pytest.mark.parametrize("name", PLANS)
def test_a_plan_with_words_own_numbering(name: str, joint: bool, sound: Callable[[Outline], Outline]) -> None:
    data = made.numbered(PLANS[name].read_bytes(), joint=joint)
    source = open_source(data)
    assert source.format is Format.DOCX
    assert source.paragraphs
    assert_same(sound(outline(source)), name)
    assert source == open_here(data), "read in another process as in this one"


def test_labels_are_those_that_libreoffice_shows(soffice: str, tmp_path: Path) -> None:
    files = {name: made.numbered(path.read_bytes(), joint=False) for name, path in PLANS.items()}
    # A level that never restarts is unknown to LibreOffice, so that one list for all levels shows otherwise there.
    for name, text in made.shown(files, tmp_path, soffice).items():
        assert "".join(open_here(files[name]).text.split()) == "".join(text.split())


@pytest.fixture(scope="module")
def by_hand(soffice: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    pages = {name: made.by_hand(path.read_bytes()) for name, path in PLANS.items()}
    return made.converted(pages, tmp_path_factory.mktemp("docx"), soffice)


@pytest.mark.parametrize("name", PLANS)
def test_a_plan_laid_out_by_hand(name: str, by_hand: dict[str, bytes], sound: Callable[[Outline], Outline]) -> None:
    source = open_here(by_hand[name])
    assert_same(sound(outline(source)), name)
    bold = ["".join(source.text[m.start : m.end].split()) for m in source.marks if m.kind is MarkKind.BOLD]
    for item in of_text(name).items:
        assert any("".join(item.title.split()) in text for text in bold), item.title


def opened(body: str, styles: str = "", numbering: str = "") -> Source:
    return open_here(made.written(body, styles, numbering))


def text(body: str, styles: str = "", numbering: str = "") -> str:
    return opened(body, styles, numbering).text


def marks(source: Source, kind: MarkKind) -> list[tuple[str, int | None]]:
    return [(source.text[m.start : m.end], m.level) for m in source.marks if m.kind is kind]


def doubts(source: Source) -> dict[str, str]:
    return {doubt.kind: doubt.assumed for doubt in source.doubts}


FIELD = "<w:r><w:fldChar w:fldCharType='{}'/><w:instrText>DATE</w:instrText></w:r>"


# What stands in one paragraph.


@pytest.mark.parametrize(
    ("inside", "shown"),
    [
        (r("甲") + r("乙 "), "甲乙 "),
        ("<w:r><w:t> 甲 </w:t></w:r>" + r("乙"), "甲乙"),
        ("<w:r><w:t>甲\n  乙</w:t></w:r>", "甲   乙"),
        ("<w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t><w:noBreakHyphen/><w:softHyphen/><w:t>丙</w:t></w:r>", "甲\t乙-丙"),
        ("<w:r><w:t>甲。</w:t><w:br/><w:t>乙</w:t><w:cr/><w:t>丙</w:t></w:r>", "甲。\n乙\n丙"),
        (f"<w:hyperlink>{r('甲')}</w:hyperlink><w:smartTag>{r('乙')}</w:smartTag>", "甲乙"),
        (f"<w:sdt><w:sdtPr/><w:sdtContent>{r('甲')}</w:sdtContent></w:sdt>", "甲"),
        ('<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>' + r("甲"), "✓甲"),
        ('<w:r><w:sym w:font="Webdings" w:char="F099"/></w:r>' + r("甲"), "◇甲"),
        ('<w:r><w:sym w:font="Wingdings" w:char="no"/></w:r>' + r("甲"), "◇甲"),
        (
            f"<w:r><w:ruby><w:rt>{r('jiǎ')}</w:rt><w:rubyBase>{r('甲')}</w:rubyBase></w:ruby></w:r>",
            "甲",
        ),
        (f"{r('甲')}<w:commentRangeStart w:id='1'/>{r('乙')}<w:r><w:commentReference w:id='1'/></w:r>", "甲乙"),
        (r("甲") + "<w:r><w:footnoteReference w:id='2'/></w:r>" + r("乙"), "甲乙"),
        (r("甲") + r("乙", "<w:vanish/>") + r("丙", '<w:vanish w:val="0"/>'), "甲丙"),
        ("<m:oMath><m:r><m:t>x+1</m:t></m:r></m:oMath>" + r("甲"), "x+1甲"),
        (f"<w:ins>{r('甲')}</w:ins><w:del><w:r><w:delText>乙</w:delText></w:r></w:del>{r('丙')}", "甲丙"),
        (f"<w:moveTo>{r('甲')}</w:moveTo><w:moveFrom>{r('乙')}</w:moveFrom>", "甲"),
        (f"<w:fldSimple w:instr='PAGE'>{r('3')}</w:fldSimple>", "3"),
        (
            f"{FIELD.format('begin')}{r('not shown')}{FIELD.format('separate')}{r('2020年')}{FIELD.format('end')}{r('3月')}",
            "2020年3月",
        ),
        (f"<w:r><w:fldChar w:fldCharType='begin'/></w:r></w:p><w:p>{r('甲')}", "\n甲"),
    ],
)
def test_a_paragraph_reads_as_word_shows_it(inside: str, shown: str) -> None:
    assert text(p(inside) + p(r("末"))) == f"{shown}\n末\n"


def test_what_was_left_out_is_said_once_with_its_count() -> None:
    source = opened(
        p(r("甲"))
        + p(f"<w:ins>{r('乙')}</w:ins><w:del/>" + r("x", "<w:vanish/>"))
        + p("<w:r><w:footnoteReference/></w:r>" + r("丙") + "<w:del/>")
        + '<w:altChunk r:id="x" xmlns:r="r"/>'
        + p('<w:r><w:sym w:char="F001" w:font="Webdings"/></w:r>')
    )
    assert doubts(source) == {
        "tracked_changes": "文中有3处修订痕迹，按全部接受修订处理",
        "hidden_text": "文中有1处隐藏文字，没有读入",
        "footnotes": "文中有1处脚注或尾注，没有作为正文读入",
        "embedded_document": "文中嵌入了1份其他文件，没有读入",
        "unknown_symbol": "文中有1个符号认不出，以“◇”代替",
    }
    places = {doubt.kind: source.text[doubt.start : doubt.end] for doubt in source.doubts}
    assert places["tracked_changes"] == "乙"
    assert places["footnotes"] == "丙"


def test_a_deleted_paragraph_mark_joins_two_paragraphs() -> None:
    deleted = "<w:rPr><w:del w:id='1'/></w:rPr>"
    numbered = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    body = p(r("甲"), numbered + deleted) + p(r("乙"), numbered) + p(r("丙"), numbered) + p(r("丁"), deleted)
    assert text(body, numbering=one_list("decimal", "%1、")) == "1、\t甲乙\n2、\t丙\n丁\n"
    whole = p("<w:del><w:r><w:delText>走</w:delText></w:r></w:del>", deleted)
    assert text(whole + p(r("留"))) == "留\n"


def test_deleted_rows_and_paragraphs_are_gone_and_inserted_ones_stay() -> None:
    row = "<w:tr>{}<w:tc>{}</w:tc></w:tr>"
    body = f"<w:tbl>{row.format('<w:trPr><w:del/></w:trPr>', p(r('甲')))}{row.format('<w:trPr><w:ins/></w:trPr>', p(r('乙')))}</w:tbl>"
    assert text(body) == "乙\n"


def test_a_text_box_is_read_once_and_before_the_paragraph_at_whose_beginning_it_stands() -> None:
    box = f"<w:txbxContent>{p(r('临沂市教育局文件'))}</w:txbxContent>"
    both = (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict><v:shape><v:textbox>{box}</v:textbox></v:shape></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )
    old = f"<w:r><w:pict><v:shape><v:textbox>{box}</v:textbox></v:shape></w:pict></w:r>"
    for drawn in (both, old):
        assert text(p(drawn + r("正文"))) == "临沂市教育局文件\n正文\n"
        assert text(p(r("正文") + drawn)) == "正文\n临沂市教育局文件\n"


def test_headers_and_footers_are_no_part_of_the_text() -> None:
    files = made.parts(p(r("甲")) + "<w:sectPr><w:headerReference/></w:sectPr>")
    files["word/header1.xml"] = f"<w:hdr {made.SPACES}>{p(r('内部资料'))}</w:hdr>"
    assert open_here(made.packed(files)).text == "甲\n"


HEADER = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/header"


@pytest.mark.parametrize("boxed", [False, True])
def test_a_mark_of_classification_in_a_header_counts(boxed: bool) -> None:
    files = made.parts(p(r("甲")))
    marked = p(r("甲市教育局")) + p(r("机密") + r("★1年"))
    inside = p(f"<w:r><w:pict><v:textbox><w:txbxContent>{marked}</w:txbxContent></v:textbox></w:pict></w:r>")
    files["word/header2.xml"] = f"<w:hdr {made.SPACES}>{inside if boxed else marked}</w:hdr>"
    files["word/header1.xml"] = f"<w:hdr {made.SPACES}>{p(r('做好保密工作'))}</w:hdr>"
    related = "".join(f'<Relationship Id="h{n}" Type="{HEADER}" Target="header{n}.xml"/>' for n in (1, 2, 3))
    files["word/_rels/document.xml.rels"] = files["word/_rels/document.xml.rels"].replace("</Rel", f"{related}</Rel")
    with pytest.raises(DocumentError) as caught:
        open_here(made.packed(files))
    assert caught.value.kind == "classified"
    del files["word/header2.xml"]
    assert open_here(made.packed(files)).text == "甲\n"


def test_a_table_of_contents_is_marked_as_no_part_of_the_document() -> None:
    style = '<w:style w:type="paragraph" w:styleId="T"><w:name w:val="toc 1"/></w:style>'
    field = (
        "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText> TOC \\o </w:instrText></w:r>"
        "<w:r><w:fldChar w:fldCharType='separate'/></w:r>"
    )
    body = (
        p(r("一、甲\t1"), '<w:pStyle w:val="T"/>')
        + p(field + r("一、乙\t2"))
        + p(r("一、丙\t3") + "<w:r><w:fldChar w:fldCharType='end'/></w:r>")
        + "<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val='Table of Contents'/></w:docPartObj></w:sdtPr>"
        f"<w:sdtContent>{p(r('目录'))}</w:sdtContent></w:sdt>" + p(r("一、丁"))
    )
    assert [t for t, _ in marks(opened(body, style), MarkKind.FURNITURE)] == [
        "一、甲 1",
        "一、乙 2",
        "一、丙 3",
        "目录",
    ]


def test_a_line_break_inside_a_sentence_begins_no_paragraph() -> None:
    lines = "<w:br/>".join(
        f"<w:t>{words}</w:t>" for words in ("一、加强领导", "落实责任，完善", "制度。", "二、保障", "经费")
    )
    source = opened(p(f"<w:r>{lines}</w:r>"))
    assert [t for t, _ in marks(source, MarkKind.CONTINUES)] == ["制度。"]


# Styles.

STYLES = """
<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:eastAsia="仿宋_GB2312"/></w:rPr></w:rPrDefault></w:docDefaults>
<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:basedOn w:val="a"/>
  <w:rPr><w:rFonts w:eastAsia="黑体"/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="own"><w:name w:val="我的标题"/><w:basedOn w:val="a"/>
  <w:pPr><w:outlineLvl w:val="1"/></w:pPr><w:rPr><w:b/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="child"><w:name w:val="子"/><w:basedOn w:val="own"/></w:style>
<w:style w:type="character" w:styleId="strong"><w:name w:val="Strong"/><w:rPr><w:b/></w:rPr></w:style>
<w:style w:type="character" w:styleId="gone"><w:name w:val="Gone"/><w:rPr><w:vanish/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="x"><w:name w:val="x"/><w:basedOn w:val="y"/></w:style>
<w:style w:type="paragraph" w:styleId="y"><w:name w:val="y"/><w:basedOn w:val="x"/><w:rPr><w:b/></w:rPr></w:style>
"""


def test_levels_of_headings_come_from_styles_and_paragraphs() -> None:
    body = (
        p(r("甲"), '<w:pStyle w:val="1"/>')
        + p(r("乙"), '<w:pStyle w:val="child"/>')
        + p(r("丙"), '<w:outlineLvl w:val="2"/>')
        + p(r("丁"), '<w:pStyle w:val="1"/><w:outlineLvl w:val="9"/>')
        + p(r("戊"), '<w:pStyle w:val="none-such"/>')
        + p(r(" "), '<w:pStyle w:val="1"/>')
    )
    assert marks(opened(body, STYLES), MarkKind.HEADING) == [("甲", 1), ("乙", 2), ("丙", 3)]


def test_what_stands_out_is_marked() -> None:
    kai = '<w:rFonts w:eastAsia="楷体_GB2312"/>'
    body = (
        p(r("一、黑体标题"), '<w:pStyle w:val="1"/>')
        + p(r("1.加粗", "<w:b/>") + r("  ") + r("首句。", '<w:rStyle w:val="strong"/>') + r("其余" * 20))
        + p(r("（一）楷体", kai) + r("正文", '<w:b w:val="0"/>'))
        + p(r("样式加粗") + r("不粗", '<w:b w:val="false"/>'), '<w:pStyle w:val="child"/>')
        + p(r("隐", '<w:rStyle w:val="gone"/>') + r("循环"), '<w:pStyle w:val="x"/>')
        + p(r("2020", kai) + r("宋体", '<w:rFonts w:eastAsia="宋体"/>'))
    )
    source = opened(body, STYLES)
    assert [t for t, _ in marks(source, MarkKind.BOLD)] == [
        "一、黑体标题", "1.加粗  首句。", "（一）楷体", "样式加粗", "循环",
    ]  # fmt: skip


def test_the_typeface_of_most_of_the_text_does_not_stand_out() -> None:
    kai = '<w:rFonts w:eastAsia="楷体"/>'
    source = opened(p(r("正文" * 50, kai)) + p(r("标题", '<w:rFonts w:eastAsia="SimHei"/>')))
    assert marks(source, MarkKind.BOLD) == [("标题", None)]


# Tables.


def row(*cells: str) -> str:
    return f"<w:tr>{''.join(f'<w:tc>{cell}</w:tc>' for cell in cells)}</w:tr>"


def test_a_row_of_a_table_is_a_line() -> None:
    body = p(r("甲")) + f"<w:tbl>{row(p(r('一')), p(r('二')))}{row(p(), p(r('三')))}</w:tbl>" + p(r("乙"))
    assert text(body) == "甲\n一\t二\n三\n乙\n"


def test_a_table_that_only_arranges_the_page_is_read_cell_by_cell() -> None:
    body = f"<w:tbl>{row(p(r('一、甲')) + p(r('1.乙。')), p(r('丙')))}</w:tbl>"
    assert text(body) == "一、甲\n1.乙。\n丙\n"


def test_nested_tables_and_content_controls_around_rows() -> None:
    inner = f"<w:tbl>{row(p(r('里')))}</w:tbl>"
    body = f"<w:tbl><w:sdt><w:sdtContent>{row(inner + p(), p(r('外')))}</w:sdtContent></w:sdt></w:tbl>"
    assert text(body) == "里\t外\n"


# Other forms of the format.


def test_the_strict_form_reads_the_same() -> None:
    files = made.parts(p(r("甲"), '<w:pStyle w:val="1"/>') + in_list("乙"), STYLES, one_list("decimal", "%1."))
    strict: dict[str, str | bytes] = {}
    for name, xml in files.items():
        for usual, other in STRICT:
            xml = xml.replace(usual, other)  # noqa: PLW2901
        strict[name] = xml
    source = open_here(made.packed(strict))
    assert source == open_here(made.packed(files))
    assert source.text == "甲\n1.\t乙\n"


def test_parts_may_bear_other_names() -> None:
    files = made.parts(in_list("甲"), numbering=one_list("decimal", "%1."))
    files = {
        name.replace("document.xml", "document2.xml").replace("numbering.xml", "n2.xml"): xml.replace(
            "word/document.xml", "/word/document2.xml"
        ).replace('"numbering.xml"', '"/word/n2.xml"')
        for name, xml in files.items()
    }
    assert open_here(made.packed(files)).text == "1.\t甲\n"
