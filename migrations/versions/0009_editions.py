"""what new editions carry over, and what people say of it

Revision ID: 0009
Revises: 0008
Create Date: 2026-11-23 08:00:00.000000
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_UTC = sqlmodel.sql.sqltypes.UTCDateTime
_TEXT = sqlmodel.sql.sqltypes.AutoString


def upgrade() -> None:
    with op.batch_alter_table("edition", schema=None) as batch_op:
        batch_op.add_column(sa.Column("carried", sa.JSON(none_as_null=True), nullable=True))
    with op.batch_alter_table("judging", schema=None) as batch_op:
        batch_op.add_column(sa.Column("carried", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("judging", schema=None) as batch_op:
        batch_op.alter_column("carried", server_default=None)
    with op.batch_alter_table("gap_decision", schema=None) as batch_op:
        batch_op.add_column(sa.Column("decided_at", _UTC(), nullable=True))
    decision = sa.table("gap_decision", sa.column("decided_at"), sa.column("since"))
    op.execute(decision.update().values(decided_at=decision.c.since))
    with op.batch_alter_table("gap_decision", schema=None) as batch_op:
        batch_op.alter_column("decided_at", existing_type=_UTC(), nullable=False)
    op.create_table(
        "change_decision",
        sa.Column("plan_id", _TEXT(length=64), nullable=False),
        sa.Column("edition_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("change", _TEXT(length=20), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("corrects", sa.Boolean(), nullable=False),
        sa.Column("new", _TEXT(length=20), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("decided_by", _TEXT(length=100), nullable=False),
        sa.Column("since", _UTC(), nullable=False),
        sa.Column("until", _UTC(), nullable=True),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_change_decision_plan_id_plan")),
        sa.PrimaryKeyConstraint("plan_id", "edition_number", "change", "version", name=op.f("pk_change_decision")),
    )


def downgrade() -> None:
    op.drop_table("change_decision")
    with op.batch_alter_table("gap_decision", schema=None) as batch_op:
        batch_op.drop_column("decided_at")
    with op.batch_alter_table("judging", schema=None) as batch_op:
        batch_op.drop_column("carried")
    with op.batch_alter_table("edition", schema=None) as batch_op:
        batch_op.drop_column("carried")
