"""How a bulletin puts figures into words."""

from __future__ import annotations

from sm_devzone.domain import sample


def test_a_period_is_compared_with_the_one_before() -> None:
    week, _, quiet, _ = sample.bulletins()
    assert quiet.comparison == "与上周末相比，各项数字持平"
    changed = week._replace(totals={**week.before, "closed_out": 3, "overdue": 0}, before={**week.before, "overdue": 2})
    assert changed.comparison == "与上周末相比，已销号增加3项，逾期减少2项，其余持平"


def test_units_that_owe_the_same_are_named_together() -> None:
    week, *_ = sample.bulletins()
    assert [group.who for group in week.due_next_by_unit] == ["市甲局、东县、西县（3个单位）各1项"]
    assert [group.who for group in week.overdue_by_unit] == ["市甲局、市乙局（2个单位）各1项"]


def test_what_is_said_where_there_is_nothing_to_tell() -> None:
    week, *_ = sample.bulletins()
    assert week.nothing_in("news") == "本周没有单位报送进展。"
    assert week.nothing_in("due_next") == "没有临期任务，下周也没有到期的任务。"
    assert week.nothing_in("unreported") == "到期应报的都已报送。"
    assert week._replace(policies=(), is_judged=False).nothing_in("unreported") == "目前没有要求定期报送的任务。"


def test_few_titles_are_named_and_many_are_counted() -> None:
    week, *_ = sample.bulletins()
    (policy, *_) = week.policies
    for count, more in ((1, []), (3, []), (4, ["等 4 个政策文件"])):
        titles = [str(title) for title in week._replace(policies=(policy,) * count).titles]
        assert titles == [f"《{policy.title}》"] * min(count, 3) + more
