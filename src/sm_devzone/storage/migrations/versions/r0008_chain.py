"""The chain that binds all facts, those that are there first; and the seal that a paper bears."""

import sqlalchemy as sa
from alembic import op

from sm_devzone.storage.chain import begin
from sm_devzone.storage.database import runner
from sm_devzone.storage.migrations.guarding import refuse_change

revision = "0008"
down_revision = "0007"

FACTS = ("plan_version", "entry", "evidence", "bulletin", "notice", "dispatch")


def upgrade() -> None:
    """From 0007."""
    for table in ("bulletin", "notice"):
        op.add_column(table, sa.Column("sealed", sa.Integer))
    op.create_table(
        "link",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("fact", sa.Integer, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
    )
    begin(op.get_bind(), runner(op.get_bind()), FACTS)
    refuse_change("link")
