"""Plans, their immutable editions, and what an edition was read into."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field

from app.linking import AppliesTo
from app.models.base import Base, now, words


class PlanState(Base):
    """All of a plan that may change with a new version of it. `edition_number` names the edition that holds.

    The elements (GB/T 9704) are set where people have corrected what is printed; None: as printed in the edition.
    """

    edition_number: int
    withdrawn: bool = False
    title: str | None = Field(default=None, sa_type=Text)
    plan_title: str | None = Field(default=None, sa_type=Text)
    issuer: str | None = Field(default=None, sa_type=Text)
    document_number: str | None = Field(default=None, sa_type=Text)
    issued_on: date | None = None
    addressee: str | None = Field(default=None, sa_type=Text)
    changed_by: str = Field(max_length=100)
    reason: str | None = Field(default=None, sa_type=Text)


class Plan(PlanState, table=True):
    """One government body's plan of one domain for one year, as it stands now. Only services.plan_store writes it."""

    __tablename__ = "plan"
    __table_args__ = (UniqueConstraint("adcode", "domain", "year"),)

    id: str = Field(primary_key=True, max_length=64)
    adcode: str = Field(max_length=6, foreign_key="jurisdiction.adcode")
    domain: str = Field(max_length=32)
    year: int
    version: int = 1
    created_at: datetime = Field(default_factory=now)
    updated_at: datetime = Field(default_factory=now, description="Since when it stands so.")


class PlanVersion(PlanState, table=True):
    """Every state that a plan ever had, with the time in which it held; `until` is None for the present one."""

    __tablename__ = "plan_version"

    plan_id: str = Field(primary_key=True, max_length=64, foreign_key="plan.id")
    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    since: datetime
    until: datetime | None = None


class Edition(Base, table=True):
    """One published text of a plan; never changed once stored. Metadata as printed (GB/T 9704)."""

    __tablename__ = "edition"
    __table_args__ = (UniqueConstraint("plan_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    plan_id: str = Field(max_length=64, foreign_key="plan.id")
    number: int
    title: str | None = Field(default=None, sa_type=Text)
    plan_title: str | None = Field(default=None, sa_type=Text)
    issuer: str | None = Field(default=None, sa_type=Text)
    document_number: str | None = Field(default=None, sa_type=Text)
    issued_on: date | None = None
    addressee: str | None = Field(default=None, sa_type=Text)
    note: str | None = Field(default=None, sa_type=Text)
    filename: str = Field(max_length=255)
    media_type: str = Field(max_length=100)
    file_digest: str = Field(max_length=64, description="SHA-256 of the file as it came, hexadecimal.")
    text_digest: str = Field(max_length=64, description="SHA-256 of the plan's words without layout, hexadecimal.")
    reader: str = Field(max_length=40, description="Version of the reader that made the outline.")
    doubts: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    corrections: dict[str, Any] = Field(
        default_factory=dict,
        sa_column=Column(JSON, nullable=False),
        description="What people corrected before it was stored: `lines`, `metadata`.",
    )
    places: dict[str, list[int]] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    carried: dict[str, int] | None = Field(
        default=None,
        sa_type=JSON(none_as_null=True),
        description="How many links and decisions it took over from the edition before; None for the first.",
    )
    created_at: datetime = Field(default_factory=now)


class EditionSource(Base, table=True):
    """The file as it came, its text, and the text's blocks. Apart from Edition, since few questions need it."""

    __tablename__ = "edition_source"

    edition_id: int = Field(primary_key=True, foreign_key="edition.id")
    data: bytes = Field(sa_type=LargeBinary)
    text: str = Field(sa_type=Text)
    blocks: list[list[Any]] = Field(sa_column=Column(JSON, nullable=False), description="[kind, start, end]")


class Section(Base, table=True):
    """A heading. `level` 1 is 一、; `position` counts from 1 in the order of the document."""

    __tablename__ = "section"
    __table_args__ = (UniqueConstraint("edition_id", "position"),)

    id: int | None = Field(default=None, primary_key=True)
    edition_id: int = Field(foreign_key="edition.id")
    position: int
    level: int
    label: str = Field(max_length=40)
    title: str = Field(sa_type=Text)
    parent_position: int | None = None
    source_start: int
    source_end: int


class Item(Base, table=True):
    """A numbered point. `folded` is its text for searching; `runs` lead from its text to the original."""

    __tablename__ = "item"
    __table_args__ = (UniqueConstraint("edition_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    edition_id: int = Field(foreign_key="edition.id")
    number: int
    label: str = Field(max_length=40)
    title: str = Field(sa_type=Text)
    text: str = Field(sa_type=Text)
    folded: str = Field(sa_type=Text)
    section_position: int | None = None
    lead_unit: str | None = Field(default=None, sa_type=Text)
    responsible_units: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    deadline: str | None = Field(default=None, sa_type=Text)
    source_start: int
    source_end: int
    runs: list[list[int]] = Field(sa_column=Column(JSON, nullable=False))


class Task(Base, table=True):
    """One commitment inside an item, a verbatim piece of the item's text."""

    __tablename__ = "task"
    __table_args__ = (UniqueConstraint("item_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="item.id")
    number: int
    text: str = Field(sa_type=Text)
    start: int
    end: int
    source_start: int
    source_end: int
    applies_to: AppliesTo = Field(sa_type=words(AppliesTo))
    facts: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))


class Preview(Base, table=True):
    """A document that somebody looks at before it is stored: the file, what was said of it, and what was shown last."""

    __tablename__ = "preview"

    id: str = Field(primary_key=True, max_length=32)
    plan_id: str | None = Field(default=None, max_length=64, description="The plan it would become; it need not exist.")
    adcode: str | None = Field(default=None, max_length=6, description="Whose plan; the code need not be registered.")
    options: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False), description="ImportOptions as JSON.")
    digest: str = Field(max_length=64, description="SHA-256 of what was shown when it was last changed, hexadecimal.")
    data: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    version: int = 1
    owner_adcode: str | None = Field(default=None, max_length=6, description="Its maker's; None: bound to none.")
    created_by: str = Field(max_length=100)
    created_at: datetime = Field(default_factory=now)
    updated_at: datetime = Field(default_factory=now)
    expires_at: datetime = Field(index=True)
