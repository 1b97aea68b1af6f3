"""Files that are broken, dishonest or meant to harm: small to make, the same in every run."""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping

from tests.documents.makers.docx import SPACES, in_list, one_list, p, packed, parts, r
from tests.documents.makers.pdf_raw import PICTURE, raw_pdf, words
from tests.documents.makers.xlsx import Table, workbook

PLAN = (
    p(r("测试市教育局2030年工作要点"))
    + p(r("一、抓好落实"))
    + p(r("1.改善办学条件。新建学校10所，年底前全部交付使用。"))
    + p(r("2.提升教育质量。开展教学检查，完善评价机制。"))
)
DOCUMENT = "word/document.xml"
MEGABYTE = 1024 * 1024


def chance(seed: int) -> random.Random:
    """The same chance in every run."""
    return random.Random(seed)  # noqa: S311  it chooses bytes, no secrets


def with_part(name: str, content: str | bytes, body: str = PLAN) -> bytes:
    """A sound Word file with one part replaced or added."""
    return packed({**parts(body), name: content})


def with_document(xml: str | bytes) -> bytes:
    """A Word file with this for its document. Not compressed: how much it unpacks to must not be what stops it."""
    return packed({**parts(PLAN), DOCUMENT: xml}, zipfile.ZIP_STORED)


def written(body: str, styles: str = "", numbering: str = "") -> bytes:
    """A Word file of parts written by hand, not compressed either."""
    return packed(parts(body, styles, numbering), zipfile.ZIP_STORED)


def body(inside: str) -> str:
    """A document's XML."""
    return f"<w:document {SPACES}><w:body>{inside}</w:body></w:document>"


def typed_body(declaration: str, inside: str) -> str:
    """A document's XML with a document type declaration."""
    return f"<!DOCTYPE w:document [{declaration}]>{body(p(r(inside)))}"


# Archives.


def archives() -> Iterator[tuple[str, bytes]]:
    """Archives that unpack to too much, contradict themselves, or name places outside."""
    yield "one part a thousand to one", with_part("word/media/a.bin", bytes(60 * MEGABYTE))
    many = {f"word/media/{k}.bin": chance(k).randbytes(30_000) * 100 for k in range(40)}
    yield "many parts that are too much together", packed({**parts(PLAN), **many})
    bomb = packed({"a": bytes(20 * MEGABYTE)})
    yield "an archive of archives as the document", with_document(packed({"b": bomb, "c": bomb}))
    yield "an archive of archives", packed({f"{k}.zip": bomb for k in range(50)})
    yield "20,000 parts", packed({**parts(PLAN), **{str(k): "" for k in range(20_000)}})
    yield "a table of contents of megabytes", packed({"x" * 60_000 + str(k): "" for k in range(20)})
    whole = packed(parts(PLAN))
    yield "overlapping parts", overlapping()
    yield "two parts of one name", twice()
    yield "ZIP64 for no reason", zip64(whole)
    yield "a part that is larger than it says", patched(whole, b"PK\x01\x02", 24, struct.pack("<I", 7))
    yield "a part that is smaller than it says", patched(whole, b"PK\x01\x02", 24, struct.pack("<I", 700_000))
    yield "a part of 4 GB by its own word", patched(whole, b"PK\x01\x02", 24, b"\xfe\xff\xff\xff")
    yield "a wrong checksum", patched(whole, b"PK\x01\x02", 16, b"\0\0\0\0", first=False)
    yield "a part elsewhere", patched(whole, b"PK\x01\x02", 42, b"\xff\xff\x00\x00", first=False)
    yield "an unknown packing", patched(whole, b"PK\x01\x02", 10, b"\x63\0")
    yield "a locked part", patched(whole, b"PK\x01\x02", 8, b"\1\0")
    yield "an LZMA part", packed_by(zipfile.ZIP_LZMA)
    yield "a bzip2 part", packed_by(zipfile.ZIP_BZIP2)
    for tenth in range(1, 10):
        yield f"{tenth} tenths of a file", whole[: len(whole) * tenth // 10]
    yield "a file without its beginning", whole[40:]
    yield "only an end", b"PK\x05\x06" + bytes(18)
    yield "only a beginning", b"PK\x03\x04"
    yield "no document", packed({name: xml for name, xml in parts(PLAN).items() if name != DOCUMENT})
    yield "a document elsewhere", with_part("_rels/.rels", relations("../../../../etc/passwd"))
    yield (
        "a document on a server",
        with_part("_rels/.rels", relations("http://127.0.0.1:9/x", "External", "x"), body=""),
    )
    for name in ("../../../tmp/luoshi-evil", "/etc/luoshi-evil", "C:\\luoshi-evil", "word/../../luoshi-evil"):
        yield f"a part named {name}", packed({name: "evil", **parts(p(r("没有要点")))})


def relations(target: str, mode: str = "Internal", kind: str = "officeDocument") -> str:
    """A file of relations with one that leads to the target."""
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" '
        f'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" TargetMode="{mode}" '
        f'Target="{target}"/></Relationships>'
    )


def patched(data: bytes, magic: bytes, place: int, content: bytes, *, first: bool = True) -> bytes:
    """An archive with some bytes of a directory entry changed: of the first, or else of the last."""
    at = (data.find(magic) if first else data.rfind(magic)) + place
    return data[:at] + content + data[at + len(content) :]


def overlapping() -> bytes:
    """An archive whose 500 entries all point at the same packed megabytes (as in D. Fifield's construction)."""
    one = packed({"a": bytes(MEGABYTE // 2)})
    start = one.rfind(b"PK\x01\x02")
    end = one.rfind(b"PK\x05\x06")
    entry = one[start:end]
    entries = b"".join(entry[:46] + bytes([97 + k % 26]) + entry[47:] for k in range(500))
    return one[:start] + entries + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 500, 500, len(entries), start, 0)


def twice() -> bytes:
    """An archive with two documents, of which one program would read the first and another the second."""
    changed = packed({**parts(PLAN), "word/documenx.xml": body(p(r("另一份")))})
    return changed.replace(b"word/documenx.xml", b"word/document.xml")


def zip64(data: bytes) -> bytes:
    """An archive that says its directory's size in the large form too."""
    place = data.rfind(b"PK\x05\x06")
    large = struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, 6, 6, 2**40, 0)
    locator = struct.pack("<IIQI", 0x07064B50, 0, place, 1)
    return data[:place] + large + locator + data[place:]


def packed_by(method: int) -> bytes:
    """A Word file packed by a method that office programs do not use."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, xml in parts(PLAN).items():
            archive.writestr(name, xml)
    return out.getvalue()


# XML.


def documents() -> Iterator[tuple[str, bytes]]:
    """Word files whose XML is broken, endless, or reaches out."""
    laughs = "".join(f"<!ENTITY l{k + 1} '{f'&l{k};' * 10}'>" for k in range(12))
    yield "a billion laughs", with_document(typed_body(f"<!ENTITY l0 'ha'>{laughs}", "&l12;"))
    yield (
        "laughs in an attribute",
        with_document(
            f"<!DOCTYPE x [<!ENTITY l0 'ha'>{laughs}]>" + body(p(r("甲"))).replace("<w:p>", '<w:p w:rsidR="&l12;">')
        ),
    )
    yield "one entity many times", with_document(typed_body(f"<!ENTITY a '{'甲' * 100_000}'>", "&a;" * 10_000))
    yield "an entity from a file", with_document(typed_body("<!ENTITY a SYSTEM 'file:///etc/passwd'>", "&a;"))
    yield "an entity from a server", with_document(typed_body("<!ENTITY a SYSTEM 'http://127.0.0.1:9/'>", "&a;"))
    yield "an entity of parameters", with_document(typed_body("<!ENTITY % a SYSTEM 'file:///etc/passwd'> %a;", "甲"))
    yield "a type from a file", with_document(f"<!DOCTYPE x SYSTEM 'file:///etc/passwd'>{body(PLAN)}")
    yield "an entity that is itself", with_document(typed_body("<!ENTITY a '&b;'><!ENTITY b '&a;'>", "&a;"))
    yield (
        "another file taken in",
        with_document(
            body('<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>')
        ),
    )
    for depth in (300, 50_000, 1_000_000):
        yield f"{depth} levels", with_document(body("<w:sdt><w:sdtContent>" * depth))
        yield (
            f"{depth} tables in tables",
            with_document(body("<w:tbl><w:tr><w:tc>" * depth + "</w:tc></w:tr></w:tbl>" * depth)),
        )
    wide = "".join(f' a{k}="甲"' for k in range(100_000))
    yield "100,000 attributes", with_document(body(f"<w:p{wide}/>"))
    yield "an attribute of 20 MB", with_document(body(f'<w:p a="{noise(20 * MEGABYTE)}"/>'))
    yield "a name of 1 MB", with_document(body(f"<{'x' * MEGABYTE}/>"))
    yield "a text of 15 MB", with_document(body(p(r(noise(15 * MEGABYTE)))))
    yield "two million characters", with_document(body(p(r(noise(1_000_000))) * 2))
    yield "three million empty paragraphs", with_document(body("<w:p/>" * 3_000_000))
    yield "a million paragraphs", with_document(body(p(r("甲")) * 1_000_000))
    for name, xml in (
        ("nothing", ""),
        ("no XML", "甲" * 1000),
        ("an open tag", body(PLAN)[:-20]),
        ("crossed tags", body("<w:p><w:r></w:p></w:r>")),
        ("no body", f"<w:document {SPACES}/>"),
        ("another root", "<x/>"),
        ("another name space", body(PLAN).replace("wordprocessingml/2006", "wordprocessingml/2099")),
        ("no name space", body(PLAN).replace("w:", "")),
        ("a name space too few", f"<w:document><w:body>{PLAN}</w:body></w:document>"),
        ("two roots", body(PLAN) * 2),
        ("a NUL", body(p(r("甲\0乙")))),
        ("a control sign", body(p(r("甲\x01乙")))),
        ("a sign that is none", body(p(r("甲&#xD800;乙")))),
        ("a sign beyond all", body(p(r("甲&#x110000;乙")))),
        ("an unknown entity", body(p(r("&nbsp;")))),
        ("no words", body(p())),
        ("no points", body(p(r("甲")))),
    ):
        yield f"{name} in the document", with_document(xml)
    yield "half a character", with_document(body(PLAN).encode()[:-300] + b"\xe4\xb8")
    yield (
        "another encoding than it says",
        with_document(b'<?xml version="1.0" encoding="utf-16"?>' + body(PLAN).encode()),
    )
    yield "an encoding that nobody has", with_document('<?xml version="1.0" encoding="x-none"?>' + body(PLAN))
    yield (
        "UTF-16 with a type",
        with_document(typed_body("<!ENTITY a SYSTEM 'file:///etc/passwd'>", "&a;").encode("utf-16")),
    )


def structures() -> Iterator[tuple[str, bytes]]:
    """Word files whose XML is sound and whose structures are not."""
    words = p(r("没有要点"))
    yield "fields without end", written(words + p("<w:r><w:fldChar w:fldCharType='begin'/></w:r>") * 50_000)
    yield "fields that only end", written(words + p("<w:r><w:fldChar w:fldCharType='end'/></w:r>") * 50_000)
    yield (
        "instructions without end",
        written(
            words
            + p(
                "<w:r><w:fldChar w:fldCharType='begin'/></w:r>"
                + "<w:r><w:instrText>TOC TOC</w:instrText></w:r>" * 50_000
            )
        ),
    )
    cell = '<w:tc><w:tcPr><w:gridSpan w:val="{}"/><w:vMerge/></w:tcPr><w:p/></w:tc>'
    for span in ("99999999999999999999", "-5", "x", "999999"):
        yield f"a cell over {span} columns", written(words + f"<w:tbl><w:tr>{cell.format(span) * 100}</w:tr></w:tbl>")
    row = "<w:tr>" + cell.format("63") * 63 + "</w:tr>"
    yield "a table of nothing", written(words + f"<w:tbl>{row * 2_000}</w:tbl>")
    around = "".join(
        f'<w:style w:type="paragraph" w:styleId="{k}"><w:basedOn w:val="{(k + 1) % 3000}"/></w:style>'
        for k in range(3000)
    )
    styled = p(r("甲"), '<w:pStyle w:val="7"/>')
    yield "3,000 styles in a circle", written(words + styled * 3_000, around)
    yield "100,000 styles", written(words, '<w:style w:type="paragraph" w:styleId="a"/>' * 100_000)
    link = '<w:abstractNum w:abstractNumId="{}"><w:numStyleLink w:val="n{}"/></w:abstractNum>'
    numbers = '<w:num w:numId="{}"><w:abstractNumId w:val="{}"/></w:num>'
    circle = "".join(link.format(k, (k + 1) % 500) for k in range(500)) + "".join(
        numbers.format(k, k) for k in range(500)
    )
    names = "".join(
        f'<w:style w:type="numbering" w:styleId="n{k}"><w:pPr><w:numPr><w:numId w:val="{k}"/></w:numPr></w:pPr></w:style>'
        for k in range(500)
    )
    yield "numbering in a circle", written(words + in_list("甲", number="3") * 500, names, circle)
    for start in ("99999", "-7", "999999999999", "x"):
        list_ = one_list("upperRoman", "%1%2%9、").replace('w:start w:val="1"', f'w:start w:val="{start}"')
        yield f"numbers from {start}", written(words + in_list("甲", 99999) * 100, "", list_)
    yield "a label of 1 MB", written(in_list("甲") * 1_000, "", one_list("lowerLetter", "%1" * 500_000))
    yield (
        "letters without end",
        written(
            in_list("没有要点") * 300,
            "",
            one_list("lowerLetter", "%1" * 30).replace('w:start w:val="1"', 'w:start w:val="99999"'),
        ),
    )
    box = "<w:r><w:pict><w:txbxContent>{}</w:txbxContent></w:pict></w:r>"
    inner = r("没有要点")
    for _ in range(50):
        inner = box.format(p(inner))
    yield "text boxes in text boxes", written(p(inner))
    either = "<mc:AlternateContent><mc:Choice>{0}</mc:Choice><mc:Fallback>{0}</mc:Fallback></mc:AlternateContent>"
    inner = "<w:t>没有要点</w:t>"
    for _ in range(14):
        inner = either.format(inner)
    yield "alternatives in alternatives", written(p(f"<w:r>{inner}</w:r>"))
    yield "deleted paragraph ends", written(p(r("甲"), "<w:rPr><w:del/></w:rPr>") * 100_000)


# Files that are not what their names say, and texts.


def others() -> Iterator[tuple[str, bytes]]:
    """Files of other kinds, and texts that are none."""
    yield from (
        ("nothing", b""),
        ("spaces", b" \n" * 1000),
        ("a program for Windows", b"MZ\x90\x00" + bytes(1000)),
        ("a program for Linux", b"\x7fELF\x02\x01" + bytes(1000)),
        ("a Word 97 file", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le")),
        ("an Excel 97 file", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le")),
        ("a file with a password", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")),
        ("a Word file with macros", with_part("word/vbaProject.bin", b"\xd0\xcf\x11\xe0")),
        ("RTF", b"{\\rtf1\\ansi " + b"\\'b0" * 1000),
        ("a picture", b"\x89PNG\r\n\x1a\n" + bytes(1000)),
        ("a RAR archive", b"Rar!\x1a\x07\x00" + bytes(100)),
        ("a gzip bomb", b"\x1f\x8b\x08" + bytes(1000)),
        ("OFD", packed({"OFD.xml": "<x/>"})),
        ("noise", chance(0).randbytes(100_000)),
        ("NULs", bytes(1_000_000)),
        ("a NUL in a text", "一、总\n1.甲\0乙。".encode()),
        ("a NUL in UTF-16", "\ufeff一、总\n1.甲\0乙。".encode("utf-16-le")),
        ("half a pair in UTF-16", b"\xff\xfe\x00\xd8" * 1000),
        ("UTF-32 beyond all signs", b"\xff\xfe\x00\x00" + b"\xff\xff\xff\x7f" * 1000),
        ("a line of 15 MB", b"x" * (15 * MEGABYTE)),
        ("a line of five million characters", ("甲" * 5_000_000).encode()),
        ("100,000 points", ("一、总\n" + "1.甲乙丙。\n" * 100_000).encode()),
        ("100,000 brackets", ("一总\n" + "（" * 100_000).encode()),
        ("XML bombs", b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"),
        ("controls", "\x01\x02甲".encode() * 1000),
    )


# PDF, spreadsheets, web pages and JSON.


def formats() -> Iterator[tuple[str, bytes]]:
    """Files of the other formats that unpack without end, lead in circles, or are nested beyond measure."""
    page = words("1. Build schools.", "2. Train teachers.")
    sound = raw_pdf([page] * 3)
    bomb = zlib.compress(bytes(80 * MEGABYTE))
    twice_packed = zlib.compress(zlib.compress(bytes(80 * MEGABYTE)))
    flate = b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream"
    for name, stream in (
        ("a bomb", flate % (len(bomb), bomb)),
        ("a bomb in a bomb", flate % (len(twice_packed), twice_packed)),
    ):
        yield (
            f"a PDF with {name}",
            sound.replace(_stream_of(page), stream.replace(b"/FlateDecode", b"[/FlateDecode/FlateDecode]")),
        )
        yield f"a PDF with {name}, once", sound.replace(_stream_of(page), stream)
    yield "a PDF whose pages lead in a circle", sound.replace(b"/Kids[", b"/Kids[2 0 R ")
    yield "a PDF with a billion pages by its own word", sound.replace(b"/Count 3", b"/Count 999999999")
    yield "a PDF of 600 pages", raw_pdf([page] * 600)
    yield "a PDF nested without end", sound.replace(b"/MediaBox[0 0 595 842]", b"/X" + b"[" * 100_000)
    yield "a PDF of endless words", raw_pdf([words(*(["A" * 500] * 6_000))] * 2)
    yield "a PDF that states without end", raw_pdf([b"q " * 2_000_000 + page])
    yield "a PDF with a password", raw_pdf([page], "secret")
    yield "a PDF without text", raw_pdf([PICTURE])
    yield "only the beginning of a PDF", b"%PDF-1.7\n"
    yield "a PDF of noise", b"%PDF-1.7\n" + chance(3).randbytes(200_000)
    yield "a PDF within a text", "一、总\n%PDF-1.7\n1.甲乙。".encode()
    yield from mutated(sound, 20, 3)
    book = workbook(Table("表", [["序号", "工作任务", "责任单位"], [1, "建设学校", "某某局"]]))
    yield from mutated(book, 20, 4)
    yield (
        "a workbook of one huge cell range",
        _in_sheet(book, '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'),
    )
    yield "a workbook with entities", _in_sheet(book, "", "<!DOCTYPE x [<!ENTITY a 'b'>]>")
    yield (
        "a workbook of two million rows",
        _in_sheet(book, "", rows='<row r="9"><c t="inlineStr"><is><t>甲</t></is></c></row>' * 300_000),
    )
    yield "a web page nested without end", b"<html><body>" + b"<div>" * 1_000_000
    yield "a web page of tables in tables", b"<html><body>" + b"<table><tr><td>" * 100_000
    yield "a web page of one tag", b"<html " + b"a" * 5 * MEGABYTE
    yield "a web page of attributes", b"<html>" + b"<p " + b"a=1 " * 1_000_000 + b">"
    yield "a web page of entities", b"<html>" + b"&lt" * 1_000_000
    yield "a web page of a hidden plan", "<html><body><p hidden>一、总</p><script>1.甲乙。</script>".encode()
    yield (
        "a web page of huge spans",
        (
            "<html><table><tr><td>序号<td>工作任务<td>责任单位" + '<tr><td colspan="99999" rowspan="99999">甲' * 100
        ).encode(),
    )
    yield "JSON nested without end", b'{"a":' * 100_000
    yield "JSON arrays nested without end", b'[{"a":' + b"[" * 1_000_000
    yield "JSON with a number without end", b'{"items": ' + b"9" * 1_000_000 + b"}"
    yield "JSON with half a pair", b'{"items": [{"number": 1, "text": "\\ud800"}]}'
    yield "JSON with a NUL", b'{"items": [{"number": 1, "text": "\\u0000"}]}'
    yield "JSON of something else", b'{"items": 5}'
    yield "a CSV of one quoted cell", ('序号,工作任务,责任单位\n1,"' + "甲" * 300_000).encode()
    yield "a CSV of commas", ("序号,工作任务,责任单位\n" + "," * 1_000_000).encode()
    yield "a CSV of many rows", ("序号,工作任务,责任单位\n" + "1,甲,乙\n" * 100_000).encode()


def _stream_of(content: bytes) -> bytes:
    return b"<</Length %d>>stream\n%s\nendstream" % (len(content), content)


def _in_sheet(book: bytes, behind: str, before: str = "", rows: str = "") -> bytes:
    """A workbook with something put into its sheet's XML: before all, among the rows, behind them."""
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        files: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    name = "xl/worksheets/sheet1.xml"
    sheet = files[name].decode()  # type: ignore[union-attr]
    files[name] = before + sheet.replace("</sheetData>", f"{rows}</sheetData>{behind}")
    return packed(files, zipfile.ZIP_STORED)


# Sound files with something changed.


def mutated(data: bytes, count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """A file with some bytes flipped, cut out, doubled or overwritten."""
    dice = chance(seed)
    for k in range(count):
        yield f"mutation {seed}-{k}", _mutated(data, dice)


def _mutated(data: bytes, dice: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(dice.choice((1, 3, 20))):
        at, length = dice.randrange(len(changed)), dice.choice((1, 4, 64))
        kind = dice.randrange(4)
        if kind == 0:
            changed[at] ^= 1 << dice.randrange(8)
        elif kind == 1 and len(changed) > length:
            del changed[at : at + length]
        elif kind == 2:
            changed[at:at] = changed[at : at + length]
        else:
            changed[at : at + length] = dice.randbytes(length)
    return bytes(changed)


def mutated_parts(files: Mapping[str, str | bytes], count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """A Word file in a sound archive, with one part mutated."""
    dice = chance(seed)
    names = sorted(files)
    for k in range(count):
        name = dice.choice(names)
        content = files[name]
        whole = content.encode() if isinstance(content, str) else content
        yield f"mutated part {seed}-{k} {name}", packed({**files, name: _mutated(whole, dice)})


def noise(length: int) -> str:
    """So many characters that do not pack to nothing."""
    dice = chance(length)
    block = "".join(dice.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=50_000))
    return (block * (length // len(block) + 1))[:length]


NUMBERED = parts(
    PLAN + in_list("改善。新建学校10所。") * 3,
    '<w:style w:type="paragraph" w:styleId="a"><w:name w:val="heading 1"/></w:style>',
    one_list("chineseCounting", "（%1）"),
)
GROUPS: Mapping[str, Callable[[], Iterator[tuple[str, bytes]]]] = {
    "archives": archives,
    "documents": documents,
    "structures": structures,
    "others": others,
    "formats": formats,
    "bytes": lambda: mutated(packed(NUMBERED), 50, 1),
    "parts": lambda: mutated_parts(NUMBERED, 40, 2),
}
