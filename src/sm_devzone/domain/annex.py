"""附件 of a report: each measure with who answers for it, how far it is, and what stands in its way."""

from collections.abc import Sequence
from typing import NamedTuple

from sm_devzone.domain.bulletin import Bulletin
from sm_devzone.domain.calendar import short_chinese_day
from sm_devzone.domain.entry import Entry
from sm_devzone.domain.glossary import NO_CHANGE, SIGNALS, STATES
from sm_devzone.domain.ledger import MeasureRow
from sm_devzone.domain.phrases import Told, brief, due_and_first, listed, together
from sm_devzone.domain.problems import matters

_WORDS, _PROBLEMS = 48, 2
"""How many characters of what a unit wrote are shown, and how many of the problems of a measure."""


_FARTHEST = ("closed_out", "submitted", "in_progress", "not_started", "suspended", "terminated")


class AnnexRow(NamedTuple):
    """A measure: `limit` is empty where it has no date, `problems` where none waits."""

    policy: str
    number: int
    title: str
    limit: str
    units: Told
    progress: Told
    problems: Told


def annex(bulletin: Bulletin) -> list[AnnexRow]:
    """A row for each measure, in the plan's order."""
    return [
        AnnexRow(
            row.policy,
            row.number,
            row.title,
            due_and_first(row),
            _units(bulletin, row),
            _progress(bulletin, row),
            _problems(bulletin, row),
        )
        for row in bulletin.measures
    ]


def _units(bulletin: Bulletin, row: MeasureRow) -> Told:
    """The lead first, as such, then all others, collectives by their name."""
    leads = row.lead_unit.split("、") if row.lead_unit else []
    decided = "，办公室明确" if row.lead_origin == "office" else ""
    units = bulletin.ledger.plan.policies[row.policy].units
    others = together([unit for unit in row.responsible_units if unit not in leads], units)
    return listed([*(Told("{}（牵头{}）", lead, decided) for lead in leads), *(Told("{}", name) for name in others)])


def _progress(bulletin: Bulletin, row: MeasureRow) -> Told:
    """How many duties have come how far, and what was reported last in the period."""
    states = [f"{STATES[name]}{count}项" for name in _FARTHEST if (count := getattr(row, name))]
    late = [f"{SIGNALS[name]}{count}项" for name in ("overdue", "due_soon") if (count := getattr(row, name))]
    figures = f"任务{row.duties}项，{'，'.join(states)}{f'；{chr(12289).join(late)}' if late else ''}。"
    last = _last(bulletin, row)
    if last is None:
        heard = f"最近报送{short_chinese_day(row.reported_on, bulletin.day)}。" if row.reported_on else "尚未报送。"
        return Told("{}{}", figures, f"{bulletin.this}没有新进展，{heard}")
    done = "报完成。" if last.kind == "submit" else ""
    day = short_chinese_day(last.happened_on, bulletin.day)
    return Told("{}{}（{}）：{}{}", figures, last.unit, day, done, brief(last.note, _WORDS))


def _last(bulletin: Bulletin, row: MeasureRow) -> Entry | None:
    told: Sequence[Entry] = [
        entry
        for item in bulletin.news
        for entry in item.entries
        if (entry.policy, entry.measure) == (row.policy, row.number)
        and entry.kind != "unchanged"
        and entry.note != NO_CHANGE
    ]
    return max(told, key=lambda entry: (entry.kind == "submit", entry.happened_on, entry.id), default=None)


def _problems(bulletin: Bulletin, row: MeasureRow) -> Told:
    """What waits, the same of several units once; those first that others are to solve."""
    waiting = [one for one in bulletin.matters if one.waits and (one.policy, one.measure) == (row.policy, row.number)]
    if not waiting:
        return Told("")
    alike = sorted(matters(waiting), key=lambda one: (one.problem.state != "open", one.problem.needs is None))
    units = bulletin.ledger.plan.policies[row.policy].units
    shown = [
        Told("{}：{}", "、".join(together(one.units, units)), brief(one.problem.words, _WORDS))
        for one in alike[:_PROBLEMS]
    ]
    more = f"等{len(alike)}个问题。" if len(alike) > len(shown) else ""
    return Told("{}" * len(shown) + "{}", *shown, more)
