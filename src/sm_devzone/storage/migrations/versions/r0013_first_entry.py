"""On a server: a ledger is kept since its first entry that is not void, for the login of a unit as well."""

from alembic import op

revision = "0013"
down_revision = "0012"

VIEW = """
CREATE OR REPLACE VIEW first_entry WITH (security_barrier) AS
    SELECT e.id, e.policy, e.recorded_at, e.voids
    FROM (SELECT DISTINCT policy FROM plan_version) p
    CROSS JOIN LATERAL (SELECT coalesce((
        SELECT f.id FROM entry f
        WHERE f.policy = p.policy AND f.voids IS NULL AND NOT EXISTS (SELECT FROM entry v WHERE v.voids = f.id)
        ORDER BY f.id LIMIT 1), 2147483647) AS id) counts
    JOIN entry e ON e.policy = p.policy AND (e.id <= counts.id OR e.voids < counts.id)
"""
"""The first entry that counts, and those before it with what made them void: before that was known, one of them did."""


def upgrade() -> None:
    """From 0012."""
    if op.get_bind().dialect.name != "sqlite":
        op.execute(VIEW)
