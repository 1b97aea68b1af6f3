"""access keys, browser sessions, and whose a preview is

Revision ID: 0005
Revises: 0004
Create Date: 2026-11-23 05:50:00.000000
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def _role() -> sa.Column:  # type: ignore[type-arg]
    roles = ("viewer", "city_editor", "reviewer", "admin", "security_admin", "auditor")
    return sa.Column("role", sa.Enum(*roles, name="role", native_enum=False, length=20), nullable=False)


def _moment(name: str, *, nullable: bool) -> sa.Column:  # type: ignore[type-arg]
    return sa.Column(name, sqlmodel.sql.sqltypes.UTCDateTime(), nullable=nullable)


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString
    key = op.create_table(
        "access_key",
        sa.Column("prefix", text(length=12), nullable=False),
        sa.Column("digest", text(length=64), nullable=False),
        _role(),
        sa.Column("adcode", text(length=6), nullable=True),
        sa.Column("note", text(length=200), nullable=True),
        sa.Column("created_by", text(length=200), nullable=False),
        _moment("created_at", nullable=False),
        _moment("expires_at", nullable=False),
        _moment("used_at", nullable=True),
        _moment("revoked_at", nullable=True),
        sa.Column("successor", text(length=12), nullable=True),
        sa.ForeignKeyConstraint(["adcode"], ["jurisdiction.adcode"], name=op.f("fk_access_key_adcode_jurisdiction")),
        sa.PrimaryKeyConstraint("prefix", name=op.f("pk_access_key")),
    )
    op.create_index(op.f("ix_access_key_adcode"), key.name, ["adcode"])
    session = op.create_table(
        "browser_session",
        sa.Column("id", text(length=64), nullable=False),
        sa.Column("subject", text(length=200), nullable=False),
        _role(),
        sa.Column("adcode", text(length=6), nullable=True),
        sa.Column(
            "opened_with",
            sa.Enum("key", "provider", "trial", name="signedinby", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("key_prefix", text(length=12), nullable=True),
        _moment("created_at", nullable=False),
        _moment("seen_at", nullable=False),
        _moment("expires_at", nullable=False),
        sa.ForeignKeyConstraint(
            ["key_prefix"], ["access_key.prefix"], name=op.f("fk_browser_session_key_prefix_access_key")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_browser_session")),
    )
    for name in ("key_prefix", "expires_at"):
        op.create_index(op.f(f"ix_browser_session_{name}"), session.name, [name])

    with op.batch_alter_table("preview", schema=None) as batch_op:
        batch_op.add_column(sa.Column("owner_adcode", text(length=6), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("preview", schema=None) as batch_op:
        batch_op.drop_column("owner_adcode")
    op.drop_table("browser_session")
    op.drop_table("access_key")
