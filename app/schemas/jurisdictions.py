"""Jurisdictions in and out."""

from pydantic import Field

from app.models import Level
from app.schemas.common import Adcode, Closed


class JurisdictionCreate(Closed):
    """A jurisdiction to register. Its level and parent follow from its code."""

    adcode: Adcode
    name: str = Field(min_length=1, max_length=100, examples=["兰山区"])


class JurisdictionRead(Closed):
    """A registered jurisdiction."""

    adcode: Adcode
    name: str
    level: Level
    parent: Adcode | None = Field(description="The adcode one level up; null for the country.")
