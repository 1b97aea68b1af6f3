"""The tree of jurisdictions: the shipped divisions of GB/T 2260, and whatever else is registered."""

import csv
import re
from datetime import datetime

from sqlmodel import Session, col, select

from app.db import lock
from app.errors import BadAdcode, JurisdictionExists, JurisdictionNotFound, MissingParent
from app.models import Jurisdiction, Level
from app.pagination import Page, PageRequest
from app.resources import bundled
from app.schemas.jurisdictions import JurisdictionRead

COUNTRY = "100000"
# Codes of the four municipalities; their districts stand directly below them (GB/T 2260-2007, 4.2).
MUNICIPALITIES = frozenset({"11", "12", "31", "50"})
# Third and fourth digit of counties that a province administers directly (GB/T 2260-2007, 4.2).
DIRECT_COUNTIES = "90"
_ADCODE = re.compile(r"[1-9]\d{5}", re.ASCII)


def check_adcode(adcode: str) -> str:
    """The code itself; raises BadAdcode if it is not six digits."""
    if not _ADCODE.fullmatch(adcode):
        raise BadAdcode(adcode=adcode)
    return adcode


def level_of(adcode: str) -> Level:
    """The level that a code tells.

    >>> [str(level_of(code)) for code in ("100000", "370000", "371300", "371302")]
    ['country', 'province', 'city', 'county']
    """
    if adcode == COUNTRY:
        return Level.COUNTRY
    if adcode.endswith("0000"):
        return Level.PROVINCE
    return Level.CITY if adcode.endswith("00") else Level.COUNTY


def parent_of(adcode: str) -> str | None:
    """The code one level up; None for the country.

    >>> [parent_of(code) for code in ("371302", "371300", "370000", "100000", "110101", "429004")]
    ['371300', '370000', '100000', None, '110000', '420000']
    """
    level = level_of(adcode)
    if level is Level.COUNTRY:
        return None
    if level is Level.PROVINCE:
        return COUNTRY
    direct = adcode[:2] in MUNICIPALITIES or adcode[2:4] == DIRECT_COUNTIES
    return f"{adcode[:2]}0000" if level is Level.CITY or direct else f"{adcode[:4]}00"


def get(session: Session, adcode: str) -> Jurisdiction:
    """A registered jurisdiction; raises BadAdcode or JurisdictionNotFound."""
    found = session.get(Jurisdiction, check_adcode(adcode))
    if found is None:
        raise JurisdictionNotFound(adcode=adcode)
    return found


def name_of(session: Session, adcode: str, given: str | None) -> str:
    """The name of a jurisdiction, or the one that it would be registered with.

    Raises what importing a plan of it would raise: BadAdcode, JurisdictionExists, JurisdictionNotFound, MissingParent.
    """
    known = session.get(Jurisdiction, check_adcode(adcode))
    if known is not None:
        if given is not None and given != known.name:
            raise JurisdictionExists(adcode=adcode, name=known.name)
        return known.name
    if given is None:
        raise JurisdictionNotFound(adcode=adcode)
    _check_parent(session, adcode)
    return given


def _check_parent(session: Session, adcode: str) -> None:
    parent = parent_of(adcode)
    if parent is not None and session.get(Jurisdiction, parent) is None:
        raise MissingParent(adcode=adcode, parent=parent)


def register(session: Session, adcode: str, name: str) -> tuple[Jurisdiction, bool]:
    """Register a jurisdiction; also tells whether it is new.

    Raises JurisdictionExists if the code has another name, MissingParent if its parent is not registered.
    """
    check_adcode(adcode)
    lock(session, "jurisdictions")
    known = session.get(Jurisdiction, adcode)
    if known is not None:
        if known.name != name:
            raise JurisdictionExists(adcode=adcode, name=known.name)
        return known, False
    _check_parent(session, adcode)
    new = Jurisdiction(adcode=adcode, name=name, level=level_of(adcode), parent_adcode=parent_of(adcode))
    session.add(new)
    session.flush()
    return new, True


def page(
    session: Session, request: PageRequest, *, parent: str | None, level: Level | None, q: str | None
) -> Page[JurisdictionRead]:
    """Registered jurisdictions in the order of their codes."""
    query = select(Jurisdiction).order_by(col(Jurisdiction.adcode)).limit(request.limit + 1)
    if after := request.key(str):
        query = query.where(col(Jurisdiction.adcode) > after[0])
    if parent is not None:
        query = query.where(col(Jurisdiction.parent_adcode) == check_adcode(parent))
    if level is not None:
        query = query.where(col(Jurisdiction.level) == level)
    if q:
        query = query.where(col(Jurisdiction.name).contains(q, autoescape=True))
    rows = [read(row) for row in session.exec(query)]
    return request.page(rows, lambda row: [row.adcode])


def read(row: Jurisdiction) -> JurisdictionRead:
    """A jurisdiction as it is shown."""
    return JurisdictionRead(adcode=row.adcode, name=row.name, level=row.level, parent=row.parent_adcode)


def children(session: Session, adcode: str, as_of: datetime | None = None) -> list[Jurisdiction]:
    """The direct children of a jurisdiction, in the order of their codes, now or as of a moment."""
    query = select(Jurisdiction).where(Jurisdiction.parent_adcode == adcode).order_by(col(Jurisdiction.adcode))
    if as_of is not None:
        query = query.where(col(Jurisdiction.registered_at) <= as_of)
    return list(session.exec(query))


def gazetteer(session: Session) -> list[tuple[str, str]]:
    """(adcode, name) of everything registered, for recognising a document's issuer."""
    return [(row.adcode, row.name) for row in session.exec(select(Jurisdiction).order_by(col(Jurisdiction.adcode)))]


def load_shipped(session: Session) -> list[Jurisdiction]:
    """Register the shipped divisions that are not there yet; returns the new ones."""
    lock(session, "jurisdictions")
    with (bundled("seeds") / "jurisdictions.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["adcode"], row["name"]) for row in csv.DictReader(file)]
    known = {adcode for adcode, _ in gazetteer(session)}
    fresh = [
        Jurisdiction(adcode=adcode, name=name, level=level_of(adcode), parent_adcode=parent_of(adcode))
        for adcode, name in rows
        if adcode not in known
    ]
    for row in fresh:
        session.add(row)
        if row.adcode.endswith("0000"):
            # Without an ORM relationship the order of inserts is not the tree's: parents go in first.
            session.flush()
    session.flush()
    return fresh
