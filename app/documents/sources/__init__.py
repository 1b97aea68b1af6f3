"""Opening files: bytes → text with what the format tells beyond the words (`Source`). The format is told by the content.

Plain text is decoded here and now. Every other format has a module of its own with one function
`open_<format>(data, limits) -> Source`, listed in `formats.py`, which runs in a process of its own (`isolation.py`).
"""

from app.documents.sources import errors
from app.documents.sources.detect import detect
from app.documents.sources.formats import module_of, opener
from app.documents.sources.isolation import open_isolated
from app.documents.sources.limits import DEFAULT_LIMITS, Limits
from app.documents.sources.text import open_text
from app.documents.values import Format, Source

__all__ = ["DEFAULT_LIMITS", "Limits", "open_here", "open_source"]


def open_source(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Source:
    """The text of a file, whatever its format, within the limits.

    Raises DocumentError: `empty`, `unsupported_format`, `binary`, `undecodable`, `damaged`, `encrypted`, `macros`,
    `too_large`, `too_slow`, `busy`, and what the format's opener raises.
    """
    form = detect(data, limits)
    if form is Format.TEXT:
        return _within(open_text(data), limits)
    module_of(form)
    return _within(open_isolated(form, data, limits), limits)


def open_here(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Source:
    """As `open_source`, in this very process: for tests and for files of one's own."""
    form = detect(data, limits)
    return _within(open_text(data) if form is Format.TEXT else opener(form)(data, limits), limits)


_MOST_LINES = 100_000  # with the empty ones; the longest real plans have some thousand


def _within(source: Source, limits: Limits) -> Source:
    text = source.text
    if len(text) > limits.characters:
        most = limits.characters
        raise errors.too_large(
            f"文字有 {len(text)} 个，最多 {most} 个", f"it has {len(text):,} characters, at most {most:,}"
        )
    if text.count("\n") + text.count("\r") > _MOST_LINES:
        raise errors.too_large(f"文字超过 {_MOST_LINES} 行", f"it has more than {_MOST_LINES:,} lines")
    if not text.strip():
        raise errors.no_text(source.format.value.upper())
    if not _storable(text):
        raise errors.damaged(source.format.value.upper(), "文字中有无效字符", "its text has invalid characters")
    return source


def _storable(text: str) -> bool:
    """Whether a text is without NUL and lone surrogates, which no text has and no database stores.

    A file can smuggle them in as an escape (JSON) or by a font's wrong table (PDF).
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\x00" not in text
