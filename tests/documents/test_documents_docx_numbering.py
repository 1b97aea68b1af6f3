"""The labels of Word's automatic numbering, as Word shows them."""

import pytest

from app.documents.sources import open_here
from tests.documents.makers import docx as made
from tests.documents.makers.docx import in_list, level, one_list, p, r


def text(body: str, styles: str = "", numbering: str = "") -> str:
    return open_here(made.written(body, styles, numbering)).text


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        ("decimal", "1 2 10 11 20 21 100"),
        ("decimalZero", "01 02 10 11 20 21 100"),
        ("decimalFullWidth", "１ ２ １０ １１ ２０ ２１ １００"),
        ("decimalEnclosedCircle", "① ② ⑩ ⑪ ⑳ 21 100"),
        ("decimalEnclosedCircleChinese", "① ② ⑩ ⑪ ⑳ 21 100"),
        ("decimalEnclosedParen", "⑴ ⑵ ⑽ ⑾ ⒇ 21 100"),
        ("decimalEnclosedFullstop", "⒈ ⒉ ⒑ ⒒ ⒛ 21 100"),
        ("ideographEnclosedCircle", "㊀ ㊁ ㊉ 11 20 21 100"),
        ("chineseCounting", "一 二 十 十一 二十 二十一 一〇〇"),
        ("chineseCountingThousand", "一 二 十 十一 二十 二十一 一百"),
        ("japaneseCounting", "一 二 十 十一 二十 二十一 一百"),
        ("taiwaneseCounting", "一 二 十 十一 二十 二十一 一百"),
        ("taiwaneseCountingThousand", "一 二 十 十一 二十 二十一 一百"),
        ("ideographDigital", "一 二 一〇 一一 二〇 二一 一〇〇"),
        ("chineseLegalSimplified", "壹 贰 壹拾 壹拾壹 贰拾 贰拾壹 壹佰"),
        ("ideographLegalTraditional", "壹 貳 壹拾 壹拾壹 貳拾 貳拾壹 壹佰"),
        ("ideographTraditional", "甲 乙 癸 11 20 21 100"),
        ("ideographZodiac", "子 丑 酉 戌 20 21 100"),
        ("ideographZodiacTraditional", "甲子 乙丑 癸酉 甲戌 癸未 甲申 癸卯"),
        ("upperLetter", "A B J K T U VVVV"),
        ("lowerLetter", "a b j k t u vvvv"),
        ("upperRoman", "I II X XI XX XXI C"),
        ("lowerRoman", "i ii x xi xx xxi c"),
        ("ordinal", "1st 2nd 10th 11th 20th 21st 100th"),
        ("none-such", "1 2 10 11 20 21 100"),
    ],
)
def test_numbers_are_written_in_every_format(form: str, shown: str) -> None:
    lines = text("".join(in_list("甲") for _ in range(100)), numbering=one_list(form, "%1", '<w:suff w:val="space"/>'))
    labels = [line.split()[0] for line in lines.splitlines()]
    assert [labels[k - 1] for k in (1, 2, 10, 11, 20, 21, 100)] == shown.split()


def test_thousands_in_words() -> None:
    start = one_list("chineseCountingThousand", "%1、").replace('w:start w:val="1"', 'w:start w:val="1009"')
    assert text(in_list("甲") + in_list("乙"), numbering=start) == "一千零九、\t甲\n一千零一十、\t乙\n"


@pytest.mark.parametrize(
    ("more", "pattern", "shown"),
    [
        ("", "%1、", "一、\t甲"),
        ('<w:suff w:val="nothing"/>', "（%1）", "（一）甲"),
        ('<w:suff w:val="space"/>', "第%1条", "第一条 甲"),
        ("", "", "甲"),
        ('<w:rPr><w:vanish/></w:rPr><w:suff w:val="nothing"/>', "%1、", "甲"),
    ],
)
def test_what_follows_a_label(more: str, pattern: str, shown: str) -> None:
    assert text(in_list("甲"), numbering=one_list("chineseCounting", pattern, more)) == f"{shown}\n"


def test_bullets() -> None:
    assert text(in_list("甲"), numbering=one_list("bullet", "\uf06c")) == "●\t甲\n"
    wing = '<w:rPr><w:rFonts w:ascii="Wingdings"/></w:rPr>'
    assert text(in_list("甲"), numbering=one_list("bullet", "l", wing)) == "●\t甲\n"
    assert text(in_list("甲"), numbering=one_list("bullet", "—")) == "—\t甲\n"


DEEP = (
    '<w:abstractNum w:abstractNumId="0">'
    + level("chineseCounting", "%1、", 0, '<w:suff w:val="nothing"/>')
    + level("decimal", "%2.", 1, '{restart}<w:suff w:val="nothing"/>')
    + level("decimal", "%1.%2.%3", 2, '{legal}<w:suff w:val="space"/>')
    + '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
)


def labels(body: str, restart: str = "", legal: str = "") -> list[str]:
    numbering = DEEP.replace("{restart}", restart).replace("{legal}", legal)
    return [line.removesuffix("甲").strip() for line in text(body, numbering=numbering).splitlines()]


def test_lower_levels_restart_unless_told_otherwise() -> None:
    body = "".join(in_list("甲", at) for at in (0, 1, 1, 2, 0, 1, 2, 2))
    assert labels(body) == ["一、", "1.", "2.", "一.2.1", "二、", "1.", "二.1.1", "二.1.2"]
    assert labels(body, '<w:lvlRestart w:val="0"/>') == ["一、", "1.", "2.", "一.2.1", "二、", "3.", "二.3.1", "二.3.2"]
    assert labels(body, legal="<w:isLgl/>")[3] == "1.2.1"


def test_a_skipped_level_counts_as_begun() -> None:
    assert labels("".join(in_list("甲", at) for at in (2, 2, 0, 2, 1))) == ["一.1.1", "一.1.2", "二、", "二.1.1", "2."]


def test_lists_of_one_definition_go_on_unless_they_start_anew() -> None:
    body = in_list("甲") + in_list("甲", number="2") + in_list("甲", number="3") + in_list("甲", number="3")
    numbering = (
        one_list("decimal", "%1.")
        + '<w:num w:numId="2"><w:abstractNumId w:val="0"/></w:num>'
        + '<w:num w:numId="3"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/>'
        + level("chineseCounting", "（%1）")
        + "</w:lvlOverride></w:num>"
    )
    assert text(body, numbering=numbering) == "1.\t甲\n2.\t甲\n（七）\t甲\n（八）\t甲\n"


def test_numbering_from_styles() -> None:
    styles = """
    <w:style w:type="paragraph" w:styleId="h1"><w:name w:val="heading 1"/>
      <w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
    <w:style w:type="paragraph" w:styleId="h2"><w:name w:val="heading 2"/>
      <w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
    <w:style w:type="paragraph" w:styleId="h3"><w:name w:val="条"/><w:basedOn w:val="h2"/>
      <w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
    <w:style w:type="numbering" w:styleId="list"><w:name w:val="list"/>
      <w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>"""
    numbering = (
        '<w:abstractNum w:abstractNumId="5"><w:numStyleLink w:val="list"/></w:abstractNum>'
        '<w:abstractNum w:abstractNumId="0"><w:styleLink w:val="list"/>'
        + level("chineseCounting", "%1、")
        + level("decimal", "%2.", 1)
        + level("decimal", "（%3）", 2, '<w:pStyle w:val="h3"/>')
        + '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="5"/></w:num>'
    )
    body = (
        p(r("甲"), '<w:pStyle w:val="h1"/>')
        + p(r("乙"), '<w:pStyle w:val="h2"/>')
        + p(r("丙"), '<w:pStyle w:val="h3"/>')
        + p(r("丁"), '<w:pStyle w:val="h2"/><w:numPr><w:numId w:val="0"/></w:numPr>')
        + in_list("戊", 0, "2")
        + in_list("己", 0, "99")
    )
    assert text(body, styles, numbering) == "一、\t甲\n1.\t乙\n（1）\t丙\n丁\n二、\t戊\n己\n"


def test_circles_of_numbering_and_styles_end() -> None:
    styles = """<w:style w:type="numbering" w:styleId="n"><w:name w:val="n"/><w:basedOn w:val="n"/>
      <w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>"""
    numbering = (
        '<w:abstractNum w:abstractNumId="0"><w:numStyleLink w:val="n"/></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    assert text(in_list("甲"), styles, numbering) == "甲\n"


def test_custom_formats() -> None:
    custom = (
        '<mc:AlternateContent><mc:Choice Requires="w14"><w:numFmt w:val="custom" w:format="001, 002, 003, ..."/></mc:Choice>'
        '<mc:Fallback><w:numFmt w:val="decimal"/></mc:Fallback></mc:AlternateContent>'
    )
    numbering = one_list("decimal", "%1 ").replace('<w:numFmt w:val="decimal"/>', custom)
    assert text(in_list("甲"), numbering=numbering).split() == ["001", "甲"]


def test_hidden_paragraphs_are_not_counted_and_empty_ones_are() -> None:
    hidden = p(
        r("x", "<w:vanish/>"),
        '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr><w:rPr><w:vanish/></w:rPr>',
    )
    body = in_list("甲") + hidden + in_list("") + in_list("乙")
    assert text(body, numbering=one_list("decimal", "%1.")).split("\n")[2:] == ["2.", "3.\t乙", ""]
