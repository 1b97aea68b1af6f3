"""second opinions, and how many a link run asked for

Revision ID: 0012
Revises: 0009
Create Date: 2026-11-23 08:10:00.000000
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "opinion_question",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=24), nullable=False),
        sa.Column("upper_plan", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("lower_plan", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("item", sa.Integer(), nullable=False),
        sa.Column("prompt", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("tasks", sa.JSON(), nullable=False),
        sa.Column("passages", sa.JSON(), nullable=False),
        sa.Column("posed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["upper_plan"], ["plan.id"], name=op.f("fk_opinion_question_upper_plan_plan")),
        sa.ForeignKeyConstraint(["lower_plan"], ["plan.id"], name=op.f("fk_opinion_question_lower_plan_plan")),
        sa.PrimaryKeyConstraint("id", "upper_plan", "lower_plan", name=op.f("pk_opinion_question")),
    )
    op.create_index("ix_opinion_question_plans", "opinion_question", ["upper_plan", "lower_plan", "item"])
    op.create_table(
        "opinion_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sqlmodel.sql.sqltypes.AutoString(length=24), nullable=False),
        sa.Column("model", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("asked_model", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column(
            "source", sa.Enum("asked", "imported", name="opinionsource", native_enum=False, length=20), nullable=False
        ),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("thrown", sa.JSON(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("tokens_in", sa.Integer(), nullable=False),
        sa.Column("tokens_out", sa.Integer(), nullable=False),
        sa.Column("ms", sa.Integer(), nullable=False),
        sa.Column("answered_by", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion_answer")),
    )
    op.create_index("ix_opinion_answer_question_id", "opinion_answer", ["question_id"])
    with op.batch_alter_table("link_run") as table:
        table.add_column(sa.Column("opinions", sa.JSON(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("link_run") as table:
        table.drop_column("opinions")
    op.drop_table("opinion_answer")
    op.drop_table("opinion_question")
