"""The parts of a Word file, parsed: the document itself, its styles and its numbering.

Both forms of the format are read: the usual one ("transitional") and the strict one (ISO/IEC 29500-1), which WPS and
Word can write; the strict names are changed into the usual ones before anything else looks at them.
"""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from app.documents.sources import errors
from app.documents.sources.archive import Archive
from app.documents.sources.limits import Limits

NAME = "Word"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"

_STRICT = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", W[1:-1].encode()),
    (b"http://purl.oclc.org/ooxml/officeDocument/math", M[1:-1].encode()),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
)
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_NO_MEMORY = 2  # XML_ERR_NO_MEMORY of libxml2
_USUAL_PLACE = "word/document.xml"


@dataclass(frozen=True, slots=True)
class Package:
    """A Word file's parts; `styles` and `numbering` are None where it has none. `body` is the element w:body."""

    body: etree._Element
    styles: etree._Element | None
    numbering: etree._Element | None
    headers: tuple[etree._Element, ...] = ()


def open_package(data: bytes, limits: Limits) -> Package:
    """The parts that bear words, parsed. Raises DocumentError: `damaged`, `too_large`, `encrypted`."""
    archive = Archive(data, limits, NAME)
    main = next(_targets(archive, "", "officeDocument"), _USUAL_PLACE)
    root = _part(archive, main)
    body = root.find(W + "body") if root is not None else None
    if body is None:
        raise errors.damaged(NAME, "找不到正文部分", "the document's own part is missing")
    parts = (next(_targets(archive, main, kind), None) for kind in ("styles", "numbering"))
    styles, numbering = (_part(archive, part) if part else None for part in parts)
    headers = (_part(archive, part) for part in dict.fromkeys(_targets(archive, main, "header")))
    return Package(body, styles, numbering, tuple(header for header in headers if header is not None))


def _part(archive: Archive, name: str) -> etree._Element | None:
    data = archive.read(name)
    return None if data is None else parsed(data)


def parsed(data: bytes) -> etree._Element:
    """An XML part's root. Raises DocumentError `damaged`.

    Nothing from outside is loaded, no entity is replaced; depth (256) and length of a text (10 MB) are libxml2's own
    limits. A part with a document type declaration is refused: the format has none (ISO/IEC 29500-2, 9.1.4), attacks do.
    """
    for strict, usual in _STRICT:
        data = data.replace(strict, usual)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        if getattr(error, "code", None) == _NO_MEMORY:
            raise MemoryError from error
        raise errors.damaged(NAME, "内部的 XML 有错误", "its XML is broken") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise errors.damaged(NAME, "内部的 XML 带有不允许的类型声明", "its XML has a document type declaration")
    return root


def _targets(archive: Archive, part: str, kind: str) -> Iterator[str]:
    """The parts to which a part is related in some way, by the relations file beside it."""
    folder, name = posixpath.split(part)
    relations = _part(archive, posixpath.join(folder, "_rels", f"{name}.rels"))
    if relations is None:
        return
    for relation in relations.iter(_RELATION):
        if str(relation.get("Type", "")).endswith(f"/{kind}") and relation.get("TargetMode") != "External":
            # A key among the archive's own names; whatever it looks like, no file is opened by it.
            yield posixpath.normpath(posixpath.join("/", folder, str(relation.get("Target", "")))).lstrip("/")


def lines_of(part: etree._Element) -> Iterator[str]:
    """The words of a part's paragraphs, those in text boxes for themselves."""
    for paragraph in part.iter(W + "p"):
        own = (t for t in paragraph.iter(W + "t") if next(t.iterancestors(W + "p")) is paragraph)
        yield "".join(t.text or "" for t in own)


def value(element: etree._Element | None, name: str = "val") -> str | None:
    """An attribute w:name, by default w:val."""
    found = None if element is None else element.get(W + name)
    return None if found is None else str(found)


def whole_number(element: etree._Element | None, name: str = "val") -> int | None:
    """An attribute as a whole number; None where there is none that can be right."""
    found = value(element, name)
    if found is None or not found.removeprefix("-").isascii() or not found.removeprefix("-").isdigit():
        return None
    return int(found) if len(found) <= 6 else None  # Word's numbers have five digits


def switched_on(element: etree._Element | None) -> bool | None:
    """A property that is on or off: None where it is not given."""
    if element is None:
        return None
    return value(element) not in ("0", "false", "off")
