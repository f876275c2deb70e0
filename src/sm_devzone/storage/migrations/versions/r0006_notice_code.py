"""The 发文代字 that each 督办单 bore; those before had none."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """From 0005."""
    op.add_column("notice", sa.Column("code", sa.Text, nullable=False, server_default=""))
