"""The one way out: a paper is made from one state of the books, recorded under the lock, and only then written.

It is a fact before it is a file. So a kill at any moment leaves nothing, or a paper that can be made again from what
was known; two at once never get one number; and no file is ever taken back or written over.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from sm_devzone import files
from sm_devzone.errors import CannotWrite


def digest(content: bytes) -> str:
    """The SHA-256 by which a paper is known."""
    return hashlib.sha256(content).hexdigest()


def written(
    contents: Mapping[Path, bytes], *, reference: str = "", again: str = "", replacing: bool = False
) -> list[Path]:
    """Write the files of one paper, beside what lies there or in its place; return where they lie.

    `reference` is what it was recorded as, and `again` the command that makes it again: told where it cannot be
    written. Raises CannotWrite.
    """
    try:
        if not replacing:
            return files.write_beside(contents)
        for path, content in contents.items():
            files.keep(path, content)
        return list(contents)
    except CannotWrite as error:
        if not reference:
            raise
        raise CannotWrite(error.message, f"{reference}已经登记，不会丢；能写以后再出：{again}") from error
