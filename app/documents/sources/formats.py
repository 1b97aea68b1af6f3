"""The one table of what can be opened: format → the module whose `open_…` opens it."""

import importlib
from collections.abc import Callable
from typing import cast

from app.documents.sources import errors
from app.documents.sources.limits import Limits
from app.documents.values import Format, Source

Opener = Callable[[bytes, Limits], Source]

# Opened in a process of its own: the libraries that read these are large, and the files come from anywhere.
ISOLATED: dict[Format, str] = {
    Format.DOCX: "app.documents.sources.docx",
    Format.HTML: "app.documents.sources.html",
    Format.PDF: "app.documents.sources.pdf",
    Format.XLSX: "app.documents.sources.xlsx",
    Format.CSV: "app.documents.sources.delimited",
    Format.JSON: "app.documents.sources.breakdown",
}

_INSTEAD = "请打开文件，另存为纯文本（.txt，UTF-8）后再导入。"
_INSTEAD_EN = "Open the file, save it as plain text (.txt, UTF-8) and import it again."


def module_of(form: Format) -> str:
    """The module that opens a format. Raises DocumentError `unsupported_format`."""
    if form not in ISOLATED:
        raise errors.unsupported(form.value.upper(), _INSTEAD, _INSTEAD_EN)
    return ISOLATED[form]


def opener(form: Format) -> Opener:
    """The function that opens a format; loads its module. Raises DocumentError `unsupported_format`."""
    return cast("Opener", getattr(importlib.import_module(module_of(form)), f"open_{form}"))
