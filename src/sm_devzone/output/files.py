"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

from sm_devzone.errors import CannotWrite, cause


def safe_name(name: str) -> str:
    """`name` without what a file name on Windows or a server cannot hold, and not hidden."""
    return re.sub(r'[\\/:*?"<>|\x00-\x1f]', "_", name).lstrip(".")


def replace(target: Path, content: bytes) -> None:
    """Write `content` to `target` in one step: whoever looks sees the old file or the new one. Raises CannotWrite."""
    try:
        if target.exists() and not target.is_file():
            # A pipe or a device takes the bytes as they come; there is nothing to put in its place.
            target.write_bytes(content)
            return
        place = Path(os.path.realpath(target))  # a link stays a link, and what it points at is replaced
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name[:40]}.")
        written = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            mode = place.stat().st_mode if place.exists() else 0o666 & ~_umask()
            written.chmod(mode)
            written.replace(place)
        except BaseException:
            written.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise CannotWrite(f"文件写不了（{cause(error)}）：{target}", "请检查路径、权限和磁盘空间") from error
    except UnicodeEncodeError as error:
        raise CannotWrite(
            f"文件名在当前的语言环境里写不了：{target}", "请先设 LANG=C.UTF-8，或去掉 PYTHONUTF8=0"
        ) from error


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
