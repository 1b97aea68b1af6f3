"""Who has to carry out each task of a provincial plan: cities, the province itself, or its institutions."""

from collections import Counter

from app.linking.normalise import fold
from app.linking.scope_words import (
    CARRYING_OUT,
    HANDED_ON,
    INSTITUTION_AFFAIRS,
    INSTITUTION_NAMES,
    INSTITUTION_TITLE,
    LEADING,
    LOCAL,
    PROVINCE,
    PROVINCE_TITLE,
)
from app.linking.segments import CLAUSE_ENDS, SENTENCE_ENDS, split
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


def own_words(text: str) -> AppliesTo | None:
    """What the folded words of one clause say about its addressee; None when they say nothing."""
    if HANDED_ON.search(text):
        return AppliesTo.CITY
    if PROVINCE.search(text) and not CARRYING_OUT.search(text):
        return AppliesTo.PROVINCE
    if LOCAL.search(text):
        return AppliesTo.CITY
    if INSTITUTION_NAMES.search(text) or INSTITUTION_AFFAIRS.search(text):
        return AppliesTo.INSTITUTION
    return None


def _item_scopes(item: ItemText) -> dict[int, AppliesTo]:
    title = fold(item.title).text
    said = {task.number: _said(item, task) for task in item.tasks}
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


def _said(item: ItemText, task: TaskText) -> AppliesTo | None:
    text = fold(item.text[task.start : task.end]).text
    own = own_words(text)
    if own:
        return own
    before, after = _neighbours(item, task)
    if LEADING.search(text):
        return next((scope for clause in after if (scope := own_words(clause))), None)
    for clause in reversed(before):
        scope = own_words(clause)
        if scope is AppliesTo.INSTITUTION and INSTITUTION_NAMES.search(clause):
            return scope
        if scope:
            break
    return None


def _neighbours(item: ItemText, task: TaskText) -> tuple[list[str], list[str]]:
    """The folded clauses of the task's own sentence that stand before and behind it."""
    head, tail = fold(item.text[: task.start]).text, fold(item.text[task.end :]).text
    before = [] if head[-1:] in SENTENCE_ENDS else _clauses(head, -1)
    after = [] if tail[:1] in SENTENCE_ENDS else _clauses(tail, 0)
    return before, after


def _clauses(text: str, which: int) -> list[str]:
    place = split(text, SENTENCE_ENDS)[which]
    sentence = text[place.start : place.end]
    return [sentence[part.start : part.end] for part in split(sentence, CLAUSE_ENDS)]
