"""plans, thesauri and jurisdictions over time

Revision ID: 0008
Revises: 0007
Create Date: 2026-11-23 08:00:00.000000
"""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_UTC = sqlmodel.sql.sqltypes.UTCDateTime
_TEXT = sqlmodel.sql.sqltypes.AutoString
_ELEMENTS = ("title", "plan_title", "issuer", "document_number", "addressee")
# Who made the editions that are there stands in the audit.
_BEFORE = "import"
_ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)


def _state() -> list[sa.Column[Any]]:
    """What a plan and its versions have in common, but for the edition's number."""
    return [
        sa.Column("withdrawn", sa.Boolean(), nullable=False, server_default=sa.false()),
        *(sa.Column(name, sa.Text(), nullable=True) for name in _ELEMENTS),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("changed_by", _TEXT(length=100), nullable=False, server_default=_BEFORE),
        sa.Column("reason", sa.Text(), nullable=True),
    ]


def upgrade() -> None:
    _plans()
    _thesauri()
    with op.batch_alter_table("jurisdiction", schema=None) as batch_op:
        # Of those before, nobody knows the moments.
        batch_op.add_column(sa.Column("registered_at", _UTC(), nullable=False, server_default=_ALWAYS.isoformat(" ")))
    with op.batch_alter_table("jurisdiction", schema=None) as batch_op:
        batch_op.alter_column("registered_at", server_default=None)


def _plans() -> None:
    with op.batch_alter_table("plan", schema=None) as batch_op:
        for column in (*_state(), sa.Column("version", sa.Integer(), nullable=False, server_default="1")):
            batch_op.add_column(column)
    plan = sa.table("plan", *(sa.column(name) for name in ("id", "edition_number", "version")))
    op.execute(plan.update().values(version=plan.c.edition_number))
    with op.batch_alter_table("plan", schema=None) as batch_op:
        for name in ("withdrawn", "changed_by", "version"):
            batch_op.alter_column(name, server_default=None)
    version = op.create_table(
        "plan_version",
        sa.Column("edition_number", sa.Integer(), nullable=False),
        *_state(),
        sa.Column("plan_id", _TEXT(length=64), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("since", _UTC(), nullable=False),
        sa.Column("until", _UTC(), nullable=True),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_version_plan_id_plan")),
        sa.PrimaryKeyConstraint("plan_id", "version", name=op.f("pk_plan_version")),
    )
    edition = sa.table("edition", *(sa.column(name) for name in ("plan_id", "number", "created_at")))
    # Until now each edition was a state of its plan, from when it was stored until the next one was.
    after = edition.alias()
    until = (
        sa.select(after.c.created_at)
        .where(after.c.plan_id == edition.c.plan_id, after.c.number == edition.c.number + 1)
        .scalar_subquery()
    )
    held = sa.select(
        edition.c.plan_id,
        edition.c.number,
        edition.c.number,
        sa.false(),
        sa.literal(_BEFORE),
        edition.c.created_at,
        until,
    )
    names = ["plan_id", "version", "edition_number", "withdrawn", "changed_by", "since", "until"]
    op.execute(version.insert().from_select(names, held))
    with op.batch_alter_table("plan_version", schema=None) as batch_op:
        for name in ("withdrawn", "changed_by"):
            batch_op.alter_column(name, server_default=None)


def _thesauri() -> None:
    versions = op.create_table(
        "thesaurus_version",
        sa.Column("domain", _TEXT(length=32), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", _TEXT(length=64), nullable=False),
        sa.Column("since", _UTC(), nullable=False),
        sa.Column("until", _UTC(), nullable=True),
        sa.ForeignKeyConstraint(["domain"], ["thesaurus.domain"], name=op.f("fk_thesaurus_version_domain_thesaurus")),
        sa.PrimaryKeyConstraint("domain", "version", name=op.f("pk_thesaurus_version")),
    )
    terms = op.create_table(
        "term_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("domain", _TEXT(length=32), nullable=False),
        sa.Column("group", _TEXT(length=80), nullable=False),
        sa.Column("text", _TEXT(length=40), nullable=False),
        sa.Column(
            "relation",
            sa.Enum("same", "narrower", "broader", name="termrelation", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("preferred", sa.Boolean(), nullable=False),
        sa.Column("since", _UTC(), nullable=False),
        sa.Column("until", _UTC(), nullable=True),
        sa.ForeignKeyConstraint(["domain"], ["thesaurus.domain"], name=op.f("fk_term_version_domain_thesaurus")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term_version")),
    )
    op.create_index("ix_term_version_domain_since", "term_version", ["domain", "since"])
    thesaurus = sa.table("thesaurus", *(sa.column(name) for name in ("domain", "digest", "updated_at")))
    held = sa.select(thesaurus.c.domain, sa.literal(1), thesaurus.c.digest, thesaurus.c.updated_at)
    op.execute(versions.insert().from_select(["domain", "version", "digest", "since"], held))
    names = ["domain", "group", "text", "relation", "preferred"]
    term = sa.table("term", *(sa.column(name) for name in names))
    kept = sa.select(*(term.c[name] for name in names), thesaurus.c.updated_at).join(
        thesaurus, thesaurus.c.domain == term.c.domain
    )
    op.execute(terms.insert().from_select([*names, "since"], kept))


def downgrade() -> None:
    """Only what holds now stays; plans that were withdrawn are there again, as printed."""
    with op.batch_alter_table("jurisdiction", schema=None) as batch_op:
        batch_op.drop_column("registered_at")
    op.drop_table("term_version")
    op.drop_table("thesaurus_version")
    op.drop_table("plan_version")
    with op.batch_alter_table("plan", schema=None) as batch_op:
        for name in ("version", *(column.name for column in reversed(_state()))):
            batch_op.drop_column(name)
