"""What papers that bring about a decision need: who must solve a problem, by when a step is promised, a judgement."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """From 0008."""
    op.add_column("entry", sa.Column("needs", sa.Text))
    op.add_column("entry", sa.Column("promised", sa.Text))
    op.add_column("bulletin", sa.Column("note", sa.Text))
