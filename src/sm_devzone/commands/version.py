"""`devzone --version`: what is running, and on which files."""

from __future__ import annotations

import platform

from sm_devzone import __version__
from sm_devzone.context import Context, in_wal
from sm_devzone.storage.database import Database

_NO_HOME = "没有：这个用户没有主目录"


def version_text(context: Context) -> str:
    """Version, Python and the paths in use, one a line."""
    database = Database(context.settings.db_where)
    return "\n".join(
        [
            f"devzone {__version__}",
            f"Python {platform.python_version()} ({platform.system()})",
            f"计划  {context.settings.plan_path}",
            f"流水  {database}{'（还没有建立，第一次登记或 devzone init 时建立）' if database.is_blank else ''}",
            *([f"      {in_wal(database)}"] if database.is_in_wal else []),
            f"佐证  {context.evidence}",
            *(f"模板  {path}" for path in context.settings.template_paths),
            f"缓存  {context.settings.cache_path or _NO_HOME}",
        ]
    )
