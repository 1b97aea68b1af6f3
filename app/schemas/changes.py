"""What has changed between two texts of a plan."""

from pydantic import Field

from app.documents.changes import Aspect, ChangeKind
from app.schemas.common import Closed


class SpanRead(Closed):
    """Words that differ: the old range and the new one that stands in its place; one of the two may be empty."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int


class FieldChangeRead(Closed):
    """A field as it was and as it is; `spans` (of title and text) count in the item's whole text."""

    field: str = Field(examples=["deadline"])
    old: str | None
    new: str | None
    spans: list[SpanRead]


class TaskChangeRead(Closed):
    """A task that has changed, by item and task number (`8.4`); `spans` count in the tasks' texts."""

    kind: ChangeKind
    old: str | None
    new: str | None
    old_text: str | None
    new_text: str | None
    aspects: list[Aspect]
    spans: list[SpanRead]


class ItemChangeRead(Closed):
    """Items that have changed, by their numbers in the old and the new text."""

    kind: ChangeKind
    old: list[int]
    new: list[int]
    moved: bool
    renumbered: bool
    aspects: list[Aspect] = Field(description="What of its commitments has changed, apart from each other.")
    fields: list[FieldChangeRead]
    tasks: list[TaskChangeRead]


class SectionChangeRead(Closed):
    """A heading that has changed, by its `position` in the old and the new text."""

    kind: ChangeKind
    old: int | None
    new: int | None
    old_title: str | None
    new_title: str | None


class ChangesRead(Closed):
    """What has changed since an edition; what is the same is only counted."""

    since: int = Field(description="The edition that the text was held against.")
    counts: dict[ChangeKind, int] = Field(description="Items by kind; `same` included.")
    metadata: list[FieldChangeRead]
    items: list[ItemChangeRead]
    sections: list[SectionChangeRead]
