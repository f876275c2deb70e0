"""Logins of their own: what each may see and record is kept by the server, by whatever way it is asked."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from sm_devzone.storage import chain
from sm_devzone.storage.chain import PartialWalk, Walk
from sm_devzone.storage.database import SCHEMAS, Database
from tests.conftest import Devzone, Ran
from tests.storage.conftest import connected

pytestmark = pytest.mark.xdist_group("server")

PLAN = """
    policy:
      id: park
      title: 园区若干措施
      issuer: 市政府办公室
      office: 市督查室
      issued: 2026-01-01
      valid_until: 2028-12-31
      reporting_cycle: month
    units:
      - {name: 市督查室}
      - {name: 建宁县, aliases: [建宁]}
      - {name: 泰宁县}
      - {name: 将乐县}
    measures:
      - number: 1
        title: 园区整合
        units: [建宁县, 泰宁县]
        milestones:
          - {key: 整合, title: 完成整合, due: 2026-06-30, origin: policy, as_written: 2026年6月底前}
        standing: 整合以后的管理
      - number: 2
        title: 招商引资
        units: [建宁县, 泰宁县, 将乐县]
"""
RENAMED = PLAN.replace("name: 建宁县, aliases: [建宁]", "name: 建宁新区, aliases: [建宁县, 建宁]").replace(
    "units: [建宁县", "units: [建宁新区"
)
"""After a reform: the unit bears another name."""


class City:
    """An office with four logins; `as_("jianning", "status")` runs a command as one of them."""

    def __init__(self, devzone: Devzone, url: str) -> None:
        self.devzone, self.url = devzone, url

    def where(self, login: str = "office") -> str:
        return f"{self.url.replace('office@', f'{login}@')}&office=sanming"

    def as_(self, login: str, *words: str | int | Path, **how: Any) -> Ran:
        return self.devzone("--db", self.where(login), *words, **how)

    def ok(self, login: str, *words: str | int | Path, **how: Any) -> Ran:
        return self.devzone.ok("--db", self.where(login), *words, **how)

    def by_sql(self, login: str) -> psycopg.Connection[Any]:
        """A session of that login without devzone, in the office's schema."""
        connection = connected(self.url.replace("office@", f"{login}@"))
        connection.execute("SET search_path = sanming, pg_temp")
        return connection

    def begin_anew(self) -> bool:
        """As it was before anything was recorded; False where there is none yet to copy."""
        name = self.url.partition("@/")[2].partition("?")[0]
        with connected(self.url.replace(f"/{name}?", "/postgres?")) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'city'").fetchone():
                return False
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE city')
        return True


@pytest.fixture
def city(devzone: Devzone, url: str, server: Path) -> City:
    """Made once for all tests, and copied: its logins are those of the whole server."""
    made = City(devzone, url)
    devzone.plan(PLAN)
    if made.begin_anew():
        return made
    name = url.partition("@/")[2].partition("?")[0]
    with connected(f"postgresql://office@/postgres?host={server}") as connection:
        devzone.ok("office", "create", "sanming")
        for words in (
            ["--unit", "建宁", "--login", "jianning"],
            ["--unit", "泰宁县", "--login", "taining"],
            ["--unit", "将乐县", "--login", "jiangle"],
            ["--office", "--login", "ducha"],
            ["--leader", "--login", "shizhang"],
            ["--reader", "--login", "bi"],
        ):
            made.ok("office", "grant", *words, "--yes")
        connection.execute(f'CREATE DATABASE city TEMPLATE "{name}"')
    return made


UNITS = {"jianning": "建宁县", "taining": "泰宁县", "jiangle": "将乐县"}
WIDE = ("ducha", "shizhang", "bi")


def a_year(city: City, tmp_path: Path) -> None:
    """Some of everything: reports by units and by the office, a closing, an urging, a hand-over, a void."""
    proof = tmp_path / "批复.pdf"
    proof.write_bytes(b"%PDF proof")
    city.devzone.at("2026-03-02")
    city.ok("office", "update", 1, "--unit", "建宁", "--note", "两园合并", "--progress", 40, "--on", "2026-02-20")
    city.ok("ducha", "update", 1, "--unit", "泰宁县", "--note", "进场", "--problem", "边界重叠", "--on", "2026-03-01")
    city.ok("ducha", "update", 2, "--unit", "将乐县", "--note", "签约", "--on", "2026-03-01")
    city.devzone.at("2026-07-10")
    city.ok("taining", "update", 1, "--done", "--note", "整合完成", "--evidence", proof, "--on", "2026-06-20")
    city.ok("ducha", "close", 1, "--unit", "泰宁县", "--note", "验收")
    city.ok("jianning", "update", 2, "--note", "本期无变化")
    city.ok("jianning", "update", 1, "--note", "误报", "--progress", 90)
    city.ok("ducha", "void", 7, "--reason", "误报")
    city.ok("ducha", "urge", 1, "--unit", "建宁", "--by-means", "电话", "--note", "催")
    city.ok("ducha", "extend", 1, "--unit", "建宁", "--to", "2026-09-30", "--reason", "批准", "--on", "2026-06-29")
    city.ok("ducha", "assign", 2, "--unit", "建宁", "--role", "lead", "--reason", "纪要")
    city.ok("ducha", "transfer", 2, "--from", "将乐县", "--to", "泰宁县", "--reason", "三定")
    city.ok("ducha", "notice", "--unit", "建宁", "--measure", 1, "-o", tmp_path / "单", "--format", "md")
    city.devzone.at("2026-11-23")


VIEWS: tuple[list[str], ...] = (
    [],
    ["--as-of", "2026-02-25"],
    ["--as-of", "2026-07-09"],
    ["--as-of", "2026-09-30", "--known", "2026-07-09"],
)


def same_rows(city: City, login: str, names: set[str]) -> int:
    """Every row that the login of a unit is shown is what the office is shown of it; how many rows that were."""
    seen = 0
    unit = max(names)
    for view in VIEWS:
        for listed in ("duties", "overdue"):
            of_office = city.ok("office", "export", listed, "--json", *view).json["duties"]
            own = city.ok(login, "export", listed, "--json", *view).json
            assert own["of"] == [unit]
            assert own["duties"] == [row for row in of_office if row["unit"] in names]
            seen += len(own["duties"])
        for words in (["assign", "--unit", unit], ["history", "--unit", unit], ["status", "--unit", unit]):
            assert city.ok(login, *words, *view).out == city.ok("office", *words, *view).out
        totals = [city.ok(who, "status", "--unit", unit, "--json", *view).json["totals"] for who in ("office", login)]
        assert totals[0] == totals[1] == city.ok(login, "status", "--json", *view).json["totals"]
        for number in (1, 2):
            rows = city.ok("office", "show", number, "--json", *view).json["duties"]
            own = city.ok(login, "show", number, "--json", *view).json["duties"]
            assert own == [row for row in rows if row["unit"] in names]
        ours, theirs = (
            [line for line in city.ok(who, "problems", *view).lines if line[5] in names] for who in ("office", login)
        )
        assert theirs == ours
    return seen


@pytest.mark.slow
def test_what_a_login_is_shown_is_what_the_office_sees(city: City, tmp_path: Path) -> None:
    a_year(city, tmp_path)
    for login, unit in UNITS.items():
        assert same_rows(city, login, {unit}) >= 3
    for login in WIDE:
        for words in (["status"], ["history"], ["export", "duties"], ["stats", "--year", "2026"], ["seal"], ["check"]):
            assert city.ok(login, *words).out == city.ok("office", *words).out
        assert city.ok(login, "report", "-o", "-").out == city.ok("office", "report", "-o", "-").out


DAYS = ["2026-01-10", "2026-02-20", "2026-03-05", "2026-05-20", "2026-07-01", "2026-07-03"]
HANDED = st.tuples(st.just("transfer"), st.integers(1, 2), st.permutations(sorted(UNITS.values())))
DONE = st.tuples(
    st.sampled_from(
        ["update", "update", "update", "done", "close", "return", "suspend", "resume", "urge", "extend", "assign"]
    ),
    st.integers(1, 2),
    st.permutations(sorted(UNITS.values())),
)
TAKEN_BACK: st.SearchStrategy[Any] = st.tuples(st.just("void"), st.integers(1, 7), st.just([]))
DEEDS = st.lists(
    st.tuples(st.one_of(DONE, DONE, DONE, HANDED, TAKEN_BACK), st.integers(0, 5), st.integers(0, 2), st.booleans()),
    min_size=3,
    max_size=12,
)
"""Deed, day on which it happened, by how many days of DAYS it was typed in late, and whether a unit does it itself."""


def words_of(verb: str, measure: int, units: list[str], day: str) -> list[Any]:
    if verb == "void":
        return ["void", measure, "--reason", "错了"]
    if verb == "transfer":
        return ["transfer", measure, "--from", units[0], "--to", units[1], "--reason", "三定", "--on", day]
    if verb == "assign":
        return ["assign", measure, "--unit", units[0], "--role", "lead", "--reason", "纪要", "--on", day]
    said: dict[str, list[Any]] = {
        "extend": ["--to", "2026-12-31", "--reason", "批准"],
        "urge": ["--by-means", "电话", "--note", "催"],
        "update": ["--progress", 40, "--note", f"{day} 的进展", "--problem", "缺地"],
        "done": ["--done", "--note", "完成"],
    }
    kind = "update" if verb == "done" else verb
    return [kind, measure, "--unit", units[0], *said.get(verb, ["--note", f"{day} 的事"]), "--on", day]


@pytest.mark.slow
@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # an example takes seconds: a history of twelve deeds is read as it is
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(DEEDS, st.sampled_from(DAYS), st.sampled_from(DAYS), st.booleans())
@example(
    [
        (("update", 1, ["建宁县"]), 1, 0, False),
        (("transfer", 1, ["建宁县", "将乐县"]), 2, 0, False),
        (("void", 3, []), 4, 0, False),
        (("update", 1, ["建宁县"]), 5, 0, False),
    ],
    "2026-03-05",
    "2026-03-05",
    False,
)
@example(
    [
        (("void", 1, []), 4, 0, False),
        (("update", 2, ["将乐县"]), 4, 0, False),
    ],
    "2026-05-20",
    "2026-03-05",
    False,
)
def test_whatever_happened_a_login_is_shown_what_the_office_sees(
    city: City, deeds: list[tuple[tuple[str, int, list[str]], int, int, bool]], day: str, known: str, renamed: bool
) -> None:
    """Made-up histories: of a past day, as it is known now and as it was known then, with deeds that were taken back.

    A row is told whole or not at all, and that it is missing is told.
    """
    city.begin_anew()
    city.devzone.plan(PLAN)
    city.devzone.at("2026-01-02")
    city.ok("office", "update", 1, "--unit", "建宁", "--note", "开始", "--on", "2026-01-02")
    logins = {unit: login for login, unit in UNITS.items()}
    for deed, on, late, itself in sorted(deeds, key=lambda one: min(one[1] + one[2], 5)):
        city.devzone.at(DAYS[min(on + late, 5)])
        login = logins[deed[2][0]] if itself and deed[0] in ("update", "done") else "office"
        city.as_(login, *words_of(*deed, DAYS[on]))  # what is refused leaves nothing
    city.devzone.at("2026-11-23")
    if renamed:
        city.devzone.plan(RENAMED)
        city.as_("office", "plan", "adopt", "--reason", "机构改革", "--on", "2026-06-01")
    for view in ([], ["--as-of", day], ["--as-of", day, "--known", known]):
        of_office = {verb: city.ok("office", *verb.split(), *view, "--json").json for verb in SHOWN}
        for login, unit in UNITS.items():
            names = {unit, "建宁新区"} if login == "jianning" else {unit}
            for verb, rows in SHOWN.items():
                ran = city.ok(login, *verb.split(), *view, "--json")
                ours = [row for row in of_office[verb][rows] if row["unit"] in names]
                missing = [row for row in ours if row not in ran.json[rows]]
                assert ran.json[rows] == [row for row in ours if row not in missing], (login, verb, view)
                assert bool(missing) == ("没有列出" in ran.err)
                assert all(row["transferred_from"] for row in missing)


SHOWN = {"export duties": "duties", "history": "entries"}
"""Listings with a row a duty or an entry, and under what name their JSON has them."""


def test_a_unit_that_was_renamed_is_the_same_unit(city: City, tmp_path: Path) -> None:
    """What it did under its former name stays its own, to the login that was granted by that name."""
    a_year(city, tmp_path)
    city.devzone.plan(RENAMED)
    before = len(city.ok("jianning", "history").lines)
    city.ok("office", "plan", "adopt", "--reason", "机构改革", "--on", "2026-11-01")
    assert len(city.ok("jianning", "history").lines) == before
    city.ok("jianning", "update", 2, "--note", "改名以后")
    assert city.ok("jianning", "history", "--json").json["entries"][0]["unit"] == "建宁新区"
    ours = [row for row in city.ok("office", "export", "duties", "--json").json["duties"] if row["unit"] == "建宁新区"]
    assert city.ok("jianning", "export", "duties", "--json").json["duties"] == ours
    assert ours[0]["extensions"] == 1
    assert city.ok("taining", "history").out == city.ok("office", "history", "--unit", "泰宁县").out


def test_who_takes_over_sees_what_was_done_before(city: City) -> None:
    city.devzone.at("2026-03-02")
    city.ok("office", "update", 2, "--unit", "将乐县", "--note", "签约三家", "--progress", 30)
    city.ok("office", "update", 2, "--unit", "建宁", "--note", "别人的")
    assert city.ok("taining", "history").out == ""
    city.ok("office", "transfer", 2, "--from", "将乐县", "--to", "泰宁县", "--reason", "三定")
    (row,) = [row for row in city.ok("taining", "assign", "--json").json["duties"] if row["transferred_from"]] or [None]
    assert row is None  # it owed the same itself, and is counted once
    city.ok("office", "assign", 1, "--unit", "将乐县", "--reason", "纪要", "--on", "2026-03-02")
    city.ok("office", "update", 1, "--unit", "建宁", "--milestone", "整合", "--note", "两园合并", "--progress", 60)
    city.ok("office", "transfer", 1, "--from", "建宁", "--to", "将乐县", "--reason", "三定")
    rows = city.ok("jiangle", "export", "duties", "--json").json["duties"]
    assert rows == [r for r in city.ok("office", "export", "duties", "--json").json["duties"] if r["unit"] == "将乐县"]
    with city.by_sql("jiangle") as connection:
        assert connection.execute("SELECT note FROM entry WHERE unit = '建宁县'").fetchall() == [("两园合并",)]
    number = city.ok("office", "history", "--json").json["entries"][0]["id"]
    city.ok("office", "void", number, "--reason", "错了")
    with city.by_sql("jiangle") as connection:
        assert connection.execute("SELECT count(*) FROM entry WHERE unit = '建宁县'").fetchone() == (0,)


REFUSED: list[list[Any]] = [
    ["close", 1, "--unit", "建宁", "--note", "验收"],
    ["extend", 1, "--unit", "建宁", "--to", "2027-01-31", "--reason", "批准"],
    ["urge", 1, "--unit", "建宁", "--by-means", "电话"],
    ["suspend", 1, "--unit", "建宁", "--note", "等"],
    ["void", 1, "--reason", "误报"],
    ["assign", 2, "--unit", "建宁", "--role", "lead", "--reason", "自己定"],
    ["transfer", 2, "--from", "建宁", "--to", "泰宁县", "--reason", "推"],
    ["update", 1, "--unit", "泰宁县", "--note", "替别人报"],
    ["update", 1, "--unit", "建宁", "--note", "冒名", "--by", "ducha"],
    ["--by", "ducha", "update", 1, "--note", "冒名"],
    ["assign", "--unit", "泰宁县"],
    ["status", "--unit", "泰宁县"],
    ["history", "--unit", "泰宁县"],
    ["report", "-o", "-"],
    ["report", "--number", 1],
    ["card", "--unit", "建宁"],
    ["stats", "--year", "2026"],
    ["send", "-o", "表"],
    ["review"],
    ["urge"],
    ["notice", "--unit", "建宁"],
    ["plan", "adopt", "--reason", "x"],
    ["views"],
    ["grant", "--unit", "泰宁县", "--login", "jianning", "--yes"],
    ["grant", "--office", "--login", "jianning", "--yes"],
    ["grant"],
]


def test_what_a_unit_may_not_is_refused_and_loses_nothing(city: City) -> None:
    city.ok("office", "update", 1, "--unit", "建宁", "--note", "甲")
    for words in REFUSED:
        ran = city.as_("jianning", *words)
        assert (ran.code, ran.out) == (5, ""), (words, ran.err)
        assert re.search("[\u4e00-\u9fff]", ran.err)
        assert not re.search("permission|policy|violates", ran.err)
    assert not [*Path().glob("reports/*"), *Path().glob("表/*"), *Path().glob("*.md")]
    city.ok("office", "update", 1, "--unit", "泰宁县", "--note", "乙")
    assert [entry["id"] for entry in city.ok("office", "history", "--json").json["entries"]] == [2, 1]  # no gap
    assert "事实 3 件" in city.ok("office", "check").out
    city.ok("office", "notice", "--unit", "建宁", "-o", "单", "--format", "md")
    assert [line[0] for line in city.ok("office", "notice", "--list").lines] == ["1"]  # no number was burned


def test_who_reads_records_nothing(city: City) -> None:
    city.ok("office", "update", 1, "--unit", "建宁", "--note", "甲")
    for login, words in (
        ("shizhang", ["update", 1, "--unit", "建宁", "--note", "乙"]),
        ("bi", ["close", 1, "--unit", "建宁", "--note", "乙"]),
        ("bi", ["void", 1, "--reason", "乙"]),
        ("shizhang", ["report", "--number", 1, "--format", "md"]),
        ("bi", ["grant", "--office", "--login", "bi", "--yes"]),
    ):
        ran = city.as_(login, *words)
        assert (ran.code, ran.out) == (5, ""), (words, ran.err)
    assert len(city.ok("office", "history").lines) == 1


NOW = "2026-11-02T00:00:00Z"
DUTY = "policy, measure, unit, milestone, period"
REPORT = f"INSERT INTO entry (kind, {DUTY}, happened_on, recorded_at, recorded_by, source"


def values(
    kind: str = "update", unit: str = "建宁县", measure: int = 1, day: str = "2026-11-20", who: str = "市长"
) -> str:
    return f"('{kind}', 'park', {measure}, '{unit}', '整合', '', '{day}', '2020-01-01T00:00:00Z', '{who}', 'cli'"


CHAINED = "FOR EACH ROW EXECUTE FUNCTION is_chained()"
TAKEN_OVER = values().replace("'cli'", "'建账补登 a.xlsx'")


FORBIDDEN = [
    f"{REPORT}) VALUES {values(unit='泰宁县')})",
    f"{REPORT}) VALUES {values(unit='建宁')}), {values(unit='泰宁县')})",
    *(
        f"{REPORT}) VALUES {values(kind)})"
        for kind in "close return reopen suspend resume extend urge solve assign remove transfer void".split()
    ),
    f"{REPORT}, due) VALUES {values()}, '2027-12-31')",
    f"{REPORT}, voids) VALUES {values()}, 1)",
    f"{REPORT}, to_unit) VALUES {values()}, '泰宁县')",
    f"{REPORT}) VALUES {values(day='后天')})",
    f"{REPORT}) VALUES {values(day='2026-02-31')})",
    f"{REPORT}) VALUES {values(day='20261120')})",
    f"{REPORT}) VALUES {values(measure=9)})",
    f"{REPORT}) VALUES {TAKEN_OVER})",
    "INSERT INTO link (id, kind, fact, sha256) VALUES (99, 'entry', 1, 'x')",
    "INSERT INTO evidence (entry, sha256, name, size) VALUES (1, 'x', 'x', 1)",
    "INSERT INTO evidence (entry, sha256, name, size) VALUES (2, 'x', 'x', 1)",
    "INSERT INTO evidence_file (sha256, content) VALUES (repeat('0', 64), 'forged')",
    "INSERT INTO granted VALUES ('jianning2', 'office', NULL)",
    "UPDATE granted SET sort = 'office', unit = NULL",
    "UPDATE plan_name SET unit = '建宁县'",
    "INSERT INTO plan_name VALUES ('park', '泰宁县', '建宁县')",
    "UPDATE entry SET note = '改'",
    "DELETE FROM entry",
    "TRUNCATE entry CASCADE",
    "SELECT * FROM bulletin",
    "SELECT * FROM granted",
    "ALTER TABLE entry DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE entry DISABLE TRIGGER ALL",
    "DROP POLICY of_own_unit ON entry",
    "CREATE TABLE mine (id int)",
    "SET ROLE office",
    "SET SESSION AUTHORIZATION office",
    f"CREATE TEMP TABLE t (LIKE entry); CREATE TRIGGER a AFTER INSERT ON t {CHAINED}",
    "INSERT INTO notice SELECT * FROM notice",
    "INSERT INTO plan_version SELECT * FROM plan_version",
]


def test_by_sql_alone_a_unit_can_do_no_more(city: City) -> None:
    city.ok("office", "update", 1, "--unit", "泰宁县", "--note", "甲")
    city.ok("office", "update", 1, "--unit", "建宁", "--note", "乙")
    with city.by_sql("jianning") as connection:
        for sql in FORBIDDEN:
            try:
                connection.execute(sql)
            except psycopg.Error:
                continue
            pytest.fail(sql)
    assert len(city.ok("office", "history").lines) == 2
    city.ok("office", "update", 1, "--unit", "泰宁县", "--note", "丙")
    assert city.ok("office", "history", "--json").json["entries"][0]["id"] == 3
    city.ok("office", "check")


def test_who_recorded_it_and_when_is_told_by_the_server(city: City) -> None:
    """Whatever the statement says, and whatever the session has set."""
    city.ok("office", "update", 1, "--unit", "泰宁县", "--note", "甲")
    with city.by_sql("jianning") as connection:
        connection.execute("SET application_name = 'ducha'; SET timezone = 'Asia/Shanghai'; SET datestyle = 'German'")
        connection.execute(f"{REPORT}, id) VALUES {values()}, 4711)")
        row = connection.execute(
            "SELECT id, recorded_by, recorded_at::timestamptz BETWEEN now() - '1 minute'::interval AND now() + "
            "'1 minute'::interval, recorded_at FROM entry"
        ).fetchone()
    assert row is not None
    assert row[:3] == (2, "jianning", True)
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", row[3])
    city.ok("office", "check")
    city.ok("ducha", "update", 1, "--unit", "泰宁县", "--note", "乙")
    entry = city.ok("office", "history", "--json").json["entries"][0]
    assert (entry["id"], entry["recorded_by"]) == (3, "ducha")


def test_a_unit_cannot_open_again_what_the_office_closed(city: City) -> None:
    city.ok("jianning", "update", 1, "--milestone", "整合", "--done", "--note", "完成", "--on", "2026-11-01")
    city.ok("ducha", "close", 1, "--unit", "建宁", "--milestone", "整合", "--note", "验收", "--on", "2026-11-02")
    with city.by_sql("jianning") as connection:
        for kind in ("submit", "update"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="已经销号或中止"):
                connection.execute(f"{REPORT}) VALUES {values(kind)})")
        connection.execute(f"{REPORT}, note) VALUES {values(day='2026-10-01')}, '补记')")  # of before
    (row,) = [r for r in city.ok("office", "export", "duties", "--json").json["duties"] if r["state"] == "closed_out"]
    assert row["unit"] == "建宁县"


def test_a_backup_is_of_whoever_sees_all(city: City) -> None:
    """What a unit sees is no whole chain, and nobody is to be told that it was altered."""
    ran = city.as_("jianning", "backup")
    assert (ran.code, ran.out) == (5, "")
    assert "全部单位的事" in ran.err
    assert not Path("backups").exists()
    archive = city.ok("ducha", "backup").out.strip()
    city.ok("ducha", "restore", archive, "-o", "恢复的")
    assert Path("恢复的/devzone.db").is_file()


def test_what_a_unit_sees_by_sql_is_its_own(city: City, tmp_path: Path) -> None:
    a_year(city, tmp_path)
    with city.by_sql("jianning") as connection:

        def seen(sql: str) -> set[Any]:
            return {row[0] for row in connection.execute(sql).fetchall()}

        assert seen("SELECT unit FROM entry") == {"建宁县"}
        assert seen("SELECT unit FROM notice") <= {"建宁县"}
        assert seen("SELECT entry FROM evidence") == seen("SELECT sha256 FROM evidence_file") == set()
        own = seen("SELECT id FROM entry")
        assert seen("SELECT fact FROM link WHERE kind = 'entry'") == own
        # A cheap function of one's own is not shown what the views leave out.
        connection.execute(
            "CREATE FUNCTION pg_temp.spy(text) RETURNS bool LANGUAGE plpgsql COST 0.0001 AS "
            "$$ BEGIN RAISE EXCEPTION 'seen %', $1; END $$"
        )
        with pytest.raises(psycopg.errors.RaiseException, match=r"seen (assign|transfer)"):
            connection.execute("SELECT * FROM ordered WHERE pg_temp.spy(kind)")
    with city.by_sql("taining") as connection:
        assert connection.execute("SELECT count(*) FROM evidence").fetchone() == (1,)
        assert connection.execute("SELECT count(*) FROM evidence_file").fetchone() == (1,)


def test_the_chain_is_checked_as_far_as_it_is_seen(city: City, tmp_path: Path) -> None:
    a_year(city, tmp_path)
    walk = PartialWalk(Database(city.where("jianning")))
    assert 0 < walk.facts < Walk(Database(city.where())).seal.number
    said = city.ok("jianning", "check").out
    assert f"看得到的 {walk.facts} 件事实逐件和记下时一样" in said
    assert "别的单位的看不到，没有核对" in said
    seal = city.ok("jianning", "seal").out
    assert "封签相符" in city.ok("jianning", "check", "--sealed", seal).out
    assert "封签相符" in city.ok("office", "check", "--sealed", seal).out
    for login in ("jianning", "office", "jianning", "office"):  # one user with two logins cries no tampering
        assert "较早的一份" not in city.ok(login, "check").err
    with city.by_sql("office") as connection:
        connection.execute("ALTER TABLE entry DISABLE TRIGGER ALL")
        connection.execute("UPDATE entry SET note = '改' WHERE id = (SELECT min(id) FROM entry WHERE unit = '建宁县')")
    for login, code in (("jianning", 6), ("taining", 0), ("bi", 6)):
        ran = city.as_(login, "check")
        assert ran.code == code
    assert "和记下时不一样" in city.as_("jianning", "check").err


def test_every_table_of_facts_chains_itself_and_is_fenced(city: City) -> None:
    with city.by_sql("office") as connection:
        triggers = connection.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE '%_is_chained'"
            " AND tgrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'sanming'::regnamespace)"
        ).fetchall()
        fenced = connection.execute(
            "SELECT relname FROM pg_class WHERE relrowsecurity AND relnamespace = 'sanming'::regnamespace"
        ).fetchall()
        executable = connection.execute(
            """SELECT proname FROM pg_proc WHERE pronamespace = 'sanming'::regnamespace AND prosecdef
               AND prorettype = 'trigger'::regtype AND has_function_privilege('bi', oid, 'EXECUTE')"""
        ).fetchall()
        pinned = connection.execute(
            """SELECT count(*) FROM pg_proc WHERE pronamespace = 'sanming'::regnamespace AND prosecdef
               AND NOT coalesce(proconfig @> ARRAY['search_path=sanming, pg_temp'], false)"""
        ).fetchone()
    assert {row[0] for row in triggers} == set(chain.FACTS)
    assert {row[0] for row in fenced} == {*chain.FACTS, "link", "evidence_file", "duty_row"}
    assert executable == []
    assert pinned == (0,)


def test_the_policies_ask_an_index(city: City) -> None:
    """The fold of one unit reads its own rows, and who reads all is asked nothing."""
    with city.by_sql("office") as connection:
        connection.execute("ALTER TABLE entry DISABLE TRIGGER USER")
        connection.execute(
            f"INSERT INTO entry (id, kind, {DUTY}, happened_on, recorded_at, recorded_by, source) "
            "SELECT n, 'update', 'park', 1 + n % 2, '单位' || n % 200, '', '', '2026-11-20', '2026-11-20T00:00:00Z', "
            "'x', 'cli' FROM generate_series(1, 20000) n"
        )
        connection.execute("ALTER TABLE entry ENABLE TRIGGER USER")
        connection.execute("ANALYZE entry")
    fold = (
        "SELECT unit, max(happened_on) FROM entry WHERE policy = 'park' AND happened_on <= '2026-11-23' GROUP BY unit"
    )

    def plan(login: str) -> str:
        with city.by_sql(login) as connection:
            return "\n".join(row[0] for row in connection.execute(f"EXPLAIN {fold}").fetchall())

    assert "entry_of_unit" in plan("jianning")
    assert "Seq Scan on entry" not in plan("jianning")
    assert "own_names" not in plan("bi")


def test_the_sql_that_is_printed_does_what_yes_does(city: City) -> None:
    printed = city.ok("office", "grant", "--unit", "泰宁县", "--login", "second").out
    assert printed.startswith('BEGIN;\nCREATE ROLE "second" LOGIN;\n')
    try:
        with city.by_sql("office") as connection:
            connection.execute(printed)
        assert ["second", "unit", "泰宁县"] in city.ok("office", "grant").lines
        city.ok("second", "update", 1, "--note", "甲")
        city.ok("office", "grant", "--reader", "--login", "second", "--yes")  # another part takes the place of the one
        assert city.as_("second", "update", 1, "--unit", "泰宁县", "--note", "乙").code == 5
        city.ok("office", "grant", "--revoke", "--login", "second", "--yes")
        ran = city.as_("second", "status")
        assert (ran.code, ran.out) == (5, "")
        assert "没有办公室 sanming 的权限" in ran.err
        assert "second" not in city.ok("office", "grant").out
        assert city.ok("office", "history", "--json").json["entries"][0]["recorded_by"] == "second"
    finally:
        with city.by_sql("office") as connection:
            connection.execute("DROP OWNED BY second")
            connection.execute("DROP ROLE second")


def test_an_office_of_before_is_known_by_its_plan_from_the_first_grant(city: City) -> None:
    """A step of the schema cannot read a plan: what an upgraded office had recorded is worked out by the grant."""
    with city.by_sql("office") as connection:
        connection.execute("DELETE FROM plan_name; DELETE FROM plan_number")
    assert city.as_("jianning", "update", 1, "--note", "甲").code == 5
    city.ok("office", "grant", "--unit", "建宁", "--login", "jianning", "--yes")
    city.ok("jianning", "update", 1, "--note", "甲")


def test_a_table_that_a_step_brings_is_for_those_who_were_granted_before(city: City) -> None:
    """Each gets its part of what is new, and one that the server no longer has is not made again."""
    city.ok("office", "grant", "--reader", "--login", "gone", "--yes")
    with city.by_sql("office") as connection:
        connection.execute("DROP OWNED BY gone; DROP ROLE gone")
        connection.execute("DROP TABLE bundle; UPDATE alembic_version SET version_num = '0011'")
    assert "office upgrade" in city.as_("bi", "status").err
    assert city.ok("office", "office", "upgrade").lines == [["sanming", "0011", SCHEMAS[-1]]]
    may = "SELECT has_table_privilege(%s, 'bundle', 'SELECT'), has_table_privilege(%s, 'bundle', 'INSERT')"
    with city.by_sql("office") as connection:
        for login, rights in (("jianning", (False, False)), ("bi", (True, False)), ("ducha", (True, True))):
            assert connection.execute(may, [login, login]).fetchone() == rights
        columns = "office, as_of, seal, verdict, name, sha256, recorded_at, recorded_by"
        counts = (
            "sealed, duties, closed_out, submitted, in_progress, not_started, suspended, overdue, due_soon, unreported,"
            " terminated"
        )
        received = f"INSERT INTO bundle ({columns}, {counts}) VALUES ({'%s, ' * 8}{', '.join('1' * 11)})"
        connection.execute(received, ["沙县区", "2026-11-01", "0" * 64, "first", "上报.json", "0" * 64, NOW, "x"])
        assert connection.execute("SELECT 1 FROM pg_roles WHERE rolname = 'gone'").fetchone() is None
    for login in ("bi", "shizhang", "ducha"):
        assert [line[0] for line in city.ok(login, "history", "--offices").lines] == ["沙县区"]
    city.ok("jianning", "update", 1, "--note", "甲")


def test_a_login_may_have_the_name_of_a_policy(city: City) -> None:
    """It is refused, or granted and revoked like another; the policy that fences the units stays."""
    try:
        city.as_("office", "grant", "--reader", "--login", "of_own_unit", "--yes")
        city.as_("office", "grant", "--revoke", "--login", "of_own_unit", "--yes")
        city.ok("office", "update", 1, "--unit", "建宁", "--note", "甲")
        assert len(city.ok("jianning", "history").lines) == 1
        assert city.ok("taining", "history").out == ""
    finally:
        with city.by_sql("office") as connection:
            connection.execute("DROP ROLE IF EXISTS of_own_unit")


def test_a_grant_that_makes_no_sense_is_told(city: City) -> None:
    for words, code, said in (
        (["--unit", "建宁"], 2, "缺少 --login"),
        (["--login", "x"], 2, "写明是哪一种"),
        (["--login", "x", "--unit", "建宁", "--reader"], 2, "写明是哪一种"),
        (["--login", "x", "--unit", "不存在县"], 4, "不存在县"),
        (["--login", "", "--reader"], 2, "不能作登录的名字"),
        (["--login", "登" * 30, "--reader"], 2, "不能作登录的名字"),
        (["--login", "office", "--reader"], 5, "数据库拦不住它"),
        (["--login", "x", "--revoke", "--reader"], 2, "收回时不写"),
    ):
        ran = city.as_("office", "grant", *words, "--yes")
        assert (ran.code, ran.out) == (code, ""), words
        assert said in ran.err


def test_a_login_that_was_granted_nothing_is_shown_nothing(city: City, url: str) -> None:
    """Rights on the tables alone give no rows; that is told, and not an empty ledger."""
    with city.by_sql("office") as connection:
        connection.execute("CREATE ROLE stray LOGIN")
        connection.execute("GRANT USAGE ON SCHEMA sanming TO stray")
        connection.execute("GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA sanming TO stray")
    try:
        for words in (["status"], ["update", 1, "--unit", "建宁", "--note", "甲"], ["check"]):
            ran = city.as_("stray", *words)
            assert (ran.code, ran.out) == (5, "")
            assert "没有授权" in ran.err
    finally:
        with city.by_sql("office") as connection:
            connection.execute("DROP OWNED BY stray")
            connection.execute("DROP ROLE stray")


def test_who_is_not_the_office_goes_by_the_plan_that_it_recorded(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    city.ok("office", "update", 1, "--unit", "建宁", "--note", "甲")
    ours = city.ok("office", "assign", "--unit", "建宁").out
    monkeypatch.delenv("DEVZONE_PLAN")  # the one that is shipped is another
    assert city.ok("jianning", "assign").out == ours
    assert city.ok("bi", "assign", "--unit", "建宁").out == ours
    city.ok("jianning", "update", 2, "--note", "乙")
    assert "没有用 --plan" in city.ok("jianning", "--plan", "没有.yaml", "assign").err


def test_every_screen_says_whose_it_is(city: City, tmp_path: Path) -> None:
    a_year(city, tmp_path)
    for words in (["status"], ["assign"], ["show", 1], ["history"], ["problems"], ["evidence"]):
        assert city.ok("jianning", *words, terminal=True).out.startswith("只有 建宁县 的任务")
        assert "只有 建宁县 的任务" in city.ok("jianning", *words).err
        assert city.ok("jianning", *words, "--json").json["of"] == ["建宁县"]
        assert "of" not in city.ok("bi", *words, *(["--unit", "建宁"] if words == ["assign"] else []), "--json").json
    for listed in ("duties", "overdue", "journal"):
        path = tmp_path / f"{listed}.xlsx"
        city.ok("jianning", "export", listed, "-o", path)
        from openpyxl import load_workbook

        text = [str(cell.value) for row in load_workbook(path).worksheets[0].iter_rows() for cell in row]
        assert any("只有 建宁县 的任务" in said for said in text)
        assert not any("泰宁" in said for said in text)
    assert "督办时限（建宁县）" in city.ok("jianning", "export", "calendar").out


def test_two_units_at_once_lose_nothing(city: City) -> None:
    import threading

    from sm_devzone.domain.entry import Entry
    from sm_devzone.storage.journal import Journal

    city.ok("office", "update", 1, "--unit", "建宁", "--note", "甲")

    def write(login: str, say: Callable[[int], Entry]) -> None:
        for number in range(8):
            Journal(Database(city.where(login))).append(lambda _, n=number: [say(n)], city.devzone.now)  # type: ignore[misc]

    def of(unit: str) -> Callable[[int], Entry]:
        from datetime import date

        return lambda n: Entry("update", "park", 2, unit, date(2026, 11, 20), "x", note=f"{unit}{n}")

    writers = [threading.Thread(target=write, args=[login, of(unit)]) for login, unit in UNITS.items()]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    entries = city.ok("office", "history", "--json").json["entries"]
    assert [entry["id"] for entry in entries] == list(range(25, 0, -1))
    assert Walk(Database(city.where())).seal.number == 26


VIEW_ROLES = {"office": None, "ducha": None, "shizhang": None, "bi": None, "jianning": "建宁县", "taining": "泰宁县"}
"""What each reads in the views: all, or what is about its unit."""


def test_other_tools_read_the_views_as_who_they_are(city: City, tmp_path: Path) -> None:
    a_year(city, tmp_path)
    columns = city.ok("ducha", "views", "--json").json["columns"]  # not the owner
    assert all(re.search("[\u4e00-\u9fff]", one["meaning"]) for one in columns)
    listed = city.ok("office", "export", "duties", "--json").json["duties"]
    names = list(listed[0])
    for login, unit in VIEW_ROLES.items():
        with city.by_sql(login) as connection:

            def rows(sql: str, connection: psycopg.Connection[Any] = connection) -> list[tuple[Any, ...]]:
                return connection.execute(sql).fetchall()

            own = [row for row in listed if unit in (None, row["unit"])]
            found = rows(f"SELECT to_json(d) FROM (SELECT {', '.join(names)} FROM duties) d")
            assert sorted(str(row[0]) for row in found) == sorted(map(str, own))
            late = rows("SELECT unit, measure, days_overdue FROM overdue")
            assert sorted(late) == sorted(
                (row["unit"], row["measure"], row["days_overdue"]) for row in own if row["signal"] == "overdue"
            )
            of_units = {row[0] for row in rows("SELECT DISTINCT unit FROM facts")}
            assert of_units == ({"建宁县", "泰宁县", "将乐县"} if unit is None else own_and_inherited(unit))
            assert {row[0] for row in rows("SELECT DISTINCT as_of::text FROM duties")} == {"2026-11-23"}
            documented = rows(
                "SELECT attrelid::regclass::text, attname FROM pg_attribute WHERE attnum > 0"
                " AND attrelid IN ('duties'::regclass, 'overdue'::regclass, 'facts'::regclass)"
                " AND col_description(attrelid, attnum) IS NULL"
            )
            assert documented == []


def own_and_inherited(unit: str) -> set[str]:
    return {"泰宁县", "将乐县"} if unit == "泰宁县" else {unit}


def test_a_view_says_whether_it_is_of_now(city: City) -> None:
    """What was computed before a later fact, or on another day, is not told as if it were of now."""

    def current(login: str) -> set[bool]:
        with city.by_sql(login) as connection:
            return {row[0] for row in connection.execute("SELECT is_current FROM duties").fetchall()}

    with city.by_sql("office") as connection:
        (today,) = connection.execute("SELECT (now() AT TIME ZONE 'Asia/Shanghai')::date::text").fetchone() or ("",)
    city.devzone.at(today)
    assert current("bi") == set()
    city.ok("office", "views")
    assert current("bi") == current("jianning") == {True}
    city.ok("jianning", "update", 2, "--note", "甲")  # of one unit, and yet all of it is of before
    assert current("bi") == current("taining") == {False}
    city.ok("office", "views")
    assert current("bi") == {True}
    city.devzone.at("2026-07-01").ok("--db", city.where(), "views")
    assert current("bi") == {False}
    ran = city.as_("bi", "views")
    assert (ran.code, ran.out) == (5, "")


@pytest.mark.of_a_file("it has no views")
def test_a_file_has_no_views(devzone: Devzone) -> None:
    ran = devzone("views")
    assert (ran.code, ran.out) == (2, "")
    assert "devzone export" in ran.err
