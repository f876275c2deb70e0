"""The tables of the journal, and the one statement that puts facts into them and into the chain.

Tables validate nothing: what may go in is decided in domain/rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import CheckConstraint, Column, Connection, Index, Integer, Table, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from sm_devzone.domain.entry import Dispatch, Entry, Issued, Notice, Received
from sm_devzone.domain.plan_history import PlanVersion
from sm_devzone.storage.chain import FACTS, lengthen
from sm_devzone.storage.database import Run, runner
from sm_devzone.storage.fold import OFFICE_KINDS
from sm_devzone.storage.snapshot import END

_AT_ONCE = 10_000
"""Rows that are held while they are copied; a version of a plan has its whole text."""

OFFICE_ACTS = f"kind IN {OFFICE_KINDS}"


class EntryRow(SQLModel, table=True):
    """One fact. Days are ISO text, moments ISO text in UTC: the same in SQLite, in PostgreSQL and to the naked eye."""

    __tablename__ = "entry"
    __table_args__ = (
        CheckConstraint("progress BETWEEN 0 AND 100", name="progress_is_percent"),
        # Holds all that the ledger of a day is folded from, so that the rows themselves are not read for it.
        Index(
            "entry_by_duty",
            "policy", "measure", "unit", "milestone", "period", "kind", "happened_on", "recorded_at", "id",
            "due_before", "due", "progress",
        ),
        Index("entry_voided", "voids", "recorded_at"),
        Index("entry_by_office", "kind", sqlite_where=text(OFFICE_ACTS), postgresql_where=text(OFFICE_ACTS)),
        Index("entry_by_policy", "policy", "id"),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(sa_column=Column(Text, nullable=False))
    policy: str = Field(sa_column=Column(Text, nullable=False))
    measure: int
    unit: str = Field(sa_column=Column(Text, nullable=False))
    milestone: str = Field(sa_column=Column(Text, nullable=False))
    period: str = Field(sa_column=Column(Text, nullable=False))
    happened_on: str = Field(sa_column=Column(Text, nullable=False))
    recorded_at: str = Field(sa_column=Column(Text, nullable=False))
    recorded_by: str = Field(sa_column=Column(Text, nullable=False))
    source: str = Field(sa_column=Column(Text, nullable=False))
    role: str | None = Field(default=None, sa_column=Column(Text))
    progress: int | None = None
    note: str | None = Field(default=None, sa_column=Column(Text))
    problem: str | None = Field(default=None, sa_column=Column(Text))
    next_step: str | None = Field(default=None, sa_column=Column(Text))
    voids: int | None = Field(default=None, foreign_key="entry.id")
    due_before: str | None = Field(default=None, sa_column=Column(Text))
    due: str | None = Field(default=None, sa_column=Column(Text))
    means: str | None = Field(default=None, sa_column=Column(Text))
    material: str | None = Field(default=None, sa_column=Column(Text))
    reporter: str | None = Field(default=None, sa_column=Column(Text))
    phone: str | None = Field(default=None, sa_column=Column(Text))
    to_unit: str | None = Field(default=None, sa_column=Column(Text))
    needs: str | None = Field(default=None, sa_column=Column(Text))
    promised: str | None = Field(default=None, sa_column=Column(Text))


class EvidenceRow(SQLModel, table=True):
    """One file that an entry rests on; the file lies in the store under its SHA-256. `size` is in bytes."""

    __tablename__ = "evidence"

    id: int | None = Field(default=None, primary_key=True)
    entry: int = Field(foreign_key="entry.id", index=True)
    sha256: str = Field(sa_column=Column(Text, nullable=False))
    name: str = Field(sa_column=Column(Text, nullable=False))
    size: int


class DispatchRow(SQLModel, table=True):
    """One 填报表 that was sent. `position` is the last entry that it knew of."""

    __tablename__ = "dispatch"

    id: int | None = Field(default=None, primary_key=True)
    unit: str = Field(sa_column=Column(Text, nullable=False))
    day: str = Field(sa_column=Column(Text, nullable=False))
    period: str = Field(sa_column=Column(Text, nullable=False))
    position: int
    duties: int
    name: str = Field(sa_column=Column(Text, nullable=False))
    sha256: str = Field(sa_column=Column(Text, nullable=False))
    recorded_at: str = Field(sa_column=Column(Text, nullable=False))
    recorded_by: str = Field(sa_column=Column(Text, nullable=False))


class BulletinRow(SQLModel, table=True):
    """One file of an issued bulletin. `position` is the last entry that it knew of."""

    __tablename__ = "bulletin"
    __table_args__ = (UniqueConstraint("number", "year", "policy", "form", name="bulletin_is_issued_once"),)

    id: int | None = Field(default=None, primary_key=True)
    number: int
    year: int
    policy: str = Field(sa_column=Column(Text, nullable=False))
    cycle: str = Field(sa_column=Column(Text, nullable=False))
    period: str = Field(sa_column=Column(Text, nullable=False))
    start: str = Field(sa_column=Column(Text, nullable=False))
    day: str = Field(sa_column=Column(Text, nullable=False))
    position: int
    form: str = Field(sa_column=Column(Text, nullable=False))
    sha256: str = Field(sa_column=Column(Text, nullable=False))
    recorded_at: str = Field(sa_column=Column(Text, nullable=False))
    recorded_by: str = Field(sa_column=Column(Text, nullable=False))
    plans: int = Field(sa_column=Column(Integer, nullable=False, server_default="0"))
    edition: int = Field(sa_column=Column(Integer, nullable=False, server_default="1"))
    sealed: int | None = None
    note: str | None = Field(default=None, sa_column=Column(Text))


class NoticeRow(SQLModel, table=True):
    """One file of a 督办单 that was issued. `position` is the last entry that it knew of, `workdays` its limit."""

    __tablename__ = "notice"
    __table_args__ = (UniqueConstraint("number", "year", "form", name="notice_is_issued_once"),)

    id: int | None = Field(default=None, primary_key=True)
    number: int
    year: int
    policy: str = Field(sa_column=Column(Text, nullable=False))
    measure: int
    unit: str = Field(sa_column=Column(Text, nullable=False))
    milestone: str = Field(sa_column=Column(Text, nullable=False))
    period: str = Field(sa_column=Column(Text, nullable=False))
    colour: str = Field(sa_column=Column(Text, nullable=False))
    issued_on: str = Field(sa_column=Column(Text, nullable=False))
    reply_due: str = Field(sa_column=Column(Text, nullable=False))
    workdays: int
    basis: str | None = Field(default=None, sa_column=Column(Text))
    position: int
    asked: str = Field(sa_column=Column(Text, nullable=False))
    reason: str | None = Field(default=None, sa_column=Column(Text))
    form: str = Field(sa_column=Column(Text, nullable=False))
    sha256: str = Field(sa_column=Column(Text, nullable=False))
    recorded_at: str = Field(sa_column=Column(Text, nullable=False))
    recorded_by: str = Field(sa_column=Column(Text, nullable=False))
    plans: int = Field(sa_column=Column(Integer, nullable=False, server_default="0"))
    edition: int = Field(sa_column=Column(Integer, nullable=False, server_default="1"))
    code: str = Field(sa_column=Column(Text, nullable=False, server_default=""))
    sealed: int | None = None


class PlanVersionRow(SQLModel, table=True):
    """One version of a policy's plan file, whole. `position` is the last entry before it."""

    __tablename__ = "plan_version"
    __table_args__ = (UniqueConstraint("policy", "number", name="plan_version_is_recorded_once"),)

    id: int | None = Field(default=None, primary_key=True)
    policy: str = Field(sa_column=Column(Text, nullable=False))
    number: int
    in_force_since: str = Field(sa_column=Column(Text, nullable=False))
    reason: str | None = Field(default=None, sa_column=Column(Text))
    sha256: str = Field(sa_column=Column(Text, nullable=False))
    text: str = Field(sa_column=Column(Text, nullable=False))
    text_sha256: str = Field(sa_column=Column(Text, nullable=False))
    position: int
    recorded_at: str = Field(sa_column=Column(Text, nullable=False))
    recorded_by: str = Field(sa_column=Column(Text, nullable=False))


class BundleRow(SQLModel, table=True):
    """One 上报包 that was received of an office below; the fields are those of domain.bundle.Received."""

    __tablename__ = "bundle"

    id: int | None = Field(default=None, primary_key=True)
    office: str = Field(sa_column=Column(Text, nullable=False))
    as_of: str = Field(sa_column=Column(Text, nullable=False))
    sealed: int
    seal: str = Field(sa_column=Column(Text, nullable=False))
    verdict: str = Field(sa_column=Column(Text, nullable=False))
    name: str = Field(sa_column=Column(Text, nullable=False))
    sha256: str = Field(sa_column=Column(Text, nullable=False))
    duties: int
    closed_out: int
    submitted: int
    in_progress: int
    not_started: int
    suspended: int
    overdue: int
    due_soon: int
    unreported: int
    terminated: int
    recorded_at: str = Field(sa_column=Column(Text, nullable=False))
    recorded_by: str = Field(sa_column=Column(Text, nullable=False))


class LinkRow(SQLModel, table=True):
    """One link of the chain: the fact `fact` of the table `kind`, bound to the link before."""

    __tablename__ = "link"

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(sa_column=Column(Text, nullable=False))
    fact: int
    sha256: str = Field(sa_column=Column(Text, nullable=False))


_HOMES: Mapping[type, type[SQLModel]] = {
    Entry: EntryRow,
    Issued: BulletinRow,
    Notice: NoticeRow,
    Dispatch: DispatchRow,
    PlanVersion: PlanVersionRow,
    Received: BundleRow,
}
"""Which table each sort of fact is kept in; the fields are named alike in both."""


Fact = TypeVar("Fact", Entry, Issued, Notice, Dispatch, PlanVersion, Received)


def insert(connection: Connection, facts: Sequence[Fact], recorded_at: str) -> list[Fact]:
    """Put `facts`, all of one sort, into their table as recorded at one moment; return them so, entries numbered.

    Each is bound to the chain, and so are the files of evidence of an entry behind it.
    """
    taken = [fact._replace(recorded_at=recorded_at) for fact in facts]
    if not taken:
        return []
    home: Table = _HOMES[type(taken[0])].__table__  # type: ignore[attr-defined]
    numbers = _put(connection, home, [row for fact in taken for row in _rows(fact, home)])
    if not isinstance(taken[0], Entry):
        return taken
    numbered = [fact._replace(id=number) for fact, number in zip(taken, numbers, strict=True)]
    kept = [
        {"entry": entry.id, "sha256": file.sha256, "name": file.name, "size": file.size}
        for entry in numbered
        for file in entry.evidence
    ]
    _put(connection, EvidenceRow.__table__, kept)  # type: ignore[attr-defined]
    return numbered


def copy_facts(run: Run, connection: Connection) -> None:
    """Put all facts that `run` reads, and their links, into the empty tables of `connection`: all as they are."""
    by_itself = connection.dialect.name != "sqlite"  # what a server numbers and chains has its number and its link
    for name in FACTS if by_itself else ():
        connection.exec_driver_sql(f"ALTER TABLE {name} DISABLE TRIGGER USER")
    for name in (*FACTS, LinkRow.__tablename__):
        table = SQLModel.metadata.tables[str(name)]
        columns = table.columns.keys()
        of = f"SELECT {', '.join(columns)} FROM {name} WHERE id > :after ORDER BY id LIMIT {_AT_ONCE}"
        after = -END
        while rows := run(of, {"after": after}):
            taken = [dict(zip(columns, row, strict=True)) for row in rows]
            connection.execute(table.insert(), taken)
            after = taken[-1]["id"]
    for name in FACTS if by_itself else ():
        connection.exec_driver_sql(f"ALTER TABLE {name} ENABLE TRIGGER USER")


def _rows(fact: Any, home: Table) -> Iterable[dict[str, Any]]:
    """One row a fact; a paper that went out in several files has one a file."""
    values = {name: value for name, value in fact._asdict().items() if name in home.columns and name != "id"}
    row = {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
    return [{**row, "form": form, "sha256": sha256} for form, sha256 in getattr(fact, "files", ())] or [row]


def _put(connection: Connection, home: Table, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    if not rows:
        return []
    numbered = home.insert().returning(home.c.id, sort_by_parameter_order=True)
    numbers = [number for (number,) in connection.execute(numbered, [dict(row) for row in rows])]
    if connection.dialect.name == "sqlite":  # a server chains by itself: whoever may report does not see the last fact
        lengthen(connection, runner(connection), home.name, min(numbers) - 1)
    return numbers
