"""Bytes to text, and text folded for comparing."""

import re
import threading
import unicodedata

import opencc

from app.documents.values import DocumentError

BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)

# The commonest characters of such documents in both scripts: a text decoded with the wrong table hardly has any.
_COMMON = frozenset(
    "的一是在和人有大为中年这不了以会上要个工作我到动国产学生主实面对加强推进建设管理发展教育市县区省级制度机关党委政府全落开展"
    "各组织提高完善重点年度根据按照结合服务质量改革机制行为個發為會國產學實進設產展區級關黨組織據結務質機開當後來時點體們"
    "，。、；：“”《》（）"
)

_SAMPLE = 20_000  # characters: enough to tell two encodings apart
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")


def decode(data: bytes) -> str:
    """The text of a plain-text file: UTF-8, GB18030, Big5, or UTF-16/32 with a byte order mark (left out).

    Raises DocumentError: `empty`, `binary`, `undecodable`.
    """
    if not data.strip():
        raise DocumentError("empty", "文件是空的，没有可读取的文字。", "The file is empty: there is no text to read.")
    text = _decode_known(data)
    if not text.strip():
        raise DocumentError("empty", "文件是空的，没有可读取的文字。", "The file is empty: there is no text to read.")
    if "\x00" in text:
        raise DocumentError(
            "binary",
            "文件中有空字符（NUL），不是纯文本，或文字编码没有写明。请另存为纯文本（.txt，UTF-8）后再导入。",
            "The file holds NUL characters: it is not plain text, or its encoding is not marked. Save it as plain text "
            "(.txt, UTF-8) and import it again.",
        )
    controls = len(_CONTROL.findall(text[:_SAMPLE]))
    if controls * 100 > len(text[:_SAMPLE]):
        raise DocumentError(
            "binary",
            "文件不是纯文本。请另存为纯文本（.txt，UTF-8）后再导入。",
            "The file is not plain text. Save it as plain text (.txt, UTF-8) and import it again.",
        )
    return text


def _decode_known(data: bytes) -> str:
    for bom, encoding in BOMS:
        if data.startswith(bom):
            return _strict(data[len(bom) :], encoding) or ""
    text = _strict(data, "utf-8", required=False)
    if text is not None:
        return text
    candidates = [t for e in ("gb18030", "big5hkscs") if (t := _strict(data, e, required=False)) is not None]
    if not candidates:
        raise _undecodable()
    return max(candidates, key=plausibility)


def _strict(data: bytes, encoding: str, *, required: bool = True) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        if required:
            raise _undecodable() from error
        return None


def _undecodable() -> DocumentError:
    return DocumentError(
        "undecodable",
        "无法识别文件的文字编码（已尝试 UTF-8、GB18030、Big5、UTF-16）。请另存为 UTF-8 编码的纯文本后再导入。",
        "The text encoding is not known (tried UTF-8, GB18030, Big5, UTF-16). Save the file as UTF-8 text "
        "and import it again.",
    )


def plausibility(text: str) -> float:
    sample = text[:_SAMPLE]
    return sum(c in _COMMON for c in sample) / len(sample)


class _Folding(dict[int, str]):
    """A lazily filled table for str.translate: compatibility form, lower case, no white space."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold_cluster(chr(code))
        return folded


def _fold_cluster(cluster: str) -> str:
    if "\ud800" <= cluster[0] <= "\udfff":
        return "\ufffd"  # OpenCC cannot take a lone surrogate
    return "".join(unicodedata.normalize("NFKC", cluster).lower().split())


_FOLDING = _Folding()
_LOCAL = threading.local()


def _simplify(text: str) -> str:
    if text.isascii():
        return text
    converter = getattr(_LOCAL, "converter", None)
    if converter is None:
        converter = _LOCAL.converter = opencc.OpenCC("t2s")
    simplified: str = converter.convert(text)
    if len(simplified) != len(text):
        # A phrase of another length would break the map back to the original: go character by character.
        simplified = "".join(s if len(s := converter.convert(c)) == 1 else c for c in text)
    return simplified


def fold(text: str) -> str:
    """The text as it is compared: NFKC, simplified characters, lower case, without white space."""
    if not unicodedata.is_normalized("NFC", text):
        return fold_with_map(text)[0]
    return _simplify(text.translate(_FOLDING))


def fold_with_map(text: str) -> tuple[str, list[int]]:
    """`fold(text)` and, for each of its characters, the index in `text` of the character it came from."""
    if unicodedata.is_normalized("NFC", text):
        pieces = [(i, _FOLDING[ord(c)]) for i, c in enumerate(text)]
    else:
        pieces = [(i, _fold_cluster(cluster)) for i, cluster in _clusters(text)]
    places = [i for i, piece in pieces for _ in piece]
    return _simplify("".join(piece for _, piece in pieces)), places


def _clusters(text: str) -> list[tuple[int, str]]:
    """Each base character with the combining marks behind it, and where it starts."""
    starts = [i for i, c in enumerate(text) if i == 0 or not unicodedata.combining(c)]
    return [(start, text[start:end]) for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]
