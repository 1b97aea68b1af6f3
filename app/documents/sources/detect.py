"""Which format a file has, by its content; the file's name says nothing."""

import codecs
import re

from app.documents.sources import errors
from app.documents.sources.archive import Archive
from app.documents.sources.delimited import is_table
from app.documents.sources.limits import Limits
from app.documents.text import decode
from app.documents.values import DocumentError, Format

_HEAD = 4096  # bytes in which a format shows itself; comments and declarations may stand before it
_ENVELOPE = 65_536  # bytes of a web archive in which its page is announced: browsers put the page first
_PDF_HEAD = 1024  # the header may stand that far in (PDF 1.7, annex H, note 13)

_PICTURE = "图片里没有文字。请用带文字识别（OCR）的软件转换为 Word 或纯文本，核对后再导入。"
_PICTURE_EN = "A picture holds no text. Convert it with text recognition (OCR), check the result and import that."
_ARCHIVE = "请先解压，再导入其中的工作要点。"
_ARCHIVE_EN = "Unpack it and import the plan that is in it."
_SAVE_DOCX = "请用 Word 或 WPS 打开，另存为 .docx 后再导入。"
_SAVE_DOCX_EN = "Open it in Word or WPS, save it as .docx and import that."
_SAVE_XLSX = "请用 Excel 或 WPS 表格打开，另存为 .xlsx 后再导入。"
_SAVE_XLSX_EN = "Open it in Excel or WPS, save it as .xlsx and import that."

_REFUSED = (
    (b"{\\rtf", "RTF", _SAVE_DOCX, _SAVE_DOCX_EN),
    (b"\x89PNG", "PNG", _PICTURE, _PICTURE_EN),
    (b"\xff\xd8\xff", "JPEG", _PICTURE, _PICTURE_EN),
    (b"GIF8", "GIF", _PICTURE, _PICTURE_EN),
    (b"II*\x00", "TIFF", _PICTURE, _PICTURE_EN),
    (b"MM\x00*", "TIFF", _PICTURE, _PICTURE_EN),
    (b"RIFF", "WebP/RIFF", _PICTURE, _PICTURE_EN),
    (b"Rar!", "RAR", _ARCHIVE, _ARCHIVE_EN),
    (b"7z\xbc\xaf", "7z", _ARCHIVE, _ARCHIVE_EN),
    (b"\x1f\x8b", "gzip", _ARCHIVE, _ARCHIVE_EN),
    (b"BZh", "bzip2", _ARCHIVE, _ARCHIVE_EN),
    (b"\xfd7zXZ", "xz", _ARCHIVE, _ARCHIVE_EN),
)
# The streams of an OLE file (Office 97–2003, WPS) by which it shows what it is, as they stand in its directory.
_OLE = (
    ("EncryptedPackage", None),
    ("WordDocument", ("Word 97–2003/WPS（.doc、.wps）", _SAVE_DOCX, _SAVE_DOCX_EN)),
    ("Workbook", ("Excel 97–2003/WPS（.xls、.et）", _SAVE_XLSX, _SAVE_XLSX_EN)),
)
# Main parts of OOXML, and of other archives.
_PARTS = (("word/document.xml", Format.DOCX), ("xl/workbook.xml", Format.XLSX))
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|meta|title|table|div|p|script|style)[\s>]", re.IGNORECASE)
_WEB_ARCHIVE = re.compile(rb"(?:From: <Saved by |MIME-Version:)", re.IGNORECASE)
_TAG = re.compile(rb"\s*<[!?a-z]", re.IGNORECASE)
# The columns of task breakdowns; a whole cell, so that a sentence with ASCII commas is none.


def detect(data: bytes, limits: Limits) -> Format:
    """The format of a file that can be read.

    Raises DocumentError: `unsupported_format` with what to do instead, `encrypted`, `macros`, `damaged` or `too_large`
    (an archive), `empty`, `binary`, `undecodable` (a text).
    """
    if b"%PDF-" in data[:_PDF_HEAD]:
        return Format.PDF
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _archived(data, limits)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise _ole(data)
    head = data[:_HEAD].lstrip()
    for magic, name, zh, en in _REFUSED:
        if head.startswith(magic):
            raise errors.unsupported(name, zh, en)
    return _textual(data)


def _archived(data: bytes, limits: Limits) -> Format:
    archive = Archive(data, limits, "DOCX/XLSX")
    names = archive.names()
    if "[Content_Types].xml" in names:
        found = next((form for part, form in _PARTS if part in names), None)
        types = archive.read("[Content_Types].xml") or b""
        if found is None:  # the main part may bear any name; its type says what it is
            found = next((f for word, f in _MAIN_TYPES if word in types), None)
        if found is not None:
            if b"macroEnabled" in types or any(name.lower().endswith("vbaproject.bin") for name in names):
                raise errors.macros("Word" if found is Format.DOCX else "Excel")
            return found
    if "OFD.xml" in names:
        zh = "请用版式阅读软件打开，导出为 Word 或带文字的 PDF 后再导入。"
        raise errors.unsupported(
            "OFD", zh, "Export it as Word or as a PDF with text from an OFD reader and import that."
        )
    kind = archive.read("mimetype") or b""
    if b"opendocument.spreadsheet" in kind:
        raise errors.unsupported("ODS", _SAVE_XLSX, _SAVE_XLSX_EN)
    if b"opendocument" in kind:
        raise errors.unsupported("OpenDocument", _SAVE_DOCX, _SAVE_DOCX_EN)
    raise errors.unsupported("ZIP", _ARCHIVE, _ARCHIVE_EN)


_MAIN_TYPES = (
    (b"wordprocessingml.document.main+xml", Format.DOCX),
    (b"ms-word.document.macroEnabled.main+xml", Format.DOCX),
    (b"spreadsheetml.sheet.main+xml", Format.XLSX),
    (b"ms-excel.sheet.macroEnabled.main+xml", Format.XLSX),
)


def _ole(data: bytes) -> DocumentError:
    for stream, refusal in _OLE:
        if stream.encode("utf-16-le") in data:
            return errors.unsupported(*refusal) if refusal else errors.encrypted("Word/Excel")
    return errors.unsupported("Office 97–2003/WPS", _SAVE_DOCX, _SAVE_DOCX_EN)


def _textual(data: bytes) -> Format:
    head = _plain_head(data)
    if _TAG.match(head):
        if b"mso-application" in head:
            raise errors.unsupported("Word/Excel 2003 XML", _SAVE_DOCX, _SAVE_DOCX_EN)
        if _HTML.search(head):
            return Format.HTML
        if head.lstrip().startswith(b"<?xml"):
            raise errors.unsupported("XML", _SAVE_DOCX, _SAVE_DOCX_EN)
    if _WEB_ARCHIVE.match(head):
        return _web_archive(data)
    text = decode(data)
    if re.match(r'\s*(?:\{\s*"|\[\s*\{\s*")', text):
        return Format.JSON
    return Format.CSV if is_table(text) else Format.TEXT


def _web_archive(data: bytes) -> Format:
    """MHTML, unless it is another kind of message."""
    if b"text/html" in data[:_ENVELOPE]:
        return Format.HTML
    zh = "请在浏览器中打开，另存为“网页，仅 HTML”后再导入。"
    raise errors.unsupported("MHTML", zh, 'Open it in a browser, save it as "web page, HTML only" and import that.')


def _plain_head(data: bytes) -> bytes:
    """The head in an encoding that has ASCII as it is, without a byte order mark."""
    for bom, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if data.startswith(bom):
            return data[2:_HEAD].decode(encoding, "replace").encode("utf-8", "replace").lstrip()
    return data[:_HEAD].removeprefix(codecs.BOM_UTF8).lstrip()
