"""Plain text."""

from app.documents.text import decode
from app.documents.values import Format, Source


def open_text(data: bytes) -> Source:
    """A plain-text file. Raises what `decode` raises."""
    return Source(Format.TEXT, "text/plain", decode(data))
