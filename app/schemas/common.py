"""Kinds of values that several resources share."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

PLAN_PATTERN = r"^\d{6}-[a-z][a-z0-9]{0,31}-\d{4}$"

Adcode = Annotated[str, StringConstraints(pattern=r"^[1-9]\d{5}$"), Field(examples=["371300"])]
Domain = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]{0,31}$"), Field(examples=["edu"])]
Year = Annotated[int, Field(ge=1949, le=2999, examples=[2020])]


# What people type: no control characters (a NUL cannot be stored, a line break breaks a table), not only spaces.
PlainText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, pattern=r"^[^\x00-\x1f\x7f]*$")]
PlaceName = Annotated[PlainText, StringConstraints(min_length=2, max_length=100), Field(examples=["兰山区"])]
Note = Annotated[str, StringConstraints(max_length=2000, pattern=r"^[^\x00]*$")]


def _says_something(text: str) -> str:
    """Refuse a reason of characters that nobody sees (zero width, directions): it would look like one in the audit."""
    if not any(character.isalnum() for character in text):
        raise PydanticCustomError("says_nothing", "letters or digits are wanted")
    return text


# A reason or a remark that people type: lines are fine, emptiness is not.
Remark = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=2000, pattern=r"^[^\x00]*$"),
    AfterValidator(_says_something),
]
# An id that this service gave: printable ASCII. Databases differ in what they make of a NUL.
Id = Annotated[str, StringConstraints(max_length=32, pattern=r"^[\x21-\x7e]*$")]


class Closed(BaseModel):
    """A schema that has these fields and no others."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)


class Provenance(Closed):
    """What an answer rests on. Asked again with this `as_of`, it is the same."""

    as_of: datetime = Field(description="Since when it has stood so: the last write, or the day a waiver ran out.")
    revision: int | None = Field(description="Of the cascade; null where the answer rests on several.")
    editions: dict[str, int] = Field(
        description="The editions that held then, by plan.", examples=[{"370000-edu-2020": 1, "371300-edu-2020": 2}]
    )


class Verdict(StrEnum):
    """An item's verdict over its tasks that apply to cities."""

    COVERED = "covered"
    PARTIAL = "partial"
    MISSING = "missing"
    NOT_APPLICABLE = "not_applicable"
    NO_PLAN = "no_plan"
    OTHER_PERIOD = "other_period"
    NOT_JUDGED = "not_judged"


class Reason(StrEnum):
    """Why a city is not among the implementers."""

    NO_PLAN = "no_plan"
    OTHER_PERIOD = "other_period"
    NOT_JUDGED = "not_judged"
    MISSING = "missing"
    NOT_APPLICABLE = "not_applicable"


class Basis(StrEnum):
    """What a verdict rests on."""

    CONFIRMED = "confirmed"
    PROPOSED = "proposed"
    MIXED = "mixed"


class Counted(StrEnum):
    """Which links count: `all` that stand, proposals too, or only `confirmed` ones."""

    ALL = "all"
    CONFIRMED = "confirmed"


class Target(StrEnum):
    """A city's target beside the province's."""

    WEAKER = "weaker"
    EQUAL = "equal"
    STRONGER = "stronger"
    NOT_COMPARABLE = "not_comparable"


class DeadlineVerdict(StrEnum):
    """A city's deadline beside the province's."""

    LATER = "later"
    MISSING = "missing"
    EQUAL = "equal"
    EARLIER = "earlier"
    UNDETERMINED = "undetermined"


class GapKind(StrEnum):
    """What is wrong between an upper plan and a city."""

    NO_PLAN = "no_plan"
    OTHER_PERIOD = "other_period"
    NOT_JUDGED = "not_judged"
    MISSING = "missing"
    PARTIAL = "partial"
    WEAKER_TARGET = "weaker_target"
    LATER_DEADLINE = "later_deadline"
    MISSING_DEADLINE = "missing_deadline"
    STALE = "stale"
    UNREVIEWED = "unreviewed"
    ORPHAN = "orphan"


class Due(StrEnum):
    """Why a decision on a gap has to be made again."""

    EXPIRED = "expired"
    CHANGED = "changed"
    LINK = "link"


class DecisionFilter(StrEnum):
    """What is decided about a gap; `none`: nothing is, or what was is due again."""

    CONFIRMED = "confirmed"
    REFUTED = "refuted"
    WAIVED = "waived"
    NONE = "none"


class Severity(StrEnum):
    """How much a gap matters."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"


class Period(StrEnum):
    """Whether plans of another year count: `any`, or only those of the `same` year."""

    ANY = "any"
    SAME = "same"
