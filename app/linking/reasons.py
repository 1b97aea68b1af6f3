"""Why? The features, words and other places behind a verdict, for a reader who wants to check it."""

from collections.abc import Mapping
from dataclasses import fields

import numpy as np

from app.linking.evidence import Finder
from app.linking.features import ItemFeatures, Measured, PairFeatures, measure
from app.linking.judge import item_logits, item_tables, judge, strength, task_verdicts
from app.linking.lexicon import GENERAL, word_factor
from app.linking.model import SHIPPED, Model, probability
from app.linking.opinions import OPINION_WEIGHT, settle
from app.linking.prepared import PreparedPlan, Sentence, Unit
from app.linking.scope import applies_to
from app.linking.space import PARTLY_SPELT, WHOLE, WORTH
from app.linking.thesaurus import Concept
from app.linking.values import AppliesTo, Coverage, Factor, Found, ItemReasons, Opinion, Place, Reasons, WordReason
from app.linking.weighing import Weighed, scopes_in_order, weigh
from app.linking.words import rarity

MOST_ALTERNATIVES = 5
MOST_SHARED = 10

PAIR_FACTORS = tuple(field.name for field in fields(PairFeatures))
OPINION_FACTOR = "opinion"
ITEM_FACTORS = (*(field.name for field in fields(ItemFeatures)), "evidence", "taken")


def explain(
    upper: PreparedPlan,
    lower: PreparedPlan,
    task: tuple[int, int],
    scopes: Mapping[tuple[int, int], AppliesTo] | None = None,
    model: Model = SHIPPED,
    opinions: Mapping[tuple[int, int], Opinion] | None = None,
    *,
    at: tuple[int, int, int] | None = None,
) -> Reasons:
    """Say why a task (item number, task number) has the verdict that `judge` gives it with the same arguments.

    What was weighed is that of the best place, or of the one `at` (lower item's number, start, end in its text).
    Deterministic; costs as much as a judgement. Raises KeyError for a task that the upper plan does not have.
    """
    keys = [(upper.plan.items[one.item].number, one.number) for one in upper.tasks]
    if task not in keys:
        raise KeyError(task)
    index = keys.index(task)
    known = applies_to(upper.plan) if scopes is None else scopes
    scope = known.get(task, AppliesTo.CITY)
    if not lower.folded:
        return Reasons(judge(upper, lower, known, model).tasks[index], scope, None, 0.0, (), (), (), 0.0)
    measured = measure(upper, lower)
    words = weigh(measured, scopes_in_order(upper, known), model)
    weighed = settle(words, upper, lower, opinions or {})
    verdict = task_verdicts(upper, lower, measured, weighed)[index]
    order = _order(index, lower, measured, weighed)
    if at is not None:
        order = _first_at(at, order, lower)
    places = _places(index, order, lower, measured, weighed)
    values = measured.tables[:, index, order[0]]
    factors = _factors(PAIR_FACTORS, values, model.pair)
    bias = float(words.logits[index, order[0]]) - sum(factor.contribution for factor in factors)
    if opinions and task in opinions:
        gained = float(weighed.logits[index, order[0]] - words.logits[index, order[0]])
        factors = (*factors, Factor(OPINION_FACTOR, gained / OPINION_WEIGHT, OPINION_WEIGHT, gained))
    alone = float(probability(words.logits[index]).max())
    found = _words(index, order[0], upper, lower, measured)
    return Reasons(verdict, scope, places[0], bias, factors, found, places[1:], alone)


def explain_items(
    upper: PreparedPlan,
    lower: PreparedPlan,
    item: int,
    lower_item: int,
    scopes: Mapping[tuple[int, int], AppliesTo] | None = None,
    model: Model = SHIPPED,
    opinions: Mapping[tuple[int, int], Opinion] | None = None,
) -> ItemReasons:
    """Say why `lower_item` is or is not linked to `item` (numbers).

    Raises KeyError for an item that its plan does not have, and for an upper plan without tasks.
    """
    above, below = ([one.number for one in side.plan.items] for side in (upper, lower))
    if item not in above or lower_item not in below or not upper.tasks:
        raise KeyError((item, lower_item))
    row, column = above.index(item), below.index(lower_item)
    known = applies_to(upper.plan) if scopes is None else scopes
    measured = measure(upper, lower)
    words = weigh(measured, scopes_in_order(upper, known), model)
    weighed = settle(words, upper, lower, opinions or {})
    tables = item_tables(measured, weighed.logits)
    scores = [float(score) for score in probability(item_logits(tables, model)[row])]
    others = sorted((-score, number) for score, number in zip(scores, below, strict=True) if number != lower_item)
    found = task_verdicts(upper, lower, measured, weighed)
    return ItemReasons(
        item,
        lower_item,
        strength(scores[column], model),
        scores[column],
        model.item_bias,
        _factors(ITEM_FACTORS, tables[:, row, column], model.item),
        _shared(upper.item_units[row], lower.item_units[column]),
        tuple(v.task for v in found if v.item == item and any(e.item == lower_item for e in v.evidence)),
        tuple((number, -score) for score, number in others[:MOST_ALTERNATIVES]),
    )


def _factors(names: tuple[str, ...], values: np.ndarray, weights: tuple[float, ...]) -> tuple[Factor, ...]:
    return tuple(
        Factor(name, float(value), weight, float(value) * weight)
        for name, value, weight in zip(names, values, weights, strict=True)
    )


def _shared(above: tuple[str, ...], below: tuple[str, ...]) -> tuple[str, ...]:
    common = {word for word in set(above) & set(below) if word_factor(word) > GENERAL}
    return tuple(sorted(common, key=lambda word: (-rarity(word) * word_factor(word), word)))[:MOST_SHARED]


def _order(index: int, lower: PreparedPlan, measured: Measured, weighed: Weighed) -> list[int]:
    """All sentences: first those that take the task up, as evidence ranks, then the others by their chance."""
    reading = Finder(lower, measured).reading_order
    logits, rank, taken = weighed.logits[index], weighed.rank[index], weighed.taken[index]
    first = [int(s) for s in np.lexsort((reading, -rank)) if taken[s]]
    return first + [int(s) for s in np.lexsort((reading, -logits)) if not taken[s]]


def _first_at(at: tuple[int, int, int], order: list[int], lower: PreparedPlan) -> list[int]:
    """The sentences in order, but the one that holds most of a range first, if any holds some of it."""
    item, start, end = at

    def held(sentence: int) -> int:
        found = lower.sentences[sentence]
        if lower.plan.items[found.item].number != item:
            return 0
        first, last = lower.folded[found.item].source_range(found.place.start, found.place.end)
        return min(end, last) - max(start, first)

    best = max(order, key=held)
    return [best, *(other for other in order if other != best)] if held(best) > 0 else order


def _places(
    index: int, order: list[int], lower: PreparedPlan, measured: Measured, weighed: Weighed
) -> tuple[Place, ...]:
    finder = Finder(lower, measured)
    places = []
    for sentence in order[: MOST_ALTERNATIVES + 1]:
        chance = float(probability(weighed.logits[index, sentence]))
        found = finder.evidence(index, sentence, Coverage.NONE, chance, weighed.quoted.get((index, sentence)))
        places.append(Place(found.item, found.task, found.start, found.end, chance))
    return tuple(places)


def _words(
    index: int, sentence: int, upper: PreparedPlan, lower: PreparedPlan, measured: Measured
) -> tuple[WordReason, ...]:
    row = measured.above.lent[index]
    units = list(measured.above.space.units)
    own = {unit.word for unit in upper.tasks[index].units}
    below = lower.sentences[sentence]
    titles = [s for s in lower.sentences if s.item == below.item and s.is_title]
    alone = measured.above.space.found([below, *titles[:1]]).toarray()
    words = []
    for column, weight in zip(row.indices, row.data, strict=True):
        unit, share = units[int(column)], float(measured.held[int(column), sentence])
        in_title = share > float(alone[int(column), 0])
        source = titles[0] if in_title else below
        plain = float(alone[int(column), 1 if in_title else 0])
        words.append(_word(unit, float(weight), share, plain, source, own, in_title=in_title))
    return tuple(sorted(words, key=lambda reason: (-round(reason.weight, 9), reason.word)))


def _word(
    unit: Unit, weight: float, share: float, plain: float, source: Sentence, own: set[str], *, in_title: bool
) -> WordReason:
    pair = None if plain > WHOLE else _terms(unit, plain, source)
    if plain > WHOLE:
        how = Found.EXACT
    elif pair:
        how = Found.TERM
    elif plain >= PARTLY_SPELT:
        how = Found.SHORT
    else:
        how = Found.PARTLY if plain > 0 else Found.MISSING
    above, below = pair or (None, None)
    return WordReason(
        unit.word,
        weight,
        share,
        how,
        in_title,
        unit.word not in own,
        above and above.term,
        below and below.term,
        above and above.group,
    )


def _terms(unit: Unit, plain: float, source: Sentence) -> tuple[Concept, Concept] | None:
    """The pair of terms that the unit's share comes from, the first in order of equals."""
    pairs = (
        (above, below)
        for above in unit.concepts
        for below in source.concepts
        if above.group == below.group and abs(WORTH[above.relation, below.relation] - plain) < 1 - WHOLE
    )
    return next(pairs, None)
