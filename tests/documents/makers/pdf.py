"""Plans laid out by hand as offices do (GB/T 9704), as flat OpenDocument files, and printed to PDF by LibreOffice."""

import subprocess
from dataclasses import dataclass
from html import escape
from pathlib import Path

from app.documents import BlockKind
from tests.documents.makers.plans import typed

_STYLES = {
    BlockKind.ISSUER_MARK: "RedHead",
    BlockKind.DOCUMENT_NUMBER: "Number",
    BlockKind.TITLE: "BigTitle",
    BlockKind.PLAN_TITLE: "BigTitle",
    BlockKind.ADDRESSEE: "Addressee",
    BlockKind.SIGNATURE: "Signature",
    BlockKind.DATE: "Signature",
    BlockKind.METADATA: "Flush",
    BlockKind.FURNITURE: "Flush",
}


@dataclass(frozen=True)
class Look:
    """How an office lays its plans out. Sizes in points; `lines` is the line height."""

    font: str = "仿宋_GB2312"
    size: float = 16
    lines: float = 28.9
    indent: float = 32
    spacing: float = 0  # below each paragraph
    align: str = "justify"
    running_head: str = ""
    page_numbers: bool = True
    bold_headings: bool = False


GBT = Look()
PLAIN = Look(
    font="Noto Sans CJK SC", size=10.5, lines=18, indent=0, spacing=9, align="start", running_head="内部资料 注意保存"
)
BOLD = Look(size=14, lines=24, indent=28, bold_headings=True, running_head="2020年工作要点汇编", page_numbers=False)


# Closing signs do not hang out of the frame: LibreOffice 7.4 then leaves some of them out of the PDF altogether.
def _paragraph_style(name: str, look: Look, paragraph: str, text: str = "", scale: float = 1) -> str:
    size = look.size * scale
    return (
        f'<style:style style:name="{name}" style:family="paragraph"><style:paragraph-properties '
        f'fo:line-height="{look.lines * max(scale, 1)}pt" fo:orphans="0" fo:widows="0" '
        f'style:punctuation-wrap="simple" {paragraph}/>'
        f'<style:text-properties style:font-name="F" style:font-name-asian="F" fo:font-size="{size}pt" '
        f'style:font-size-asian="{size}pt" {text}/></style:style>'
    )


def _styles(look: Look) -> str:
    spaced = f'fo:margin-bottom="{look.spacing}pt"'
    centred = f'{spaced} fo:text-align="center"'
    body = f'{spaced} fo:text-align="{look.align}" fo:text-indent="{look.indent}pt"'
    heavy = 'fo:font-weight="bold" style:font-weight-asian="bold"' if look.bold_headings else ""
    signed = f'{spaced} fo:text-align="end" fo:margin-right="{4 * look.size}pt"'
    return "".join(
        [
            _paragraph_style("Body", look, body),
            _paragraph_style("Heading", look, body, heavy),
            _paragraph_style("Flush", look, spaced),
            _paragraph_style("Addressee", look, f'{spaced} fo:text-align="{look.align}"'),
            _paragraph_style("RedHead", look, centred, 'fo:color="#ff0000"', 2.2),
            _paragraph_style("Number", look, centred),
            _paragraph_style("BigTitle", look, centred, scale=1.375),
            _paragraph_style("Signature", look, signed),
            _paragraph_style("Foot", look, 'fo:text-align="end"'),
            _paragraph_style("FootLeft", look, 'fo:text-align="start"'),
            _paragraph_style("Head", look, 'fo:text-align="center"'),
        ]
    )


def _master(look: Look) -> str:
    number = "— <text:page-number>1</text:page-number> —"
    feet = (
        f'<style:footer><text:p text:style-name="Foot">{number}</text:p></style:footer>'
        f'<style:footer-left><text:p text:style-name="FootLeft">{number}</text:p></style:footer-left>'
        if look.page_numbers
        else ""
    )
    head = (
        f'<style:header><text:p text:style-name="Head">{escape(look.running_head)}</text:p></style:header>'
        if look.running_head
        else ""
    )
    return f'<style:master-page style:name="Standard" style:page-layout-name="A4">{head}{feet}</style:master-page>'


def flat_document(data: bytes, look: Look = GBT) -> str:
    """A plan's text as a flat OpenDocument file: each line of the text a paragraph, laid out after what it is."""
    body = [
        f'<text:p text:style-name="{"Heading" if p.section else _STYLES.get(p.kind, "Body")}">{escape(p.text)}</text:p>'
        for p in typed(data)
    ]
    foot = '<style:header-footer-properties fo:min-height="10mm" fo:margin-top="7mm"/>'
    names = "office style text fo svg".split()
    urns = "office style text xsl-fo-compatible svg-compatible".split()
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{urn}:1.0"' for name, urn in zip(names, urns, strict=True)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document {spaces} office:version="1.2" '
        'office:mimetype="application/vnd.oasis.opendocument.text"><office:font-face-decls>'
        f'<style:font-face style:name="F" svg:font-family="{look.font}"/></office:font-face-decls>'
        f"<office:styles>{_styles(look)}</office:styles><office:automatic-styles>"
        '<style:page-layout style:name="A4"><style:page-layout-properties fo:page-width="210mm" '
        'fo:page-height="297mm" fo:margin-top="37mm" fo:margin-bottom="18mm" fo:margin-left="28mm" '
        f'fo:margin-right="26mm"/><style:header-style>{foot.replace("top", "bottom")}</style:header-style>'
        f"<style:footer-style>{foot}</style:footer-style></style:page-layout></office:automatic-styles>"
        f"<office:master-styles>{_master(look)}</office:master-styles><office:body><office:text>{''.join(body)}"
        "</office:text></office:body></office:document>"
    )


def print_pdf(documents: dict[str, str], folder: Path, soffice: str) -> dict[str, bytes]:
    """Flat OpenDocument files, by name, printed to PDF by one call of LibreOffice with a profile of its own."""
    for name, document in documents.items():
        (folder / f"{name}.fodt").write_text(document, encoding="utf-8")
    command = [soffice, "--headless", "--norestore", f"-env:UserInstallation={(folder / 'profile').as_uri()}"]
    files = [str(folder / f"{name}.fodt") for name in documents]
    subprocess.run(
        [*command, "--convert-to", "pdf", "--outdir", str(folder), *files], check=True, capture_output=True, timeout=240
    )
    return {name: (folder / f"{name}.pdf").read_bytes() for name in documents}


# How a page is printed: with indents and without heads; with space between paragraphs, and the browser's own head and
# foot (date, title, address, page numbers).
_PRINTED = {
    "indented": "@page{size:A4;margin:37mm 26mm 35mm 28mm} body{font:16pt/29pt serif} p{margin:0;text-indent:2em;text-align:justify}",
    "spaced": "@page{size:A4;margin:20mm} body{font:11pt/1.6 sans-serif} p{margin:0 0 8pt 0}",
}
_PLACED = {"BigTitle": "text-align:center;text-indent:0;font-size:150%", "Signature": "text-align:right;text-indent:0"}


def print_by_browser(data: bytes, look: str, folder: Path, chromium: str) -> bytes:
    """A plan as a simple web page, printed to PDF by Chromium."""
    body = "".join(f'<p style="{_PLACED.get(_STYLES.get(p.kind, ""), "")}">{escape(p.text)}</p>' for p in typed(data))
    page = folder / "plan.html"
    head = f"<meta charset=utf-8><title>要点</title><style>{_PRINTED[look]}</style>"
    page.write_text(f"<!DOCTYPE html><html lang=zh-CN><head>{head}</head><body>{body}</body></html>", encoding="utf-8")
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}"]
    if look == "indented":
        options.append("--no-pdf-header-footer")
    command = [chromium, *options, f"--print-to-pdf={folder / 'plan.pdf'}", page.as_uri()]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    return (folder / "plan.pdf").read_bytes()
