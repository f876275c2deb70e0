"""What each row of an office's own ledger says: the facts it would add, or by cell why it cannot be known.

Facts carry the days that stand there, and no other. State belongs to one unit's duty: a row that names several units
says it of each. What a row says once for several rows, in a merged cell, is nobody's until it is parted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sm_devzone.domain.answers import Cell, Doubt, Finding, read_day, read_percent, read_problem, read_text
from sm_devzone.domain.calendar import day_of, parse_period
from sm_devzone.domain.duties import UNTOUCHED, Duty
from sm_devzone.domain.entry import TAKEN_OVER, Entry
from sm_devzone.domain.gathering import gathered
from sm_devzone.domain.glossary import KINDS, STANDING
from sm_devzone.domain.ledger import Ledger
from sm_devzone.domain.phrases import place, place_in_words, sentences
from sm_devzone.domain.plan import Measure, Plan, Policy, as_looked_up
from sm_devzone.domain.reading.text import Span, as_viewed, number_of, paragraph, split
from sm_devzone.domain.reading.times import label_value
from sm_devzone.domain.rules import MOVES, check_day, check_place, kind_of_report, note_told, replay
from sm_devzone.domain.takeover.columns import FIELDS, IDENTITY, Column, Layout, Table, has_headings
from sm_devzone.domain.text import running, squeezed
from sm_devzone.errors import DevzoneError, NotFound, WrongUsage

_STATES = {
    "not_started": ("未启动", "未开始", "未开展", "尚未启动", "尚未开展", "待启动"),
    "in_progress": ("推进中", "进行中", "办理中", "实施中", "正在推进", "正在办理", "正在实施", "已启动", STANDING),
    "submitted": ("待审核", "已完成", "完成", "已报完成", "待销号", "待验收"),
    "closed_out": ("已销号", "销号", "已办结", "办结", "完成并销号", "已完成并销号"),
    "suspended": ("中止", "暂停", "暂缓", "已中止", "已暂停"),
}  # fmt: skip
"""The words for a state that mean one thing. 已完成 says that the work is done, and not that the office accepted it."""

_STATE_OF = {word: state for state, words in _STATES.items() for word in words}

CHOICES = ("未启动", "推进中", "待审核", "已销号", "中止")
"""What is asked for where a state cannot be read."""

_DONE = ("submitted", "closed_out")
_ONLY_DONE = ("已完成", "完成")

_BESIDE_THE_TABLE = re.compile(r"(合计|总计|小计|共计|注|备注|说明|附注|填表|制表|审核人|负责人|联系人|单位.章)")
"""How a row below the table begins that is no duty."""

_WITH_ROLE = re.compile(r"[（(](牵头|责任|配合)(单位)?[)）]$")
"""How a ledger says the role of a unit behind its name. The plan has the roles."""

_NUMBERED = re.compile(
    r"(?:措施|任务|第)?([0-9]{1,4}|[一二三四五六七八九十百]{1,5})(?:条|项|号)?(?:[、.\uff0e:：,，)）]|$)(.*)", re.DOTALL
)
_ENDS = "。.；;，,：:、 \n"


def is_state(words: str) -> bool:
    return _state(words) is not None


def _state(words: str) -> str | None:
    return _STATE_OF.get(squeezed(words).strip("。.；;"))


class Measures:
    """Finds the measure that the words of a cell mean: by number, by title or by a task point, word for word."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._by_words: dict[str, set[tuple[str, int]]] = {}
        for policy in plan:
            for measure in policy.measures:
                for words in (measure.title, *measure.tasks):
                    self._by_words.setdefault(_bare(words), set()).add((policy.id, measure.number))

    def is_one(self, words: str) -> bool:
        try:
            self.find(words)
        except (Doubt, DevzoneError):
            return False
        return True

    def find(self, words: str) -> tuple[Policy, Measure]:
        """Raises Doubt; WrongUsage and NotFound where a number is none, or fits several policies."""
        shown = running(words)
        if re.fullmatch(r"(?:[\w.-]+/)?[0-9]{1,4}", shown, re.ASCII):
            return self._plan.find_measure(shown)
        numbered = _NUMBERED.fullmatch(shown)
        number = number_of(numbered[1]) if numbered else None
        if numbered and number is not None and not numbered[2].strip():
            return self._plan.find_measure(str(number))
        fitting = self._by_title(numbered[2] if numbered else shown) or self._by_title(shown)
        if len(fitting) > 1 and number is not None:
            fitting = {one for one in fitting if one[1] == number}
        if len(fitting) == 1:
            ((policy, own),) = fitting
            if numbered and number not in (None, own):
                raise Doubt(f"写的是 {numbered[1]}，而这个标题是措施 {own}，请核对")
            return self._plan.find_measure(f"{policy}/{own}")
        if fitting:
            listed = "、".join(f"{policy}/{own}" for policy, own in sorted(fitting))
            raise Doubt(f"“{shown[:30]}”在计划里有几条（{listed}），请写明措施序号")
        raise Doubt(f"认不出是哪条措施（“{shown[:30]}”）{self._nearest(shown)}；请写计划里的标题，或加一列措施序号")

    def _by_title(self, words: str) -> set[tuple[str, int]]:
        """Those whose title or task point `words` are, or begin with before a stop."""
        first = re.split(r"[。\n：:]", words.strip(), maxsplit=1)[0]
        return self._by_words.get(_bare(words)) or self._by_words.get(_bare(first)) or set()

    def _nearest(self, words: str) -> str:
        from difflib import get_close_matches

        close = get_close_matches(_bare(words), self._by_words, n=1, cutoff=0.5)
        if not close:
            return ""
        policy, number = min(self._by_words[close[0]])
        measure = self._plan.policies[policy].measure(number)
        return f"，最接近措施 {self._plan.number_of(policy, number)}“{measure.title if measure else ''}”"


def _bare(words: str) -> str:
    return as_looked_up(words).strip(_ENDS)


def weigh(
    table: Table,
    layout: Layout,
    ledger: Ledger,
    acts: Callable[[Duty], Sequence[Entry]],
    recorded_by: str,
    on: date | None,
) -> list[Finding]:
    """What comes of a ledger on the day of `ledger`, all mistakes at once: nothing is taken where anything is refused.

    `acts` gives what is recorded of a duty. `on` is the day of words that bear none, where a person gave one.
    """
    reader = _Reader(table, layout, ledger, recorded_by, on)
    for row in sorted(number for number in table.rows if number > layout.last):
        if not reader.read(row):
            break
    found = [Finding(table.file, table.sheet, where, "note", said) for where, said in table.notes]
    found += reader.findings()
    for duty, facts in reader.facts.items():
        found += _placed(reader, duty, facts, acts(duty) if ledger.record(duty) != UNTOUCHED else ())
    if any(one.result == "refused" for one in found):
        found = [one._replace(result="held") if one.result == "new" else one for one in found]
    return found


def _placed(
    reader: _Reader, duty: Duty, facts: Sequence[tuple[int, Entry]], acts: Sequence[Entry]
) -> Iterator[Finding]:
    """What comes of the facts of one duty, put among what is recorded of it, each on its day."""
    table, policy = reader.table, reader.ledger.plan.policies[duty.policy]
    known = gathered(((act.kind, act.happened_on), act) for act in acts)
    new: list[Entry] = []
    in_order = sorted(facts, key=lambda fact: fact[1].happened_on)
    all_fit = _all_fit(duty, acts, [entry for _, entry in in_order])
    for row, entry in in_order:
        said = f"{duty.unit} {entry.happened_on} {KINDS[entry.kind]}：{_in_words(entry)}"
        result = "new"
        alike = known.setdefault((entry.kind, entry.happened_on), [])
        same = next((act for act in alike if act.says_the_same_as(entry)), None)
        if same is not None:
            result = "unchanged"
            said = f"已经登记过（{same.id} 号）：{said}" if same.id < _NOT_RECORDED else f"{said}，和另一行说的一样"
        else:
            try:
                check_day(entry.happened_on, policy, reader.ledger.day)
                if not all_fit:
                    check_place(duty, [*acts, *new], entry, policy.repealed_on)
            except DevzoneError as error:
                result, said = "refused", f"{said}；{error.message}"
            else:
                new.append(entry._replace(id=_NOT_RECORDED + len(new)))
                alike.append(new[-1])
        yield Finding(table.file, table.sheet, table.at(row, reader.unit.place), result, said, entry)


def _all_fit(duty: Duty, acts: Sequence[Entry], facts: Sequence[Entry]) -> bool:
    """Whether all `facts`, in order, go with `acts` of their duty: so most need not be tried one by one."""
    live = [act for act in acts if act.kind in MOVES]
    numbered = [fact._replace(id=_NOT_RECORDED + at) for at, fact in enumerate(facts)]
    return duty.state != "terminated" and len(replay([*live, *numbered]).refused) == len(replay(live).refused)


_FEW = 5
"""Cells of one remark that are all named."""

_NOT_RECORDED = 2**61
"""From here on stand in for the numbers of entries that are to be recorded, behind all that are."""


class _Reader:
    """Goes through the rows of one ledger and keeps what each says: facts by duty, doubts and remarks by cell."""

    def __init__(self, table: Table, layout: Layout, ledger: Ledger, recorded_by: str, on: date | None) -> None:
        self.table, self.layout, self.ledger = table, layout, ledger
        self.facts: dict[Duty, list[tuple[int, Entry]]] = {}
        self._recorded_by, self._on = recorded_by, on
        self._measures = Measures(ledger.plan)
        self._duties = gathered(((duty.policy, duty.measure, duty.unit), duty) for duty in ledger.duties)
        self._refused: dict[tuple[int, str], list[int]] = {}
        self._told: dict[tuple[int, str], list[int]] = {}
        self._rows_of: dict[Duty, int] = {}
        self._idle: list[int] = []
        self._doubts = 0
        unit = layout.of("unit")
        assert unit is not None
        self.unit = unit

    def findings(self) -> Iterator[Finding]:
        """What is to be told and what is refused: the same of several cells of a column once, with all of them."""
        if self._idle:
            said = f"{len(self._idle)} 行未启动，或没有写状态和进展，没有要登记的"
            yield Finding(self.table.file, self.table.sheet, "", "note", said)
        for result, kept in (("note", self._told), ("refused", self._refused)):
            for (column, said), rows in kept.items():
                cells = [self.table.at(row, column) for row in rows]
                some = result == "note" and len(cells) > _FEW
                where = f"{'、'.join(cells[:_FEW])} 等 {len(cells)} 格" if some else "、".join(cells)
                yield Finding(self.table.file, self.table.sheet, where, result, said)

    def _refuse(self, row: int, column: Column, why: str) -> None:
        self._refused.setdefault((column.place, why), []).append(row)
        self._doubts += 1

    def _tell(self, row: int, column: int, said: str) -> None:
        self._told.setdefault((column, said), []).append(row)

    def read(self, row: int) -> bool:
        """Take in a row; False where another table begins with it, which nobody can read by these columns."""
        if self._is_beside_the_table(row):
            return True
        if has_headings(self.table, row):
            self._refuse(row, self.unit, "下面是另一张表，表头不一样；请把两张表分到两张工作表，一张一张收")
            return False
        values = self._values(row)
        if values is None:
            return True
        doubts = self._doubts
        facts = self._facts(row, values)
        owner, units = self._owner(row), self._units_of(row)
        if not facts and not values["unread"] and doubts == self._doubts:
            self._idle.append(row)
        for name in units if facts else ():
            if owner is None:
                break
            try:
                duty = self._duty(owner, name, values)
            except (Doubt, DevzoneError) as error:
                self._refuse(row, self.unit, str(error))
                continue
            self._compare_due(row, duty, values.get("due"))
            first = self._rows_of.setdefault(duty, row)
            if first != row:
                self._tell(row, self.unit.place, "上面有一行是同一项任务，各按自己的日期登记")
            self.facts.setdefault(duty, []).extend((row, fact.of(duty.key)) for fact in facts)
        return True

    # -- Which rows are duties

    def _is_beside_the_table(self, row: int) -> bool:
        """Whether a row is no duty: blank, the headings again, the title of a part, or a note below the table."""
        table = self.table
        own = {at: words for at in table.rows[row] if (words := table.words(row, at))}
        flawed = any(cell.flaw for cell in table.rows[row].values())
        if not own and not flawed:
            return True
        places = [column.place for column in self.layout.columns]
        if all(table.words(row, at) == table.words(self.layout.last, at) for at in places):
            return True
        first = min(own or places)
        words = own.get(first, "")
        identity = [column for column in self.layout.columns if column.field in ("number", "measure", "unit")]
        missing = [column for column in identity if not table.words(row, column.place) and not self._flaw(row, column)]
        across = table.block(row, first)
        is_wide = across is not None and across.left <= self.unit.place <= across.right and across.right > across.left
        if is_wide or _BESIDE_THE_TABLE.match(squeezed(words)) or (missing and len(own) == 1 and not flawed):
            self._tell(row, first, f"“{words[:30]}”不是一项任务，没有登记")
            return True
        if len(missing) == len(identity):
            self._tell(row, first, "没有写措施和单位，没有登记")
            return True
        return False

    def _flaw(self, row: int, column: Column) -> str:
        return self.table.cell(row, column.place).flaw

    # -- Which duty a row is about

    def _owner(self, row: int) -> tuple[Policy, Measure] | None:
        """The measure of a row, by all that it says of it."""
        found: dict[tuple[str, int], tuple[Policy, Measure]] = {}
        columns = [column for column in self.layout.columns if column.field in ("number", "measure")]
        for column in columns:
            try:
                words = read_text(self.table.cell(row, column.place))
                if words is not None:
                    policy, measure = self._measures.find(words)
                    found[policy.id, measure.number] = policy, measure
            except (Doubt, DevzoneError) as error:
                self._refuse(row, column, str(error))
                return None
        if len(found) == 1:
            return next(iter(found.values()))
        listed = "、".join(f"措施 {number}“{measure.title}”" for (_, number), (_, measure) in found.items())
        why = (
            f"序号和标题说的不是一条（{listed}），请核对"
            if found
            else "没有写是哪条措施；和上一行是同一条的，也请写上或合并单元格"
        )
        self._refuse(row, columns[-1], why)
        return None

    def _units_of(self, row: int) -> list[str]:
        """The single units that a row is about; a list or a collective is told."""
        try:
            words = read_text(self.table.cell(row, self.unit.place))
            if words is None:
                raise Doubt("没有写责任单位")
            names = self._units(row, words)
        except Doubt as doubt:
            self._refuse(row, self.unit, str(doubt))
            return []
        except DevzoneError as error:
            self._refuse(row, self.unit, "；".join(filter(None, (error.message, error.remedy))))
            return []
        if len(names) > 1:
            self._tell(row, self.unit.place, f"写了 {len(names)} 个单位，这一行的情况每个单位各记一条")
        return names

    def _units(self, row: int, words: str) -> list[str]:
        plan = self.ledger.plan
        try:
            return list(plan.find_units(words, by_name=True))
        except (NotFound, WrongUsage):
            pass
        for marks in ("、，；/\n", " \u3000\t"):
            parts = [words[part.start : part.end].strip() for part in split(as_viewed(words), marks)]
            if len(parts) > 1:
                return list(dict.fromkeys(name for part in parts for name in self._units(row, part)))
        if re.search("等(有关|相关|其他)?(部门|单位)?$", words):
            raise Doubt(f"“{words[:30]}”没有列全，请写明是哪些单位")
        if (bare := _WITH_ROLE.sub("", words)) != words:
            return self._units(row, bare)
        names = plan.find_units(words)
        self._tell(row, self.unit.place, f"“{words}”按{'、'.join(names)}登记")
        return list(names)

    def _duty(self, owner: tuple[Policy, Measure], unit: str, values: Mapping[str, Any]) -> Duty:
        """The one duty of a unit that a row is about: by its milestone, its period, its date. Raises Doubt."""
        policy, measure = owner
        fitting = self._duties.get((policy.id, measure.number, unit), [])
        if not fitting:
            number = self.ledger.plan.number_of(policy.id, measure.number)
            raise Doubt(
                f"{unit} 不是措施 {number} 的责任单位；先交办：devzone assign {number} --unit {unit} --reason 依据"
            )
        milestone, period, due = values.get("milestone"), values.get("period"), values.get("due")
        ways: list[Callable[[Duty], bool]] = []
        if milestone is not None:
            ways.append(lambda duty: squeezed(milestone) in _names(measure, duty))
        if period is not None:
            ways.append(lambda duty: duty.period == period)
        for is_meant in ways:
            fitting = [duty for duty in fitting if is_meant(duty)]
        if not fitting:
            asked = " ".join(filter(None, (milestone, period)))
            listed = _listed(self._duties[policy.id, measure.number, unit])
            raise Doubt(f"在措施 {measure.number} 里没有“{asked}”，有：{listed}")
        if len(fitting) > 1 and due is not None:
            fitting = [duty for duty in fitting if due in (duty.due, duty.first_due, duty.due or STANDING)] or fitting
        if len(fitting) > 1:
            told = f"在措施 {measure.number} 里有 {len(fitting)} 项任务（{_listed(fitting)}）"
            raise Doubt(f"{told}，请在“节点”一列写明是哪一项")
        return fitting[0]

    def _compare_due(self, row: int, duty: Duty, due: date | str | None) -> None:
        column = self.layout.of("due")
        if column is None or due in (None, duty.due, duty.first_due, duty.due or STANDING):
            return
        planned = f"计划是 {duty.first_due}" if duty.first_due else "计划里没有时限"
        self._tell(row, column.place, f"时限和计划不一样（{planned}），以计划为准")

    # -- What a row says

    def _values(self, row: int) -> dict[str, Any] | None:
        """The cells of a row by field; None, and no doubt about anything, where it says nothing that happened."""
        values: dict[str, Any] = {"words": []}
        doubts: list[tuple[Column, str]] = []
        for column in self.layout.columns:
            if column.field in ("number", "measure", "unit"):
                continue
            try:
                value = self._value(row, column)
            except Doubt as doubt:
                doubts.append((column, str(doubt)))
                value = None
            if column.field == "note":
                values["words"].append((column, value))
            else:
                values[column.field] = value
        said = [value for field, value in values.items() if field not in (*IDENTITY, "words", "reporter", "phone")]
        says_nothing = not any(value is not None for value in (*said, *(words for _, words in values["words"])))
        if says_nothing and not [one for one in doubts if one[0].field not in IDENTITY]:
            self._idle.append(row)
            return None
        for column, why in doubts:
            self._refuse(row, column, why)
        values["unread"] = {column.field for column, _ in doubts}
        return values

    def _value(self, row: int, column: Column) -> Any:
        """What stands in a cell that is not the measure's or the unit's. Raises Doubt."""
        cell, block = self.table.cell(row, column.place), self.table.block(row, column.place)
        if column.field not in IDENTITY and block is not None and block.bottom > block.top and cell != Cell():
            where = f"{self.table.at(block.top, block.left)}:{self.table.at(block.bottom, block.right)}"
            raise Doubt(f"在合并单元格 {where} 里，看不出是每一行的还是合起来的，请取消合并，逐行填写")
        return _READERS.get(column.field, _read_words)(cell, column)

    def _facts(self, row: int, values: Mapping[str, Any]) -> list[Entry]:
        """The facts of a row in the order in which they happened, about no duty yet; none where any is in doubt."""
        if values["unread"]:
            return []
        return [*_Told(self, row, values).facts()]

    def entry(self, row: int, kind: str, day: date, **said: Any) -> Entry:
        source = f"{TAKEN_OVER}：{self.table.file} {self.table.sheet} 第 {row} 行"
        return Entry(kind, "", 0, "", day, self._recorded_by, source=source, **said)

    def day_of_words(self, values: Mapping[str, Any]) -> date | None:
        """The day of words that stand in no dated column: the row's own, the ledger's, or the one that was given."""
        return values.get("reported_on") or self.layout.day or self._on

    def refuse(self, row: int, field: str, why: str) -> None:
        column = self.layout.of(field) or self.layout.of("state") or self.unit
        self._refuse(row, column, why)

    def remark(self, row: int, field: str, said: str) -> None:
        column = self.layout.of(field) or self.unit
        self._tell(row, column.place, said)


class _Told:
    """One row, as facts."""

    def __init__(self, reader: _Reader, row: int, values: Mapping[str, Any]) -> None:
        self._reader, self._row, self._values = reader, row, values
        words = [(column, said) for column, said in values["words"] if said is not None]
        self._dated = sorted((column.day, said) for column, said in words if column.day is not None)
        self._undated = next((said for column, said in words if column.day is None), None)
        names = ("progress", "problem", "next_step", "material")
        self._more = {name: values.get(name) for name in (*names, "reporter", "phone")}
        self._says_more = any(self._more[name] is not None for name in names)
        self._as_written: str = values.get("state") or ""
        self._state = _state(self._as_written) if self._as_written else self._implied()

    def _implied(self) -> str:
        """The state of a row that writes none: a day of completion says that it is done."""
        if self._values.get("closed_on"):
            return "closed_out"
        return "submitted" if self._values.get("done_on") else "in_progress"

    def _refuse(self, field: str, why: str) -> None:
        self._reader.refuse(self._row, field, why)

    def _entry(self, kind: str, day: date, **said: Any) -> Entry:
        return self._reader.entry(self._row, kind, day, **said)

    def facts(self) -> Iterator[Entry]:
        if self._state in _DONE:
            yield from self._done()
        elif self._values.get("done_on") or self._values.get("closed_on"):
            field = "done_on" if self._values.get("done_on") else "closed_on"
            self._refuse(field, f"写了{FIELDS[field]}，状态却是“{self._as_written}”，请核对")
        elif self._state == "not_started" and self._more["progress"]:
            self._refuse("progress", f"状态是“{self._as_written}”，进度却是 {self._more['progress']}%，请核对")
        else:
            yield from self._open()

    def _done(self) -> Iterator[Entry]:
        done_on, closed_on = self._values.get("done_on"), self._values.get("closed_on")
        if done_on is None:
            self._refuse(
                "done_on", f"“{self._as_written or FIELDS['closed_on']}”没有完成日期，按期还是超期看这一天，请补上"
            )
            return
        if self._more["progress"] not in (None, 100):
            self._refuse("progress", f"已经完成，进度却是 {self._more['progress']}%，请核对")
            return
        if closed_on is not None and closed_on < done_on:
            self._refuse("closed_on", f"销号日期 {closed_on} 早于完成日期 {done_on}，请核对")
            return
        before = [(day, said) for day, said in self._dated if day < done_on]
        since = [(day, said) for day, said in self._dated if day >= done_on]
        words, reported_on = self._undated, self._values.get("reported_on")
        if words is not None and reported_on is not None and reported_on < done_on:
            before, words = [*before, (reported_on, words)], None
        if words is None and since:
            (_, words), *since = since
        for day, said in before:
            yield self._report(day, said)
        yield self._entry("submit", done_on, note=words or self._as_written or "已完成", **self._more)
        for day, said in since:
            yield self._report(day, said)
        if self._as_written in _ONLY_DONE:
            said = f"“{self._as_written}”记为报完成，等审核；办公室审核过的请写“已销号”"
            self._reader.remark(self._row, "state", said)
        if self._state == "closed_out":
            if closed_on is None:
                self._reader.remark(self._row, "state", "没有销号日期，销号记在完成的那天")
            yield self._entry("close", closed_on or done_on, note=self._as_written or "已销号")

    def _open(self) -> Iterator[Entry]:
        dated, words, day = self._dated, self._undated, self._reader.day_of_words(self._values)
        more = self._more
        last = bool(dated) and words is None and self._state != "suspended"
        for at, (on, said) in enumerate(dated, 1):
            yield self._report(on, said, more if last and at == len(dated) else {})
        if last or (self._state == "not_started" and words is None and not self._says_more):
            return
        if day is None:
            self._refuse(
                "reported_on",
                "没有写是哪天的情况，请加一列报送日期，或在表头上面写“截至2025年11月20日”，或用 --on 写明",
            )
        elif self._state == "suspended":
            if self._says_more:
                yield self._report(day, words, more)
            yield self._entry("suspend", day, note=words or self._as_written)
        else:
            yield self._report(day, words or (None if self._says_more else self._as_written), more)

    def _report(self, day: date, words: str | None, more: Mapping[str, Any] | None = None) -> Entry:
        """What was reported on a day. The state that a row writes holds, whatever its words say of it."""
        said = more or {}
        given = [said.get(name) for name in ("progress", "problem", "next_step", "material")]
        kind = kind_of_report(done=False, note=words, more=given)
        if self._state == "not_started":
            kind, words = "unchanged", words or self._as_written
        elif kind == "unchanged" and self._state == "in_progress" and self._as_written:
            kind, words = "update", f"{self._as_written}，{words}"
        return self._entry(kind, day, note=words, **said)


def _names(measure: Measure, duty: Duty) -> set[str]:
    """What a duty may be called in a ledger: as columns name it, by its key, by the title of its milestone."""
    titles = [one.title for one in measure.milestones if one.key == duty.milestone]
    words = (place(duty) or STANDING, place_in_words(duty).strip("“”") or STANDING, duty.milestone or STANDING, *titles)
    return set(map(squeezed, words))


def _listed(duties: Sequence[Duty]) -> str:
    return "、".join(place(duty) or STANDING for duty in duties)


def _in_words(entry: Entry) -> str:
    progress = [f"{entry.progress}%"] if entry.progress is not None else []
    return " ".join([*progress, *sentences(entry.note, entry.problem, entry.next_step, entry.material)])


# Cells


_MONTH_AND_DAY = re.compile(r"(1[0-2]|0?[1-9])月(3[01]|[12]\d|0?[1-9])[日号]?")
_MONTH = re.compile(r"(20\d\d)(?:年|[./-])(1[0-2]|0?[1-9])月?(份|底|初|上旬|中旬|下旬)?")
_YEAR_ALONE = re.compile(r"(20\d\d)年?(底|初|内|度)?")
_LASTING = re.compile("长期|持续|常态|全年|每年|每季|每月")


def _read_day(cell: Cell, column: Column) -> date | None:
    """A day; one without a year is of the year that the heading gives. Raises Doubt."""
    words = squeezed(cell.shown)
    if cell.day is None and not cell.flaw:
        if found := _MONTH_AND_DAY.fullmatch(words):
            if column.year is None:
                raise Doubt(f"“{cell.shown.strip()}”没有写哪一年，请写成 2025-11-20；一列都是同一年的，可以写在表头里")
            day = day_of(column.year, int(found[1]), int(found[2]))
            if day is None:
                raise Doubt(f"没有 {column.year} 年的“{cell.shown.strip()}”这一天，请核对")
            return day
        if found := _MONTH.fullmatch(words):
            raise Doubt(f"“{cell.shown.strip()}”只到月，请写到日，如 {found[1]}-{int(found[2]):02}-15")
        if found := _YEAR_ALONE.fullmatch(words):
            raise Doubt(f"“{cell.shown.strip()}”只到年，请写到日，如 {found[1]}-06-30")
    return read_day(cell)


def _read_due(cell: Cell, _: Column) -> date | str | None:
    """The date that a ledger gives a duty: a day, STANDING, None where it says nothing or nothing that is known."""
    if cell.day is not None:
        return cell.day
    words = squeezed(cell.shown)
    if not words:
        return None
    try:
        return read_day(cell)
    except Doubt:
        own = paragraph(words, 1)
        dues = {when.due for when in label_value(own, Span(0, len(own.text)), None, lambda _: True) if when.due}
        return dues.pop() if len(dues) == 1 else STANDING if _LASTING.search(words) else None


def _read_period(cell: Cell, _: Column) -> str | None:
    """The name of a period; a year is also written 2025年度. Raises Doubt."""
    words = read_text(cell)
    if words is None:
        return None
    period = parse_period(re.sub("年度?$", "", squeezed(words)))
    if period is None:
        raise Doubt(f"“{running(words)[:20]}”不是周期，请写成 2025、2025H1、2026Q4 或 2026-11")
    return period.name


def _read_state(cell: Cell, _: Column) -> str | None:
    words = read_text(cell)
    if words is not None and _state(words) is None:
        raise Doubt(f"“{running(words)[:30]}”看不出是什么状态，请写{'、'.join(CHOICES)}")
    return words and running(words)


def _read_words(cell: Cell, _: Column) -> str | None:
    return read_text(cell)


def _read_note(cell: Cell, column: Column) -> str | None:
    words = note_told(read_text(cell))
    if words is not None and column.is_vague:
        raise Doubt(f"这一列的表头（{column.heading}）只到月，看不出是哪天报的，请写成 2025年11月20日")
    return words


_READERS: Mapping[str, Callable[[Cell, Column], Any]] = {
    "note": _read_note,
    "due": _read_due,
    "period": _read_period,
    "state": _read_state,
    "progress": lambda cell, _: read_percent(cell),
    "problem": lambda cell, _: read_problem(cell),
    **dict.fromkeys(("done_on", "closed_on", "reported_on"), _read_day),
}
