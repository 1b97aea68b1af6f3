"""A province's total beside the sum of what its cities say they will do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.documents.facts import units
from app.documents.facts.targets import LEAST_LIKENESS, is_total, likeness
from app.documents.facts.values import Fact, Number, numbers, plain


@dataclass(frozen=True, slots=True)
class Rollup:
    """`allocated` is the sum of the cities' values, `shortfall` what is left of the target (never below 0).

    `cities`: (adcode, value) in the order of the code; None where a city names no number for it.
    """

    indicator: str | None
    unit: str
    target: Decimal
    allocated: Decimal
    shortfall: Decimal
    cities: tuple[tuple[str, Decimal | None], ...]

    def as_dict(self) -> dict[str, object]:
        """For JSON; decimals as plain strings."""
        return {
            "indicator": self.indicator,
            "unit": self.unit,
            "target": plain(self.target),
            "allocated": plain(self.allocated),
            "shortfall": plain(self.shortfall),
            "cities": [{"adcode": c, "value": None if v is None else plain(v)} for c, v in self.cities],
        }


def rollup(total: Number, cities: Mapping[str, Sequence[Fact]]) -> Rollup | None:
    """Sum the cities' numbers for a provincial total; `cities` maps an adcode to the facts of its evidence.

    A number is taken once per city: the likest one of a comparable unit. None where `total` is no total (a rate, a
    number for each county, a kind of thing).
    """
    target = total.high if total.low is None else total.low
    if not is_total(total) or target is None:
        return None
    values = tuple((code, _value(total, numbers(cities[code]))) for code in sorted(cities))
    allocated = sum((v for _, v in values if v is not None), Decimal(0))
    shortfall = max(Decimal(0), target - allocated)
    return Rollup(total.indicator, total.unit, target, allocated, shortfall, values)


def _value(total: Number, offered: Sequence[Number]) -> Decimal | None:
    fit = [n for n in offered if is_total(n) and units.comparable(total.unit, n.unit)]
    scored = [(likeness(total, n, fit), -k) for k, n in enumerate(fit)]
    score, place = max(scored, default=(0.0, 0))
    if score < LEAST_LIKENESS:
        return None
    return fit[-place].high if fit[-place].low is None else fit[-place].low
