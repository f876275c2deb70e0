"""审核: what waits for the office, and the 审核表 in which it decides about many at once.

As a form, a sheet goes out with what is known and comes back as anybody may have changed it: each row is known by a
code in a hidden column, and a hidden sheet says what the codes stand for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sm_devzone.domain import phrases
from sm_devzone.domain.answers import Cell, Doubt, Finding, Row, of_other_books, read_text
from sm_devzone.domain.calendar import chinese_day, recorded_day
from sm_devzone.domain.duties import Duty
from sm_devzone.domain.entry import REPORTS, DutyKey, Entry
from sm_devzone.domain.form import CODE, MANIFEST_SHEET, digest
from sm_devzone.domain.glossary import KINDS, STANDING
from sm_devzone.domain.ledger import Ledger
from sm_devzone.domain.rules import MOVES, check_act, in_order
from sm_devzone.domain.text import squeezed
from sm_devzone.errors import DevzoneError

SHEET = "审核表"

FIXED = {
    "number": "序号",
    "unit": "单位",
    "measure": "措施",
    "place": "节点",
    "due": "完成时限",
    "done_on": "完成日期",
    "note": "完成情况",
    "evidence": "佐证材料",
    "waited": "待审天数",
}
VERDICT = {"decision": "审核意见", "words": "依据或原因"}
REVIEW_HEADINGS = {**FIXED, **VERDICT, "code": CODE}
CHOICES = {"销号": "close", "退回": "return"}
"""What the office may decide -> the kind of entry it becomes."""

_IDENTITY = ("unit", "measure", "place")
_FORMAT = "review-1"


class Waiting(NamedTuple):
    """A duty that waits for review. `entry` is its 报完成, `since` the day that was recorded on, `days` since then.

    `note` has all that the unit has said since, a line each; `evidence` are names of files.
    """

    policy: str
    measure: int
    title: str
    milestone: str | None
    period: str | None
    unit: str
    due: date | None
    done_on: date | None
    is_on_time: bool | None
    note: str | None
    problem: str | None
    next_step: str | None
    evidence: tuple[str, ...]
    entry: int
    since: date
    days: int

    @property
    def key(self) -> DutyKey:
        return DutyKey(self.policy, self.measure, self.unit, self.milestone or "", self.period or "")

    @property
    def code(self) -> str:
        return digest("\t".join(map(str, (*self.key, self.entry))))


def waiting(duty: Duty, number: int, acts: Iterable[Entry], files: Iterable[str], day: date) -> Waiting:
    """`duty`, which waits on `day` since entry `number`; `acts` are those that count of it, `files` its evidence."""
    told = [act for act in in_order(acts) if act.kind in REPORTS]
    first = next(at for at, act in enumerate(told) if act.id == number)
    said = told[first:]
    since = min(recorded_day(said[0].recorded_at), day)
    return Waiting(
        *(duty.policy, duty.measure, duty.title, duty.milestone, duty.period, duty.unit),
        duty.due,
        duty.done_on,
        duty.is_on_time,
        _lines(act.note for act in said),
        _lines(act.problem for act in said),
        _lines(act.next_step for act in said),
        tuple(dict.fromkeys([*files, *(act.material for act in said if act.material)])),
        number,
        since,
        (day - since).days,
    )


def _lines(words: Iterable[str | None]) -> str | None:
    return "\n".join(dict.fromkeys(filter(None, words))) or None


class Sheet(NamedTuple):
    """What the office gets to decide about. `position` is the last entry that it knows of, `versions` are the plans it
    rests on, policy id -> version.
    """

    day: date
    position: int
    versions: Mapping[str, str]
    rows: Sequence[Waiting]
    number_of: Callable[[str, int], str]

    @property
    def heading(self) -> tuple[str, str]:
        said = (
            f"截至{chinese_day(self.day)}　　共 {len(self.rows)} 项　　审核意见选“销号”或“退回”，并写依据；不定的空着"
        )
        return "待审核任务审核表", said

    def cells(self, row: Waiting) -> dict[str, object]:
        """What stands in the fixed cells."""
        late = {True: "按期", False: "超期", None: ""}[row.is_on_time]
        labelled = phrases.sentences(row.note, row.problem, row.next_step)
        return {
            "unit": row.unit,
            "measure": f"{self.number_of(row.policy, row.measure)} {row.title}",
            "place": phrases.place(row) or STANDING,
            "due": row.due,
            "done_on": "\n".join(filter(None, (str(row.done_on or ""), late))),
            "note": "\n".join(labelled),
            "evidence": "\n".join(row.evidence) or "无佐证",
            "waited": row.days,
        }


class SentRow(NamedTuple):
    """What a code stands for: the duty, the number of its 报完成, and the cells of _IDENTITY as they were sent."""

    key: DutyKey
    entry: int
    cells: Mapping[str, str]


class SentSheet(NamedTuple):
    """What the hidden sheet of a returned 审核表 says, by code. An older one has no `versions`."""

    position: int
    versions: Mapping[str, str]
    policies: frozenset[str]
    rows: Mapping[str, SentRow]
    heading: tuple[str, str]

    def is_printed(self, words: str) -> bool:
        return squeezed(words) in {squeezed(line) for line in (*self.heading, "第页，共页")}


def manifest(sheet: Sheet, shown: Callable[[str], str]) -> list[tuple[str, ...]]:
    """The lines of the hidden sheet; `shown` gives words as a cell shows them."""
    lines: list[tuple[str, ...]] = [
        (MANIFEST_SHEET, _FORMAT),
        ("position", str(sheet.position)),
        ("heading", *sheet.heading),
        *(("policy", id_, version) for id_, version in sheet.versions.items()),
    ]
    for row in sheet.rows:
        cells = sheet.cells(row)
        lines.append(
            ("row", row.code, *map(str, row.key), str(row.entry), *(shown(str(cells[name])) for name in _IDENTITY))
        )
    return [*lines, ("check", digest(repr(lines)))]


def is_manifest(lines: Sequence[Sequence[str]]) -> bool:
    return bool(lines) and tuple(lines[0]) == (MANIFEST_SHEET, _FORMAT)


def read_manifest(lines: Sequence[Sequence[str]]) -> SentSheet | str:
    """What the hidden sheet says, or in words why it cannot be relied on."""
    *body, last = [tuple(line) for line in lines]
    if last != ("check", digest(repr(body))):
        return "隐藏的信息页被改过或不完整，认不出每一行是哪项任务"
    rows = {}
    for _, code, policy, measure, unit, milestone, period, entry, *cells in (line for line in body if line[0] == "row"):
        key = DutyKey(policy, int(measure), unit, milestone, period)
        rows[code] = SentRow(key, int(entry), dict(zip(_IDENTITY, cells, strict=True)))
    heading = next(line[1:] for line in body if line[0] == "heading")
    versions = {line[1]: line[2] for line in body if line[0] == "policy"}
    policies = frozenset(row.key.policy for row in rows.values())
    return SentSheet(int(body[1][1]), versions, policies, rows, (heading[0], heading[1]))


class ReturnedSheet(NamedTuple):
    """A 审核表 as it came back; the fields are those of answers.Returned."""

    file: str
    sheet: str
    sent: SentSheet
    letters: Mapping[str, str]
    rows: Mapping[int, Mapping[str, Cell]]
    notes: Sequence[tuple[str, str]] = ()


def weigh(
    returned: ReturnedSheet,
    ledger: Ledger,
    acts: Callable[[DutyKey], Sequence[Entry]],
    position: int,
    recorded_by: str,
    *,
    theirs: bool,
) -> list[Finding]:
    """What comes of a returned 审核表 on the day of `ledger`, row by row, all problems at once.

    `acts` gives what counts of a duty, the last recorded first. `theirs` takes a decision although the unit has
    reported since.
    """
    file, sheet, sent = returned.file, returned.sheet, returned.sent
    if said := of_other_books(sorted(sent.policies), sent.position, ledger, position, SHEET, "出表"):
        return [Finding(file, "", "", "refused", said)]
    found = [Finding(file, sheet, place, "note", said) for place, said in returned.notes]
    duties = {duty.key: duty for duty in ledger.duties}
    rows: dict[str, int] = {}
    for number, cells in returned.rows.items():
        row = Row(returned, number, cells)
        if all(row.cell(name) == Cell() for name in VERDICT) and row.code in sent.rows:
            rows.setdefault(row.code, number)
            continue
        if row.code in rows:
            said = f"和第 {rows[row.code]} 行是同一项任务（复制的行），请只留一行"
            found.append(row.told("refused", "code", said))
        elif row.code not in sent.rows:
            if any(row.cell(name) != Cell() for name in (*VERDICT, "code")):
                found.append(row.told("refused", "code", f"第 {number} 行的编号不是这张表发出的，请在原来的行里填"))
        else:
            rows[row.code] = number
            key, entry, cells_sent = sent.rows[row.code]
            why = "{}和发出时不一样（发出“{}”），这一行可能错位了"
            changed = [
                row.told("refused", name, why.format(REVIEW_HEADINGS[name], cells_sent[name]))
                for name in _IDENTITY
                if squeezed(row.cell(name).shown) != squeezed(cells_sent[name])
            ]
            decided = _Decided(duties.get(key), entry, acts(key), sent.position, ledger.day, recorded_by)
            found += changed or [_decision(row, decided, theirs=theirs)]
    return found


class _Decided(NamedTuple):
    """What a decision is about: the duty, its 报完成, what counts of it, and the last entry that the sheet knew."""

    duty: Duty | None
    submitted: int
    acts: Sequence[Entry]
    position: int
    day: date
    recorded_by: str


def _decision(row: Row, about: _Decided, *, theirs: bool) -> Finding:
    """What comes of the decision in one row."""
    duty = about.duty
    since = [act for act in about.acts if act.id > about.position and act.kind in (*REPORTS, *_OFFICE)]
    beside = "；".join(f"{act.id} 号 {act.happened_on} {KINDS[act.kind]}：{act.note or ''}" for act in since)
    try:
        kind, words = _read(row)
        if duty is None:
            raise Doubt("这项任务已不在台账里（计划改过，或单位已移出）")
        source = f"{row.returned.file} 第 {row.number} 行"
        entry = Entry(kind, *duty.key[:3], about.day, about.recorded_by, *duty.key[3:], source=source, note=words)
        if taken := next(
            (act for act in since if act.kind == kind and squeezed(act.note or "") == squeezed(words)), None
        ):
            return row.told("unchanged", "decision", f"已经登记过（{taken.id} 号）")
        check_act(duty, entry)
        if any(act.kind == "submit" and act.id > about.submitted for act in since):
            raise Doubt(f"出表以后退回过、又报了完成（{beside}），请重新出表审核")
    except (Doubt, DevzoneError) as error:
        return row.told("refused", "decision", str(error))
    said = f"{KINDS[kind]}：{words}"
    if since and not theirs:
        said = f"出表以后又有记录（{beside}），审核意见是（{said}）；仍照这个意见办，加 --theirs"
        return row.told("conflict", "decision", said, entry)
    return row.told("new", "decision", said, entry)


def _read(row: Row) -> tuple[str, str]:
    """The kind and the words of a decision. Raises Doubt."""
    choice, words = squeezed(read_text(row.cell("decision")) or ""), read_text(row.cell("words"))
    if not choice:
        raise Doubt("写了依据或原因，没有选销号还是退回")
    if choice not in CHOICES:
        raise Doubt(f"“{choice}”不是可选的意见，请选{'、'.join(CHOICES)}")
    if words is None:
        raise Doubt(f"{choice}要写{MOVES[CHOICES[choice]].asks}")
    return CHOICES[choice], words


_OFFICE = ("close", "return", "reopen", "suspend", "resume")
