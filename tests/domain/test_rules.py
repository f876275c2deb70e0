"""The table of moves, and laws over any sequence of acts that it lets through."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_devzone.domain.duties import Duty, Facts
from sm_devzone.domain.entry import DutyKey, Entry
from sm_devzone.domain.glossary import KINDS, STATES
from sm_devzone.domain.ledger import compute
from sm_devzone.domain.plan import Measure, Milestone, Plan, Policy, Unit
from sm_devzone.domain.rules import (
    BACK,
    MOVES,
    check_act,
    check_extension,
    check_place,
    check_void,
    problem_told,
    replay,
)
from sm_devzone.errors import DevzoneError, Refused, WrongUsage
from tests.folding import fold

D = date.fromisoformat
START = D("2026-01-01")
POLICY = Policy(
    id="p",
    title="若干措施",
    issuer="市政府办公室",
    issued=START,
    valid_until=D("2027-12-31"),
    valid_as_written=None,
    office="甲局",
    due_soon_days=10,
    common_units=(),
    units=(Unit("甲局"),),
    measures=(
        Measure(
            1,
            "验收",
            ("甲局",),
            ("甲局",),
            milestones=(Milestone("验收", "通过验收", "policy", due=D("2026-02-01"), as_written="二月前"),),
        ),
    ),
)
PLAN = Plan([POLICY])
KEY = DutyKey("p", 1, "甲局", "验收")


def duty_on(day: date, entries: list[Entry]) -> Duty:
    (duty,) = compute(PLAN, Facts(fold(entries, day)), day).duties
    return duty


def an_entry(kind: str, day: date, number: int = 1, **more: object) -> Entry:
    said = {"note": "说明", "means": "电话" if kind == "urge" else None}
    entry = Entry(kind, "", 0, "", happened_on=day, recorded_by="林", **{**said, **more})  # type: ignore[arg-type]
    return entry.of(KEY)._replace(id=number, recorded_at=f"{day}T01:00:00Z")


def test_the_table_names_states_and_kinds_that_there_are() -> None:
    for kind, move in MOVES.items():
        assert kind == move.kind in KINDS
        assert set(move.moves) <= set(STATES)
        assert set(move.moves.values()) <= {*STATES, BACK}


@pytest.mark.parametrize("kind", [kind for kind in MOVES if kind != "update"])
def test_every_act_needs_its_words(kind: str) -> None:
    state = next(iter(MOVES[kind].moves))
    duty = duty_on(START, [])._replace(state=state)
    with pytest.raises(WrongUsage) as wrong:
        check_act(duty, an_entry(kind, START, note=None, means=None))
    assert MOVES[kind].needs in wrong.value.remedy


@pytest.mark.parametrize(
    ("kind", "state", "way_on"),
    [
        ("close", "in_progress", "update 1 --unit 甲局 --done"),
        ("return", "not_started", "update 1 --unit 甲局 --done"),
        ("update", "closed_out", "devzone reopen 1 --unit 甲局"),
        ("extend", "submitted", "devzone close"),
        ("close", "suspended", "devzone resume 1 --unit 甲局"),
        ("reopen", "suspended", "devzone resume 1 --unit 甲局"),
    ],
)
def test_a_refusal_names_the_way_on(kind: str, state: str, way_on: str) -> None:
    duty = duty_on(START, [])._replace(state=state)
    with pytest.raises(Refused) as refused:
        check_act(duty, an_entry(kind, START))
    assert way_on in refused.value.remedy


@pytest.mark.parametrize(
    ("due", "to", "passes"),
    [
        ("2026-02-01", "2026-02-01", False),
        ("2026-02-01", "2026-01-31", False),
        ("2026-02-01", "2026-02-02", True),
        ("2026-02-01", "2027-12-31", True),
        ("2026-02-01", "2028-01-01", False),  # the policy has ended
        (None, "2026-03-01", False),  # nothing to extend
    ],
)
def test_an_extension_goes_later_and_stays_inside_the_policy(due: str | None, to: str, *, passes: bool) -> None:
    duty = duty_on(START, [])._replace(first_due=D(due) if due else None, due=D(due) if due else None)
    if passes:
        assert check_extension(duty, [], START, D(to), POLICY) == duty.due
    else:
        with pytest.raises(Refused):
            check_extension(duty, [], START, D(to), POLICY)


@pytest.mark.parametrize(
    ("first_due", "on", "to", "before"),
    [  # extended to 1 March on 10 January, and to 1 April on 20 February
        ("2026-02-01", "2026-01-05", "2026-02-15", "2026-02-01"),  # approved first, and typed in last
        ("2026-02-01", "2026-01-10", "2026-03-01", None),
        ("2026-02-01", "2026-01-15", "2026-03-15", "2026-03-01"),
        ("2026-02-01", "2026-02-20", "2026-05-01", "2026-04-01"),
        ("2026-06-01", "2026-02-20", "2026-05-01", None),  # the plan itself gives a later date now
        ("2026-06-01", "2026-02-20", "2026-07-01", "2026-06-01"),
    ],
)
def test_an_extension_starts_from_the_date_that_counted_on_its_day(
    first_due: str, on: str, to: str, before: str | None
) -> None:
    acts = [
        an_entry("extend", D("2026-02-20"), 2, due_before=D("2026-03-01"), due=D("2026-04-01")),
        an_entry("extend", D("2026-01-10"), 1, due_before=D("2026-02-01"), due=D("2026-03-01")),
    ]
    duty = duty_on(D("2026-03-01"), acts)._replace(first_due=D(first_due))
    if before is None:
        with pytest.raises(Refused, match="不晚于"):
            check_extension(duty, acts, D(on), D(to), POLICY)
    else:
        assert check_extension(duty, acts, D(on), D(to), POLICY) == D(before)


STORY = (
    an_entry("update", D("2026-01-10"), 1),
    an_entry("submit", D("2026-02-10"), 2),
    an_entry("close", D("2026-02-20"), 3),
)


@pytest.mark.parametrize(
    ("kind", "on", "told"),
    [
        ("extend", "2026-02-05", None),  # approved before the work was done, and typed in after
        ("extend", "2026-02-10", "在 2026-02-10 待审核"),  # of one day, the last typed in is the last
        ("extend", "2026-02-25", "已销号"),
        ("update", "2026-01-05", None),
        ("return", "2026-02-15", "会使 3 号（2026-02-20 销号）不成立"),
        ("submit", "2026-01-20", "会使 2 号（2026-02-10 报完成）不成立"),
        ("suspend", "2026-02-01", "会使 2 号（2026-02-10 报完成）不成立"),
        ("reopen", "2026-02-15", "在 2026-02-15 待审核"),
        ("reopen", "2026-02-25", None),
    ],
)
def test_a_fact_takes_its_place_among_those_that_happened(kind: str, on: str, told: str | None) -> None:
    entry = an_entry(kind, D(on), 0, **({"due": D("2026-03-01")} if kind == "extend" else {}))
    duty = duty_on(D("2026-03-01"), list(STORY))
    if told is None:
        assert check_place(duty, STORY, entry) == ("in_progress" if kind == "reopen" else "closed_out")
    else:
        with pytest.raises(Refused) as refused:
            check_place(duty, STORY, entry)
        assert told in refused.value.message or told in refused.value.remedy


def test_what_is_ended_by_the_repeal_takes_no_more() -> None:
    duty = duty_on(START, [])._replace(state="terminated")
    with pytest.raises(Refused, match="终止"):
        check_place(duty, [], an_entry("update", START, 0))


class Tried(NamedTuple):
    kind: str
    days: int


TRIES = st.lists(st.builds(Tried, st.sampled_from(sorted(MOVES)), st.integers(0, 30)), max_size=25)


def let_through(tries: list[Tried]) -> list[Entry]:
    """The entries that come of trying these acts one after the other, `days` apart: what is refused leaves nothing."""
    entries: list[Entry] = []
    day = START
    for tried in tries:
        day += timedelta(days=tried.days)
        duty = duty_on(day, entries)
        more = (
            {"due_before": duty.due, "due": duty.due + timedelta(days=7)} if tried.kind == "extend" and duty.due else {}
        )
        entry = an_entry(tried.kind, day, len(entries) + 1, **more)
        try:
            if tried.kind == "extend":
                check_extension(duty, entries, day, duty.due + timedelta(days=7) if duty.due else day, POLICY)
            expected = check_act(duty, entry)
        except DevzoneError:
            continue
        entries.append(entry)
        if expected != BACK:
            assert duty_on(day, entries).state == expected
    return entries


@given(TRIES)
def test_no_sequence_leaves_the_table(tries: list[Tried]) -> None:
    entries = let_through(tries)
    day = max([START, *(entry.happened_on for entry in entries)])
    replayed = replay(entries)
    assert replayed.refused == []
    assert replayed.state == duty_on(day, entries).state
    assert replayed.state in STATES


@given(TRIES, st.integers(0, 400))
def test_closed_or_suspended_is_never_overdue(tries: list[Tried], later: int) -> None:
    entries = let_through(tries)
    day = max([START, *(entry.happened_on for entry in entries)]) + timedelta(days=later)
    duty = duty_on(day, entries)
    if duty.state in ("closed_out", "suspended"):
        assert duty.signal is None
        assert not duty.unreported
    if duty.state == "submitted" and duty.is_on_time:
        assert duty.signal == "on_track"
    assert duty.first_due == D("2026-02-01")
    assert duty.due is not None
    assert (duty.due - duty.first_due).days == 7 * duty.extensions


@given(TRIES, st.integers(0, 30), st.integers(0, 30))
def test_suspended_and_resumed_equals_never_suspended(tries: list[Tried], wait: int, rest: int) -> None:
    entries = let_through(tries)
    last = max([START, *(entry.happened_on for entry in entries)]) + timedelta(days=wait)
    before = duty_on(last, entries)
    if before.state not in MOVES["suspend"].moves:
        return
    number = len(entries) + 1
    paused = [*entries, an_entry("suspend", last, number)]
    assert duty_on(last, paused).state == "suspended"
    end = last + timedelta(days=rest)
    after, never = duty_on(end, [*paused, an_entry("resume", end, number + 1)]), duty_on(end, entries)
    assert after._replace(days_overdue=None, days_suspended=None) == never._replace(
        days_overdue=None, days_suspended=None
    )
    if never.days_overdue is not None:  # days of the suspension are none of them; one day is the least
        assert after.days_overdue is not None
        suspended = (after.days_suspended or 0) - (never.days_suspended or 0)
        assert after.days_overdue == max(never.days_overdue - suspended, 1)
        assert 0 <= suspended <= rest


@given(TRIES, st.data())
def test_what_can_be_taken_back_leaves_a_lawful_journal(tries: list[Tried], data: st.DataObject) -> None:
    entries = let_through(tries)
    if not entries:
        return
    target = data.draw(st.sampled_from(entries))
    rest = [entry for entry in entries if entry.id != target.id]
    resting = replay(rest, gone=target).refused
    if not resting:
        assert check_void(target, target.id, entries) == target
    else:
        with pytest.raises(Refused, match=str(resting[0].id)):
            check_void(target, target.id, entries)


@pytest.mark.parametrize(
    "words",
    ["/", "／", "\\", "—", "——", "-", "－－", "无", "无。", " 无 ", "暂无", "没有", "无问题", "暂无问题",
     "目前没有问题", "不存在问题", "无需协调的问题", "无\u200b", "N/A", "无困难和问题"],
)  # fmt: skip
def test_a_stroke_or_a_word_says_that_there_is_no_problem(words: str) -> None:
    assert problem_told(words) is None


@pytest.mark.parametrize(
    "words", ["无法开工", "没有经费", "无人手", "1", "缺人/缺钱", "无，但人手紧", "-3 度停工", "没有困难户名单"]
)
def test_words_about_a_problem_stay(words: str) -> None:
    assert problem_told(words) == words
