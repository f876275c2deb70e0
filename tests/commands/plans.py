"""The small plan that the tests of time stand on: one measure with a date and a monthly duty, one without a date."""

from __future__ import annotations

PLAN = """\
policy: {id: p1, title: 试点方案, issuer: 甲市政府, issued: 2026-01-01, valid_until: 2027-12-31, office: 市督查室}
units:
  - {name: 市督查室}
  - {name: 市甲局}
  - {name: 市乙局}
  - {name: 市丙局}
measures:
  - number: 1
    title: 推进试点
    units: [市甲局]
    milestones:
      - {key: 方案, title: 方案, origin: policy, due: 2026-06-30, as_written: 6月底前}
      - {key: 月报, title: 月报, origin: policy, every: month, first: 2026-08, as_written: 每月}
  - {number: 2, title: 日常服务, units: [市甲局, 市丙局]}
"""


def changed(*replacements: tuple[str, str], plan: str = PLAN) -> str:
    """`plan` with each first text, which stands in it, replaced by the second."""
    for old, new in replacements:
        assert old in plan, old
        plan = plan.replace(old, new)
    return plan


RENAMED = changed(("{name: 市甲局}", "{name: 市甲新局, aliases: [市甲局]}"), ("units: [市甲局", "units: [市甲新局"))
MOVED = changed(("due: 2026-06-30", "due: 2026-07-31"))
RENUMBERED = changed(("number: 2, title", "number: 3, formerly: 2, title")) + (
    "  - {number: 2, title: 新的一条, units: [市丙局]}\n"
)
RETITLED = changed(("title: 日常服务", "title: 别的事"))
SHORTENED = PLAN.partition("  - {number: 2")[0]
CLAIMED_TWICE = changed(("number: 1\n", "number: 1\n    formerly: 2\n"), ("{number: 2,", "{number: 2, formerly: 2,"))
