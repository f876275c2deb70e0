"""What was ordered: policies, their measures, the units that answer for them; and finding one of each."""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from sm_devzone.domain.calendar import ONE_DAY
from sm_devzone.domain.glossary import CYCLES
from sm_devzone.domain.text import half_width, hard_to_see, squeezed
from sm_devzone.errors import NotFound, WrongUsage

NO_END = date(2999, 12, 31)
"""`valid_until` of what has no end: the last day that an option can name."""


class Unit(NamedTuple):
    """Who can be responsible. A collective (集合单位) has `members`; without any it counts as one unit.

    `spellings` holds the pinyin and the initials of the name and of each alias. A `vertical` one (垂直管理) answers to
    its own system, so the office asks it and orders it nothing. `full_name` is how 督办单 and 函 address it; it is one
    of the aliases, too.
    """

    name: str
    aliases: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    spellings: tuple[str, ...] = ()
    vertical: bool = False
    full_name: str | None = None


class Colour(NamedTuple):
    """What a 督办单 of a `colour` (blue, orange, red) is in the words of the office: what it `means` beside its name,
    what it `asks` where the work is overdue, and whom it goes to besides (抄送).
    """

    colour: str
    means: str | None = None
    asks: str | None = None
    copied_to: tuple[str, ...] = ()


class Milestone(NamedTuple):
    """A dated (`due`) or periodic (`every`, from period `first` to `until`, due `by`) target inside a measure.

    `until` is a period, or a day, after which no occurrence begins. `formerly` are keys that it had in older versions.
    `origin` is `policy` (then `as_written` holds the words it rests on) or `office` (then `reason` says why).
    `units` are single units; empty means every responsible unit of the measure.
    """

    key: str
    title: str
    origin: str
    due: date | None = None
    every: str | None = None
    first: str | None = None
    by: str | None = None
    units: tuple[str, ...] = ()
    as_written: str | None = None
    reason: str | None = None
    until: str | None = None
    formerly: tuple[str, ...] = ()

    @property
    def when(self) -> str:
        """When it is to be done: 2024-12-31, or 每月一次，2026-08 起，到 2026-12."""
        if self.every is None:
            return str(self.due)
        end = f"，到 {self.until}" if self.until else ""
        return f"每{CYCLES[self.every]}一次，{self.first} 起{end}"


class Measure(NamedTuple):
    """One numbered item. `units` are the names as the policy gives them, the common ones included.

    `roster` is the same with every collective replaced by its members. `standing` says what remains without a date
    beside the milestones; without milestones all of a measure is standing. `lead` and `assisting` name single units.
    `report_by` is the day of a `reporting_cycle` by which units report, written as `Milestone.by` is; None is the last.
    `formerly` is the number that it had in the version before.
    """

    number: int
    title: str
    units: tuple[str, ...]
    roster: tuple[str, ...]
    tasks: tuple[str, ...] = ()
    lead: tuple[str, ...] = ()
    assisting: tuple[str, ...] = ()
    roles_as_written: str | None = None
    milestones: tuple[Milestone, ...] = ()
    standing: str | None = None
    reporting_cycle: str | None = None
    report_by: str | None = None
    formerly: int | None = None

    def milestone(self, key: str) -> Milestone | None:
        return next((own for own in self.milestones if own.key == key), None)

    def planned_role(self, unit: str) -> str:
        """The role that the policy gives `unit`; a unit that is only listed is responsible."""
        return "lead" if unit in self.lead else "assisting" if unit in self.assisting else "responsible"


class Policy(NamedTuple):
    """One document, as encoded in one plan file. `due_soon_days` counts calendar days, `reply_workdays` 工作日.

    `report_to` and `copy_to` are whom its bulletins go to (报, 送). `workdays` and `holidays` are days that the office
    knows better than the official calendar. `reporting_cycle` and `report_by` are those of the measures which give no
    others; each measure has its own resolved. From the day `repealed_on` the policy is no longer in force.
    `short_name` is what the office calls it. `notice_code` is the 发文代字 of its 督办单 and 函 (明商督), `signer`,
    `contact` and `phone` are who signs them and who answers questions, `colours` what each colour says, where the
    office has words of its own. `sha256` is that of its meaning (plan_history.meaning), worked out when the file was
    read and not of what is replaced since.
    """

    id: str
    title: str
    issuer: str
    issued: date
    valid_until: date
    valid_as_written: str | None
    office: str
    due_soon_days: int
    common_units: tuple[str, ...]
    units: tuple[Unit, ...]
    measures: tuple[Measure, ...]
    report_to: tuple[str, ...] = ()
    copy_to: tuple[str, ...] = ()
    reply_workdays: int = 5
    workdays: tuple[date, ...] = ()
    holidays: tuple[date, ...] = ()
    reporting_cycle: str | None = None
    report_by: str | None = None
    repealed_on: date | None = None
    repealed_reason: str | None = None
    short_name: str | None = None
    notice_code: str | None = None
    signer: str | None = None
    contact: str | None = None
    phone: str | None = None
    colours: tuple[Colour, ...] = ()
    sha256: str = ""

    @property
    def ends_on(self) -> date:
        """The last day on which the policy is in force: of its validity, or the one before its repeal."""
        return self.valid_until if self.repealed_on is None else min(self.valid_until, self.repealed_on - ONE_DAY)

    def full_name(self, unit: str) -> str:
        """How a paper that goes out addresses `unit`."""
        return next((own.full_name for own in self.units if own.name == unit and own.full_name), unit)

    def is_vertical(self, unit: str) -> bool:
        """Whether `unit` answers to its own system (垂直管理) and not to the office's government."""
        return any(entry.vertical for entry in self.units if entry.name == unit)

    @property
    def version(self) -> str:
        """A short name of all that this plan says: it changes when anything does that is more than a comment."""
        return self.sha256[:12]

    def told(self, written: str) -> str:
        """`written`, which a person may type for this policy or a part of it, with what the office calls it."""
        return f"{written}（{self.short_name}）" if self.short_name else written

    @property
    def heading(self) -> str:
        """What stands over all that is of this policy, with the id by which a person names it."""
        return f"{self.short_name or f'《{self.title}》'}（{self.id}）"

    def measure(self, number: int) -> Measure | None:
        return next((m for m in self.measures if m.number == number), None)


_BETWEEN_NAMES = re.compile(r"[、,;\s]+(?![^()]*\))")
"""What stands between names in a list, not inside the brackets of one, as in 各县(市、区)."""
_QUOTES = "“”\u2018\u2019「」\"'"


class Plan:
    """All policies in use, in the order of their files; `files` has the SHA-256 of each one's, where it is from one."""

    def __init__(self, policies: Iterable[Policy], files: Mapping[str, str] | None = None) -> None:
        self.policies: Mapping[str, Policy] = {policy.id: policy for policy in policies}
        self.files = files or {}

    def __iter__(self) -> Iterator[Policy]:
        return iter(self.policies.values())

    def narrowed_to(self, number: int) -> "Plan":
        """This plan of one policy, with one of its measures only."""
        return Plan(
            policy._replace(measures=tuple(measure for measure in policy.measures if measure.number == number))
            for policy in self
        )

    def only(self, policy: str | None) -> "Plan":
        """This plan narrowed to the policy that a person means by `policy`; None is all. Raises as `find_policy`."""
        return self if policy is None else Plan([self.find_policy(policy)])

    def find_policy(self, text: str, *, by_part: bool = False) -> Policy:
        """The policy that `text` means: by its id or short name, or (`by_part`) a part of one that no other has.

        Raises WrongUsage with those that it fits, NotFound with the nearest or with all where none is near.
        """
        if text in self.policies:
            return self.policies[text]
        wanted = as_looked_up(text)
        names = {own.id: [as_looked_up(name) for name in (own.id, own.short_name) if name] for own in self}
        fitting = [id_ for id_ in names if wanted in names[id_]] or [
            id_ for id_ in names if by_part and wanted and any(_is_part(wanted, name) for name in names[id_])
        ]
        if len(fitting) == 1:
            return self.policies[fitting[0]]
        if fitting:
            told = _listed([self.policies[id_].told(id_) for id_ in fitting])
            raise WrongUsage(f"“{text}”对应 {len(fitting)} 个政策", f"请写明是哪一个：{told}")
        near = {name: id_ for id_ in names for name in names[id_]}
        remedy = _nearest(wanted, near) or f"有：{_listed([own.told(own.id) for own in self])}"
        raise NotFound(f"没有政策“{text}”", remedy)

    def number_of(self, policy_id: str, number: int) -> str:
        """How a measure is told: 4, or ID/4 where there are several policies."""
        return f"{policy_id}/{number}" if len(self.policies) > 1 else str(number)

    def short_number(self, policy_id: str, number: int) -> str:
        """As number_of, where there is little room: with the short name of the policy, if it has one."""
        own = self.policies.get(policy_id)
        return self.number_of(own.short_name if own and own.short_name else policy_id, number)

    def find_measure(self, text: str, answers: Callable[[str, int], bool] | None = None) -> tuple[Policy, Measure]:
        """The measure that `text` means: 4, or ID/4 with any part of the id or short name that no other policy has.

        A number that several policies have is that of the one for which `answers` (policy, number) is true, where it
        is asked and is so of one only. Raises WrongUsage when it is no number or fits several, NotFound when there is
        none.
        """
        policy_text, slash, number_text = unicodedata.normalize("NFKC", text).strip().rpartition("/")
        plan = Plan([self.find_policy(policy_text, by_part=True)]) if slash else self
        number = number_text.strip()
        if not (number.isascii() and number.isdigit()):
            raise WrongUsage(f"“{text}”不是措施序号", "措施序号写成 4，多个政策时写成 政策编号/4")
        fitting = [
            (policy, measure) for policy in plan if len(number) < 10 and (measure := policy.measure(int(number)))
        ]
        if len(fitting) > 1 and answers is not None:
            fitting = [(p, m) for p, m in fitting if answers(p.id, m.number)] or fitting
        if len(fitting) > 1:
            choices = "、".join(policy.told(f"{policy.id}/{measure.number}") for policy, measure in fitting)
            raise WrongUsage(f"措施 {number} 在 {len(fitting)} 个政策里都有", f"请写明是哪一个：{choices}")
        if not fitting:
            raise NotFound(f"没有措施 {text}", f"有：{self._numbers(plan)}")
        return fitting[0]

    @staticmethod
    def _numbers(plan: "Plan") -> str:
        several = len(plan.policies) > 1
        spans = [
            f"{policy.id}/{span}" if several else span
            for policy in plan
            for span in _spans(sorted(measure.number for measure in policy.measures))
        ]
        return _listed(spans)

    @cached_property
    def _register(self) -> Mapping[str, tuple[tuple[str, ...], set[str], set[str]]]:
        """Unit or collective name -> (its single units, its names as looked up, its spellings)."""
        register: dict[str, tuple[tuple[str, ...], set[str], set[str]]] = {}
        for policy in self:
            for unit in policy.units:
                members, names, spellings = register.get(unit.name, ((), set(), set()))
                register[unit.name] = (
                    tuple(dict.fromkeys((*members, *(unit.members or (unit.name,))))),
                    names | {as_looked_up(name) for name in (unit.name, *unit.aliases)},
                    spellings | set(unit.spellings),
                )
        return register

    def find_units(self, text: str, *, by_name: bool = False) -> tuple[str, ...]:
        """The single units that `text` means: one unit, the members of a collective, or several as 三元、沙县.

        Raises WrongUsage with the list where one fits several, NotFound with the nearest names.
        """
        try:
            return self._units_called(text, by_name=by_name)
        except NotFound:
            several = [name.strip(_QUOTES) for name in _BETWEEN_NAMES.split(half_width(text)) if name]
            if by_name or len(several) < 2:
                raise
        return tuple(dict.fromkeys(unit for name in several for unit in self._units_called(name, by_name=False)))

    def units_of_each(self, text: str) -> frozenset[str]:
        """As `find_units`; where `text` is a name in one policy and an alias in another, what each of them means by it.

        So it is where a unit was renamed in one of them only.
        """
        found = set(self.find_units(text))
        for word in {as_looked_up(name) for name in (text, *_BETWEEN_NAMES.split(half_width(text)))}:
            if sum(word in names for _, names, _ in self._register.values()) < 2:
                continue
            for policy in self:
                if all(as_looked_up(unit.name) != word for unit in policy.units):
                    called = [unit for unit in policy.units if word in map(as_looked_up, unit.aliases)]
                    found.update(name for unit in called for name in self._register[unit.name][0])
        return frozenset(found)

    def _units_called(self, text: str, *, by_name: bool) -> tuple[str, ...]:
        """The single units behind one name.

        A name, letter for letter, beats one that is looked up alike, that beats an alias, so that no policy can hide
        a unit of another; then come, unless only a whole name counts (`by_name`), a spelling (pinyin, initials), a part
        of a name, a part of its pinyin. Raises WrongUsage with the list when several fit equally well, NotFound with
        the nearest names.
        """
        wanted = as_looked_up(text)
        if not wanted:
            raise WrongUsage("单位名称是空的")
        ranks = (
            lambda name, *_: name == text,
            lambda name, *_: as_looked_up(name) == wanted,
            lambda _, names, __: wanted in names,
            lambda _, __, spellings: wanted in spellings,
            lambda _, names, __: any(wanted in each for each in names),
            lambda _, __, spellings: len(wanted) > 2 and any(wanted in s for s in spellings),
        )
        for fits in ranks[:3] if by_name else ranks:
            fitting = [name for name, (_, names, spellings) in self._register.items() if fits(name, names, spellings)]
            if len(fitting) == 1:
                return self._register[fitting[0]][0]
            if fitting:
                raise WrongUsage(f"“{text}”对应 {len(fitting)} 个单位：{'、'.join(fitting)}", "请写出全称")
        remedy = _nearest(wanted, self._unit_by_word) or "用 devzone export plan 看全部单位"
        odd = hard_to_see(text)
        raise NotFound(f"没有单位“{text}”" + (f"：{odd}" if odd else ""), remedy)

    def has_unit(self, text: str) -> bool:
        """Whether `text` means any unit at all."""
        try:
            return bool(self.find_units(text))
        except WrongUsage:
            return True
        except NotFound:
            return False

    @cached_property
    def _unit_by_word(self) -> Mapping[str, str]:
        return {word: name for name, (_, names, spellings) in self._register.items() for word in names | spellings}


def as_looked_up(name: str) -> str:
    """`name` as it is compared: full- and half-width forms are one, blanks and case do not count."""
    return squeezed(name).casefold()


def expand(name: str, collectives: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The single units behind `name`. A collective without members, as one not in `collectives`, is one unit.

    Collectives may hold collectives; one that is met again, be it on its own inside, adds nothing.
    """
    units: list[str] = []
    seen: set[str] = set()
    todo = [name]
    while todo:
        current = todo.pop()
        if current in seen:
            continue
        seen.add(current)
        if members := collectives.get(current):
            todo += reversed(members)
        else:
            units.append(current)
    return tuple(units)


def _is_part(text: str, name: str) -> bool:
    """Whether `text` stands in `name`, its numbers whole: 2024 does in zones-2024, 4 does not."""
    before, after = (r"(?<!\d)" if text[0].isdigit() else ""), (r"(?!\d)" if text[-1].isdigit() else "")
    return re.search(before + re.escape(text) + after, name) is not None


def _spans(numbers: Sequence[int]) -> list[str]:
    """1, 2, 3, 7 -> 1–3 and 7."""
    starts = [at for at, number in enumerate(numbers) if at == 0 or number != numbers[at - 1] + 1]
    runs = [numbers[start:end] for start, end in zip(starts, [*starts[1:], len(numbers)], strict=True)]
    return [f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs]


def _listed(names: Collection[str]) -> str:
    return "、".join(islice(names, 12)) + ("…" if len(names) > 12 else "")


def _nearest(wanted: str, meaning: Mapping[str, str]) -> str:
    """What the words nearest to `wanted` mean. Latin letters must be closer: any few of them are in much pinyin."""
    from difflib import get_close_matches

    close = get_close_matches(wanted, meaning, n=5, cutoff=0.7 if wanted.isascii() else 0.4)
    return f"最接近的：{'、'.join(dict.fromkeys(meaning[word] for word in close))}" if close else ""
