"""流水: facts are only ever appended; one counts from the day on which it happened."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sm_devzone.domain.appointments import Appointment
from sm_devzone.domain.bulletin import compose
from sm_devzone.domain.calendar import ONE_DAY, end_of_day_utc, period_of
from sm_devzone.domain.digest import Digest
from sm_devzone.domain.duties import Facts
from sm_devzone.domain.entry import REPORTS, DutyKey, Entry, Record, Span, Words
from sm_devzone.domain.glossary import KINDS
from sm_devzone.domain.ledger import Ledger, compute
from sm_devzone.domain.plan import Measure, Milestone, Plan, Policy, Unit
from sm_devzone.errors import DatabaseUnusable, Refused
from sm_devzone.output import page
from sm_devzone.output.document import render
from sm_devzone.settings import shipped
from sm_devzone.storage.database import Database
from sm_devzone.storage.fold import ALL
from sm_devzone.storage.journal import OFFICE_ONLY, Journal, Reader
from tests.conftest import Devzone
from tests.folding import fold

POLICY, MEASURE, UNIT = "sm-devzone-2024", 4, "市商务局"
KEY = DutyKey(POLICY, MEASURE, UNIT, "整合")


def china(text: str) -> datetime:
    """A moment in China: 2026-11-23T23:59."""
    return datetime.fromisoformat(f"{text}:00+08:00").astimezone(UTC)


def report(happened_on: str, **said: Any) -> Entry:
    """What 市商务局 reported of its duty in measure 4."""
    bare = Entry(
        kind="update", policy="", measure=0, unit="", happened_on=date.fromisoformat(happened_on), recorded_by="小林"
    )
    return bare.of(KEY)._replace(**said)


def void(number: int) -> Entry:
    return report("2026-11-23", kind="void", voids=number, note="记错了")


def saying(entries: list[Entry]) -> Callable[[Reader], list[Entry]]:
    """A decision that does not depend on what is in the journal."""
    return lambda _: entries


def append(journal: Journal, moment: str, *entries: Entry) -> list[int]:
    return [entry.id for entry in journal.append(saying(list(entries)), china(moment))]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "devzone.db"


@pytest.fixture
def journal(path: Path) -> Journal:
    return Journal(Database(str(path)))


def records(journal: Journal, day: str, known: str | None = None) -> dict[DutyKey, Record]:
    """What counts on `day`; of what was known by the end of the day `known`."""
    with journal.reading() as reader:
        return next(reader.seen(known=date.fromisoformat(known) if known else None).records(date.fromisoformat(day)))


def words(journal: Journal, day: str, known: str | None = None) -> Words:
    with journal.reading() as whole:
        reader = whole.seen(known=date.fromisoformat(known) if known else None)
        report = next(reader.records(date.fromisoformat(day)))[KEY].last_report
        assert report is not None
        (said,) = reader.words([report])
    assert said is not None
    return said


def acts(reader: Reader, day: date, key: DutyKey) -> list[Entry]:
    return reader.acts(day, key.policy, [key.measure], [key.unit], key.milestone, key.period)


# Appending


def test_what_is_appended_gets_a_number_and_the_moment(journal: Journal) -> None:
    first, second = journal.append(
        saying([report("2026-11-20", note="甲"), report("2026-11-21", note="乙")]), china("2026-11-23T16:20")
    )
    assert (first.id, second.id) == (1, 2)
    assert first.recorded_at == second.recorded_at == "2026-11-23T08:20:00Z"
    with journal.reading() as reader:
        assert reader.entries(date(2026, 11, 23)) == [second, first]
        assert reader.entry(2) == second
        assert reader.entry(3) is None
        assert reader.count(date(2026, 11, 23)) == 2


def test_all_entries_of_one_act_are_kept_or_none(journal: Journal) -> None:
    with pytest.raises(DatabaseUnusable, match="progress_is_percent"):
        append(journal, "2026-11-23T09:00", report("2026-11-23", note="好"), report("2026-11-23", progress=101))
    with journal.reading() as reader:
        assert reader.entries(date.max) == []


def test_what_is_decided_on_is_what_is_there(journal: Journal) -> None:
    append(journal, "2026-11-23T09:00", report("2026-11-23", note="甲"))

    def only_once(reader: Reader) -> list[Entry]:
        return [] if acts(reader, date(2026, 11, 23), KEY) else [report("2026-11-23", note="甲")]

    assert journal.append(only_once, china("2026-11-23T10:00")) == []


def test_where_nothing_is_appended_no_journal_is_made(journal: Journal, path: Path) -> None:
    def refuse(_: Reader) -> list[Entry]:
        raise Refused("不行")

    assert append(journal, "2026-11-23T09:00") == []
    with pytest.raises(Refused):
        journal.append(refuse, china("2026-11-23T09:00"))
    assert not path.exists()


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
"""All of Unicode, with controls: the journal keeps what it is given, and domain/rules says what may be."""

ANY_ENTRY = st.builds(
    Entry,
    kind=st.sampled_from(sorted(KINDS.keys() - {"void"})),
    policy=TEXT,
    measure=st.integers(0, 999),
    unit=TEXT,
    happened_on=st.dates(),
    recorded_by=TEXT,
    milestone=TEXT,
    period=TEXT,
    source=TEXT,
    role=st.sampled_from([None, "lead", "responsible", "assisting"]),
    due_before=st.none() | st.dates(),
    due=st.none() | st.dates(),
    means=st.none() | TEXT,
    progress=st.none() | st.integers(0, 100),
    note=st.none() | TEXT,
    problem=st.none() | TEXT,
    next_step=st.none() | TEXT,
    voids=st.none(),
    recorded_at=st.just(""),
    id=st.just(0),
    voided_by=st.none(),
    evidence=st.just(()),
)

_BLANK: list[bytes] = []


@contextmanager
def fresh_journal() -> Iterator[Journal]:
    """For Hypothesis, which runs one test many times on one `tmp_path`: a journal with its table and no entries."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "devzone.db")
        if not _BLANK:
            with Database(str(path)).writing():
                pass
            _BLANK.append(path.read_bytes())
        path.write_bytes(_BLANK[0])
        yield Journal(Database(str(path)))


@given(st.lists(ANY_ENTRY, max_size=4), st.datetimes(timezones=st.just(UTC)))
@settings(max_examples=50, deadline=None)
def test_what_was_appended_reads_back(entries: list[Entry], now: datetime) -> None:
    with fresh_journal() as journal:
        appended = journal.append(saying(entries), now)
        with journal.reading() as reader:
            assert [reader.entry(number) for number in range(1, len(entries) + 1)] == appended
    moment = f"{now.replace(tzinfo=None).isoformat(timespec='seconds')}Z"
    assert appended == [entry._replace(id=n, recorded_at=moment) for n, entry in enumerate(entries, 1)]


# The database itself refuses every change


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE entry SET note = '改'",
        "UPDATE entry SET id = 9 WHERE id = 1",
        "UPDATE OR REPLACE entry SET id = 2 WHERE id = 1",
        "DELETE FROM entry",
        "DELETE FROM entry WHERE id = 2",
        "REPLACE INTO entry SELECT {columns} FROM entry WHERE id = 1",
        "INSERT OR REPLACE INTO entry SELECT {columns} FROM entry WHERE id = 1",
        "INSERT OR IGNORE INTO entry SELECT {columns} FROM entry WHERE id = 1",
        "INSERT INTO entry SELECT {columns} FROM entry WHERE true ON CONFLICT (id) DO UPDATE SET note = '改'",
    ],
)
def test_the_database_refuses_every_change(journal: Journal, path: Path, change: str) -> None:
    append(journal, "2026-11-23T09:00", report("2026-11-23", note="甲"), report("2026-11-23", note="乙"))
    with closing(sqlite3.connect(path)) as file:
        before = file.execute("SELECT * FROM entry").fetchall()
        names = [row[1] for row in file.execute("PRAGMA table_info(entry)")]
        columns = ", ".join("'改'" if name == "note" else name for name in names)
        with pytest.raises(sqlite3.IntegrityError, match="only appended to"):
            file.execute(change.format(columns=columns))
        file.commit()
        assert file.execute("SELECT * FROM entry").fetchall() == before


def test_the_next_number_is_free_after_a_refused_change(journal: Journal, path: Path) -> None:
    append(journal, "2026-11-23T09:00", report("2026-11-23", note="甲"))
    with closing(sqlite3.connect(path)) as file, pytest.raises(sqlite3.IntegrityError):
        file.execute("DELETE FROM entry")
    assert append(journal, "2026-11-23T10:00", report("2026-11-23", note="乙")) == [2]


# What counts on a day


def test_a_fact_counts_from_the_day_on_which_it_happened_and_is_known_since_it_was_recorded(journal: Journal) -> None:
    append(journal, "2026-11-23T09:00", report("2026-11-20", note="上周五的事"))
    reported = {KEY: Record(reported_on=date(2026, 11, 20), started=True, last_report=1)}
    assert records(journal, "2026-11-19") == {}
    assert records(journal, "2026-11-20") == reported
    assert records(journal, "2026-11-20", known="2026-11-20") == {}
    assert records(journal, "2026-11-22", known="2026-11-22") == {}
    assert records(journal, "2026-11-20", known="2026-11-23") == reported
    assert records(journal, "2026-11-23", known="2026-11-23") == reported


def test_a_day_ends_at_midnight_in_china(journal: Journal) -> None:
    append(journal, "2026-11-22T23:59", report("2026-11-22", note="午夜前"))
    append(journal, "2026-11-23T00:00", report("2026-11-22", note="午夜后"))
    assert words(journal, "2026-11-22", known="2026-11-22") == Words(note="午夜前")
    assert words(journal, "2026-11-22", known="2026-11-23") == Words(note="午夜后")
    with journal.reading() as reader:
        day = date(2026, 11, 23)
        assert [entry.id for entry in reader.recorded_since(date(2026, 11, 23), day, None)] == [2]
        assert [entry.id for entry in reader.recorded_since(date(2026, 11, 22), day, None)] == [2, 1]
        assert len(reader.recorded_since(date(999, 1, 1), day, None)) == 2
        assert [entry.id for entry in reader.late(date(2026, 11, 23), day, None)] == [2]
        assert reader.happened(date(2026, 11, 23), day) == []


def test_what_happened_before_a_period_and_was_in_no_bulletin_is_late(journal: Journal) -> None:
    append(journal, "2026-11-13T09:00", report("2026-11-12", note="上期已报"))  # 1, known to the bulletin of the 13th
    append(journal, "2026-11-14T09:00", report("2026-11-13", note="上期发出以后补的"))  # 2
    append(journal, "2026-11-17T09:00", report("2026-11-12", note="本周补的"))  # 3
    append(journal, "2026-11-18T09:00", report("2026-11-18", note="本周的"))  # 4
    append(journal, "2026-11-25T09:00", report("2026-11-10", note="下周才补的"))  # 5
    week, friday = date(2026, 11, 16), date(2026, 11, 20)
    with journal.reading() as reader:
        assert [entry.id for entry in reader.happened(week, friday)] == [4]
        assert [entry.id for entry in reader.late(week, friday, 1)] == [3, 2]
        assert [entry.id for entry in reader.late(week, friday, None)] == [3]  # where no bulletin was issued before


def test_a_fact_of_a_day_to_come_does_not_count_yet(journal: Journal) -> None:
    append(journal, "2026-11-23T09:00", report("2026-12-01", note="预先登记"))
    assert records(journal, "2026-11-30") == {}
    assert records(journal, "2026-12-01") == {KEY: Record(reported_on=date(2026, 12, 1), started=True, last_report=1)}


def test_what_is_submitted_is_dated_by_the_last_submission(journal: Journal) -> None:
    append(journal, "2026-11-20T09:00", report("2026-11-18", kind="submit", note="完成"))
    append(journal, "2026-11-23T09:00", report("2026-11-23", note="补充"))
    assert records(journal, "2026-11-23") == {
        KEY: Record(
            reported_on=date(2026, 11, 23),
            submitted_on=date(2026, 11, 18),
            act="submit",
            acted_on=date(2026, 11, 18),
            started=True,
            last_report=2,
            last_act=1,
        )
    }


def test_the_last_act_is_the_one_that_happened_last(journal: Journal) -> None:
    append(journal, "2026-11-20T09:00", report("2026-11-18", kind="submit", note="完成"))
    append(journal, "2026-11-20T10:00", report("2026-11-20", kind="return", note="材料不齐"))
    append(journal, "2026-11-23T09:00", report("2026-11-16", kind="submit", note="补登的头一次"))
    assert records(journal, "2026-11-23")[KEY][1:4] == (date(2026, 11, 18), "return", date(2026, 11, 20))
    assert records(journal, "2026-11-17")[KEY][1:4] == (date(2026, 11, 16), "submit", date(2026, 11, 16))
    append(journal, "2026-11-23T10:00", report("2026-11-20", kind="submit", note="同一天又报"))  # of one day, the last
    assert records(journal, "2026-11-23")[KEY].act == "submit"
    with journal.reading() as reader:  # 0.1.0 went by the number
        assert next(reader.seen(3, by_number=True).records(date(2026, 11, 23)))[KEY].act == "submit"


def test_a_suspension_lasts_until_it_is_lifted(journal: Journal) -> None:
    append(journal, "2026-11-20T09:00", report("2026-11-16", kind="suspend", note="等批复"))
    assert records(journal, "2026-11-18")[KEY].suspended_on == date(2026, 11, 16)
    append(journal, "2026-11-23T09:00", report("2026-11-19", kind="resume", note="批了"))
    assert records(journal, "2026-11-18")[KEY].suspended_on == date(2026, 11, 16)
    assert records(journal, "2026-11-19")[KEY].suspended_on is None
    assert records(journal, "2026-11-19")[KEY].pauses == (Span(date(2026, 11, 16), date(2026, 11, 18)),)
    assert records(journal, "2026-11-23", known="2026-11-22")[KEY].suspended_on == date(2026, 11, 16)


def test_what_was_written_under_one_name_and_another_counts_together(journal: Journal) -> None:
    old, new = KEY._replace(unit="市旧局"), KEY._replace(unit="市新局")
    append(journal, "2026-11-18T09:00", report("2026-11-18", note="旧名下").of(old))
    append(journal, "2026-11-18T10:00", report("2026-11-18", kind="extend", due=date(2026, 12, 1)).of(old))
    append(journal, "2026-11-20T09:00", report("2026-11-20", kind="submit", note="新名下").of(new))
    append(journal, "2026-11-20T10:00", report("2026-11-20", kind="extend", due=date(2026, 12, 9)).of(new))

    def renamed(key: DutyKey, _: int) -> DutyKey:
        return key._replace(unit={"市旧局": "市新局"}.get(key.unit, key.unit))

    with journal.reading() as reader:
        assert next(reader.records(date(2026, 11, 20), resolve=renamed)) == {
            new: Record(
                reported_on=date(2026, 11, 20),
                submitted_on=date(2026, 11, 20),
                act="submit",
                acted_on=date(2026, 11, 20),
                due=date(2026, 12, 9),
                extensions=2,
                started=True,
                last_report=3,
                last_act=3,
            )
        }


def test_a_number_that_meant_another_measure_before_a_cut_is_read_so(journal: Journal) -> None:
    first, second = KEY._replace(measure=1), KEY._replace(measure=2)
    append(journal, "2026-11-18T09:00", report("2026-11-18", note="那时的措施 1").of(first))
    append(journal, "2026-11-20T09:00", report("2026-11-20", note="现在的措施 1").of(first))

    def swapped(key: DutyKey, number: int) -> DutyKey:
        return key._replace(measure=3 - key.measure) if number <= 1 else key

    with journal.reading() as reader:
        found = next(reader.records(date(2026, 11, 20), resolve=swapped, cuts={POLICY: [1]}))
    assert {key: record.last_report for key, record in found.items()} == {second: 1, first: 2}


def test_a_voided_entry_stops_counting_from_the_day_its_void_was_recorded(journal: Journal) -> None:
    append(journal, "2026-11-20T09:00", report("2026-11-20", note="误报"))
    append(journal, "2026-11-23T09:00", void(1))
    reported = {KEY: Record(reported_on=date(2026, 11, 20), started=True, last_report=1)}
    assert records(journal, "2026-11-22", known="2026-11-22") == reported
    assert records(journal, "2026-11-22", known="2026-11-23") == {}
    assert records(journal, "2026-11-23") == {}
    with journal.reading() as reader:
        then = reader.seen(known=date(2026, 11, 22))
        assert [entry.voided_by for entry in then.entries(date(2026, 11, 22))] == [None]
        assert [entry.voided_by for entry in reader.entries(date(2026, 11, 23))] == [None, 2]
        assert [entry.voided_by for entry in reader.seen(1).entries(date(2026, 11, 23))] == [None]


def test_the_last_words_are_those_of_the_latest_day_then_of_the_latest_entry(journal: Journal) -> None:
    append(journal, "2026-11-23T09:00", report("2026-11-20", note="周五"), report("2026-11-18", note="周三，后来补的"))
    assert words(journal, "2026-11-23") == Words(note="周五")
    append(journal, "2026-11-23T10:00", report("2026-11-20", problem="周五又说"))
    assert words(journal, "2026-11-23") == Words(problem="周五又说")


def test_progress_is_carried_over_and_words_are_not(journal: Journal) -> None:
    append(journal, "2026-11-18T09:00", report("2026-11-18", progress=40, problem="缺资金"))
    append(journal, "2026-11-20T09:00", report("2026-11-20", note="本期无变化"))
    assert words(journal, "2026-11-20", known="2026-11-20") == Words(progress=40, note="本期无变化")
    append(journal, "2026-11-23T09:00", report("2026-11-23", progress=0, note="重新统计"))
    assert words(journal, "2026-11-23") == Words(progress=0, note="重新统计")


def test_what_the_office_decided_last_stands(journal: Journal) -> None:
    append(journal, "2026-11-18T09:00", report("2026-11-18", kind="assign", role="lead"))
    append(journal, "2026-11-20T09:00", report("2026-11-20", kind="remove"))
    append(journal, "2026-11-23T09:00", report("2026-11-23", kind="assign", role="assisting"))
    with journal.reading() as reader:
        by_day = {day: reader.appointments(date(2026, 11, day)) for day in (17, 18, 20, 23)}
    first = Appointment(POLICY, MEASURE, UNIT, "lead", None, date(2026, 11, 18), 1)
    then = first._replace(role=None, day=date(2026, 11, 20), number=2)
    last = first._replace(role="assisting", day=date(2026, 11, 23), number=3)
    assert by_day == {17: [], 18: [first], 20: [first, then], 23: [first, then, last]}


def test_who_answers_is_told_in_the_order_in_which_it_happened(journal: Journal) -> None:
    append(journal, "2026-11-20T09:00", report("2026-11-20", kind="remove"))
    append(journal, "2026-11-23T09:00", report("2026-11-18", kind="transfer", to_unit="市林业局"))
    with journal.reading() as reader:
        found = reader.appointments(date(2026, 11, 23))
        assert [(act.number, act.role, act.heir) for act in found] == [(2, None, "市林业局"), (1, None, None)]
        first = reader.seen(by_number=True).appointments(date(2026, 11, 23))
    assert [act.number for act in first] == [1, 2]


def test_a_late_entry_does_not_change_what_was_known_on_an_earlier_day(devzone: Devzone) -> None:
    def seen(day: str, *known: str) -> list[str]:
        verbs = (["status", "--json"], ["assign", "--unit", UNIT], ["history"], ["report", "--format", "md", "-o", "-"])
        return [devzone.ok(*verb, "--as-of", day, *known).out for verb in verbs]

    devzone.at("2026-11-18").ok("update", 4, "--unit", UNIT, "--note", "按期报送", "--progress", 30)
    devzone.at("2026-11-20")
    friday = seen("2026-11-20")
    devzone.at("2026-11-23")
    devzone.ok("update", 4, "--unit", UNIT, "--done", "--note", "其实上周就完成了", "--on", "2026-11-19")
    devzone.ok("void", 1, "--reason", "记错")
    devzone.ok("assign", 4, "--unit", "市林业局", "--reason", "会议纪要")
    assert seen("2026-11-20", "--known", "2026-11-20") == friday
    assert all(now != then for now, then in zip(seen("2026-11-20"), friday, strict=True))  # as it is known now
    assert seen("2026-11-23") != friday


# The law of all this: what SQL folds is what a person would work out with a pencil

KEYS = [DutyKey("甲", 1, "东县"), DutyKey("甲", 1, "东县", "验收"), DutyKey("甲", 2, "西县"), DutyKey("乙", 1, "东县")]
DAYS = st.dates(date(2026, 11, 16), date(2026, 11, 24))
MOMENTS = st.integers(0, 9 * 86400).map(lambda seconds: china("2026-11-16T00:00") + timedelta(seconds=seconds))


def fact(kind: str, key: DutyKey, happened_on: date, die: int) -> Entry:
    """A fact of `kind`; what else is in it falls as the die does."""
    words: dict[str, dict[str, Any]] = {
        "assign": {"role": ("lead", "assisting")[die % 2]},
        "remove": {},
        "transfer": {"to_unit": ("东县", "西县")[die % 2]},
        "void": {"voids": die},
        "extend": {"due": happened_on + timedelta(days=die), "due_before": date(2026, 11, 20)},
        "urge": {"means": "电话"},
        **{act: {"note": "说明"} for act in ("close", "return", "reopen", "suspend", "resume")},
    }
    said = {"progress": (None, 0, 40, 100)[die % 4], "note": (None, "好", "不好")[die % 3]}
    return Entry(kind, "", 0, "", happened_on, "小林", **words.get(kind, said)).of(key)


FACTS = st.builds(
    fact,
    st.sampled_from(["update", "update", *KINDS]),
    st.sampled_from(KEYS),
    DAYS,
    st.integers(1, 6),
)
ACTS = st.lists(st.tuples(MOMENTS, st.lists(FACTS, min_size=1, max_size=6)), max_size=3)
"""Moments in any order, for a clock may be set back; what is voided may be a 作废, or not there yet."""


def day_recorded(entry: Entry) -> date:
    return (datetime.fromisoformat(entry.recorded_at) + timedelta(hours=8)).date()


def with_a_pencil(entries: Sequence[Entry], day: date, known_on: date) -> dict[str, object]:
    """What counts on `day`, as known on `known_on`, in the plainest Python there is."""
    known = [entry for entry in entries if entry.happened_on <= day and day_recorded(entry) <= known_on]
    voids = [entry for entry in entries if entry.kind == "void" and day_recorded(entry) <= known_on]
    counting = [entry for entry in known if entry.id not in {void.voids for void in voids}]
    reports: dict[DutyKey, list[Entry]] = {}
    appointments: list[Appointment] = []
    for entry in counting:
        if entry.kind in REPORTS:
            reports.setdefault(entry.key, []).append(entry)
        elif entry.kind in ("assign", "remove", "transfer"):
            act = Appointment(*entry.key[:3], entry.role, entry.to_unit, entry.happened_on, entry.id)
            appointments.append(act)
    last = {key: max(own, key=lambda e: (e.happened_on, e.id)) for key, own in reports.items()}
    with_progress = {key: [e for e in own if e.progress is not None] for key, own in reports.items()}
    return {
        "records": fold(entries, day, known_on),
        "words": {
            key: Words(
                max(with_progress[key], key=lambda e: (e.happened_on, e.id)).progress if with_progress[key] else None,
                last[key].note,
            )
            for key in reports
        },
        "acts": {
            key: [e.id for e in reversed(counting) if e.key == key and e.kind not in OFFICE_ONLY]
            for key in fold(entries, day, known_on)
        },
        "appointments": sorted(appointments, key=lambda act: (act.day, act.number)),
        "entries": [
            entry._replace(voided_by=min((void.id for void in voids if void.voids == entry.id), default=None))
            for entry in reversed(known)
        ],
        "begun": {
            entry.policy: day_recorded(entry)
            for entry in reversed(entries)
            if entry.kind != "void"
            and day_recorded(entry) <= known_on
            and entry.id not in {void.voids for void in voids}
        },
    }


def as_read(journal: Journal, day: date, known_on: date) -> dict[str, object]:
    with journal.reading() as whole:
        reader = whole.seen(known=known_on)
        found = next(reader.records(day))
        last = {key: record.last_report for key, record in found.items() if record.last_report}
        return {
            "records": found,
            "words": dict(zip(last, reader.words(last.values()), strict=True)),
            "acts": {key: [entry.id for entry in acts(reader, day, key)] for key in found},
            "appointments": reader.appointments(day),
            "entries": reader.entries(day),
            "begun": reader.begun(["甲", "乙"]),
        }


@given(ACTS, DAYS, DAYS)
@settings(max_examples=40, deadline=None)
def test_as_of_a_day_as_known_on_another(acts: list[tuple[datetime, list[Entry]]], day: date, known_on: date) -> None:
    with fresh_journal() as journal:
        entries = [entry for moment, new in acts for entry in journal.append(saying(new), moment)]
        assert as_read(journal, day, known_on) == with_a_pencil(entries, day, known_on)
        with journal.reading() as reader:
            assert reader.count(day) == len(reader.entries(day))
            whole = next(reader.records(day))
            assert next(reader.records(day, dated=True)) == {key: r for key, r in whole.items() if key.milestone}
            assert list(reader.records(day, spans=[("", "甲"), ("甲", ALL[1])])) == [
                {key: r for key, r in whole.items() if key.policy == policy} for policy in ("乙", "甲")
            ]
            for policy in ("甲", "乙"):
                assert next(reader.records(day, policy)) == {key: r for key, r in whole.items() if key.policy == policy}
                assert reader.entries(day, policy, 1) == [
                    e for e in reader.entries(day) if (e.policy, e.measure) == (policy, 1)
                ]
            since = date(2026, 11, 19)
            everything = reader.entries(day)
            assert reader.recorded_since(since, day, None) == [e for e in everything if day_recorded(e) >= since]
            assert reader.happened(since, day) == [e for e in everything if e.happened_on >= since]
            assert reader.late(since, day, 2) == [
                e for e in everything if e.happened_on < since and day_recorded(e) <= day and e.id > 2
            ]
            for position in (0, 2):
                then = reader.seen(position)
                assert next(then.records(day)) == fold(entries[:position], day)
                assert then.position() == min(position, len(entries))


def test_the_ledger_is_read_from_indexes_alone_or_by_one(journal: Journal, path: Path) -> None:
    append(journal, "2026-11-23T09:00", report("2026-11-23"))
    steps: list[str] = []
    with closing(sqlite3.connect(path)) as file:

        def explained(sql: str, values: Mapping[str, Any]) -> list[Any]:
            steps.extend(row[3] for row in file.execute(f"EXPLAIN QUERY PLAN {sql}", values))
            return []

        reader = Reader(explained)
        next(reader.records(date(2026, 11, 23)))
        reader.appointments(date(2026, 11, 23))
        reader.begun([POLICY])
    reads = [step for step in steps if step.startswith(("SCAN", "SEARCH"))]
    assert [next(name for name in step.split() if name.startswith("entry_")) for step in reads] == [
        "entry_by_duty",
        "entry_voided",
        "entry_by_office",
        "entry_voided",
        "entry_by_policy",
        "entry_voided",
    ]


@pytest.mark.parametrize("value", ["2026-11-23", "2026-11-23T01:00:00Z", "update", "lead"])
def test_a_value_that_the_disk_has_damaged_is_told(journal: Journal, path: Path, value: str) -> None:
    append(journal, "2026-11-23T09:00", report("2026-11-23", role="lead"))
    content = path.read_bytes()
    path.write_bytes(content.replace(value.encode(), bytes(len(value))))
    with pytest.raises(DatabaseUnusable, match="损坏"), journal.reading() as reader:
        reader.entries(date.max)


@given(ACTS, DAYS, ACTS)
@settings(max_examples=25, deadline=None)
def test_a_bulletin_as_known_on_its_day_is_the_same_whatever_comes_later(
    cache_home: Path,
    acts: list[tuple[datetime, list[Entry]]],
    day: date,
    later: list[tuple[datetime, list[Entry]]],
) -> None:
    with fresh_journal() as journal:
        for moment, new in acts:
            journal.append(saying(new), moment)
        before = bulletin_of(journal, day, cache_home, known=day)
        for moment, new in later:
            recorded = max(moment, end_of_day_utc(day))  # entered once the day was over, about whatever day
            journal.append(saying(new), recorded)
        assert bulletin_of(journal, day, cache_home, known=day) == before


def bulletin_of(journal: Journal, day: date, cache: Path, known: date | None = None) -> tuple[str, str]:
    """The week so far, as it is printed, of a plan with the measures that FACTS speak of."""
    period = period_of("week", day)
    with journal.reading() as whole:
        reader = whole.seen(known=known)

        def ledger(then: date) -> Ledger:
            facts = Facts(next(reader.records(then)), reader.appointments(then), reader.begun(PLAN.policies))
            return compute(PLAN, facts, then)

        entries, late = reader.happened(period.start, day), reader.late(period.start, day, None)
        evidenced = {key for key, _, _ in reader.evidenced(day)}
        composed = compose(period, ledger(day), ledger(period.start - ONE_DAY), entries, evidenced, late=late)
        reports = [composed.ledger.record(duty).last_report for duty in composed.ledger.duties]
        told = [words or Words() for words in reader.words(reports)]
    duties = [duty.with_words(said) for duty, said in zip(composed.ledger.duties, told, strict=True)]
    folders = [shipped("templates")]
    content = {"b": composed, "d": Digest(composed)}
    return render("report.md", content, folders, cache), page.render(content, duties, folders, cache)


def a_policy(name: str) -> Policy:
    milestone = Milestone("验收", "通过验收", "policy", due=date(2026, 11, 20), as_written="按期")
    return Policy(
        id=name,
        title=f"{name}措施",
        issuer="市府办",
        issued=date(2026, 1, 1),
        valid_until=date(2028, 1, 1),
        valid_as_written=None,
        office="东县",
        due_soon_days=3,
        common_units=(),
        units=(Unit("东县"), Unit("西县")),
        measures=tuple(
            Measure(
                n,
                "一事",
                ("东县", "西县"),
                ("东县", "西县"),
                milestones=(milestone,),
                standing="其余",
                reporting_cycle="week",
            )
            for n in (1, 2)
        ),
    )


PLAN = Plan([a_policy("甲"), a_policy("乙")])
