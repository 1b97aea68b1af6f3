"""Who has to carry out each task of a provincial plan: cities, the province itself, or its institutions."""

from collections import Counter

from app.linking.neighbours import Neighbours, own_words
from app.linking.normalise import fold
from app.linking.scope_words import INSTITUTION_NAMES, INSTITUTION_TITLE, LEADING, LOCAL, PROVINCE_TITLE
from app.linking.values import AppliesTo, ItemText, PlanText, TaskText

# When at least this share of an item's tasks speaks to one addressee, the silent ones are meant for it too: a clear
# majority, since a wrong guess here hides a gap.
_DOMINANT = 2 / 3


def applies_to(plan: PlanText) -> dict[tuple[int, int], AppliesTo]:
    """Say for every task, by (item number, task number), who has to carry it out; a task that does not say is a city's.

    A task is judged by its own words first; then by its sentence: an institution named earlier in it holds for what
    follows, and an opening like 围绕… goes with the clause behind it; then by the item's title, and at last by what
    most of the item speaks to.
    """
    return {(item.number, number): scope for item in plan.items for number, scope in _item_scopes(item).items()}


def _item_scopes(item: ItemText) -> dict[int, AppliesTo]:
    title = fold(item.title).text
    neighbours = Neighbours(item)
    said = {task.number: _said(neighbours, task) for task in item.tasks}
    default = AppliesTo.CITY
    if INSTITUTION_TITLE.search(title) and not LOCAL.search(title):
        default = AppliesTo.INSTITUTION
    elif PROVINCE_TITLE.search(title):
        default = AppliesTo.PROVINCE
    else:
        outspoken = Counter(scope for scope in said.values() if scope)
        for scope in (AppliesTo.INSTITUTION, AppliesTo.PROVINCE):
            if outspoken[scope] >= max(1, _DOMINANT * len(said)):
                default = scope
    return {number: scope or default for number, scope in said.items()}


def _said(neighbours: Neighbours, task: TaskText) -> AppliesTo | None:
    text = neighbours.words(task)
    own = own_words(text)
    if own:
        return own
    if LEADING.search(text):
        return neighbours.behind(task)
    before = neighbours.before(task)
    named = before and before[0] is AppliesTo.INSTITUTION and INSTITUTION_NAMES.search(before[1])
    return AppliesTo.INSTITUTION if named else None
