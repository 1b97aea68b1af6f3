"""Jurisdictions: the tree of administrative divisions after GB/T 2260."""

from enum import StrEnum

from sqlmodel import Field

from app.models.base import Base, words


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
