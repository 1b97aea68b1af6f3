"""A city's target beside the province's: weaker, equal or stronger; of the same indicator and unit only."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from app.documents.facts import phrases, units
from app.documents.facts.values import Change, Comparator, Fact, Measure, Number, numbers, plain

# From this likeness on two numbers are taken to measure the same thing.
LEAST_LIKENESS = 0.4
# A place in the text that neither number names: two such wholes are about the same only because nothing else is said.
_UNNAMED = 0.5
_AVERAGE = re.compile("[人生户班校]均|平均")
# Two parts of a percent are one figure printed twice: 三分之二 and 66.7%.
_TOLERANCE = Decimal("0.05")


class TargetVerdict(StrEnum):
    """A city's target beside the province's."""

    WEAKER = "weaker"
    EQUAL = "equal"
    STRONGER = "stronger"
    NOT_COMPARABLE = "not_comparable"


@dataclass(frozen=True, slots=True)
class Pair:
    """One provincial number beside the city's number for it (None: it has none), and the rule that decided."""

    verdict: TargetVerdict
    rule: str
    upper: Number
    lower: Number | None
    likeness: float

    def as_dict(self) -> dict[str, object]:
        """For JSON; values as printed decimals in the unit."""
        return {
            "verdict": self.verdict.value,
            "rule": self.rule,
            "indicator": self.upper.indicator,
            "unit": self.upper.unit,
            "upper": _shown(self.upper),
            "lower": _shown(self.lower) if self.lower else None,
            "likeness": round(self.likeness, 3),
        }


@dataclass(frozen=True, slots=True)
class Target:
    """The verdict on a commitment's target: the worst of its pairs, and all of them as the reasons."""

    verdict: TargetVerdict
    rule: str
    pairs: tuple[Pair, ...]

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return {"verdict": self.verdict.value, "rule": self.rule, "pairs": [p.as_dict() for p in self.pairs]}


def compare_targets(
    upper: Sequence[Fact], lower: Sequence[Fact], *, province_total: bool | None = None
) -> Target | None:
    """Hold the numbers and wholes of a city's commitment against those of a provincial task.

    None where the province states neither. `province_total`: whether the province's counts are totals over all its
    cities and so not comparable with one city's; where None, a count is one unless it says for each of what (每县).
    A number of the province's that the city has none for leaves the verdict to the others; if there are no others, it
    is not comparable: nothing says that the city falls short.
    """
    wanted = [n for n in numbers(upper) if not n.qualifier]
    offered = [n for n in numbers(lower) if not n.qualifier]
    pairs = tuple(p for n in wanted if (p := _best(n, offered, total=province_total)) is not None)
    if not pairs:
        return None
    decided = [p for p in pairs if p.verdict is not TargetVerdict.NOT_COMPARABLE] or list(pairs)
    order = (TargetVerdict.WEAKER, TargetVerdict.EQUAL, TargetVerdict.STRONGER, TargetVerdict.NOT_COMPARABLE)
    worst = min(decided, key=lambda p: order.index(p.verdict))
    return Target(worst.verdict, worst.rule, pairs)


def _best(number: Number, offered: Sequence[Number], *, total: bool | None) -> Pair | None:
    """The pair of a provincial number with the likest of the city's; None for an emphasis that nothing answers."""
    if total is not False and is_total(number):
        return Pair(TargetVerdict.NOT_COMPARABLE, "province-total", number, None, 0.0)
    # Of equally like ones, first a figure for a figure and a whole for a whole, then the earlier.
    scored = ((likeness(number, o, offered), o.measure is number.measure, -k) for k, o in enumerate(offered))
    for score, _, place in sorted(scored, key=lambda s: (round(s[0], 2), *s[1:]), reverse=True):
        other = offered[-place]
        if score < LEAST_LIKENESS:
            break
        if number.measure is Measure.EMPHASIS and other.measure is Measure.EMPHASIS:
            continue
        decided = _judge(number, other)
        if decided is not None:
            return Pair(*decided, number, other, score)
    if number.measure is Measure.EMPHASIS:
        return None
    return Pair(TargetVerdict.NOT_COMPARABLE, "no-lower-number", number, None, 0.0)


def is_total(number: Number) -> bool:
    """Whether a province's number is the sum over its cities: an amount, neither for each of something nor a ceiling."""
    value = _asked(number)
    level = number.change is Change.ABSOLUTE and number.per is None and not number.qualifier and not _falls(number)
    if not level or value is None or _AVERAGE.search(number.indicator or ""):
        return False
    return units.adds_up(number.unit, value)


def likeness(number: Number, other: Number, offered: Sequence[Number]) -> float:
    """How likely two numbers measure the same thing, 0 to 1: by their indicators, else by the clauses they stand in."""
    one, two = phrases.fold_indicator(number.indicator or ""), phrases.fold_indicator(other.indicator or "")
    if phrases.is_generic(one or None) and not phrases.bigrams(number.topic):
        alone = len([n for n in offered if n.unit == number.unit]) == 1 or other.measure is number.measure
        return _UNNAMED if alone else 0.0
    if phrases.is_generic(one or None):
        return phrases.share(number.topic, other.topic)
    scores = [phrases.share(one, other.topic), phrases.share(number.topic, other.topic)]
    if not phrases.is_generic(two or None):
        scores += [phrases.share(one, two), phrases.share(two, one), phrases.share(two, number.topic)]
    # What the indicators themselves share weighs before what only the clauses share.
    named = max(scores[2:], default=0.0)
    around = max(scores[:2])
    return named + around / 100 if named >= LEAST_LIKENESS else around * 0.99


def _judge(above: Number, below: Number) -> tuple[TargetVerdict, str] | None:
    """The verdict on two numbers of one indicator; None where their units or kinds cannot be compared."""
    if above.measure is not Measure.FIGURE:
        return _below_whole(above, below)
    if below.measure is not Measure.FIGURE:
        return _above_share(above, below)
    if above.change is Change.INCREASE and above.low == 0 and below.change is Change.INCREASE:
        return _ordered(_asked(below) or Decimal(0), Decimal(0), "growth")
    if (
        not units.comparable(above.unit, below.unit)
        or above.change is not below.change
        or not _same_scope(above, below)
    ):
        return None
    one, two = _yearly(above), _yearly(below)
    if one is None or two is None or (_falls(above) is not _falls(below) and below.comparator is not Comparator.EQUAL):
        return None
    return _ordered(one, two, "ceiling") if _falls(above) else _ordered(two, one, "figure")


def _same_scope(above: Number, below: Number) -> bool:
    """Whether two numbers hold for each of the same. Sums of money may leave it to the words before (生均)."""
    times = [units.per_year(n.per) if n.per else None for n in (above, below)]
    if all(t is not None for t in times) or above.per == below.per:
        return True
    return not units.counts(above.unit) and (above.per is None or below.per is None)


def _below_whole(above: Number, below: Number) -> tuple[TargetVerdict, str] | None:
    """A city's number beside a provincial whole: another whole, or a share of it."""
    if above.unit != below.unit or below.change is Change.INCREASE:
        return None
    if below.measure is Measure.FIGURE:
        value = _asked(below)
        done = value if value is None or below.change is Change.DECREASE else _full(below, value)
        return None if done is None else _ordered(done, Decimal(100), "share-of-whole")
    if above.approximate is below.approximate:
        return TargetVerdict.EQUAL, "whole"
    return (TargetVerdict.WEAKER if below.approximate else TargetVerdict.STRONGER), "whole-hedged"


def _above_share(above: Number, below: Number) -> tuple[TargetVerdict, str] | None:
    """A city's whole beside a provincial share (达到85%, 下降30%)."""
    value = _asked(above)
    if above.unit != below.unit or value is None or below.measure is Measure.EMPHASIS:
        return None
    if above.change is Change.ABSOLUTE:
        return _ordered(Decimal(100), _full(above, value), "whole")
    none_left = above.change is Change.DECREASE and below.measure is Measure.NONE
    return (TargetVerdict.STRONGER, "whole") if none_left else None


def _full(number: Number, value: Decimal) -> Decimal:
    """A share as what is done: at most 2 % left is 98 % done."""
    return Decimal(100) - value if _falls(number) else value


def _falls(number: Number) -> bool:
    """Whether less is more: a ceiling on a level."""
    return number.change is Change.ABSOLUTE and number.comparator in {Comparator.AT_MOST, Comparator.LESS}


def _asked(number: Number) -> Decimal | None:
    """The value that a number binds to: its floor, or its ceiling."""
    return number.high if number.low is None else number.low


def _yearly(number: Number) -> Decimal | None:
    """`_asked`, per year where it is per a time: 每学期两次 is 4."""
    value = _asked(number)
    times = units.per_year(number.per) if number.per else None
    return value if value is None or times is None else value * times


def _ordered(value: Decimal, against: Decimal, rule: str) -> tuple[TargetVerdict, str]:
    if abs(value - against) <= _TOLERANCE:
        return TargetVerdict.EQUAL, rule
    return (TargetVerdict.STRONGER if value > against else TargetVerdict.WEAKER), rule


def _shown(number: Number) -> dict[str, str | None]:
    return {
        "text": number.text,
        "comparator": number.comparator.value,
        "low": plain(number.low) if number.low is not None else None,
        "high": plain(number.high) if number.high is not None else None,
        "per": number.per,
    }
