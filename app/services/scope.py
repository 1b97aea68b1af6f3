"""Whose matters somebody may see or act on: his own jurisdiction's and those of all below it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, true
from sqlmodel import col

from app.models import Level
from app.services.jurisdictions import DIRECT_COUNTIES, MUNICIPALITIES, level_of, parent_of


@dataclass(frozen=True, slots=True)
class Scope:
    """A jurisdiction and all below it; without an adcode everything.

    >>> Scope("370000").sees("371302"), Scope("371300").sees("370200"), Scope("371300").sees("370000")
    (True, False, False)
    >>> Scope(None).sees("100000"), Scope("371300").sees(None)
    (True, False)
    """

    adcode: str | None = None

    def sees(self, adcode: str | None) -> bool:
        """Whether a jurisdiction's matters are in it; what belongs to no jurisdiction is in that of everything alone."""
        if self.adcode is None:
            return True
        while adcode is not None and adcode != self.adcode:
            adcode = parent_of(adcode)
        return adcode is not None

    def of(self, column: Any) -> ColumnElement[bool]:  # noqa: ANN401 - SQLModel types a column as its value
        """The same as a condition on a column that holds adcodes."""
        if self.adcode is None:
            return true()
        start = _digits(self.adcode)
        return col(column).between(start.ljust(6, "0"), start.ljust(6, "9"))


EVERYTHING = Scope()


def _digits(adcode: str) -> str:
    """The digits that a jurisdiction's code shares with all below it (GB/T 2260-2007, 4.2)."""
    level = level_of(adcode)
    if level is Level.COUNTRY:
        return ""
    if level is Level.PROVINCE:
        return adcode[:2]
    childless = adcode[:2] in MUNICIPALITIES or adcode[2:4] == DIRECT_COUNTIES
    return adcode if level is Level.COUNTY or childless else adcode[:4]
