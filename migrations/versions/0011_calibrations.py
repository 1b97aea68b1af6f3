"""what the judge learnt from decisions

Revision ID: 0011
Revises: 0009
Create Date: 2026-11-23 08:20:00.000000
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0011"
down_revision = "0009"
branch_labels = None
depends_on = None

_OUTCOME = sa.Enum(
    *("adopted", "better", "unchanged", "not_better", "too_few"),
    name="calibrationoutcome",
    native_enum=False,
    length=20,
)
_TEXT, _UTC = sqlmodel.sql.sqltypes.AutoString, sqlmodel.sql.sqltypes.UTCDateTime


def upgrade() -> None:
    op.create_table(
        "calibration",
        sa.Column("id", _TEXT(length=32), nullable=False),
        sa.Column("domain", _TEXT(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("dry_run", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("queued", "running", "succeeded", "failed", name="runstate", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("outcome", _OUTCOME, nullable=True),
        sa.Column("method", _TEXT(length=40), nullable=False),
        sa.Column("replaces", _TEXT(length=64), nullable=False),
        sa.Column("model_digest", _TEXT(length=64), nullable=True),
        sa.Column("numbers", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("decisions_digest", _TEXT(length=64), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("reviewers", sa.JSON(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("failed", sa.JSON(), nullable=False),
        sa.Column("one_sided", sa.JSON(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("started_by", _TEXT(length=100), nullable=False),
        sa.Column("owner", _TEXT(length=200), nullable=False),
        sa.Column("seen_at", _UTC(), nullable=False),
        sa.Column("created_at", _UTC(), nullable=False),
        sa.Column("started_at", _UTC(), nullable=True),
        sa.Column("finished_at", _UTC(), nullable=True),
        sa.Column("undone_by", _TEXT(length=100), nullable=True),
        sa.Column("undone_at", _UTC(), nullable=True),
        sa.Column("undo_reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibration")),
        sa.UniqueConstraint("domain", "version", name=op.f("uq_calibration_domain_version")),
    )


def downgrade() -> None:
    op.drop_table("calibration")
