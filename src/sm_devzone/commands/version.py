"""`devzone --version`: what is running, and on which files."""

from __future__ import annotations

import platform

from sm_devzone import __version__
from sm_devzone.context import Context, in_wal
from sm_devzone.errors import WrongUsage

_NO_HOME = "没有：这个用户没有主目录"


def version_text(context: Context) -> str:
    """Version, Python and the paths in use, one a line: all that a copy of everything needs is among them."""
    settings = context.settings
    beside = (("事项", settings.items_path), ("通讯录", context.contacts_path))
    return "\n".join(
        [
            f"devzone {__version__}",
            f"Python {platform.python_version()} ({platform.system()})",
            f"计划  {settings.plan_path}",
            *(f"{name}  {path}" for name, path in beside if path and path.exists()),
            *_journal(context),
            *(f"模板  {path}" for path in settings.template_paths),
            f"缓存  {settings.cache_path or _NO_HOME}",
        ]
    )


def _journal(context: Context) -> list[str]:
    """Where the journal lies, what is to be known of it, and where its evidence lies."""
    try:
        database = context.journal.database
    except WrongUsage:
        return [f"流水  {_NO_HOME}，请加 --db 或设置 DEVZONE_DB"]
    return [
        f"流水  {database}{'（还没有建立，第一次登记或 devzone init 时建立）' if database.is_blank else ''}",
        *([f"      {in_wal(database)}"] if database.is_in_wal else []),
        f"佐证  {context.evidence}",
    ]
