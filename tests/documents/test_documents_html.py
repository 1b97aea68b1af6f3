"""Web pages: encodings, the document and the site around it, lists, tables and emphasis."""

import itertools
from collections.abc import Callable
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.documents import DocumentError, Format, MarkKind, Outline, Source, open_source, outline
from app.documents.sources import open_here
from tests.documents.makers.html import SHAPES, page
from tests.documents.makers.same import PLANS, assert_same

CASES = list(itertools.product(PLANS, SHAPES))
BODY = "<p>一、总体要求</p><p>1.推进学校建设。完善制度，落实责任，年底前完成改造任务。</p>"


def opened(body: str, head: str = "") -> Source:
    return open_here(f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>".encode())


def lines(source: Source, *, furniture: bool = False) -> list[str]:
    """The document's lines, or the site's."""
    starts = {mark.start for mark in source.marks if mark.kind is MarkKind.FURNITURE}
    found, place = [], 0
    for line in source.text.splitlines(keepends=True):
        if (place in starts) is furniture:
            found.append(line.rstrip("\n"))
        place += len(line)
    return found


def marked(source: Source, kind: MarkKind) -> list[str]:
    return [source.text[mark.start : mark.end] for mark in source.marks if mark.kind is kind]


@pytest.mark.parametrize(("name", "shape"), CASES)
def test_pages_read_as_the_text_they_show(name: str, shape: str, sound: Callable[[Outline], Outline]) -> None:
    made = page(PLANS[name].read_bytes(), shape)
    for encoding in ("utf-8", "gb18030", "utf-8-sig", "utf-16"):
        assert_same(sound(outline(open_here(made.encode(encoding)))), name)


def test_isolated_reading_gives_the_same() -> None:
    data = page(PLANS["yunhe"].read_bytes()).encode()
    assert open_source(data) == open_here(data)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_site_around_the_document_is_kept_as_furniture(shape: str) -> None:
    source = open_here(page(PLANS["yunhe"].read_bytes(), shape).encode())
    site, text = "\n".join(lines(source, furniture=True)), "\n".join(lines(source))
    for words in ("首页", "版权所有", "ICP备", "我市召开全市教育工作会议"):
        assert (words in site) == (words in source.text)
        assert words not in text
    assert "版权所有" in site
    assert "脚本里的文字" not in source.text
    assert "隐藏的文字" not in source.text
    assert "注释" not in source.text


def test_elements_listed_by_a_site_are_kept_as_key_and_value() -> None:
    source = open_here(page(PLANS["370800-edu-2021"].read_bytes()).encode())
    for line in ("索引号：003000000/2020-00001", "发文字号：济教字〔2021〕1号", "成文日期：2021年4月6日"):
        assert line in lines(source)


@pytest.mark.parametrize(
    "markup",
    [
        "<table><tr><td>发文字号</td><td>云教发〔2020〕11号</td><td>成文日期</td><td>2020-03-18</td></tr></table>",
        "<table><tr><th>[发 文 字 号]</th><td>云教发〔2020〕11号</td></tr><tr><th>成文日期：</th><td>2020-03-18</td></tr></table>",
        "<ul><li><b>发文字号：</b>云教发〔2020〕11号</li><li><b>成文日期：</b>2020-03-18</li></ul>",
        "<div><div>发文字号：</div><div>云教发〔2020〕11号</div><div>成文日期：</div><div>2020-03-18</div></div>",
        "<div>发文字号：云教发〔2020〕11号　　成文日期：2020-03-18　来源：办公室</div>",
    ],
)
def test_lists_of_elements_in_any_markup(markup: str) -> None:
    metadata = outline(
        opened(f"<div id=meta>{markup}</div><div id=zoom><h2>云河市2020年工作要点</h2>{BODY}</div>")
    ).metadata
    assert metadata.document_number == "云教发〔2020〕11号"
    assert str(metadata.issued_on) == "2020-03-18"


@pytest.mark.parametrize(
    ("declared", "used", "doubts"),
    [
        ("gb2312", "gb18030", []),
        ("GBK", "gb18030", []),
        ("big5", "big5hkscs", []),
        ("utf-8", "utf-8", []),
        ("utf-8", "gb18030", ["encoding_misdeclared"]),
        ("gb2312", "utf-8", ["encoding_misdeclared"]),
        ("iso-8859-1", "gb18030", ["encoding_misdeclared"]),
        ("gb2312", "big5hkscs", ["encoding_misdeclared"]),
        ("no-such-thing", "gb18030", []),
        ("", "gb18030", []),
    ],
)
def test_encodings_declared_rightly_and_wrongly(declared: str, used: str, doubts: list[str]) -> None:
    text = "一、加強學校建設管理。完善制度，落實責任，全面提高教育質量和服務發展的能力。" * 3
    meta = f'<meta charset="{declared}">' if declared else ""
    source = open_here(f"<html><head>{meta}</head><body><p>{text}</p></body></html>".encode(used))
    assert source.text == text + "\n"
    assert [doubt.kind for doubt in source.doubts] == doubts
    xml = f'<?xml version="1.0" encoding="{declared or used}"?><html><body><p>{text}</p></body></html>'
    assert open_here(xml.encode(used)).text == text + "\n"


def test_a_few_broken_characters_are_told_and_many_refused() -> None:
    data = f"<html><body><p>{'一、推进教育改革发展。' * 100}</p></body></html>".encode()
    source = open_here(data.replace("一".encode(), b"\xff", 1))
    assert "\ufffd" in source.text
    assert [doubt.kind for doubt in source.doubts] == ["broken_characters"]
    with pytest.raises(DocumentError) as caught:
        open_here(b"<html><body>" + bytes([0xFF, 0x41]) * 500 + b"</body></html>")
    assert caught.value.kind == "undecodable"


def test_web_archives_are_opened() -> None:
    message = EmailMessage()
    message["From"] = "<Saved by Blink>"
    message["Snapshot-Content-Location"] = "https://unreachable.invalid/"
    message.set_content(f"<html><body>{BODY}</body></html>", subtype="html", charset="utf-8", cte="quoted-printable")
    message.add_related(b"\x89PNG", "image", "png", cid="<a>")
    source = open_here(message.as_bytes())
    assert source.format is Format.HTML
    assert lines(source)[0] == "一、总体要求"


def test_lines_are_what_a_browser_shows() -> None:
    source = opened(
        "<div>一、总体\n\t要求<br>&nbsp;&nbsp;&nbsp;&nbsp;1.推进学校建设。<BR/>　　2.完善\r\n制度 and rules。</div>"
        "<p>（一）甲<span>乙</span><b>丙</b>丁</p><pre>二、目标\n  三、保障</pre>文末"
    )
    assert lines(source) == [
        "一、总体要求", "1.推进学校建设。", "2.完善制度 and rules。", "（一）甲乙丙丁", "二、目标", "三、保障", "文末",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("opening", "labels"),
    [
        ("<ol>", ["1.", "2.", "3."]),
        ("<ol start=4>", ["4.", "5.", "6."]),
        ('<ol type="a">', ["a.", "b.", "c."]),
        ('<ol style="list-style-type: cjk-ideographic">', ["一、", "二、", "三、"]),
        ('<ol style="list-style: simp-chinese-informal inside">', ["一、", "二、", "三、"]),
        ('<ol style="list-style: none">', ["", "", ""]),
        ("<ul>", ["", "", ""]),
    ],
)
def test_numbers_that_a_browser_draws_are_in_the_text(opening: str, labels: list[str]) -> None:
    words = ["推进学校建设。", "完善管理制度。", "落实安全责任。"]
    closing = opening[:3].replace("<", "</") + ">"
    source = opened(f"<h2>甲市工作要点</h2>{opening}{''.join(f'<li>{word}' for word in words)}{closing}")
    assert lines(source)[1:] == [label + word for label, word in zip(labels, words, strict=True)]
    own = opened(f"{opening}{''.join(f'<li>{number}.{word}' for number, word in enumerate(words, 1))}{closing}")
    assert lines(own) == [f"{number}.{word}" for number, word in enumerate(words, 1)]


def test_data_tables_become_rows_and_layout_tables_vanish() -> None:
    table = (
        "<table><thead><tr><th>序号<th>工作任务<th>责任单位</thead>"
        "<tr><td>1<td><p>建学校</p><p>修操场</p><td>教育局<tr><td>2<td><td>交通局</table>"
    )
    source = opened(f"<table><tr><td><div>{BODY}</div>{table}</td></tr></table>")
    assert lines(source)[2:] == ["序号\t工作任务\t责任单位", "1\t建学校 修操场\t教育局", "2\t\t交通局"]


def test_emphasis_and_headings_are_marked() -> None:
    source = opened(
        "<h2>甲市2020年工作要点</h2><p><span style='FONT-FAMILY: 黑体'>一、总体要求</span></p>"
        "<p><strong>推进学校建设。</strong>完善制度，落实责任。</p><p><font face=楷体_GB2312>（一）完善制度</font></p>"
        "<p><b>加<span style='font-weight: normal'>轻</span></b>"
        f"<p>{'正文' * 60}。</p>"
    )
    assert marked(source, MarkKind.BOLD) == ["一、总体要求", "推进学校建设。", "（一）完善制度", "加"]
    assert [
        (mark.level, source.text[mark.start : mark.end]) for mark in source.marks if mark.kind is MarkKind.HEADING
    ] == [(2, "甲市2020年工作要点")]
    everything = opened(f"<b>{BODY}</b>")
    assert not marked(everything, MarkKind.BOLD)


def test_running_text_outside_the_document_is_told() -> None:
    aside = "<div class=sidebar><p>本站提醒：网站正在改版，期间部分栏目可能无法访问，如有不便敬请谅解，有问题请致电本局办公室。</p></div>"
    source = opened(f"<div>{BODY * 6}</div>{aside}")
    (doubt,) = source.doubts
    assert doubt.kind == "outside_the_document"
    assert source.text[doubt.start : doubt.end].startswith("本站提醒")
    assert lines(source, furniture=True) == [source.text[doubt.start : doubt.end]]


def test_pages_without_text_say_what_to_do() -> None:
    with pytest.raises(DocumentError) as caught:
        opened("<div id=app></div><script>render('一、总体要求')</script>")
    assert caught.value.kind == "no_content"
    assert "浏览器" in caught.value.zh


@pytest.mark.parametrize(
    "body",
    ["<div>" * 30_000, "<table><tr><td>" * 10_000, "<b>" * 100_000, "<p>甲" * 60_000, "<span>" * 6_000 + "甲"],
)
def test_endless_pages_are_refused(body: str) -> None:
    with pytest.raises(DocumentError) as caught:
        opened(body)
    assert caught.value.kind == "too_large"


def test_deep_pages_within_bounds_are_read() -> None:
    assert lines(opened("<div>" * 3_000 + "一、总体要求" + "</div>" * 3_000)) == ["一、总体要求"]


_MARKUP = st.sampled_from(
    "<p> </p> <div> </div> <td> <tr> <table> </table> <br> <li> <ol> </ol> <b> </b> <a> </a> <!-- --> <h2> &nbsp; &#0; &#xd800; "
    "<pre> <select> <style> <title> <nav> </nav> <svg> <![CDATA[ ]]> <?x 一、甲 1.乙。 （一）丙， 发文字号： \n \t　 \x0b \u2028".split(
        " "
    )
)


@settings(max_examples=150, deadline=None)
@given(parts=st.lists(_MARKUP, max_size=60))
def test_any_markup_is_answered(parts: list[str]) -> None:
    try:
        source = opened("".join(parts))
    except DocumentError as error:
        assert error.kind in {"no_content", "empty"}
    else:
        assert all(0 <= mark.start < mark.end <= len(source.text) for mark in source.marks)
        assert "\ud800" not in source.text
