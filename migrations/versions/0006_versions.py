"""versions of links, judgings and gap decisions

Revision ID: 0006
Revises: 0005
Create Date: 2026-11-23 06:00:00.000000
"""

from datetime import UTC, datetime

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_UTC = sqlmodel.sql.sqltypes.UTCDateTime
_TEXT = sqlmodel.sql.sqltypes.AutoString
_SCORE = ("task_id", "score", "together")
_JUDGED = ("run_id", "method", "model_digest", "thesaurus_digest")
# What a link and its versions have in common, without the ends' foreign keys.
_STATE = (
    "pair_id", "upper_item_id", "upper_task_id", "lower_item_id", "lower_task_id", "coverage", "strength", "status",
    "score", "method", "rationale", "upper_start", "upper_end", "lower_start", "lower_end", "proposed_by",
    "proposed_at", "decided_by", "decided_at", "reason", "stale_reason",
)  # fmt: skip


def upgrade() -> None:
    _cascades()
    _link_versions()
    _judgings()
    op.create_table(
        "gap_decision",
        sa.Column("plan_id", _TEXT(length=64), nullable=False),
        sa.Column("gap_id", _TEXT(length=100), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "decision",
            sa.Enum("confirmed", "refuted", "waived", name="decision", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("link_id", _TEXT(length=32), nullable=True),
        sa.Column("digests", sa.JSON(), nullable=False),
        sa.Column("decided_by", _TEXT(length=100), nullable=False),
        sa.Column("since", _UTC(), nullable=False),
        sa.Column("until", _UTC(), nullable=True),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_gap_decision_plan_id_plan")),
        sa.PrimaryKeyConstraint("plan_id", "gap_id", "version", name=op.f("pk_gap_decision")),
    )


def _cascades() -> None:
    now = datetime.now(UTC)
    with op.batch_alter_table("cascade", schema=None) as batch_op:
        batch_op.add_column(sa.Column("changed_at", _UTC(), nullable=False, server_default="1970-01-01 00:00:00"))
    cascade = sa.table("cascade", sa.column("id"), sa.column("revision"), sa.column("changed_at", _UTC()))
    op.execute(cascade.update().values(changed_at=now))
    with op.batch_alter_table("cascade", schema=None) as batch_op:
        batch_op.alter_column("changed_at", server_default=None)
    history = op.create_table(
        "cascade_revision",
        sa.Column("cascade_id", _TEXT(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", _UTC(), nullable=False),
        sa.ForeignKeyConstraint(["cascade_id"], ["cascade.id"], name=op.f("fk_cascade_revision_cascade_id_cascade")),
        sa.PrimaryKeyConstraint("cascade_id", "revision", name=op.f("pk_cascade_revision")),
    )
    op.create_index("ix_cascade_revision_cascade_id_at", "cascade_revision", ["cascade_id", "at"])
    # Of the revisions before, nobody knows the moments.
    held = sa.select(cascade.c.id, cascade.c.revision, cascade.c.changed_at)
    op.execute(history.insert().from_select(["cascade_id", "revision", "at"], held))


def _link_versions() -> None:
    with op.batch_alter_table("link", schema=None) as batch_op:
        batch_op.add_column(sa.Column("stale_reason", sa.JSON(none_as_null=True), nullable=True))
    link = sa.table("link", *(sa.column(name) for name in ("id", "version", *_STATE)))
    # Whoever started a run has proposed nothing himself.
    op.execute(link.update().where(link.c.method == "machine").values(proposed_by="machine"))
    version = op.create_table(
        "link_version",
        sa.Column("pair_id", sa.Integer(), nullable=False),
        sa.Column("upper_item_id", sa.Integer(), nullable=False),
        sa.Column("upper_task_id", sa.Integer(), nullable=True),
        sa.Column("lower_item_id", sa.Integer(), nullable=False),
        sa.Column("lower_task_id", sa.Integer(), nullable=True),
        sa.Column(
            "coverage", sa.Enum("full", "partial", "none", name="coverage", native_enum=False, length=20), nullable=True
        ),
        sa.Column(
            "strength",
            sa.Enum("implements", "contributes", name="strength", native_enum=False, length=20),
            nullable=True,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "proposed", "confirmed", "stale", "rejected", "withdrawn",
                name="linkstatus", native_enum=False, length=20,
            ),
            nullable=False,
        ),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column(
            "method",
            sa.Enum("machine", "person", "import", name="linkmethod", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("rationale", sa.Text(), nullable=True),
        sa.Column("upper_start", sa.Integer(), nullable=False),
        sa.Column("upper_end", sa.Integer(), nullable=False),
        sa.Column("lower_start", sa.Integer(), nullable=False),
        sa.Column("lower_end", sa.Integer(), nullable=False),
        sa.Column("proposed_by", _TEXT(length=100), nullable=False),
        sa.Column("proposed_at", _UTC(), nullable=False),
        sa.Column("decided_by", _TEXT(length=100), nullable=True),
        sa.Column("decided_at", _UTC(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("stale_reason", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("link_id", _TEXT(length=32), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("since", _UTC(), nullable=False),
        sa.Column("until", _UTC(), nullable=True),
        sa.ForeignKeyConstraint(["lower_item_id"], ["item.id"], name=op.f("fk_link_version_lower_item_id_item")),
        sa.ForeignKeyConstraint(["lower_task_id"], ["task.id"], name=op.f("fk_link_version_lower_task_id_task")),
        sa.ForeignKeyConstraint(["pair_id"], ["pair.id"], name=op.f("fk_link_version_pair_id_pair")),
        sa.ForeignKeyConstraint(["upper_item_id"], ["item.id"], name=op.f("fk_link_version_upper_item_id_item")),
        sa.ForeignKeyConstraint(["upper_task_id"], ["task.id"], name=op.f("fk_link_version_upper_task_id_task")),
        sa.PrimaryKeyConstraint("link_id", "version", name=op.f("pk_link_version")),
    )  # fmt: skip
    for name in ("pair_id", "upper_item_id", "lower_item_id"):
        op.create_index(f"ix_link_version_{name}", "link_version", [name])
    names = ["link_id", "version", *_STATE, "since"]
    held = sa.select(link.c.id, link.c.version, *(link.c[name] for name in _STATE), link.c.proposed_at)
    op.execute(version.insert().from_select(names, held))


def _judgings() -> None:
    judging = op.create_table(
        "judging",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pair_id", sa.Integer(), nullable=False),
        sa.Column("run_id", _TEXT(length=32), nullable=False),
        sa.Column("method", _TEXT(length=40), nullable=False),
        sa.Column("model_digest", _TEXT(length=64), nullable=False),
        sa.Column("thesaurus_digest", _TEXT(length=64), nullable=True),
        sa.Column("since", _UTC(), nullable=False),
        sa.Column("until", _UTC(), nullable=True),
        sa.ForeignKeyConstraint(["pair_id"], ["pair.id"], name=op.f("fk_judging_pair_id_pair")),
        sa.ForeignKeyConstraint(["run_id"], ["link_run.id"], name=op.f("fk_judging_run_id_link_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judging")),
        sa.UniqueConstraint("pair_id", "since", name=op.f("uq_judging_pair_id_since")),
    )
    pair = sa.table("pair", *(sa.column(name) for name in ("id", "judged_at", *_JUDGED)))
    held = sa.select(pair.c.id, pair.c.judged_at, *(pair.c[name] for name in _JUDGED))
    op.execute(judging.insert().from_select(["pair_id", "since", *_JUDGED], held))
    old = sa.table("task_score", *(sa.column(name) for name in ("pair_id", *_SCORE)))
    kept = sa.select(judging.c.id, *(old.c[name] for name in _SCORE)).join(judging, judging.c.pair_id == old.c.pair_id)
    _replace_scores("judging", kept)
    with op.batch_alter_table("pair", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("fk_pair_run_id_link_run"), type_="foreignkey")
        for name in (*_JUDGED, "judged_at"):
            batch_op.drop_column(name)


def _replace_scores(owner: str, kept: sa.Select[tuple[int, int, float, bool]]) -> None:
    """Make the table of scores anew, with rows that belong to pairs or to judgings."""
    rows = [dict(zip((f"{owner}_id", *_SCORE), row, strict=True)) for row in op.get_bind().execute(kept)]
    op.drop_table("task_score")
    scores = op.create_table(
        "task_score",
        sa.Column(f"{owner}_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("together", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint([f"{owner}_id"], [f"{owner}.id"], name=op.f(f"fk_task_score_{owner}_id_{owner}")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_task_score_task_id_task")),
        sa.PrimaryKeyConstraint(f"{owner}_id", "task_id", name=op.f("pk_task_score")),
    )
    op.bulk_insert(scores, rows)


def downgrade() -> None:
    """Only what holds now stays; links between editions that were never judged have no place, and go."""
    op.drop_table("gap_decision")
    judging = sa.table("judging", *(sa.column(name) for name in ("id", "pair_id", "since", "until", *_JUDGED)))
    now = judging.c.until.is_(None)
    op.drop_table("link_version")
    judged = sa.select(judging.c.pair_id).where(now)
    link, pair = (sa.table(name, sa.column("id"), sa.column("pair_id")) for name in ("link", "pair"))
    op.execute(link.delete().where(link.c.pair_id.not_in(judged)))
    op.execute(pair.delete().where(pair.c.id.not_in(judged)))
    with op.batch_alter_table("pair", schema=None) as batch_op:
        batch_op.add_column(sa.Column("run_id", _TEXT(length=32), nullable=True))
        batch_op.add_column(sa.Column("method", _TEXT(length=40), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("model_digest", _TEXT(length=64), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("thesaurus_digest", _TEXT(length=64), nullable=True))
        batch_op.add_column(sa.Column("judged_at", _UTC(), nullable=False, server_default="1970-01-01 00:00:00"))
    pair = sa.table("pair", *(sa.column(name) for name in ("id", "judged_at", *_JUDGED)))
    for name in (*_JUDGED, "judged_at"):
        source = judging.c["since" if name == "judged_at" else name]
        held = sa.select(source).where(now, judging.c.pair_id == pair.c.id).scalar_subquery()
        op.execute(pair.update().values({name: held}))
    with op.batch_alter_table("pair", schema=None) as batch_op:
        batch_op.alter_column("run_id", existing_type=_TEXT(length=32), nullable=False)
        batch_op.create_foreign_key(op.f("fk_pair_run_id_link_run"), "link_run", ["run_id"], ["id"])
    old = sa.table("task_score", *(sa.column(name) for name in ("judging_id", *_SCORE)))
    kept = sa.select(judging.c.pair_id, *(old.c[name] for name in _SCORE)).join(
        judging, judging.c.id == old.c.judging_id
    )
    _replace_scores("pair", kept.where(now))
    op.drop_table("judging")
    with op.batch_alter_table("link", schema=None) as batch_op:
        batch_op.drop_column("stale_reason")
    op.drop_table("cascade_revision")
    with op.batch_alter_table("cascade", schema=None) as batch_op:
        batch_op.drop_column("changed_at")
