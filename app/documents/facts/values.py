"""What a commitment states, as plain values: numbers, deadlines and named instruments.

`start`/`end` are half-open ranges, in Unicode code points, of the text that was read; `text` is that range, verbatim.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal


class Comparator(StrEnum):
    """How a number binds. 以上, 以下 and 以内 include the number itself (Civil Code of the PRC, article 1259)."""

    EQUAL = "="
    AT_LEAST = ">="
    AT_MOST = "<="
    MORE = ">"
    LESS = "<"
    RANGE = "range"


class Change(StrEnum):
    """Whether a number is a level, or how far a level moves."""

    ABSOLUTE = "absolute"
    INCREASE = "increase"
    DECREASE = "decrease"


class Measure(StrEnum):
    """What kind of statement a number was read from."""

    FIGURE = "figure"  # a printed number
    ALL = "all"  # 全覆盖, 均, 应助尽助: 100 %
    NONE = "none"  # 消除, 清零: 0 % left
    EMPHASIS = "emphasis"  # 全面推行: a whole only where the other side states how much


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a commitment.

    `low`/`high` are in `unit`, scales multiplied out (1.2万人次 is 12000 人次); None on an open side; both are given
    for =, and the bound alone for the others. Percent are numbers from 0 to 100, fractions too (三分之二 is 66.6…).
    `per` is what it holds for each of (县, 学期, 生; a time may have a factor: `2年`). `indicator` is the noun phrase
    that is measured, as printed. A `qualifier` says what kind of thing is meant (56人及以上大班额) or where a level
    comes from (由三百元): no target. `topic` is the folded clause it stands in, with the clause before it where its
    own names nothing but a rate.
    """

    comparator: Comparator
    low: Decimal | None
    high: Decimal | None
    unit: str
    indicator: str | None
    start: int
    end: int
    text: str
    approximate: bool
    change: Change
    measure: Measure = Measure.FIGURE
    per: str | None = None
    qualifier: bool = False
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Deadline:
    """When something is due: some day from `earliest` (None: from now on) to `latest`.

    `due_from` is before `latest` where the calendar leaves open which day is meant (暑假前): the deadline is then
    somewhere between the two. `vague` ones (尽快, 限期, 按期) fall due at the end of the plan's year. A `named` one is
    a year in the name of an event (2020年全省技能大赛): it says when only beside another one.
    """

    earliest: date | None
    latest: date
    vague: bool
    start: int
    end: int
    text: str
    due_from: date
    named: bool = False


@dataclass(frozen=True, slots=True)
class Instrument:
    """A named document 《…》 or programme, without the marks; `stage` is normalised: 第3期, 3年, 2.0, 2018-2020."""

    kind: Literal["document", "programme"]
    name: str
    stage: str | None
    start: int
    end: int
    text: str


Fact = Number | Deadline | Instrument


def as_dict(fact: Fact) -> dict[str, object]:
    """A fact for JSON: its fields and its `type`; decimals as plain strings, dates as ISO 8601."""
    fields: dict[str, object] = {"type": type(fact).__name__.lower()}
    for name, value in asdict(fact).items():
        if isinstance(value, Decimal):
            fields[name] = plain(value)
        elif isinstance(value, date):
            fields[name] = value.isoformat()
        elif name != "topic":
            fields[name] = value
    return fields


def plain(value: Decimal) -> str:
    """A decimal as people write it: no exponent, no trailing zeros, at most four places."""
    # Whole numbers are left alone: quantizing more digits than the context has would raise.
    if value == value.to_integral_value():
        return f"{value.to_integral_value():f}"
    return f"{value:.4f}".rstrip("0")


def numbers(facts: Sequence[Fact]) -> tuple[Number, ...]:
    """The numbers among facts."""
    return tuple(f for f in facts if isinstance(f, Number))


def deadlines(facts: Sequence[Fact]) -> tuple[Deadline, ...]:
    """The deadlines among facts."""
    return tuple(f for f in facts if isinstance(f, Deadline))
