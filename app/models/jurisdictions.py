"""Jurisdictions: the tree of administrative divisions after GB/T 2260."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field

from app.models.base import Base, now, words


class Level(StrEnum):
    """A jurisdiction's level, told by its code."""

    COUNTRY = "country"
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"


class Jurisdiction(Base, table=True):
    """One administrative division."""

    __tablename__ = "jurisdiction"

    adcode: str = Field(primary_key=True, max_length=6)
    name: str = Field(max_length=100)
    level: Level = Field(sa_type=words(Level))
    parent_adcode: str | None = Field(default=None, max_length=6, foreign_key="jurisdiction.adcode", index=True)
    registered_at: datetime = Field(default_factory=now, description="Since when cascades have it as a city.")
