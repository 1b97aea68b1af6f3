"""Jurisdictions in and out."""

from pydantic import Field

from app.models import Level
from app.schemas.common import Adcode, Closed, PlaceName


class JurisdictionCreate(Closed):
    """A jurisdiction to register. Its level and parent follow from its code."""

    adcode: Adcode
    name: PlaceName


class JurisdictionRead(Closed):
    """A registered jurisdiction."""

    adcode: Adcode
    name: str
    level: Level
    parent: Adcode | None = Field(description="The adcode one level up; null for the country.")


class Registered(Closed):
    """What registering a jurisdiction has answered, kept for those who ask again."""

    jurisdiction: JurisdictionRead
    new: bool
