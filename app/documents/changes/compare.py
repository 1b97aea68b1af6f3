"""Two texts of a plan held together, item by item and task by task."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from app.documents.changes.items import comparable_text, item_fields, task_rows
from app.documents.changes.matching import Bigrams, Group, best_pairs, equal_pairs, in_order, torn
from app.documents.changes.sections import match_sections, section_rows
from app.documents.changes.values import (
    Aspect,
    ChangeKind,
    Changes,
    ItemChange,
    PlanVersion,
    SectionChange,
    SpanChange,
    TaskChange,
)
from app.documents.changes.words import comparable

# Two items are one if so much of them is alike; unrelated ones share about a tenth of their pairs of characters, and
# an item that kept only its title reaches the title's share.
_LEAST_ALIKE = 0.3
_TITLE = 0.3

_Left = tuple[list[int], list[int]]  # indices of the items on either side that belong to no group yet
_Titles = tuple[list[str], list[str]]

_MIRRORED = {
    ChangeKind.ADDED: ChangeKind.DROPPED,
    ChangeKind.DROPPED: ChangeKind.ADDED,
    ChangeKind.SPLIT: ChangeKind.MERGED,
    ChangeKind.MERGED: ChangeKind.SPLIT,
}


def compare(old: PlanVersion, new: PlanVersion) -> Changes:
    """What has changed from `old` to `new`.

    The same two texts give the same answer, and the other way round its mirror image. Layout, width, script, spacing
    and punctuation are no change. At most 2,000 items a side (`documents.outline` reads no more) take seconds.
    """
    if _order(new) < _order(old):
        # Ties are settled one way, whichever text is called the old one.
        return _in_new_order(_mirror(_compare(new, old)), old, new)
    return _in_new_order(_compare(old, new), old, new)


def _order(side: PlanVersion) -> list[tuple[str, int, str]]:
    return [(item.text, item.number, item.label) for item in side.items]


@dataclass(frozen=True, slots=True)
class _Sides:
    old: PlanVersion
    new: PlanVersion
    old_texts: list[str]
    new_texts: list[str]


def _compare(old: PlanVersion, new: PlanVersion) -> Changes:
    sides = _Sides(old, new, [comparable_text(i) for i in old.items], [comparable_text(i) for i in new.items])
    groups = _groups(sides)
    pairs = [(group.old[0], group.new[0]) for group in groups]
    sections = match_sections(old, new, pairs)
    kept = _kept_order(groups)
    rows = [_row(sides, group, sections, moved=group not in kept) for group in groups]
    taken_old = {i for group in groups for i in group.old}
    taken_new = {j for group in groups for j in group.new}
    rows += [_alone(sides, i, None) for i in range(len(old.items)) if i not in taken_old]
    rows += [_alone(sides, None, j) for j in range(len(new.items)) if j not in taken_new]
    return Changes(tuple(_moved_tasks(rows)), section_rows(old, new, sections))


def _groups(sides: _Sides) -> list[Group]:
    """The items that belong together: equal ones, torn and joined ones, then those that are most alike."""
    old, new = sides.old.items, sides.new.items
    groups = equal_pairs(sides.old_texts, sides.new_texts, [i.number for i in old], [j.number for j in new])
    groups += _found(sides, _left(groups, len(old), len(new)), lambda bigrams, _: torn(bigrams))
    groups += _found(sides, _left(groups, len(old), len(new)), _most_alike)
    return groups


def _found(sides: _Sides, left: _Left, finding: Callable[[Bigrams, _Titles], list[Group]]) -> list[Group]:
    """What is found among the items that are left, as indices of all items."""
    bigrams = Bigrams([sides.old_texts[i] for i in left[0]], [sides.new_texts[j] for j in left[1]])
    titles = [sides.old.items[i].title for i in left[0]], [sides.new.items[j].title for j in left[1]]
    return [
        Group(tuple(left[0][i] for i in group.old), tuple(left[1][j] for j in group.new))
        for group in finding(bigrams, titles)
    ]


def _left(groups: Sequence[Group], old: int, new: int) -> _Left:
    taken_old = {i for group in groups for i in group.old}
    taken_new = {j for group in groups for j in group.new}
    return [i for i in range(old) if i not in taken_old], [j for j in range(new) if j not in taken_new]


def _most_alike(bigrams: Bigrams, titles: _Titles) -> list[Group]:
    headed = Bigrams([comparable(title) for title in titles[0]], [comparable(title) for title in titles[1]])
    return best_pairs((1 - _TITLE) * bigrams.likeness() + _TITLE * headed.likeness(), _LEAST_ALIKE)


def _kept_order(groups: Sequence[Group]) -> set[Group]:
    """The groups whose items stand in the same order as before."""
    ordered = sorted(groups, key=lambda group: group.old)
    kept = in_order([group.new[0] for group in ordered])
    return {group for place, group in enumerate(ordered) if place in kept}


def _row(sides: _Sides, group: Group, sections: dict[int, int], *, moved: bool) -> ItemChange:
    old, new = [sides.old.items[i] for i in group.old], [sides.new.items[j] for j in group.new]
    same_words = [sides.old_texts[i] for i in group.old] == [sides.new_texts[j] for j in group.new]
    tasks = task_rows(old, new, (sides.old.year, sides.new.year), same_words=same_words)
    numbers = tuple(item.number for item in old), tuple(item.number for item in new)
    if len(group.old) != len(group.new):
        kind = ChangeKind.SPLIT if len(group.new) > 1 else ChangeKind.MERGED
        found = tuple(aspect for aspect in Aspect if any(aspect in task.aspects for task in tasks))
        return ItemChange(kind, *numbers, moved=moved, aspects=found, tasks=tasks)
    before, after = old[0], new[0]
    home = None if before.section is None else sections.get(before.section, -1)
    moved = moved or home != after.section
    fields, found = item_fields(sides.old, sides.new, before, after, moved=home != after.section)
    content = [field for field in fields if field.field not in {"section", "label"}]
    renumbered = before.number != after.number or any(field.field == "label" for field in fields)
    if content:
        kind = ChangeKind.CHANGED
    elif moved:
        kind = ChangeKind.MOVED
    else:
        kind = ChangeKind.RENUMBERED if renumbered else ChangeKind.SAME
    return ItemChange(kind, *numbers, moved, renumbered, found, tuple(fields), tasks)


def _alone(sides: _Sides, old: int | None, new: int | None) -> ItemChange:
    dropped = [] if old is None else [sides.old.items[old]]
    added = [] if new is None else [sides.new.items[new]]
    return ItemChange(
        ChangeKind.ADDED if added else ChangeKind.DROPPED,
        tuple(item.number for item in dropped),
        tuple(item.number for item in added),
        tasks=task_rows(dropped, added, (sides.old.year, sides.new.year), same_words=False),
    )


def _moved_tasks(rows: list[ItemChange]) -> list[ItemChange]:
    """Tasks that stand word for word in another item now: dropped there and added here is moved."""
    gone: dict[str, list[TaskChange]] = {}
    for row in rows:
        for task in row.tasks:
            if task.kind is ChangeKind.DROPPED:
                gone.setdefault(comparable(task.old_text or ""), []).append(task)
    found: dict[int, TaskChange] = {}
    taken: set[int] = set()
    for row in rows:
        for task in row.tasks:
            waiting = gone.get(comparable(task.new_text or "")) if task.kind is ChangeKind.ADDED else None
            if waiting:
                before = waiting.pop(0)
                taken.add(id(before))
                found[id(task)] = replace(task, kind=ChangeKind.MOVED, old=before.old, old_text=before.old_text)
    return [
        replace(row, tasks=tuple(found.get(id(task), task) for task in row.tasks if id(task) not in taken))
        for row in rows
    ]


def _mirror(changes: Changes) -> Changes:
    return Changes(
        tuple(_mirror_item(row) for row in changes.items),
        tuple(
            SectionChange(_MIRRORED.get(row.kind, row.kind), row.new, row.old, row.new_title, row.old_title)
            for row in changes.sections
        ),
    )


def _mirror_item(row: ItemChange) -> ItemChange:
    return replace(
        row,
        kind=_MIRRORED.get(row.kind, row.kind),
        old=row.new,
        new=row.old,
        fields=tuple(replace(f, old=f.new, new=f.old, spans=_mirror_spans(f.spans)) for f in row.fields),
        tasks=tuple(
            replace(
                task,
                kind=_MIRRORED.get(task.kind, task.kind),
                old=task.new,
                new=task.old,
                old_text=task.new_text,
                new_text=task.old_text,
                spans=_mirror_spans(task.spans),
            )
            for task in row.tasks
        ),
    )


def _mirror_spans(spans: tuple[SpanChange, ...]) -> tuple[SpanChange, ...]:
    return tuple(SpanChange(s.new_start, s.new_end, s.old_start, s.old_end) for s in spans)


def _in_new_order(changes: Changes, old: PlanVersion, new: PlanVersion) -> Changes:
    """In the order of the new text; what was dropped stands behind what came before it. Moved tasks where they are."""
    place = {item.number: index for index, item in enumerate(new.items)}
    before = {item.number: index for index, item in enumerate(old.items)}
    home = {before[number]: place[row.new[0]] for row in changes.items if row.new for number in row.old}
    after = [-1]
    for index in range(len(old.items)):
        after.append(home.get(index, after[-1]))

    def item_key(row: ItemChange) -> tuple[int, int, int]:
        if row.new:
            return (place[row.new[0]], 0, 0)
        return (after[before[row.old[0]]], 1, before[row.old[0]])

    items = [replace(row, tasks=tuple(sorted(row.tasks, key=_task_key))) for row in _at_new_place(changes.items)]
    sections = sorted(changes.sections, key=lambda row: (row.new is None, row.new or 0, row.old or 0))
    return Changes(tuple(sorted(items, key=item_key)), tuple(sections))


def _task_key(task: TaskChange) -> tuple[bool, tuple[int, int]]:
    return (task.new is None, task.new or task.old or (0, 0))


def _at_new_place(rows: Sequence[ItemChange]) -> list[ItemChange]:
    """Moved tasks into the row of the item that has them now; the mirror image has them where they were."""
    moved = [task for row in rows for task in row.tasks if task.kind is ChangeKind.MOVED]
    return [
        replace(
            row,
            tasks=(
                *(task for task in row.tasks if task.kind is not ChangeKind.MOVED),
                *(task for task in moved if task.new and task.new[0] in row.new),
            ),
        )
        for row in rows
    ]
