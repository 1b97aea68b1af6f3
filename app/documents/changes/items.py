"""One item (or what it was split into, or merged from) before and after: its fields and its tasks."""

from collections.abc import Sequence

from app.documents.changes.aspects import aspects
from app.documents.changes.matching import Bigrams, Group, best_pairs, equal_pairs
from app.documents.changes.values import (
    Aspect,
    ChangeKind,
    FieldChange,
    ItemVersion,
    PlanVersion,
    TaskChange,
    TaskVersion,
)
from app.documents.changes.words import comparable, differences
from app.documents.notes import read_notes

# Clauses are short: two of a dozen characters that share a third of their pairs are about the same thing.
_LEAST_ALIKE = 0.35


def comparable_text(item: ItemVersion) -> str:
    """An item's words without its responsibility notes, which are compared as units and deadline."""
    return comparable(blanked(item))


def blanked(item: ItemVersion) -> str:
    """The item's text with spaces in place of its notes, so that offsets stay."""
    text = item.text
    for start, end in read_notes(text, []).ranges:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def item_fields(
    old: PlanVersion, new: PlanVersion, before: ItemVersion, after: ItemVersion, *, moved: bool
) -> tuple[list[FieldChange], tuple[Aspect, ...]]:
    """The fields in which an item differs, and what aspects of it have changed."""
    fields = _words(before, after)
    found = set(aspects(blanked(before), blanked(after), old.year, new.year)) if fields else set()
    compared = (
        ("lead_unit", before.lead_unit, after.lead_unit),
        ("responsible_units", _units(before), _units(after)),
        ("deadline", before.deadline, after.deadline),
    )
    for name, was, now in compared:
        if comparable(was or "") != comparable(now or ""):
            fields.append(FieldChange(name, was, now))
            found.add(Aspect.DEADLINE if name == "deadline" else Aspect.UNITS)
    if moved:
        fields.append(FieldChange("section", _section(old, before), _section(new, after)))
    if comparable(before.label) != comparable(after.label):
        fields.append(FieldChange("label", before.label, after.label))
    return fields, tuple(aspect for aspect in Aspect if aspect in found)


def _words(before: ItemVersion, after: ItemVersion) -> list[FieldChange]:
    old, new = blanked(before), blanked(after)
    if comparable(old) == comparable(new):
        # Where the title ends is a matter of signs.
        return []
    fields = []
    title = differences(before.title, after.title)
    if title:
        fields.append(FieldChange("title", before.title, after.title, title))
    starts = len(before.title), len(after.title)
    text = differences(old[starts[0] :], new[starts[1] :], *starts)
    if text:
        fields.append(FieldChange("text", before.text, after.text, text))
    return fields


def _units(item: ItemVersion) -> str | None:
    return "、".join(item.responsible_units) or None


def _section(side: PlanVersion, item: ItemVersion) -> str | None:
    return None if item.section is None else side.sections[item.section].title


def task_rows(
    old: Sequence[ItemVersion], new: Sequence[ItemVersion], years: tuple[int, int], *, same_words: bool
) -> tuple[TaskChange, ...]:
    """The tasks of items that belong together, matched with each other."""
    before = [(item.number, task) for item in old for task in item.tasks]
    after = [(item.number, task) for item in new for task in item.tasks]
    rows = [_task(before[g.old[0]], after[g.new[0]], years, same_words=same_words) for g in _pairs(before, after)]
    matched_old = {row.old for row in rows}
    matched_new = {row.new for row in rows}
    gone = ChangeKind.RECUT if same_words else ChangeKind.DROPPED
    come = ChangeKind.RECUT if same_words else ChangeKind.ADDED
    for item, task in before:
        if (item, task.number) not in matched_old:
            rows.append(TaskChange(gone, (item, task.number), None, task.text, None))
    for item, task in after:
        if (item, task.number) not in matched_new:
            rows.append(TaskChange(come, None, (item, task.number), None, task.text))
    return tuple(rows)


def _pairs(before: Sequence[tuple[int, TaskVersion]], after: Sequence[tuple[int, TaskVersion]]) -> list[Group]:
    old, new = ([comparable(task.text) for _, task in side] for side in (before, after))
    groups = equal_pairs(old, new, [task.number for _, task in before], [task.number for _, task in after])
    taken = {group.old[0] for group in groups}, {group.new[0] for group in groups}
    left_old = [i for i in range(len(old)) if i not in taken[0]]
    left_new = [j for j in range(len(new)) if j not in taken[1]]
    bigrams = Bigrams([old[i] for i in left_old], [new[j] for j in left_new])
    found = best_pairs(bigrams.likeness(), _LEAST_ALIKE)
    return groups + [Group((left_old[g.old[0]],), (left_new[g.new[0]],)) for g in found]


def _task(
    before: tuple[int, TaskVersion], after: tuple[int, TaskVersion], years: tuple[int, int], *, same_words: bool
) -> TaskChange:
    (old_item, old), (new_item, new) = before, after
    places = (old_item, old.number), (new_item, new.number)
    if comparable(old.text) == comparable(new.text):
        return TaskChange(ChangeKind.SAME, *places, old.text, new.text)
    if same_words:
        return TaskChange(ChangeKind.RECUT, *places, old.text, new.text)
    found = aspects(old.text, new.text, *years)
    return TaskChange(ChangeKind.CHANGED, *places, old.text, new.text, found, differences(old.text, new.text))
