"""Reading plans: bytes → text → outline → items → tasks. Pure values in and out."""

from app.documents.identity import identify
from app.documents.outline import read
from app.documents.text import decode, fold, fold_with_map
from app.documents.values import (
    Block,
    BlockKind,
    DocumentError,
    Doubt,
    Identity,
    Item,
    Metadata,
    Outline,
    Responsibility,
    Run,
    Section,
    Span,
    Task,
)

__all__ = [
    "Block",
    "BlockKind",
    "DocumentError",
    "Doubt",
    "Identity",
    "Item",
    "Metadata",
    "Outline",
    "Responsibility",
    "Run",
    "Section",
    "Span",
    "Task",
    "decode",
    "fold",
    "fold_with_map",
    "identify",
    "read",
]
