"""Opening files: bytes → text with what the format tells beyond the words (`Source`). The format is told by the content.

`text.py` decodes plain text; every other format has a module of its own with one function `open_…(data) -> Source`.
"""

from app.documents.sources.text import open_text
from app.documents.values import Source


def open_source(data: bytes) -> Source:
    """The text of a file, whatever its format.

    Raises DocumentError: `empty`, `unsupported_format`, `binary`, `undecodable`.
    """
    return open_text(data)
