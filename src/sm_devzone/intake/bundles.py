"""The 上报包 of another office, out of a file."""

from __future__ import annotations

from datetime import date

from sm_devzone.domain import bundle
from sm_devzone.domain.bundle import BEGINNING, Bundle
from sm_devzone.intake.marked import mark_in
from sm_devzone.intake.refusal import FileRefused


def read(content: bytes, today: date) -> Bundle:
    """Raises FileRefused."""
    if not content.startswith(BEGINNING):
        raise FileRefused("不是上报包（devzone export bundle 写出的文件），或已损坏，请对方重新发")
    if mark := mark_in(content):
        raise FileRefused(f"里面写着“{mark}”，涉密内容不能进这里，请按保密规定处理")
    found = bundle.read(content, today)
    if isinstance(found, str):
        raise FileRefused(found)
    return found
