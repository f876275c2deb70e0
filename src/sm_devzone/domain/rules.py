"""What may be appended, and why not: each refusal is one sentence with the rule in it, and the way on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from sm_devzone.domain.entry import Entry, one_line_end, stray_character
from sm_devzone.domain.glossary import KINDS, ROLES, STANDING, STATES
from sm_devzone.domain.ledger import Duty
from sm_devzone.domain.plan import Measure, Policy
from sm_devzone.errors import NotFound, Refused, WrongUsage

MOVES = {
    "update": {"not_started": "in_progress", "in_progress": "in_progress", "submitted": "submitted"},
    "submit": {"not_started": "submitted", "in_progress": "submitted"},
}
"""Kind of entry -> state it finds -> state it leaves. What is not here is refused."""


def check_text(label: str, text: str | None) -> str | None:
    """`text` as it is kept, None when there is none. Raises WrongUsage for what is no text."""
    if text is None:
        return None
    kept = one_line_end(text)
    if stray := stray_character(kept):
        place = kept.index(stray) + 1
        raise WrongUsage(f"{label}的第 {place} 个字符是控制字符 U+{ord(stray):04X}，不能保存", "请删去它再试")
    return kept or None


def check_day(day: date, policy: Policy, today: date) -> None:
    """A fact lies in the past or is of today, and not before its policy was issued."""
    if day > today:
        raise Refused(f"日期 {day} 还没有到（今天是 {today}），流水只记已经发生的事", "请改 --on")
    if day < policy.issued:
        raise Refused(f"日期 {day} 早于政策印发日 {policy.issued}", "请改 --on")


def choose_duty(duties: Sequence[Duty], measure: Measure, unit: str, milestone: str | None, period: str | None) -> Duty:
    """Which of `duties`, all of one measure and unit, is meant: the one open dated duty, else the standing one.

    `milestone` (its key, or the word 长期推进 / standing for the part without a date) and `period` narrow. Raises
    Refused when the unit has no duty in the measure, NotFound when nothing fits, WrongUsage with the list when
    several do.
    """
    if not duties:
        raise Refused(
            f"{unit} 不是措施 {measure.number}（{measure.title}）的责任单位",
            f"先交办：devzone assign {measure.number} --unit {unit} --reason 依据",
        )
    wants_standing = milestone in (STANDING, "standing")
    fitting = [
        duty
        for duty in duties
        if (milestone is None or (duty.milestone is None if wants_standing else duty.milestone == milestone))
        and (period is None or duty.period == period)
    ]
    if not fitting:
        asked = " ".join(filter(None, (milestone, period)))
        raise NotFound(f"{unit} 在措施 {measure.number} 里没有“{asked}”", _choices(duties))
    if milestone is None and period is None:
        dated = [duty for duty in fitting if duty.due is not None and duty.is_open]
        fitting = dated or [duty for duty in fitting if duty.due is None] or fitting
    if len(fitting) > 1:
        raise WrongUsage(f"{unit} 在措施 {measure.number} 里有 {len(fitting)} 项任务，请指明", _choices(fitting))
    return fitting[0]


def _choices(duties: Iterable[Duty]) -> str:
    return "可选：\n" + "\n".join(
        f"  --milestone {duty.milestone or STANDING}" + (f" --period {duty.period}" if duty.period else "")
        for duty in duties
    )


def check_report(duty: Duty, entry: Entry) -> None:
    """Whether the unit may report this now. Raises WrongUsage for an empty report, Refused by the table of moves."""
    if entry.kind == "submit" and not entry.note:
        raise WrongUsage("报完成要写明完成情况", "加上 --note 完成情况")
    if not (entry.note or entry.problem or entry.next_step or entry.progress is not None):
        raise WrongUsage("没有可记录的内容", "至少写一项：--note、--problem、--next、--progress、--done")
    if duty.state not in MOVES[entry.kind]:
        raise Refused(
            f"{duty.unit} 的这项任务{STATES[duty.state]}({duty.done_on})，不能再{KINDS[entry.kind]}",
            "补充情况不加 --done 即可；报错了用 devzone void 作废原记录",
        )


def check_void(target: Entry | None, number: int) -> Entry:
    """The entry to take back. Raises NotFound, or Refused for a void, which stays as the trace it is."""
    if target is None:
        raise NotFound(f"流水中没有 {number} 号记录", "用 devzone history 查编号")
    if target.kind == "void":
        raise Refused(f"{number} 号记录本身是作废，不能再作废", "需要恢复时，重新登记一次原来的内容")
    return target


def check_role(word: str, role: str | None) -> str:
    """The English name of a role given in either language. Raises WrongUsage with the choices."""
    if role is None:
        raise WrongUsage(f"没有角色“{word}”", "可选：" + "、".join(f"{k}({v})" for k, v in ROLES.items()))
    return role
