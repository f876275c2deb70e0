"""What a command is given: the settings, the terminal, and the books, which are opened once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sm_devzone import files
from sm_devzone.domain.calendar import day_in_china, in_china
from sm_devzone.errors import DatabaseUnusable, PlanInvalid, Refused, WrongUsage
from sm_devzone.settings import Clock, Settings
from sm_devzone.terminal import Terminal

if TYPE_CHECKING:
    from sm_devzone.books import Books
    from sm_devzone.domain.chain import Seal
    from sm_devzone.domain.contacts import Contacts
    from sm_devzone.domain.editions import History
    from sm_devzone.domain.plan import Plan
    from sm_devzone.domain.plan_history import PlanVersion
    from sm_devzone.domain.selection import Rosters, Selection
    from sm_devzone.storage.database import Database
    from sm_devzone.storage.evidence import Store
    from sm_devzone.storage.journal import Journal, Reader
    from sm_devzone.storage.rights import Viewer
    from sm_devzone.storage.seen import Memory
    from sm_devzone.storage.tables import Fact


OF_UNITS = "status show assign update history problems notice evidence export plan check seal".split()
"""The verbs that say to the login of a unit what is its own. All others are about every unit, or the office's."""

CLOCKS_AGREE = timedelta(minutes=5)
"""How far apart the clocks of two machines may be before it is told."""


class Context:
    """One run of the command.

    `exit_code` is what a command that succeeds ends with. `reads_now` is false where a day was asked for.
    `nothing_read` is why a database that somebody named gave nothing, until a first write makes it. `verb` is what was
    asked for, `of` the units that were shown, where the login may see no others.
    """

    def __init__(self, environ: Mapping[str, str], clock: Clock) -> None:
        self.settings = Settings(environ, clock)
        self.terminal = Terminal(environ)
        self.exit_code = 0
        self.verb = ""
        self.of: tuple[str, ...] = ()
        self.reads_now = True
        self.nothing_read: DatabaseUnusable | None = None
        self._compiled: Callable[[], Plan] | None = None

    @cached_property
    def plan(self) -> Plan:
        if self.viewer is not None and not self.viewer.is_of_office:
            return self._recorded_plan()
        return self._compile()()

    def _compile(self) -> Callable[[], Plan]:
        """Compile the plan where it is not, which can take long. What is returned makes it of that."""
        if self._compiled is None:
            from sm_devzone.storage.plan_cache import compiled

            self._compiled = compiled(self.settings.plan_path, self.settings.cache_path, self.settings.items_path)
        return self._compiled

    @cached_property
    def viewer(self) -> Viewer | None:
        """Who the login of a server is, where it was granted its part; None for a file, and for who owns all of it.

        Raises Refused for a login that was granted nothing, and for that of a unit where the verb is about others too.
        """
        if self.settings.db_named_by is None or self.settings.is_completing:
            return None
        if self.journal.database.path is not None:
            return None
        from sm_devzone.storage.database import no_rows
        from sm_devzone.storage.rights import viewer

        with self.journal.database.reading() as run:
            found = None if run is no_rows else viewer(run)
        if found is not None and found.is_of_unit and self.verb not in OF_UNITS:
            raise Refused(
                f"登录 {found.login} 只看得到 {found.unit} 的任务，devzone {self.verb} 是全部单位的事", "请办公室办"
            )
        return found

    def _recorded_plan(self) -> Plan:
        """The plan as the office has recorded it: whoever is not the office sees the ledger by no other."""
        from sm_devzone.domain.plan import Plan
        from sm_devzone.storage.plan_cache import read_policy_text

        with self.journal.reading() as reader:
            last = [versions[-1] for versions in reader.plan_versions().values()]
            policies = [
                read_policy_text(reader.plan_text(version), f"第 {version.number} 版计划", self.settings.cache_path)
                for version in last
            ]
        if not policies:
            raise Refused("办公室还没有登记计划，没有可看的", "请办公室先登记：devzone plan adopt")
        if self.settings.plan_option:
            self.terminal.tell("计划以办公室登记的为准，没有用 --plan")
        return Plan(policies, {version.policy: version.text_sha256 for version in last})

    @property
    def contacts_path(self) -> Path | None:
        from sm_devzone.storage.plan_cache import CONTACTS

        return self.settings.beside_plan(CONTACTS)

    @cached_property
    def contacts(self) -> Contacts:
        """Whom to call or write to; an entry of a unit that the plan does not know is told. Raises ContactsInvalid."""
        from sm_devzone.domain.contacts import Contacts
        from sm_devzone.storage.contacts_file import load

        path = self.contacts_path
        contacts, told = load(path, self.plan) if path is not None else (Contacts(), [])
        for message in told:
            self.terminal.tell(message)
        return contacts

    def select(
        self,
        policy: str | None = None,
        measures: str | Iterable[str] | None = None,
        units: str | Iterable[str] | None = None,
    ) -> Selection:
        """The selection that the words of a person make; units may tell which policy's measure a number means.

        A unit that has left the register is meant as well: what it did stays its own.
        For the login of a unit it is what is meant of its own. Raises Refused where that is nothing.
        """
        from sm_devzone.domain.selection import select

        selection = select(self.plan, policy, measures, units, lambda: self._rosters, self._former_units)
        viewer = self.viewer
        if viewer is None or not viewer.is_of_unit:
            return selection
        own = frozenset(self._own_units(viewer))
        if selection.units is not None and not own & selection.units:
            raise Refused(f"登录 {viewer.login} 只看得到 {'、'.join(sorted(own))} 的任务")
        return selection._replace(units=own)

    def _former_units(self, plan: Plan, word: str) -> frozenset[str]:
        with self.books() as books:
            return books.former_units(plan, word)

    def units_meant(self, units: Sequence[str] | None) -> list[str]:
        """The words for units as they were given; where there are none, the login of a unit means its own."""
        if not units and self.viewer is not None and self.viewer.is_of_unit:
            return self._own_units(self.viewer)
        return list(units or ())

    def _own_units(self, viewer: Viewer) -> list[str]:
        """What the plan calls the unit of the login."""
        known = {unit.name for policy in self.plan for unit in policy.units}
        return sorted(viewer.names & known) or sorted(viewer.names)

    @cached_property
    def _rosters(self) -> Rosters:
        """Who answers for each measure today, and who did and has closed something out."""
        with self.books() as books:
            ledger = books.ledger(self.settings.today, quietly=True)
        found = {key: set(units) for key, units in ledger.rosters.items()}
        for duty in ledger.duties:
            found[duty.policy, duty.measure].add(duty.unit)
        return found

    @cached_property
    def journal(self) -> Journal:
        from sm_devzone.storage.database import Database
        from sm_devzone.storage.journal import Journal

        settings = self.settings
        return Journal(Database(settings.db_where, makes_folder=settings.db_named_by is None, office=settings.office))

    @cached_property
    def evidence(self) -> Store:
        """The store of evidence: beside a journal that is a file, else in the database."""
        from sm_devzone.storage.evidence import store_of

        former = None
        with suppress(WrongUsage):
            former = self.settings.data_path / "evidence"
        return store_of(self.journal.database, former)

    @cached_property
    def memory(self) -> Memory:
        """How far this user has seen the journal."""
        return self.memory_of(self.journal.database)

    def memory_of(self, database: Database) -> Memory:
        from sm_devzone.storage.seen import Memory

        # The login of a unit does not see what another login of the same user has seen, and nothing is wrong with it.
        sees_all = self.viewer is None or not self.viewer.is_of_unit
        return Memory(self.settings.state_path if sees_all else None, str(database.home or database))

    @contextmanager
    def books(
        self, known: date | None = None, ledger_on: date | None = None, *, dated: bool = False
    ) -> Iterator[Books]:
        """Plan and journal in one state, opened once; as known by the end of the day `known`, where one is given.

        A file cannot be written while it is being read: what is read goes into a value, which is worked on afterwards.
        Where the ledger of all policies on the day `ledger_on` will be asked for, or with `dated` of what has a date,
        reading it begins before the plan is made.
        """
        from sm_devzone.books import View

        self._tell_whose()
        begins = ledger_on is not None and self.journal.database.path is not None
        plan = None if begins else self.plan
        if begins:
            self._compile()  # a writer waits for whoever reads
        with self.journal.reading() as reader:
            if ledger_on is not None:
                reader.seen(known=known).begin(ledger_on, dated=dated)
            plan = plan or self.plan
            if reader.is_blank:
                self.note_nothing_read()
            elif self.reads_now:
                self._tell_of_clock(reader)
            if moved := self.journal.database.moved:
                self.terminal.tell(f"这本流水 {moved[1]} 搬到了 {moved[0]}，这里看到的是搬走以前的")
            yield self._books(plan, reader, self.terminal.tell).seen(View(known=known))

    def append(self, decide: Callable[[Books], Sequence[Fact]]) -> list[Fact]:
        """Append to the journal what `decide` makes of the books while nobody else can write.

        It is to do that and nothing else: all others wait for it. A first write says where it made the journal. A plan
        that was changed is recorded first, and its changes are told.
        """
        plan = self.plan
        database = self.journal.database
        made = database.is_blank
        if made:
            self.note_nothing_read()
        told: list[str] = []

        def versions(reader: Reader, facts: Sequence[Any]) -> list[PlanVersion]:
            books = self._books(plan, reader, lambda _: None)
            told[:] = []
            pending = books.pending(self.text_of_plan, facts[0].recorded_by)
            changed = [(version, books.changes(plan.policies[version.policy])) for version in pending]
            told.extend(
                f"计划有改动，登记为第 {version.number} 版：{'；'.join(items)}" for version, items in changed if items
            )
            return pending

        facts = self._append(lambda reader: decide(self._books(plan, reader, lambda _: None)), versions)
        if made and facts:
            self.nothing_read = None
            self.terminal.tell(f"新建流水数据库 {database}")
            if database.lies_among_others and not database.is_shared:
                self.terminal.tell("文件夹同组的人都能写，流水只有本人能读写；要共用请运行 devzone init --group")
        if database.is_in_wal:
            self.terminal.tell(f"已经记下；{in_wal(database)}")
        for message in told:
            self.terminal.tell(message)
        return facts

    def save(self, output: str, content: str | bytes) -> str:
        """Write what a command made to `output`, in place of what lies there, and return what is said of it.

        Raises WrongUsage where that is one of the books.
        """
        self.check_no_book(Path(output))
        files.save(Path(output), content)
        return f"{output}\n"

    def check_no_book(self, target: Path) -> None:
        """Raises WrongUsage where at `target` lies the journal or what belongs to it, a plan in use or the contacts."""
        from sm_devzone.storage.plan_cache import plan_files

        kept = [(self.contacts_path, "通讯录")]
        with suppress(PlanInvalid):  # whose login goes by the recorded plan has no file
            kept += [(path, "计划文件") for path in plan_files(self.settings.plan_path, self.settings.items_path)]
        owners: list[str] = []
        with suppress(UnicodeEncodeError):  # what the locale cannot name is refused where it is written
            owners += ["流水"] if self.journal.database.owns(target) else []
            owners += [name for path, name in kept if path is not None and files.is_same(target, path)]
        if owners:
            raise WrongUsage(f"{target} 是{owners[0]}，写上去就没有了", "请换一个文件名")

    def begin(self) -> bool:
        """Make the journal where there is none; False where there is one."""
        with self.journal.reading() as reader:
            is_blank = reader.is_blank
        if is_blank:
            with self.journal.database.writing():
                pass
        return is_blank

    def share(self) -> None:
        """Open the journal and its evidence to the group of their folder, and tell which that is."""
        folder = self.journal.database.share()
        self.terminal.tell(
            f"组 {files.group(folder)} 的人现在都能读写 {folder} 里的流水和佐证材料；"
            "组不对时，请管理员用 chgrp 改文件夹的组，再运行一次"
        )
        if closed := files.kept_out_by(folder):
            self.terminal.tell(f"同组的人还进不了 {closed}：请改它的权限，或把流水放到共用的文件夹")

    def adopt(self, decide: Callable[[Books], Sequence[PlanVersion]]) -> list[PlanVersion]:
        """Append versions of the plan, and nothing else."""
        plan = self.plan
        return self._append(lambda reader: decide(self._books(plan, reader, lambda _: None)), None)

    def _append(
        self,
        decide: Callable[[Reader], Sequence[Fact]],
        before: Callable[[Reader, Sequence[Any]], Sequence[PlanVersion]] | None,
    ) -> list[Fact]:
        """Append to the journal, and remember how far it goes then."""
        if self.viewer is not None and self.viewer.is_of_unit and self.verb != "update":
            raise Refused(f"登录 {self.viewer.login} 只能登记本单位的报送（devzone update）", "办公室的事请办公室办")
        looked: list[tuple[str, Seal] | None] = []
        facts = self.journal.append(
            decide,
            self.settings.now,
            before,
            lambda reader: looked.append(self.memory.looked(reader.seal)),
            self.recorded,
        )
        for sight in looked:
            self.memory.keep(sight)
        return facts

    def recorded(self, reader: Reader) -> Iterable[tuple[str, History]]:
        """The recorded versions of each plan, by which a server knows names and numbers."""
        return self._books(self.plan, reader, lambda _: None).recorded()

    def text_of_plan(self, sha256: str) -> str:
        """The plan file with that SHA-256. Raises PlanInvalid where it has been changed since it was read."""
        from sm_devzone.storage.plan_cache import text_of

        return text_of(self.settings.plan_path, sha256, self.settings.items_path)

    def _books(self, plan: Plan, reader: Reader, tell: Callable[[str], None]) -> Books:
        from sm_devzone.books import Books
        from sm_devzone.storage.plan_cache import read_policy_text

        viewer = self.viewer
        own = viewer.names if viewer is not None and viewer.is_of_unit else None
        return Books(
            plan,
            reader if own is None else reader.of_unit(),
            self.settings.today,
            lambda text, label: read_policy_text(text, label, self.settings.cache_path),
            tell,
            own=own,
        )

    def _tell_whose(self) -> None:
        """Say whose duties are shown, to the login of a unit."""
        viewer = self.viewer
        if viewer is None or not viewer.is_of_unit:
            return
        self.of = tuple(self._own_units(viewer))
        self.terminal.tell(f"只有 {'、'.join(self.of)} 的任务，别的单位的看不到（登录 {viewer.login}）")

    def note_nothing_read(self) -> None:
        """It is told at the end, for a first write makes what is missing."""
        path = self.journal.database.path
        if self.settings.db_named_by or path is None or path.exists():
            self.nothing_read = self.nothing_there

    @property
    def nothing_there(self) -> DatabaseUnusable:
        """That there is no journal, and the way on."""
        return self.journal.database.nothing_there(self.settings.db_named_by or "--db")

    def tell_of_nothing_read(self) -> None:
        if self.nothing_read is not None:
            self.terminal.tell(f"{self.nothing_read.message}；{self.nothing_read.remedy}")

    def _tell_of_clock(self, reader: Reader) -> None:
        """What was recorded later than now, by a clock that was ahead, or so it seems to one that is behind."""
        from sm_devzone.storage.snapshot import garbage_told, moment

        soon = self.settings.now + CLOCKS_AGREE
        ends = reader.first_and_last()
        late = [(number, at) for number, at in ends if at > moment(soon)]
        with garbage_told():
            what = [
                f"流水是 {in_china(at)} 才开始的" if number == ends[0][0] else f"流水 {number} 号记于 {in_china(at)}"
                for number, at in late[:1]
            ]
            what += [version_ahead(*version, today=day_in_china(soon)) for version in reader.versions_after(soon)[:1]]
        if what:
            now = in_china(moment(self.settings.now))
            self.terminal.tell(
                f"{'，'.join(what)}，比现在（{now}）还晚：登记时的钟快了，或这里的钟慢了；用 devzone check 查看"
            )


def version_ahead(policy: str, number: int, since: date, recorded_at: str, *, today: date) -> str:
    """A version of a plan that is of later than `today`, as it is told: by the day from which it counts, if it can."""
    return f"计划 {policy} 第 {number} 版" + (f"从 {since} 起算" if since > today else f"记于 {in_china(recorded_at)}")


def without_wal(database: Database) -> str:
    """What is to be known of a file that was in WAL while nothing lay beside it."""
    return (
        "流水文件来的时候是 WAL 方式，旁边没有 -wal 文件：如果是从别处复制来的，最近的记录可能没有一起复制，"
        f"请和原处核对最后几条：{database}"
    )


def in_wal(database: Database) -> str:
    """What is to be known before the file is copied."""
    return (
        f"流水文件被别的程序改成了 WAL 方式，只复制它会漏掉最近的记录；请关掉那个程序再登记一次，然后备份：{database}"
    )
