"""批示和会议议定事项.yaml: the plan file that devzone keeps for what comes from a 批示 or a meeting.

It grows as text, so that what a person has written in it, comments too, stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sm_devzone.domain.plan import NO_END, Unit
from sm_devzone.domain.plan_words import flow_list, scalar
from sm_devzone.errors import Refused

ID = "directives"
"""The id of the policy in it, under which its entries are kept."""
TITLE = "批示和会议议定事项"


class Item(NamedTuple):
    """One item: who does it, by when where that was said, on what it rests (批示, 会议纪要)."""

    number: int
    title: str
    units: tuple[Unit, ...]
    due: date | None
    basis: str


def begun(item: Item, office: Unit, since: date) -> str:
    """The text of the file with its first item, which counts from `since`."""
    units = dict.fromkeys([office, *item.units])
    return "\n".join(
        [
            f"# {TITLE}：由 devzone add 添加，也可以用编辑器改；改完运行 devzone check。",
            "# 字段说明见 docs/plan-file.md。序号接着别的政策往下排，用过的不再用。",
            "",
            "policy:",
            f"  id: {ID}",
            f"  title: {TITLE}",
            "  short_name: 批示和会议",
            f"  issuer: {scalar(office.name)}",
            f"  issued: {since}  # 第一项从这天起算",
            f"  valid_until: {NO_END}  # 不设期限",
            f"  office: {scalar(office.name)}",
            "",
            "units:",
            *(f"  {line}" for unit in units for line in _unit(unit)),
            "",
            "measures:",
            *(f"  {line}" for line in _measure(item)),
            "",
        ]
    )


def grown(text: str, item: Item, known: Sequence[str]) -> str:
    """`text` with one more item, and those of its units that are not among the `known` names. Raises Refused."""
    new = [unit for unit in item.units if unit.name not in known]
    if new:
        text = _with(text, "units", [line for unit in new for line in _unit(unit)])
    return _with(text, "measures", _measure(item))


def _unit(unit: Unit) -> list[str]:
    lines = [f"- name: {scalar(unit.name)}"]
    lines += [f"  full_name: {scalar(unit.full_name)}"] if unit.full_name else []
    aliases = [alias for alias in unit.aliases if alias != unit.full_name]
    lines += [f"  aliases: {flow_list(aliases)}"] if aliases else []
    return [*lines, *(["  vertical: true"] if unit.vertical else [])]


def _measure(item: Item) -> list[str]:
    lines = [
        f"- number: {item.number}",
        f"  title: {scalar(item.title)}",
        f"  units: {flow_list(unit.name for unit in item.units)}",
        f"  tasks: [{scalar(f'依据：{item.basis}')}]",
    ]
    if item.due is not None:
        lines += [
            "  milestones:",
            "    - key: 办结",
            "      title: 办结",
            "      origin: office",
            f"      due: {item.due}",
            f"      reason: {scalar(item.basis)}",
        ]
    return lines


def _with(text: str, section: str, block: Sequence[str]) -> str:
    """`text` with `block` as the last entry of the list under the key `section`. Raises Refused where it is no list."""
    lines = text.splitlines()
    start = next((at for at, line in enumerate(lines) if re.fullmatch(rf"{section}:\s*(#.*)?", line)), None)
    if start is None:
        raise Refused(f"{TITLE}的 {section} 不是一行一项的写法，加不进去", "请用编辑器加，或改回每行一个“- ”的写法")
    rest = range(start + 1, len(lines))
    end = next((at for at in rest if re.match(r"[^\s#-]", lines[at])), len(lines))
    while end > start + 1 and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
        end -= 1
    entries = (line for line in lines[start + 1 : end] if line.lstrip().startswith("- "))
    indent = next((len(line) - len(line.lstrip()) for line in entries), 2)
    lines[end:end] = [" " * indent + line for line in block]
    return "\n".join(lines) + "\n"
