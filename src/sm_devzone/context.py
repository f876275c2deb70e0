"""What a command may ask for: paths, the clock, plan, journal, ledger, screen; each opened on first use.

The only place that reads the clock and the environment.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sm_devzone.domain.calendar import day_in_china
from sm_devzone.errors import WrongUsage

if TYPE_CHECKING:
    from sm_devzone.domain.entry import Dispatch, DutyKey, Entry, Notice, Words
    from sm_devzone.domain.ledger import Duty, Ledger
    from sm_devzone.domain.plan import Plan
    from sm_devzone.storage.evidence import Store
    from sm_devzone.storage.journal import Journal, Reader

YEARS = range(1900, 3000)
"""Years of days that a person can mean; farther out no week before or after could be told."""

Clock = Callable[[], datetime]

_DESKTOP = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
"""The variables of which a Linux session with a desktop has one; without any a browser would open in the terminal."""


def system_clock() -> datetime:
    return datetime.now(UTC)


def shipped(name: str) -> Path:
    """Where `data` or `templates` lies: at the top of a checkout, or beside the code of an installed copy."""
    package = Path(__file__).parent
    installed = package / "_shipped" / name
    return installed if installed.exists() else package.parents[1] / name


class Context:
    """One run of the command. `exit_code` is what a command that succeeds ends with.

    `position` is the last entry that reading takes in, None for all there are.
    """

    def __init__(self, environ: Mapping[str, str], clock: Clock = system_clock) -> None:
        self._environ = environ
        self._clock = clock
        self.db_option: str | None = None
        self.plan_option: str | None = None
        self.templates_option: str | None = None
        self.exit_code = 0
        self.position: int | None = None
        self._told: set[str] = set()

    @cached_property
    def now(self) -> datetime:
        """One moment for the whole run, in UTC."""
        return self._clock()

    @property
    def today(self) -> date:
        return day_in_china(self.now)

    def day(self, text: str | None) -> date:
        """The day that an option gives, or today. Raises WrongUsage."""
        if text is None:
            return self.today
        try:
            day = date.fromisoformat(text.strip())
        except ValueError as error:
            raise WrongUsage(f"“{text}”不是日期，或没有这一天", "日期写成 2026-06-30") from error
        if day.year not in YEARS:
            raise WrongUsage(f"日期 {day} 太早或太晚", f"年份在 {YEARS.start} 到 {YEARS.stop - 1} 之间")
        return day

    def user(self, by: str | None) -> str:
        """Who is recorded: the option, the variable, else the user of the operating system."""
        import getpass

        if name := by or self._environ.get("DEVZONE_USER"):
            return name
        try:
            return getpass.getuser()
        except (OSError, KeyError, ImportError) as error:
            raise WrongUsage("不知道记录人是谁", "请加 --by 姓名，或设置 DEVZONE_USER") from error

    @property
    def db_where(self) -> str:
        if where := self.db_option or self._environ.get("DEVZONE_DB"):
            return where
        from platformdirs import user_data_path

        return str(user_data_path("devzone", appauthor=False) / "devzone.db")

    @property
    def plan_path(self) -> Path:
        where = self.plan_option or self._environ.get("DEVZONE_PLAN")
        return Path(where) if where else shipped("data") / "measures.yaml"

    @property
    def template_paths(self) -> list[Path]:
        """Folders to look for templates in: the user's first. Raises WrongUsage where that is no folder."""
        own = self.templates_option or self._environ.get("DEVZONE_TEMPLATES")
        if own and not Path(own).is_dir():
            raise WrongUsage(f"没有模板文件夹 {own}", "请检查 --templates 或 DEVZONE_TEMPLATES")
        return [*([Path(own)] if own else []), shipped("templates")]

    @property
    def cache_path(self) -> Path:
        from platformdirs import user_cache_path

        return user_cache_path("devzone", appauthor=False)

    @cached_property
    def plan(self) -> Plan:
        from sm_devzone.storage.plan_cache import load

        return load(self.plan_path, self.cache_path)

    @cached_property
    def journal(self) -> Journal:
        from sm_devzone.storage.database import Database
        from sm_devzone.storage.journal import Journal

        return Journal(Database(self.db_where))

    @cached_property
    def evidence(self) -> Store:
        """The store of evidence: beside a journal that is a file, else among the user's data."""
        from sm_devzone.storage.evidence import Store

        path = self.journal.database.path
        if path is None:
            from platformdirs import user_data_path

            return Store(user_data_path("devzone", appauthor=False) / "evidence")
        return Store(path.parent / f"{path.stem}-evidence")

    def ledger(
        self,
        day: date,
        policy: str | None = None,
        measure: str | None = None,
        *,
        dated: bool = False,
        position: int | None = None,
    ) -> Ledger:
        """The ledger on `day`, of everything, of one policy, of one measure (4, or ID/4), or of what has a date.

        With `position` as it stood after that entry.

        Facts among them that belong to no duty of the plan are told on stderr.
        """
        from sm_devzone.domain.ledger import compute

        plan = self.plan.only(policy)
        number = None
        if measure is not None:
            found, single = plan.find_measure(measure)
            plan, policy, number = plan.only(found.id).narrowed_to(single), found.id, single.number
        with self.journal.reading(position if position is not None else self.position) as reader:
            ledger = compute(
                plan,
                reader.records(day, policy, number, dated=dated),
                reader.appointments(day, policy, number),
                day,
                reader.kept_since(day),
                dated=dated,
            )
        if ledger.strays:
            self.tell(
                f"流水中有 {len(ledger.strays)} 项任务的记录对不上计划（措施、节点或单位已不在计划里），"
                "没有计入；用 devzone check 查看"
            )
        return ledger

    def words(self, duties: Iterable[Duty], ledger: Ledger) -> dict[DutyKey, Words]:
        """What was last reported of each of `duties`, which are of `ledger`."""
        reports = {duty.key: report for duty in duties if (report := ledger.record(duty).last_report)}
        with self.reading() as reader:
            words = reader.words(ledger.day, reports.values())
        return {key: words[report] for key, report in reports.items()}

    def with_words(self, duties: list[Duty], ledger: Ledger) -> list[Duty]:
        """`duties`, which are of `ledger`, with what was last reported of each."""
        words = self.words(duties, ledger)
        return [duty.with_words(words[duty.key]) if duty.key in words else duty for duty in duties]

    def reading(self) -> AbstractContextManager[Reader]:
        """The journal, up to `position` where a bulletin that was issued is made again."""
        return self.journal.reading(self.position)

    def append(self, decide: Callable[[Reader], Sequence[Entry]]) -> list[Entry]:
        """Append to the journal what `decide` makes of what it reads there; tell where a first write made it."""
        made = self.journal.database.is_blank
        appended = self.journal.append(decide, self.now)
        self._tell_of_new(made=made and bool(appended))
        return appended

    def dispatch(self, sent: Sequence[Dispatch]) -> list[Dispatch]:
        """Record that forms were sent; return those that were not recorded before."""
        made = self.journal.database.is_blank
        new = self.journal.dispatch(sent, self.now)
        self._tell_of_new(made=made)
        return new

    def issue_notices(self, notices: Sequence[Notice], after: int) -> bool:
        """Record 督办单; False, and nothing written, where there are not `after` others by now."""
        made = self.journal.database.is_blank
        issued = self.journal.issue_notices(notices, after, self.now)
        self._tell_of_new(made=made and issued)
        return issued

    def _tell_of_new(self, *, made: bool) -> None:
        if made:
            self.tell(f"新建流水数据库 {self.journal.database}")

    def tell(self, message: str) -> None:
        """A message to the person, one line on stderr, once."""
        from sm_devzone.output.rows import one_line

        if message in self._told:
            return
        self._told.add(message)
        print(f"devzone: {one_line(message)}", file=sys.stderr)  # noqa: T201 - the one way to stderr

    def show(self, drawn: str) -> None:
        """What a person looks at before answering a question, on stderr."""
        print(drawn, end="", file=sys.stderr)  # noqa: T201 - the one way to stderr

    @property
    def can_ask(self) -> bool:
        return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()

    def open_on_desktop(self, path: Path) -> bool:
        """Show a file as a double click on it does; False where there is no desktop to show it on."""
        if sys.platform not in ("win32", "darwin") and not any(map(self._environ.get, _DESKTOP)):
            return False
        import webbrowser

        return webbrowser.open(path.resolve().as_uri())

    @contextmanager
    def busy(self, words: str) -> Iterator[None]:
        """Say on stderr what takes its time, while it does; only to a person who looks on."""
        watched = sys.stderr.isatty()
        if watched:
            print(f"{words} …", end="\r", file=sys.stderr, flush=True)  # noqa: T201 - the one way to stderr
        try:
            yield
        finally:
            if watched:
                print("\x1b[2K", end="", file=sys.stderr, flush=True)  # noqa: T201

    @property
    def on_terminal(self) -> bool:
        return sys.stdout.isatty()
