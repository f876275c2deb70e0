"""What a text leaves open: one doubt for each choice that a person can make."""

from __future__ import annotations

from typing import NamedTuple

KINDS = {
    "measure": "措施",
    "title": "标题",
    "number": "序号",
    "unit": "单位",
    "prefix": "前缀",
    "open_list": "未列全",
    "group": "集合单位",
    "default_units": "统一单位",
    "lead": "牵头",
    "assisting": "配合",
    "deadline": "时限",
    "cycle": "周期",
    "period": "期限",
    "window": "起止",
    "relative": "相对时限",
    "trap": "非时限",
    "document": "文件",
    "outside": "措施之外",
    "table": "表格",
    "dropped": "略去",
    "changed": "变动",
}
"""A closed list, in the words of a person."""


class Doubt(NamedTuple):
    """One place that could be read in another way.

    `measure` is the number in the plan, None outside all measures. `reading` is what stands in the plan, None when
    nothing does; `other` is the second fair reading.
    """

    line: int
    page: int | None
    measure: int | None
    kind: str
    text: str
    reading: str | None
    other: str | None
    why: str
