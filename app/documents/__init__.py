"""Reading plans: bytes → text → outline → items → tasks. Pure values in and out."""

from app.documents.classification import refuse_classified, refuse_classified_rows
from app.documents.identity import identify
from app.documents.outline import outline, read
from app.documents.paragraphs import paragraphs
from app.documents.sources import DEFAULT_LIMITS, Limits, open_source
from app.documents.text import decode, fold, fold_with_map
from app.documents.values import (
    Block,
    BlockKind,
    DocumentError,
    Doubt,
    Format,
    Identity,
    Item,
    Mark,
    MarkKind,
    Metadata,
    Outline,
    Responsibility,
    Run,
    Section,
    Source,
    Span,
    Task,
)

__all__ = [
    "DEFAULT_LIMITS",
    "Block",
    "BlockKind",
    "DocumentError",
    "Doubt",
    "Format",
    "Identity",
    "Item",
    "Limits",
    "Mark",
    "MarkKind",
    "Metadata",
    "Outline",
    "Responsibility",
    "Run",
    "Section",
    "Source",
    "Span",
    "Task",
    "decode",
    "fold",
    "fold_with_map",
    "identify",
    "open_source",
    "outline",
    "paragraphs",
    "read",
    "refuse_classified",
    "refuse_classified_rows",
]
