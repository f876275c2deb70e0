"""Why something that came in is not taken."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from zipfile import BadZipFile


class FileRefused(Exception):
    """A file that cannot be taken at all; the message says why, and what to do."""


@contextmanager
def damage_told() -> Iterator[None]:
    """Anything may be wrong inside a workbook from outside: whatever is, becomes a refusal."""
    try:
        yield
    except FileRefused:
        raise
    except BadZipFile as error:
        raise FileRefused("文件损坏，或不是 .xlsx，请对方重新保存再发") from error
    except Exception as error:
        raise FileRefused(f"文件损坏，打不开（{type(error).__name__}），请对方重新保存再发") from error
