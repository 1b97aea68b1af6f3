"""The format of a file is told by its content."""

import io
import zipfile

import pytest

from app.documents import DocumentError, Format, open_source
from app.documents.sources.archive import Archive
from app.documents.sources.detect import detect
from app.documents.sources.limits import DEFAULT_LIMITS, Limits

PLAN = "一、总体要求\n1.推进学校建设。完善制度，落实责任。\n"


def zipped(*parts: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in parts:
            archive.writestr(name, data)
    return out.getvalue()


WORD_TYPE = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
WORD_MACRO_TYPE = b"application/vnd.ms-word.document.macroEnabled.main+xml"
EXCEL_TYPE = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


def ole(stream: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1024) + stream.encode("utf-16-le") + bytes(100)


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (PLAN.encode(), Format.TEXT),
        (PLAN.encode("gb18030"), Format.TEXT),
        ("<一、总体要求>\n".encode(), Format.TEXT),
        ("序号和任务，见下。\n一、总体要求".encode(), Format.TEXT),
        ("一、坚持目标,强化责任单位,完成任务\n序号,".encode(), Format.TEXT),
        (b"\n%PDF-1.7\n", Format.PDF),
        (b"<!DOCTYPE html><html>", Format.HTML),
        (b"\xef\xbb\xbf\n<HTML xmlns:o='urn:schemas-microsoft-com:office:office'>", Format.HTML),
        (b'<?xml version="1.0"?><!-- saved --><html xmlns="x">', Format.HTML),
        ("\ufeff<html><body>甲</body></html>".encode("utf-16-le"), Format.HTML),
        (b'{"items": []}', Format.JSON),
        ('\ufeff[{"label": "一"}]'.encode(), Format.JSON),
        ("序号,工作任务,责任单位\n1,建学校,教育局\n".encode(), Format.CSV),
        ("2020年任务分解表\n单位：万元\n序号\t重点任务\t牵头单位\t完成时限\n".encode("gb18030"), Format.CSV),
        ('\ufeff"序号","牵头\n单位","责任单位"\r\n'.encode(), Format.CSV),
        (zipped(("[Content_Types].xml", WORD_TYPE), ("word/document.xml", b"<x/>")), Format.DOCX),
        (zipped(("[Content_Types].xml", WORD_TYPE), ("word/document2.xml", b"<x/>")), Format.DOCX),
        (zipped(("[Content_Types].xml", EXCEL_TYPE), ("xl/workbook.xml", b"<x/>")), Format.XLSX),
    ],
)
def test_formats_are_told_by_content(data: bytes, form: Format) -> None:
    assert detect(data, DEFAULT_LIMITS) is form


@pytest.mark.parametrize(
    ("data", "kind", "named"),
    [
        (ole("WordDocument"), "unsupported_format", ".docx"),
        (ole("Workbook"), "unsupported_format", ".xlsx"),
        (ole("PowerPoint Document"), "unsupported_format", ".docx"),
        (ole("EncryptedPackage"), "encrypted", "密码"),
        (b"{\\rtf1", "unsupported_format", "RTF"),
        (b"\x89PNG\r\n\x1a\n", "unsupported_format", "OCR"),
        (b"\xff\xd8\xff\xe0", "unsupported_format", "OCR"),
        (b"Rar!\x1a\x07", "unsupported_format", "解压"),
        (zipped(("a.txt", b"a")), "unsupported_format", "解压"),
        (zipped(("OFD.xml", b"<x/>")), "unsupported_format", "OFD"),
        (zipped(("mimetype", b"application/vnd.oasis.opendocument.text")), "unsupported_format", ".docx"),
        (zipped(("mimetype", b"application/vnd.oasis.opendocument.spreadsheet")), "unsupported_format", ".xlsx"),
        (zipped(("[Content_Types].xml", WORD_MACRO_TYPE), ("word/document.xml", b"<x/>")), "macros", "宏"),
        (
            zipped(
                ("[Content_Types].xml", WORD_TYPE), ("word/document.xml", b"<x/>"), ("word/vbaProject.bin", b"\xd0\xcf")
            ),
            "macros",
            "宏",
        ),
        (b"<?xml version='1.0'?><?mso-application progid='Word.Document'?><w:x/>", "unsupported_format", ".docx"),
        (b"<?xml version='1.0'?><plan/>", "unsupported_format", "XML"),
        (b"From: <Saved by Blink>\r\nMIME-Version: 1.0", "unsupported_format", "HTML"),
        (b"PK\x03\x04....", "damaged", "损坏"),
        (b"", "empty", "空"),
        (b" \n ", "empty", "空"),
        (b"\x00\x01\x02", "binary", "纯文本"),
    ],
)
def test_what_cannot_be_read_is_told_with_what_to_do(data: bytes, kind: str, named: str) -> None:
    with pytest.raises(DocumentError) as caught:
        open_source(data)
    assert caught.value.kind == kind
    assert named in caught.value.zh
    assert caught.value.en != caught.value.zh


def test_a_text_longer_than_any_plan_is_refused() -> None:
    with pytest.raises(DocumentError) as caught:
        open_source(PLAN.encode(), Limits(characters=len(PLAN) - 1))
    assert caught.value.kind == "too_large"
    assert open_source(PLAN.encode(), Limits(characters=len(PLAN))).text == PLAN


def archive(data: bytes, unpacked: int = DEFAULT_LIMITS.unpacked) -> Archive:
    return Archive(data, Limits(unpacked=unpacked), "Word")


def test_an_archive_gives_its_parts() -> None:
    opened = archive(zipped(("../../etc/passwd", b"a"), ("b", b"")))
    assert opened.names() == {"../../etc/passwd", "b"}
    assert opened.read("../../etc/passwd") == b"a"
    assert opened.read("b") == b""
    assert opened.read("c") is None


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (zipped(("a", bytes(3_000_000))), "too_large"),  # a thousand to one
        (zipped(*((str(k), b"x" * 400_000) for k in range(6)), method=zipfile.ZIP_STORED), "too_large"),
        (zipped(*((str(k), b"") for k in range(6_000))), "too_large"),
        (zipped(*(("n" * 1000 + str(k), b"") for k in range(1_100))), "too_large"),
        (zipped(("a", b"abc"), method=zipfile.ZIP_LZMA), "damaged"),
        (zipped(("a", b"abc"))[:-4], "damaged"),
        (zipped(("a", b"abc"))[10:], "damaged"),
    ],
    # Archives hold the time at which they were made: names made of them would not be the same in every test process.
    ids=["a thousand to one", "together", "parts", "names", "lzma", "cut short", "without its beginning"],
)
def test_an_archive_is_refused_before_it_is_unpacked(data: bytes, kind: str) -> None:
    with pytest.raises(DocumentError) as caught:
        archive(data, 2_000_000)
    assert caught.value.kind == kind


def test_parts_that_share_their_bytes_are_refused() -> None:
    whole = bytearray(zipped(("a", b"x" * 1000), ("b", b"x" * 1000), method=zipfile.ZIP_STORED))
    # The second entry of the table of contents is made to point at the first one's bytes.
    entry = whole.rfind(b"PK\x01\x02")
    whole[entry + 42 : entry + 46] = bytes(4)
    with pytest.raises(DocumentError) as caught:
        archive(bytes(whole))
    assert caught.value.kind == "damaged"


def test_a_part_that_is_larger_than_it_says_is_damaged() -> None:
    whole = bytearray(zipped(("a", b"x" * 100_000)))
    entry = whole.rfind(b"PK\x01\x02")
    whole[entry + 24 : entry + 28] = (50).to_bytes(4, "little")
    opened = archive(bytes(whole), 100)
    with pytest.raises(DocumentError) as caught:
        opened.read("a")
    assert caught.value.kind == "damaged"


def test_a_locked_part_is_told_as_such() -> None:
    whole = bytearray(zipped(("a", b"abc")))
    for magic, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        whole[whole.find(magic) + place] |= 1
    with pytest.raises(DocumentError) as caught:
        archive(bytes(whole))
    assert caught.value.kind == "encrypted"
