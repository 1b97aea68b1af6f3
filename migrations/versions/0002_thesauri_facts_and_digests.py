"""thesauri facts and digests

Revision ID: 0002
Revises: 0001
Create Date: 2026-11-23 02:51:09.222037
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from app.services.verdicts import placed_facts

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "thesaurus",
        sa.Column("domain", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("digest", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("updated_by", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        sa.Column("updated_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("domain", name=op.f("pk_thesaurus")),
    )
    op.create_table(
        "term",
        sa.Column("domain", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("group", sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column(
            "relation",
            sa.Enum("same", "narrower", "broader", name="termrelation", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("preferred", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["domain"], ["thesaurus.domain"], name=op.f("fk_term_domain_thesaurus")),
        sa.PrimaryKeyConstraint("domain", "group", "text", name=op.f("pk_term")),
    )
    with op.batch_alter_table("link_run", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("model_digest", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("thesaurus_digest", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True))
        # Runs of before belong to no process that still lives.
        batch_op.add_column(
            sa.Column("owner", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False, server_default=":0")
        )
        batch_op.add_column(
            sa.Column(
                "seen_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False, server_default="1970-01-01 00:00:00"
            )
        )

    with op.batch_alter_table("pair", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("model_digest", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("thesaurus_digest", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True))

    with op.batch_alter_table("task_score", schema=None) as batch_op:
        batch_op.add_column(sa.Column("together", sa.Boolean(), nullable=False, server_default=sa.false()))

    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.add_column(sa.Column("facts", sa.JSON(), nullable=False, server_default="[]"))

    _read_facts()


def _read_facts() -> None:
    """Tasks stored before this revision get their facts now, as an import reads them."""
    connection = op.get_bind()
    task = sa.table(
        "task", *(sa.column(name) for name in ("id", "item_id", "text", "start")), sa.column("facts", sa.JSON())
    )
    item, edition, plan = (
        sa.table("item", sa.column("id"), sa.column("edition_id")),
        sa.table("edition", sa.column("id"), sa.column("plan_id")),
        sa.table("plan", sa.column("id"), sa.column("year")),
    )
    query = (
        sa.select(task.c.id, task.c.text, task.c.start, plan.c.year)
        .join(item, item.c.id == task.c.item_id)
        .join(edition, edition.c.id == item.c.edition_id)
        .join(plan, plan.c.id == edition.c.plan_id)
    )
    for key, text, start, year in connection.execute(query).all():
        found = placed_facts(text, year, start)
        if found:
            connection.execute(task.update().where(task.c.id == key).values(facts=found))


def downgrade() -> None:
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_column("facts")

    with op.batch_alter_table("task_score", schema=None) as batch_op:
        batch_op.drop_column("together")

    with op.batch_alter_table("pair", schema=None) as batch_op:
        batch_op.drop_column("thesaurus_digest")
        batch_op.drop_column("model_digest")

    with op.batch_alter_table("link_run", schema=None) as batch_op:
        batch_op.drop_column("seen_at")
        batch_op.drop_column("owner")
        batch_op.drop_column("thesaurus_digest")
        batch_op.drop_column("model_digest")

    op.drop_table("term")
    op.drop_table("thesaurus")
