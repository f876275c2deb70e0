"""What can be worked out again, kept by name in a folder that is safe to delete at any time.

What lies there is run as code of our own, so it is used only where nobody else can have written it. A cache that cannot
be used only costs time: whatever fails here is let go.
"""

from __future__ import annotations

import hashlib
import os
import time
from contextlib import suppress
from pathlib import Path

from sm_devzone import files

KINDS = (".plan", ".template")
"""How the names of what is kept end; nothing else in the folder is touched."""

MOST = 1000
"""So many are kept, the last written."""
_KEEP_SECONDS = 30 * 86400
_UNFINISHED = ".unfinished-"


def get(folder: Path | None, name: str) -> bytes | None:
    """What was put under `name`; None where nothing was, it is not whole, or somebody else may have written it."""
    with suppress(OSError):
        if folder is not None and files.is_ours(folder.lstat()):
            with (folder / name).open("rb") as file:
                content = file.read() if files.is_ours(os.fstat(file.fileno())) else b""
            if hashlib.sha256(content[32:]).digest() == content[:32]:
                return content[32:]
    return None


def put(folder: Path | None, name: str, content: bytes) -> None:
    """Keep `content` under `name`, which ends in one of KINDS; what is oldest goes."""
    if folder is None:
        return
    with suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if files.is_ours(folder.lstat()):
            _sweep(folder)
            whole = hashlib.sha256(content).digest() + content
            files.write_whole([whole], folder, lambda: folder / name, _UNFINISHED)


def _sweep(folder: Path) -> None:
    kept = [path for path in folder.iterdir() if path.name.endswith(KINDS) or path.name.startswith(_UNFINISHED)]
    ages = sorted((time.time() - path.stat().st_mtime, path) for path in kept if path.is_file())
    for place, (age, path) in enumerate(ages, 1):
        if place >= MOST or age > _KEEP_SECONDS:
            path.unlink(missing_ok=True)
