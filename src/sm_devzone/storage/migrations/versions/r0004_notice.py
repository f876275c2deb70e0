"""督办单 that were issued, each file a row that the database lets nobody change."""

import sqlalchemy as sa
from alembic import op

from sm_devzone.storage.migrations.guarding import refuse_change

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """From 0003."""
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("policy", sa.Text, nullable=False),
        sa.Column("measure", sa.Integer, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("milestone", sa.Text, nullable=False),
        sa.Column("period", sa.Text, nullable=False),
        sa.Column("colour", sa.Text, nullable=False),
        sa.Column("issued_on", sa.Text, nullable=False),
        sa.Column("reply_due", sa.Text, nullable=False),
        sa.Column("workdays", sa.Integer, nullable=False),
        sa.Column("basis", sa.Text),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("asked", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("form", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("recorded_at", sa.Text, nullable=False),
        sa.Column("recorded_by", sa.Text, nullable=False),
        sa.UniqueConstraint("number", "year", "form", name="notice_is_issued_once"),
    )
    refuse_change("notice", "number", "year", "form")
