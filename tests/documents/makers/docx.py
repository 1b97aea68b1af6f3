"""Plans as Word files: typed with Word's own numbering (python-docx), and laid out by hand (through LibreOffice)."""

import io
import re
import subprocess
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph

from app.documents import BlockKind
from app.documents.labels import Label
from tests.documents.makers.plans import Typed, typed

_CENTRED = {BlockKind.ISSUER_MARK, BlockKind.DOCUMENT_NUMBER, BlockKind.TITLE, BlockKind.PLAN_TITLE}
_ABSTRACT = 90  # beyond python-docx's own lists
_DIGIT = "0-9０-９一二三四五六七八九十百零〇①-⑳"


@dataclass
class _Lists:
    """Word's lists for the labels of one document, a new one for every way a label is printed and every new count.

    `joint`: all levels are of one definition, as a multilevel list has it; else each has its own.
    """

    document: Document
    joint: bool
    counters: dict[int, int] = field(default_factory=dict)
    lists: dict[tuple[int, str], int] = field(default_factory=dict)
    made: int = 0

    def number(self, label: Label) -> tuple[int, int]:
        """The list and level (from 0) under which Word prints the label."""
        jumps = label.number != self.counters.get(label.level, 0) + 1
        self.counters[label.level] = label.number
        level = label.level - 1 if self.joint else 0
        pattern = re.sub(rf"[{_DIGIT}]+", f"%{level + 1}", label.printed, count=1)
        key = (label.level, f"{_form(label.printed)} {pattern}")
        if key not in self.lists or jumps:
            definition = _ABSTRACT if self.joint else _ABSTRACT + label.level
            self.lists[key] = self._add(definition, _level(level, *key[1].split()), label.number if jumps else None)
        return self.lists[key], level

    def _add(self, definition: int, level: str, start: int | None) -> int:
        root = self.document.part.numbering_part.element
        if not self.made:
            shown = "".join(_level(k, "decimal", f"%{k + 1}.") for k in range(9))
            for k in range(6):
                made = f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{_ABSTRACT + k}">{shown}</w:abstractNum>'
                root.insert(k, parse_xml(made))
        number = _ABSTRACT + self.made
        self.made += 1
        depth = re.findall(r'w:ilvl="(\d)"', level)[0]
        override = f'<w:startOverride w:val="{start}"/>' if start else ""
        root.append(
            parse_xml(
                f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="{definition}"/>'
                f'<w:lvlOverride w:ilvl="{depth}">{override}{level}</w:lvlOverride></w:num>'
            )
        )
        return number


def _level(level: int, form: str, pattern: str) -> str:
    suffix = "tab" if form == "decimal" else "nothing"
    return (
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlRestart w:val="0"/>'
        f'<w:suff w:val="{suffix}"/><w:lvlText w:val="{pattern}"/></w:lvl>'
    )


def _form(printed: str) -> str:
    for pattern, form in (("[①-⑳]", "decimalEnclosedCircle"), ("[０-９]", "decimalFullWidth"), ("[0-9]", "decimal")):
        if re.search(pattern, printed):
            return form
    return "chineseCountingThousand"


def numbered(data: bytes, *, joint: bool = True) -> bytes:
    """A plan as a Word file whose labels are Word's automatic numbers: they are in no text of the file."""
    document = docx.Document()
    lists = _Lists(document, joint)
    for entry in typed(data):
        words = entry.text[entry.heading.length :].lstrip() if entry.heading else entry.text
        paragraph = document.add_paragraph(style="Heading 1" if entry.section and _top(entry) else None)
        if entry.kind in _CENTRED:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        if entry.heading:
            _number(paragraph, *lists.number(entry.heading))
            stop = words.find("。") + 1
            _say(paragraph, words[:stop], bold=True)
            words = words[stop:]
        _say(paragraph, words)
    return saved(document)


def _top(entry: Typed) -> bool:
    return entry.heading is not None and entry.heading.level == 1


def _number(paragraph: Paragraph, number: int, level: int) -> None:
    numbering = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    paragraph._p.get_or_add_pPr().append(parse_xml(numbering))


def _say(paragraph: Paragraph, words: str, *, bold: bool = False, font: str = "仿宋_GB2312") -> None:
    if not words:
        return
    run = paragraph.add_run(words)
    run.bold = bold or None
    run.font.size = Pt(16)
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def saved(document: Document) -> bytes:
    """The bytes of a document."""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def by_hand(data: bytes) -> str:
    """A plan as a web page for LibreOffice's writer: typed labels, typefaces after GB/T 9704, spaces as indents."""
    body = []
    for entry in typed(data):
        level = entry.heading.level if entry.heading else 0
        font = {1: "黑体", 2: "楷体"}.get(level, "仿宋") if entry.section else "仿宋"
        words = escape(entry.text)
        if entry.heading and not entry.section:
            stop = words.find("。") + 1
            words = f"<b>{words[:stop]}</b>{words[stop:]}"
        align = "center" if entry.kind in _CENTRED else "justify"
        indent = "" if entry.kind in _CENTRED else "　　"
        body.append(f'<p style="text-align: {align}"><font face="{font}">{indent}{words}</font></p>')
    return f'<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>{"".join(body)}</body></html>'


def converted(pages: dict[str, str], folder: Path, soffice: str) -> dict[str, bytes]:
    """Web pages, by name, as Word files made by LibreOffice."""
    files = {f"{name}.html": page.encode() for name, page in pages.items()}
    convert(files, "docx:MS Word 2007 XML", folder, soffice, "--infilter=HTML (StarWriter)")
    return {name: (folder / f"{name}.docx").read_bytes() for name in pages}


def shown(files: dict[str, bytes], folder: Path, soffice: str) -> dict[str, str]:
    """Word files, by name, as text the way LibreOffice shows them."""
    convert({f"{name}.docx": data for name, data in files.items()}, "txt:Text (encoded):UTF8", folder, soffice)
    return {name: (folder / f"{name}.txt").read_text(encoding="utf-8-sig") for name in files}


def convert(files: dict[str, bytes], target: str, folder: Path, soffice: str, *options: str) -> None:
    """All files by one call of LibreOffice, with a profile of its own."""
    for name, data in files.items():
        (folder / name).write_bytes(data)
    command = [soffice, "--headless", "--norestore", f"-env:UserInstallation={(folder / 'profile').as_uri()}"]
    command += [*options, "--convert-to", target, "--outdir", str(folder)]
    subprocess.run([*command, *(str(folder / name) for name in files)], check=True, capture_output=True, timeout=240)


SPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
)
MAIN_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def parts(body: str, styles: str = "", numbering: str = "") -> dict[str, str]:
    """The parts of a Word file, written by hand: the XML inside w:body, w:styles and w:numbering."""
    related = [name for name, xml in (("styles", styles), ("numbering", numbering)) if xml]
    links = "".join(f'<Relationship Id="r{n}" Type="{_OFFICE}/{n}" Target="{n}.xml"/>' for n in related)
    relations = f'<Relationships xmlns="{_PACKAGE}/relationships">'
    return {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Override PartName="/word/document.xml" '
        f'ContentType="{MAIN_TYPE}"/></Types>',
        "_rels/.rels": f'{relations}<Relationship Id="r" Type="{_OFFICE}/officeDocument" '
        'Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f"{relations}{links}</Relationships>",
        "word/document.xml": f"<w:document {SPACES}><w:body>{body}</w:body></w:document>",
        **{
            f"word/{name}.xml": f"<w:{name} {SPACES}>{xml}</w:{name}>"
            for name, xml in (("styles", styles), ("numbering", numbering))
            if xml
        },
    }


def packed(files: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Parts as an archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()


def written(body: str, styles: str = "", numbering: str = "") -> bytes:
    """A Word file of parts written by hand."""
    return packed(parts(body, styles, numbering))


def p(inside: str = "", properties: str = "") -> str:
    """A paragraph."""
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{inside}</w:p>"


def r(words: str, properties: str = "") -> str:
    """A run of text."""
    said = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{said}<w:t xml:space="preserve">{words}</w:t></w:r>'


def level(form: str, pattern: str, number: int = 0, more: str = "") -> str:
    """A level of a list's definition."""
    return (
        f'<w:lvl w:ilvl="{number}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{more}'
        f'<w:lvlText w:val="{pattern}"/></w:lvl>'
    )


def one_list(form: str, pattern: str, more: str = "") -> str:
    """The list 1, with one level."""
    return (
        f'<w:abstractNum w:abstractNumId="0">{level(form, pattern, 0, more)}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )


def in_list(words: str, at: int | None = 0, number: str = "1", style: str = "") -> str:
    """A numbered paragraph."""
    depth = "" if at is None else f'<w:ilvl w:val="{at}"/>'
    styled = f'<w:pStyle w:val="{style}"/>' if style else ""
    return p(r(words), f'{styled}<w:numPr>{depth}<w:numId w:val="{number}"/></w:numPr>')


def breakdown(rows: Sequence[Sequence[object]], merged: Iterable[str] = (), above: Sequence[str] = ()) -> bytes:
    """Paragraphs and a table below them, with merged cells as a spreadsheet names them (A1:B2)."""
    document = docx.Document()
    for words in above:
        document.add_paragraph(words)
    width = max(len(row) for row in rows)
    table = document.add_table(len(rows), width)
    for k, row in enumerate(rows):
        for cell, value in zip(table.rows[k].cells, row, strict=False):
            cell.text = "" if value is None else str(value)
    for name in merged:
        (left, top), (right, bottom) = (re.fullmatch(r"([A-Z])(\d+)", end).groups() for end in name.split(":"))  # type: ignore[union-attr]
        first, last = table.cell(int(top) - 1, ord(left) - 65), table.cell(int(bottom) - 1, ord(right) - 65)
        words = first.text
        first.merge(last).text = words
    return saved(document)
