"""What comparing two texts of a plan takes and gives. Offsets are half-open ranges in an item's (or task's) text."""

from dataclasses import dataclass
from enum import StrEnum

from app.documents.values import Outline


class ChangeKind(StrEnum):
    """How an item, a task or a heading of the one text stands to those of the other; the first that fits."""

    ADDED = "added"
    DROPPED = "dropped"
    SPLIT = "split"  # one became several
    MERGED = "merged"  # several became one
    CHANGED = "changed"  # its words, numbers, times or units
    MOVED = "moved"  # under another heading, among others, or (a task) into another item; otherwise the same
    RENUMBERED = "renumbered"  # nothing but its number or label
    RECUT = "recut"  # of tasks: the item's words are the same, but its signs cut it into other tasks
    SAME = "same"


class Aspect(StrEnum):
    """What of a commitment has changed; apart from each other, since they weigh differently."""

    TEXT = "text"  # words other than numbers and times
    NUMBERS = "numbers"
    DEADLINE = "deadline"
    UNITS = "units"


@dataclass(frozen=True, slots=True)
class TaskVersion:
    """A task of one side: `text` is `item.text[start:end]`."""

    number: int
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ItemVersion:
    """An item of one side. `section` is an index of its plan's sections."""

    number: int
    label: str
    title: str
    text: str
    section: int | None
    lead_unit: str | None
    responsible_units: tuple[str, ...]
    deadline: str | None
    tasks: tuple[TaskVersion, ...]


@dataclass(frozen=True, slots=True)
class SectionVersion:
    """A heading of one side."""

    level: int
    label: str
    title: str


@dataclass(frozen=True, slots=True)
class PlanVersion:
    """One side: a text of the plan of `year`, by which its dates are read."""

    year: int
    sections: tuple[SectionVersion, ...]
    items: tuple[ItemVersion, ...]


@dataclass(frozen=True, slots=True)
class SpanChange:
    """Words that differ: a range of the old text and the one that stands in its place; one of the two may be empty."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field (title, text, lead_unit, responsible_units, deadline, section, label) as it was and as it is.

    `spans` (title and text only) count in the item's whole text.
    """

    field: str
    old: str | None
    new: str | None
    spans: tuple[SpanChange, ...] = ()


@dataclass(frozen=True, slots=True)
class TaskChange:
    """A task, by (item number, task number) on either side; None where it is not there. `spans` count in the tasks."""

    kind: ChangeKind
    old: tuple[int, int] | None
    new: tuple[int, int] | None
    old_text: str | None
    new_text: str | None
    aspects: tuple[Aspect, ...] = ()
    spans: tuple[SpanChange, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemChange:
    """Items that belong together, by their numbers on either side; one of the two is empty for added and dropped.

    A changed item may have `moved` or been `renumbered` as well. `tasks` holds all of them, the unchanged ones too; a
    task that went from one item to another stands where it is now.
    """

    kind: ChangeKind
    old: tuple[int, ...]
    new: tuple[int, ...]
    moved: bool = False
    renumbered: bool = False
    aspects: tuple[Aspect, ...] = ()
    fields: tuple[FieldChange, ...] = ()
    tasks: tuple[TaskChange, ...] = ()


@dataclass(frozen=True, slots=True)
class SectionChange:
    """A heading, by its index on either side."""

    kind: ChangeKind
    old: int | None
    new: int | None
    old_title: str | None
    new_title: str | None


@dataclass(frozen=True, slots=True)
class Changes:
    """All items and headings of both sides, the unchanged ones too, in the order of the new text."""

    items: tuple[ItemChange, ...]
    sections: tuple[SectionChange, ...]

    @property
    def differ(self) -> bool:
        """Whether the two sides differ in anything but layout."""
        kinds = [*(row.kind for row in self.items), *(row.kind for row in self.sections)]
        return any(kind is not ChangeKind.SAME for kind in kinds)


def version_of(outline: Outline, year: int) -> PlanVersion:
    """A document as read, as one side of a comparison."""
    return PlanVersion(
        year,
        tuple(SectionVersion(section.level, section.label, section.title) for section in outline.sections),
        tuple(
            ItemVersion(
                number=item.number,
                label=item.label,
                title=item.title,
                text=item.text,
                section=item.section,
                lead_unit=item.responsibility.lead_unit,
                responsible_units=item.responsibility.units,
                deadline=item.responsibility.deadline,
                tasks=tuple(TaskVersion(task.number, task.text, task.start, task.end) for task in item.tasks),
            )
            for item in outline.items
        ),
    )
