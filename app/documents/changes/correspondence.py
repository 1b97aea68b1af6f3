"""Where each item and task of one text of a plan stands in another, and what of it differs there.

What rests on an old item or task can so be carried to the new one. People may know better than the comparison: what
they say (`corrections`) goes before it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.documents.changes.compare import compare
from app.documents.changes.differences import Commitment, Difference, between
from app.documents.changes.items import blanked, task_rows
from app.documents.changes.values import (
    ChangeKind,
    Changes,
    ItemChange,
    ItemVersion,
    PlanVersion,
    TaskChange,
    TaskVersion,
)
from app.documents.changes.words import comparable, locate


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """An item, or a task of it, by the numbers of its text."""

    item: int
    task: int | None = None

    @property
    def name(self) -> str:
        """`8` or `8.4`."""
        return str(self.item) if self.task is None else f"{self.item}.{self.task}"

    @classmethod
    def of(cls, name: str) -> "Place":
        """From its name.

        >>> Place.of("8.4"), Place.of("8")
        (Place(item=8, task=4), Place(item=8, task=None))
        """
        item, _, task = name.partition(".")
        return cls(int(item), int(task) if task else None)


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of an item or a task: where it stands now (None: nowhere), and what it says otherwise there."""

    new: Place | None
    differences: tuple[Difference, ...] = ()

    @property
    def same_words(self) -> bool:
        """Whether it still says the same, notes aside."""
        return self.new is not None and not any(row.aspect != "units" for row in self.differences)


@dataclass(frozen=True, slots=True)
class Correspondence:
    """The old text's items and tasks in the new one. `changes` is the comparison, without corrections."""

    old: PlanVersion
    new: PlanVersion
    changes: Changes
    fates: Mapping[Place, Fate]

    def span(self, place: Place, start: int, end: int) -> tuple[int, int]:
        """Where a range of an old item's text stands in the new one's: its words, else all of the new task or title.

        Raises KeyError for what has no place in the new text.
        """
        new = self.fates[place].new
        if new is None:
            raise KeyError(place)
        before = _item(self.old, place.item)
        after = _item(self.new, new.item)
        whole = _whole(after, new)
        if (start, end) == _whole(before, place):
            return whole
        found = locate(before.text[start:end], after.text[slice(*whole)] if new.task is not None else after.text)
        if found is None:
            return whole
        offset = whole[0] if new.task is not None else 0
        return found[0] + offset, found[1] + offset

    def apart(self, one: Place, other: Place) -> tuple[Difference, ...]:
        """What one place of the new text says otherwise than another."""
        return between(_said_at(self.new, one), _said_at(self.new, other))

    def again(self, item: ItemVersion, task: TaskVersion | None) -> Fate:
        """Where something of a text before the old one stands, word for word; nowhere if in no place or in several."""
        if task is None:
            places = [Place(i.number) for i in self.new.items if comparable(i.text) == comparable(item.text)]
        else:
            words = comparable(task.text)
            places = [Place(i.number, t.number) for i in self.new.items for t in i.tasks if comparable(t.text) == words]
        return Fate(places[0]) if len(places) == 1 else Fate(None)


def correspond(
    old: PlanVersion, new: PlanVersion, corrections: Mapping[Place, Place | None] | None = None
) -> Correspondence:
    """Every item and task of the old text, and what became of it.

    Corrections say of an old item or task which new one it is, or (None) that it is gone. The tasks of a corrected
    item go with it, matched with those of the item that it is.
    """
    changes = compare(old, new)
    given = corrections or {}
    finder = _Finder(old, new, changes)
    fates: dict[Place, Fate] = {}
    for item in old.items:
        place = Place(item.number)
        targets = finder.targets(item)
        if place in given:
            target = given[place]
            targets = [] if target is None else [finder.item(target.item)]
        home = targets[0] if targets else None
        fates[place] = Fate(None) if home is None else Fate(Place(home.number), _differences(old, new, item, home))
        for task in item.tasks:
            own = Place(item.number, task.number)
            fates[own] = finder.task(item, task, targets, given, matched=place not in given)
    return Correspondence(old, new, changes, fates)


class _Finder:
    """Finds where old items and tasks went, by the comparison of the two texts."""

    def __init__(self, old: PlanVersion, new: PlanVersion, changes: Changes) -> None:
        self._old, self._new = old, new
        self._items = {item.number: item for item in new.items}
        self._rows: dict[int, ItemChange] = {number: row for row in changes.items for number in row.old}
        self._tasks: dict[tuple[int, int], TaskChange] = {
            task.old: task for row in changes.items for task in row.tasks if task.old is not None
        }

    def item(self, number: int) -> ItemVersion:
        """A new item."""
        return self._items[number]

    def targets(self, item: ItemVersion) -> list[ItemVersion]:
        """The items that an old one became; first the one that took up most of its tasks."""
        row = self._rows[item.number]
        went = Counter(task.new[0] for task in row.tasks if task.new and task.old and task.old[0] == item.number)
        return [self._items[number] for number in sorted(row.new, key=lambda number: (-went[number], number))]

    def task(
        self,
        item: ItemVersion,
        task: TaskVersion,
        targets: Sequence[ItemVersion],
        given: Mapping[Place, Place | None],
        *,
        matched: bool,
    ) -> Fate:
        """What became of a task, given what its item became; `matched`: by the comparison, not by a correction."""
        place = Place(item.number, task.number)
        if place in given:
            wanted = given[place]
            return Fate(None) if wanted is None else self._at(item, task, wanted)
        row = self._tasks[item.number, task.number] if matched else self._rematched(item, task, targets)
        if row is not None and row.new is not None and comparable(row.old_text or "") == comparable(row.new_text or ""):
            return self._at(item, task, Place(*row.new))
        whole = row is not None and row.kind is ChangeKind.RECUT
        for target in targets:
            found = _recut(item, task, target, whole=whole)
            if found is not None:
                return self._at(item, task, Place(target.number, found.number), same_words=True)
        return Fate(None) if row is None or row.new is None else self._at(item, task, Place(*row.new))

    def _rematched(self, item: ItemVersion, task: TaskVersion, targets: Sequence[ItemVersion]) -> TaskChange | None:
        rows = task_rows([item], targets, (self._old.year, self._new.year), same_words=False)
        return next((row for row in rows if row.old == (item.number, task.number)), None)

    def _at(self, item: ItemVersion, task: TaskVersion, place: Place, *, same_words: bool = False) -> Fate:
        home = self._items[place.item]
        if place.task is None:
            return Fate(place, between(_said(self._old, item, task.text), _said(self._new, home, blanked(home))))
        there = next(other for other in home.tasks if other.number == place.task)
        before, after = _said(self._old, item, task.text), _said(self._new, home, there.text)
        return Fate(place, between(before, after, same_words=same_words))


def _recut(item: ItemVersion, task: TaskVersion, target: ItemVersion, *, whole: bool) -> TaskVersion | None:
    """The task in which an old task's words stand though it is cut otherwise.

    Unless the `whole` item has the same words they must stand between signs: 新建10所 is not in 新建10所以上.
    """
    found = locate(task.text, target.text, near=task.start / max(1, len(item.text)))
    if found is None or not (found[2] or whole):
        return None
    shared = {t.number: min(found[1], t.end) - max(found[0], t.start) for t in target.tasks}
    best = max(target.tasks, key=lambda t: shared[t.number], default=None)
    return best if best is not None and shared[best.number] > 0 else None


def _differences(old: PlanVersion, new: PlanVersion, before: ItemVersion, after: ItemVersion) -> tuple[Difference, ...]:
    return between(_said(old, before, blanked(before)), _said(new, after, blanked(after)))


def _said(side: PlanVersion, item: ItemVersion, text: str) -> Commitment:
    return Commitment(text, side.year, item.lead_unit, item.responsible_units, item.deadline)


def _said_at(side: PlanVersion, place: Place) -> Commitment:
    item = _item(side, place.item)
    start, end = _whole(item, place)
    return _said(side, item, blanked(item) if place.task is None else item.text[start:end])


def _item(side: PlanVersion, number: int) -> ItemVersion:
    return next(item for item in side.items if item.number == number)


def _whole(item: ItemVersion, place: Place) -> tuple[int, int]:
    """A task's range, or that of the item's title."""
    if place.task is None:
        return 0, len(item.title)
    task = next(task for task in item.tasks if task.number == place.task)
    return task.start, task.end
