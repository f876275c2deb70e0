"""What the round trip of workbooks adds: who filled in a form, what came along with it, which forms were sent."""

import sqlalchemy as sa
from alembic import op

from sm_devzone.storage.migrations.guarding import refuse_change

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """From 0002."""
    for name in ("material", "reporter", "phone"):
        op.add_column("entry", sa.Column(name, sa.Text))
    op.create_table(
        "dispatch",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("period", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("duties", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("recorded_at", sa.Text, nullable=False),
        sa.Column("recorded_by", sa.Text, nullable=False),
    )
    refuse_change("dispatch")
