"""A second opinion: which verdicts are doubtful enough to ask for one, and what it is worth beside the words."""

import math
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import replace

from app.linking.prepared import PreparedPlan
from app.linking.values import AppliesTo, Coverage, Judgement, Opinion, Quote
from app.linking.weighing import Weighed

Key = tuple[int, int]  # item number, task number

# The score about which the words know least: below an even one, since most of what they pass over and should not have
# stands there (docs/opinions.md has the figures).
MOST_DOUBTFUL = 0.4

# What an opinion adds to the logit of a sentence that it quotes, or takes from all where it finds nothing. Fitted by
# tests/evaluation/opinions.py as if one answer in four were wrong: an answer never outweighs words that are sure.
OPINION_WEIGHT = 2.75

# A quoted sentence is better evidence than any that the words alone would choose.
_QUOTED_FIRST = 1000.0
# Of the sentences that the annotators name as evidence none is evidence in more upper items than this, and one in two
# hundred in as many. What is quoted for more is quoted for everything: by a reader who guesses, or obeys the plan.
MOST_ITEMS_QUOTED = 3
# The share of a sentence that a quotation must hold for it to be quoted, unless it holds more of no other one.
_QUOTED = 0.5


def doubtful(judgement: Judgement, scopes: Mapping[Key, AppliesTo], share: float) -> list[Key]:
    """The tasks whose verdicts are least sure, the least sure first, by (item number, task number).

    `share` (0 to 1) is of all tasks of the upper plan; but only tasks that are a city's are named: no other makes a gap.
    """
    mine = [v for v in judgement.tasks if scopes.get((v.item, v.task), AppliesTo.CITY) is AppliesTo.CITY]
    most = round(share * len(judgement.tasks))
    ordered = sorted(mine, key=lambda verdict: (doubt(verdict.score), verdict.item, verdict.task))
    return [(verdict.item, verdict.task) for verdict in ordered[:most]]


def doubt(score: float) -> float:
    """How far a score (0 to 1) is from the most doubtful one, in logits: 0 is the greatest doubt.

    >>> doubt(0.4) < doubt(0.5) < doubt(0.9)
    True
    """
    return round(abs(_logit(score) - _logit(MOST_DOUBTFUL)), 9)


def _logit(score: float) -> float:
    bounded = min(max(score, 1e-12), 1 - 1e-12)
    return math.log(bounded / (1 - bounded))


def settle(
    weighed: Weighed,
    upper: PreparedPlan,
    lower: PreparedPlan,
    opinions: Mapping[Key, Opinion],
    weight: float = OPINION_WEIGHT,
) -> Weighed:
    """The words' judgement with what another reader said of some tasks.

    Only the sentences that are quoted gain by it, and an opinion whose sentences do not take the task up even so says
    nothing about how far it is taken up. So an opinion is worth no more than its evidence: a sentence that has nothing to
    do with the task stays far away, whoever quotes it. Opinions on tasks and items that the plans do not have are left out.
    """
    if not opinions:
        return weighed
    places = _evidence(upper, lower, opinions)
    logits, rank = weighed.logits.copy(), weighed.rank.copy()
    whole, together = weighed.whole.copy(), weighed.together.copy()
    quoted: dict[tuple[int, int], tuple[int, int]] = {}
    for index, task in enumerate(upper.tasks):
        opinion = opinions.get((upper.plan.items[task.item].number, task.number))
        if opinion is None:
            continue
        if opinion.verdict is Coverage.NONE:
            logits[index] -= weight
            continue
        for sentence in places[index]:
            logits[index, sentence] += weight
        carrying = [sentence for sentence in places[index] if logits[index, sentence] >= weighed.least]
        for sentence in carrying:
            rank[index, sentence] += _QUOTED_FIRST
            quoted[index, sentence] = places[index][sentence]
        if carrying:
            together[index] = opinion.verdict is Coverage.FULL
            if opinion.verdict is Coverage.PARTIAL:
                whole[index] = False
            elif len(carrying) == 1:
                whole[index, carrying] = True
    return replace(weighed, logits=logits, rank=rank, whole=whole, together=together, quoted=quoted)


def _evidence(
    upper: PreparedPlan, lower: PreparedPlan, opinions: Mapping[Key, Opinion]
) -> list[dict[int, tuple[int, int]]]:
    """For each task the sentences (indices) that are quoted for it, but none that is quoted for everything."""
    tasks = [opinions.get((upper.plan.items[task.item].number, task.number)) for task in upper.tasks]
    places = [dict(_places(lower, one.quotes)) if one else {} for one in tasks]
    items: dict[int, set[int]] = {}
    for task, found in zip(upper.tasks, places, strict=True):
        for sentence in found:
            items.setdefault(sentence, set()).add(task.item)
    return [{s: place for s, place in found.items() if len(items[s]) <= MOST_ITEMS_QUOTED} for found in places]


def _places(lower: PreparedPlan, quotes: tuple[Quote, ...]) -> Iterator[tuple[int, tuple[int, int]]]:
    """The sentences (indices) that quotations hold, each with what is quoted of it as a range of the item's text."""
    items = {item.number: index for index, item in enumerate(lower.plan.items)}
    for quote in quotes:
        item = items.get(quote.item)
        if item is None:
            continue
        folded = lower.folded[item]
        first, last = bisect_left(folded.origin, quote.start), bisect_left(folded.origin, quote.end)
        shares = []
        for index, sentence in enumerate(lower.sentences):
            start, end = max(first, sentence.place.start), min(last, sentence.place.end)
            if sentence.item == item and start < end:
                length = sentence.place.end - sentence.place.start
                shares.append(((end - start) / length, end - start, index, folded.source_range(start, end)))
        longest = max((length for _, length, _, _ in shares), default=0)
        for share, length, index, place in shares:
            if share >= _QUOTED or length == longest:
                yield index, place


__all__ = ["MOST_DOUBTFUL", "OPINION_WEIGHT", "Key", "Opinion", "Quote", "doubt", "doubtful", "settle"]
