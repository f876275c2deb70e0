"""The table of moves, and laws over any sequence of acts that it lets through."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_devzone.domain.entry import DutyKey, Entry
from sm_devzone.domain.glossary import KINDS, STATES
from sm_devzone.domain.ledger import Duty, compute
from sm_devzone.domain.plan import Measure, Milestone, Plan, Policy, Unit
from sm_devzone.domain.rules import BACK, MOVES, check_act, check_extension, check_void, problem_told, replay
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
    (duty,) = compute(PLAN, fold(entries, day), {}, day).duties
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
    duty = duty_on(START, [])._replace(due=D(due) if due else None)
    if passes:
        check_extension(duty, D(to), POLICY)
    else:
        with pytest.raises(Refused):
            check_extension(duty, D(to), POLICY)


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
                check_extension(duty, duty.due + timedelta(days=7) if duty.due else day, POLICY)
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
    state, refused = replay(entries, D("2026-02-01"))
    assert refused == []
    assert state == duty_on(day, entries).state
    assert state in STATES


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
    assert duty_on(end, [*paused, an_entry("resume", end, number + 1)]) == duty_on(end, entries)


@given(TRIES, st.data())
def test_what_can_be_taken_back_leaves_a_lawful_journal(tries: list[Tried], data: st.DataObject) -> None:
    entries = let_through(tries)
    if not entries:
        return
    target = data.draw(st.sampled_from(entries))
    rest = [entry for entry in entries if entry.id != target.id]
    first_due = next((entry.due_before for entry in entries if entry.kind == "extend"), None)
    lawful = replay(rest, first_due)[1] == []
    if lawful:
        assert check_void(target, target.id, entries) == target
    else:
        with pytest.raises(Refused, match=str(replay(rest, first_due)[1][0].id)):
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
