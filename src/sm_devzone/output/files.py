"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from sm_devzone.errors import CannotWrite


def replace(target: Path, content: bytes) -> None:
    """Write `content` to `target` in one step: whoever looks sees the old file or the new one. Raises CannotWrite."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists() and not target.is_file():
            # A pipe or a device takes the bytes as they come; there is nothing to put in its place.
            target.write_bytes(content)
            return
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:40]}.")
        written = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            mode = target.stat().st_mode if target.exists() else 0o666 & ~_umask()
            written.chmod(mode)
            written.replace(target)
        except BaseException:
            written.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise CannotWrite(f"文件写不了（{error.strerror}）：{target}", "请检查路径、权限和磁盘空间") from error


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
