"""What makes a table one that is only appended to, as steps of the schema from 0003 on put it on."""

from alembic import op


def refuse_change(table: str, *unique: str) -> None:
    """Let the database itself refuse to change or delete a row of `table`, whose `unique` columns name it as well."""
    if op.get_bind().dialect.name != "sqlite":
        op.execute(
            f"CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION entry_refuses_change()"
        )
        return
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_refuses_{act.lower()} BEFORE {act} ON {table} "
            "BEGIN SELECT RAISE(ABORT, 'the journal is only appended to'); END"
        )
    # REPLACE takes out the old row without asking the trigger on DELETE.
    same = ["id = NEW.id", *([" AND ".join(f"{name} = NEW.{name}" for name in unique)] if unique else [])]
    op.execute(
        f"CREATE TRIGGER {table}_refuses_replace BEFORE INSERT ON {table} WHEN EXISTS "
        f"(SELECT 1 FROM {table} WHERE {' OR '.join(same)}) "
        "BEGIN SELECT RAISE(ABORT, 'the journal is only appended to'); END"
    )


def chain_itself(table: str) -> None:
    """Let a server number and chain the rows of `table` itself, from 0010 on: a table of facts has to have that there.

    A number that a sequence gave to what was refused would look like a fact taken out. The sequence stays: rights on
    it were given by hand.
    """
    op.execute(f"ALTER TABLE {table} ALTER COLUMN id DROP DEFAULT")
    op.execute(
        f"CREATE TRIGGER {table}_takes_its_place BEFORE INSERT ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION takes_its_place()"
    )
    op.execute(f"CREATE TRIGGER {table}_is_chained AFTER INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION is_chained()")
