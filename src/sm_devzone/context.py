"""What a command is given: the settings, the terminal, and the books, which are opened once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from sm_devzone.settings import Clock, Settings
from sm_devzone.terminal import Terminal

if TYPE_CHECKING:
    from sm_devzone.books import Books
    from sm_devzone.domain.plan import Plan
    from sm_devzone.storage.evidence import Store
    from sm_devzone.storage.journal import Journal
    from sm_devzone.storage.tables import Fact


class Context:
    """One run of the command. `exit_code` is what a command that succeeds ends with."""

    def __init__(self, environ: Mapping[str, str], clock: Clock) -> None:
        self.settings = Settings(environ, clock)
        self.terminal = Terminal(environ)
        self.exit_code = 0

    @cached_property
    def plan(self) -> Plan:
        from sm_devzone.storage.plan_cache import load

        return load(self.settings.plan_path, self.settings.cache_path)

    @cached_property
    def journal(self) -> Journal:
        from sm_devzone.storage.database import Database
        from sm_devzone.storage.journal import Journal

        return Journal(Database(self.settings.db_where))

    @cached_property
    def evidence(self) -> Store:
        """The store of evidence: beside a journal that is a file, else among the user's data."""
        from sm_devzone.storage.evidence import Store

        path = self.journal.database.path
        if path is None:
            return Store(self.settings.data_path / "evidence")
        return Store(path.parent / f"{path.stem}-evidence")

    @contextmanager
    def books(self) -> Iterator[Books]:
        """Plan and journal in one state, opened once.

        A file cannot be written while it is being read: what is read goes into a value, which is worked on afterwards.
        """
        from sm_devzone.books import Books

        plan = self.plan
        with self.journal.reading() as reader:
            yield Books(plan, reader, self.terminal.tell)

    def append(self, decide: Callable[[Books], Sequence[Fact]]) -> list[Fact]:
        """Append to the journal what `decide` makes of the books while nobody else can write.

        It is to do that and nothing else: all others wait for it. A first write says where it made the journal.
        """
        from sm_devzone.books import Books

        plan = self.plan
        made = self.journal.database.is_blank
        facts = self.journal.append(lambda reader: decide(Books(plan, reader, lambda _: None)), self.settings.now)
        if made and facts:
            self.terminal.tell(f"新建流水数据库 {self.journal.database}")
        return facts
