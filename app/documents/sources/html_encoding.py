"""The text of a saved web page, whatever encoding it says it has."""

import re
from email import policy
from email.parser import BytesParser

from app.documents.text import BOMS, plausibility
from app.documents.values import DocumentError, Doubt

_HEAD = 4096  # bytes that browsers look through for a declaration, four times over
_DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,30})""", re.IGNORECASE)
_XML = re.compile(rb"""^\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.:-]{2,30})""", re.IGNORECASE)
# Names that pages use → what they mean (WHATWG Encoding Standard); other declarations are not believed.
_NAMES = {
    name: encoding
    for encoding, names in (
        ("utf-8", "utf-8 utf8 unicode-1-1-utf-8"),
        (
            "gb18030",
            "gb2312 gb_2312 gb_2312-80 gb2312-80 gbk x-gbk cp936 ms936 gb18030 hz-gb-2312 chinese csgb2312 euc-cn",
        ),
        ("big5hkscs", "big5 big5-hkscs cn-big5 csbig5 x-x-big5"),
        ("cp1252", "iso-8859-1 iso8859-1 latin1 windows-1252 ascii us-ascii"),
    )
    for name in names.split()
}
_GUESSES = ("gb18030", "big5hkscs")
_MOST_BROKEN = 0.002  # of the characters: a page cut together from several sources has a few
_ASCII = re.compile("[\x00-\x7f]+")
_WEB_ARCHIVE = re.compile(rb"\s*(?:From: <Saved by |MIME-Version:)", re.IGNORECASE)


def page_of(data: bytes) -> tuple[bytes, str | None]:
    """A page's bytes, and the encoding that its envelope names: web archives (MHTML) hold the page among its pictures.

    Raises DocumentError `damaged`.
    """
    if not _WEB_ARCHIVE.match(data):
        return data, None
    message = BytesParser(policy=policy.default).parsebytes(data)
    for part in message.walk():
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                return content, part.get_content_charset()
    raise DocumentError(
        "damaged",
        "网页存档（MHTML）里没有网页。请在浏览器中打开，另存为“网页，仅 HTML”后再导入。",
        'The web archive (MHTML) holds no page. Open it in a browser, save it as "web page, HTML only" and import that.',
    )


def decode_page(data: bytes, named: str | None) -> tuple[str, list[Doubt]]:
    """A page's text. UTF-8 wins over any declaration where it fits; otherwise what reads most like Chinese.

    `named`: an encoding named outside the page. Raises DocumentError `undecodable`.
    """
    for bom, encoding in BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(encoding, "replace"), []
    declared = _known(named) or _declared(data)
    utf8 = _strict(data, "utf-8")
    if utf8 is not None:
        wrong = declared not in (None, "utf-8") and not utf8.isascii()
        return utf8, _misdeclared(declared, "UTF-8") if wrong else []
    candidates = [*dict.fromkeys([declared or "gb18030", *_GUESSES])]
    read = {encoding: text for encoding in candidates if (text := _strict(data, encoding)) is not None}
    if read:
        best = max(read, key=lambda encoding: _plausibility(read[encoding]) + (0.01 if encoding == declared else 0))
        return read[best], _misdeclared(declared, best.upper()) if declared not in (None, best) else []
    return _leniently(data, ["utf-8", *candidates])


def _plausibility(page: str) -> float:
    """How Chinese a page reads, its markup left out."""
    return plausibility(_ASCII.sub("", page) or " ")


def _leniently(data: bytes, encodings: list[str]) -> tuple[str, list[Doubt]]:
    """A page with a few broken characters, which are shown as �."""
    texts = {encoding: data.decode(encoding, "replace") for encoding in encodings}
    best = min(texts.values(), key=lambda text: text.count("\ufffd"))
    broken = best.count("\ufffd")
    if broken > _MOST_BROKEN * len(best):
        raise DocumentError(
            "undecodable",
            "无法识别网页的文字编码（已尝试网页声明的编码、UTF-8、GB18030、Big5）。请在浏览器中打开，把正文复制到 Word 或纯文本后再导入。",
            "The page's text encoding is not known (tried what it declares, UTF-8, GB18030, Big5). Open it in a browser, "
            "copy the plan into a Word file or a plain text and import that.",
        )
    return best, [Doubt("broken_characters", 0, 0, f"有{broken}个字符的编码已损坏，显示为“\ufffd”，请核对")]


def _misdeclared(declared: str | None, used: str) -> list[Doubt]:
    return [Doubt("encoding_misdeclared", 0, 0, f"网页声明的编码是{(declared or '').upper()}，实际按{used}读取")]


def _declared(data: bytes) -> str | None:
    head = data[:_HEAD]
    match = _XML.match(head) or _DECLARED.search(head)
    return _known(match.group(1).decode("ascii", "replace")) if match else None


def _known(name: str | None) -> str | None:
    return _NAMES.get((name or "").strip().lower())


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None
