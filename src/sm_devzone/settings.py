"""What a run is told from outside: the options before the verb, the variables, their defaults, and the clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from copy import copy
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path

from sm_devzone.domain.calendar import day_in_china, day_meant
from sm_devzone.domain.entry import EDITION
from sm_devzone.domain.text import half_width, running
from sm_devzone.errors import WrongUsage

YEARS = range(1900, 3000)
"""Years of days that a person can mean; farther out no week before or after could be told."""

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    return datetime.now(UTC)


def shipped(name: str) -> Path:
    """Where `data` or `templates` lies: at the top of a checkout, or beside the code of an installed copy."""
    package = Path(__file__).parent
    installed = package / "_shipped" / name
    return installed if installed.exists() else package.parents[1] / name


class Settings:
    """An option of the command line comes before its variable, and that before the default."""

    def __init__(self, environ: Mapping[str, str], clock: Clock) -> None:
        self._environ = environ
        self._clock = clock
        self.db_option: str | None = None
        self.office_option: str | None = None
        self.plan_option: str | None = None
        self.templates_option: str | None = None
        self.by_option: str | None = None
        self._shipped_templates: tuple[str, ...] = ()

    @cached_property
    def now(self) -> datetime:
        """One moment for the whole run, in UTC."""
        return self._clock()

    @property
    def is_completing(self) -> bool:
        """Whether a shell asks what may come next, as the script does that Typer installs."""
        return "_DEVZONE_COMPLETE" in self._environ

    @property
    def today(self) -> date:
        return day_in_china(self.now)

    def day(self, text: str | None, *, ahead: bool = False) -> date:
        """The day that an option gives, or today; `ahead` where the option sets a date. Raises WrongUsage."""
        if text is None:
            return self.today
        day = day_meant("".join(half_width(text).split()), self.today, ahead=ahead)
        if day is None:
            raise WrongUsage(f"“{text}”不是日期，或没有这一天", "日期写成 2026-06-30")
        if day.year not in YEARS:
            raise WrongUsage(f"日期 {day} 太早或太晚", f"年份在 {YEARS.start} 到 {YEARS.stop - 1} 之间")
        return day

    def known(self, text: str | None) -> date | None:
        """The day up to whose end things were known, None for all that is recorded. Raises WrongUsage."""
        return None if text is None else self.day(text)

    def user(self, by: str | None) -> str:
        """Who is recorded: the option, the variable, else the user of the operating system."""
        import getpass

        if name := by or self.by_option or self._environ.get("DEVZONE_USER"):
            return name
        try:
            return getpass.getuser()
        except (OSError, KeyError, ImportError) as error:
            raise WrongUsage("不知道记录人是谁", "请加 --by 姓名，或设置 DEVZONE_USER") from error

    @property
    def db_where(self) -> str:
        if where := self.db_option or self._environ.get("DEVZONE_DB"):
            return where
        return str(self.data_path / "devzone.db")

    @property
    def db_named_by(self) -> str | None:
        """What names the database: the option or the variable; None where it is the default."""
        if self.db_option:
            return "--db"
        return "DEVZONE_DB" if self._environ.get("DEVZONE_DB") else None

    @property
    def office(self) -> str | None:
        """Which of the offices of a server is meant; None where nothing says so, for the URL may."""
        return self.office_option or self._environ.get("DEVZONE_OFFICE") or None

    @property
    def data_path(self) -> Path:
        from platformdirs import user_data_path

        try:
            return user_data_path("devzone", appauthor=False)
        except RuntimeError as error:
            raise WrongUsage("不知道流水放在哪里：这个用户没有主目录", "请加 --db，或设置 DEVZONE_DB") from error

    @property
    def plan_path(self) -> Path:
        where = self.plan_option or self._environ.get("DEVZONE_PLAN")
        return Path(where) if where else shipped("data") / "measures.yaml"

    def beside_plan(self, name: str) -> Path | None:
        """Where a file of the office lies that belongs to its plan: beside it, or among the user's data.

        None for a user without a home, and without a plan of their own.
        """
        own = self.plan_option or self._environ.get("DEVZONE_PLAN")
        if not own:
            with suppress(WrongUsage):
                return self.data_path / name
            return None
        with suppress(OSError):
            if Path(own).is_dir():
                return Path(own) / name
        return Path(own).parent / name

    @property
    def items_path(self) -> Path | None:
        """Where devzone keeps what comes from 批示 and meetings, as one more plan."""
        return self.beside_plan("批示和会议议定事项.yaml")

    @property
    def own_templates(self) -> Path | None:
        """The folder of the office's own templates, None where there are none. Raises WrongUsage where it is none."""
        own = self.templates_option or self._environ.get("DEVZONE_TEMPLATES")
        if own and not Path(own).is_dir():
            raise WrongUsage(f"没有模板文件夹 {own}", "请检查 --templates 或 DEVZONE_TEMPLATES")
        return Path(own) if own else None

    @property
    def template_paths(self) -> list[Path]:
        """Folders to look for templates in: the user's first. Raises WrongUsage where that is no folder."""
        own, here = self.own_templates, shipped("templates")
        return [*([own] if own else []), *(here / name for name in self._shipped_templates), here]

    def of_edition(self, edition: int) -> Settings:
        """These settings, with the shipped templates of a former edition before those of today."""
        if edition == EDITION:
            return self
        former = copy(self)
        former._shipped_templates = (f"edition-{edition}",)
        return former

    def template_lines(self, name: str) -> list[str]:
        """The lines of a template that holds words only, without the blank ones. Raises TemplateInvalid."""
        path = next(path for folder in self.template_paths if (path := folder / name).is_file())
        try:
            text = path.read_text("utf-8-sig")
        except (OSError, ValueError) as error:
            from sm_devzone.output.document import TemplateInvalid

            raise TemplateInvalid(f"{path}: 模板读不了", "请检查权限，并在编辑器里另存为 UTF-8") from error
        return [line for line in map(running, text.splitlines()) if line]

    @property
    def state_path(self) -> Path | None:
        """The folder for what this user has seen; None for a user without a home."""
        from platformdirs import user_state_path

        with suppress(RuntimeError):
            return user_state_path("devzone", appauthor=False)
        return None

    @property
    def cache_path(self) -> Path | None:
        """The folder of the cache; None for a user without a home."""
        from platformdirs import user_cache_path

        with suppress(RuntimeError):
            return user_cache_path("devzone", appauthor=False)
        return None
