"""Finding a unit, a measure, a policy: what a person types, and what it means."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sm_devzone.domain.plan import Measure, Plan, Policy, Unit, as_looked_up, expand
from sm_devzone.errors import NotFound, WrongUsage
from sm_devzone.settings import shipped
from sm_devzone.storage.plan_file import read_policy
from tests.conftest import Devzone

OPENING, CLOSING = chr(0xFF08), chr(0xFF09)
"""The full-width brackets."""

PATIENT = settings(deadline=None)


@pytest.fixture(scope="module")
def shipped_plan() -> Plan:
    policy, problems = read_policy((shipped("data") / "measures.yaml").read_bytes())
    assert policy, problems
    return Plan([policy])


def plan_with(*units: Unit) -> Plan:
    return Plan([policy("zone", 1, units=units)])


def policy(id_: str, *numbers: int, units: tuple[Unit, ...] = (Unit("市商务局"),)) -> Policy:
    day = date(2024, 7, 15)
    measures = tuple(Measure(number, f"措施{number}", (), ()) for number in numbers)
    return Policy(id_, id_, "市政府办", day, day, None, "市商务局", 30, (), units, measures)


ELEVEN = ("三元区", "沙县区", "永安市", "明溪县", "清流县", "宁化县", "大田县", "尤溪县", "将乐县", "泰宁县", "建宁县")

# -- Units ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "unit"),
    [
        ("市商务局", "市商务局"),
        ("商务局", "市商务局"),
        ("三明市商务局", "市商务局"),
        (" 市 商务局 ", "市商务局"),
        ("商务", "市商务局"),
        ("shangwuju", "市商务局"),
        ("ShangWuJu", "市商务局"),
        ("shang wu ju", "市商务局"),
        ("shishangwuju", "市商务局"),
        ("gxj", "市工信局"),
        ("GXJ", "市工信局"),
        ("\uff27\uff38\uff2a", "市工信局"),  # the same in full width
        ("工业和信息化", "市工信局"),
        ("gongxin", "市工信局"),
        ("组织部", "市委组织部"),
        ("人民银行", "人行三明市分行"),
        ("金融", "国家金融监管总局三明监管分局"),
        ("市场", "市市场监督管理局"),
        ("沙县", "沙县区"),
        ("将乐县人民政府", "将乐县"),
        ("jlx", "将乐县"),
        ("省级以上开发区", "各省级及以上开发区"),
    ],
)
def test_one_unit_of_the_policy_of_record(shipped_plan: Plan, typed: str, unit: str) -> None:
    assert shipped_plan.find_units(typed) == (unit,)


@pytest.mark.parametrize(
    "typed",
    [
        "各县(市、区)人民政府",
        f"各县{OPENING}市、区{CLOSING}人民政府",
        f"各县{OPENING}市、区)人民政府",
        "各县( 市、区 )",
        "各县市区",
        "各县",
        "gxsq",
    ],
)
def test_a_group_means_its_members(shipped_plan: Plan, typed: str) -> None:
    assert shipped_plan.find_units(typed) == ELEVEN


def test_brackets_are_one_in_a_plan_that_writes_them_full_width() -> None:
    plan = plan_with(Unit(f"各县{OPENING}市、区{CLOSING}", members=("东县", "西县")), Unit("东县"), Unit("西县"))
    assert plan.find_units("各县(市、区)") == ("东县", "西县")


def test_a_group_without_members_is_one_unit() -> None:
    plan = plan_with(Unit("各开发区", members=()), Unit("各县", members=("东县", "西县")))
    assert plan.find_units("各开发区") == ("各开发区",)


@pytest.mark.parametrize(
    ("typed", "fitting"),
    [
        ("swj", ["市商务局", "市税务局"]),
        ("sswj", ["市商务局", "市税务局"]),
        ("溪县", ["明溪县", "尤溪县"]),
        ("宁县", ["泰宁县", "建宁县"]),
        ("ningxian", ["泰宁县", "建宁县"]),
    ],
)
def test_what_fits_several_units_is_refused_with_the_list(shipped_plan: Plan, typed: str, fitting: list[str]) -> None:
    with pytest.raises(WrongUsage) as refused:
        shipped_plan.find_units(typed)
    assert refused.value.exit_code == 2
    assert all(name in refused.value.message for name in (typed, *fitting))
    assert f"{len(fitting)} 个单位" in refused.value.message


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [
        ("市商务厅", "市商务局"),
        ("商物局", "市商务局"),
        ("shangwujv", "市商务局"),
        ("三明工信局", "市工信局"),
        ("沙县县", "沙县区"),
        ("各个县市区", "各县(市、区)人民政府"),
    ],
)
def test_an_unknown_unit_gets_the_nearest_names(shipped_plan: Plan, typed: str, nearest: str) -> None:
    with pytest.raises(NotFound) as unknown:
        shipped_plan.find_units(typed)
    assert unknown.value.exit_code == 4
    assert typed in unknown.value.message
    assert nearest in unknown.value.remedy


def test_a_unit_like_no_other_gets_a_way_to_see_them_all(shipped_plan: Plan) -> None:
    with pytest.raises(NotFound) as unknown:
        shipped_plan.find_units("☃☃☃")
    assert "devzone export plan" in unknown.value.remedy


@pytest.mark.parametrize("typed", ["", "   ", "\u3000"])
def test_no_name_is_no_unit(shipped_plan: Plan, typed: str) -> None:
    with pytest.raises(WrongUsage):
        shipped_plan.find_units(typed)


@pytest.mark.parametrize(
    ("typed", "unit"),
    [
        ("商务", "商务"),  # its name, though a part of two others
        ("贸易", "外贸局"),  # its alias, though a part of the name of another
        ("maoyi", "贸易公司"),  # what it spells, though a part of what another spells
        ("jsmy", "江山贸易公司"),
    ],
)
def test_the_whole_beats_a_part(typed: str, unit: str) -> None:
    plan = plan_with(
        Unit("江山贸易公司", spellings=("jiangshanmaoyigongsi", "jsmygs")),
        Unit("市商务局", aliases=("商务局",)),
        Unit("商务"),
        Unit("外贸局", aliases=("贸易",)),
        Unit("贸易公司", spellings=("maoyi",)),
    )
    assert plan.find_units(typed) == (unit,)


def test_two_letters_are_no_part_of_a_spelling() -> None:
    plan = plan_with(Unit("市商务局", spellings=("shishangwuju",)))
    assert plan.find_units("wuj") == ("市商务局",)
    with pytest.raises(NotFound):
        plan.find_units("wu")


def test_a_unit_of_two_policies_is_one_unit_with_the_aliases_of_both() -> None:
    plan = Plan(
        [
            policy("a", 1, units=(Unit("市商务局", aliases=("商务局",)),)),
            policy("b", 1, units=(Unit("市商务局", aliases=("贸促会",)), Unit("市工信局"))),
        ]
    )
    assert plan.find_units("商务局") == plan.find_units("贸促会") == ("市商务局",)
    assert plan.find_units("工信局") == ("市工信局",)
    with pytest.raises(WrongUsage, match=r"^“市”对应 2 个单位：市商务局、市工信局"):
        plan.find_units("市")


def test_a_group_of_two_policies_has_the_members_of_both() -> None:
    plan = Plan(
        [
            policy("a", 1, units=(Unit("各县", members=("东县", "西县")),)),
            policy("b", 1, units=(Unit("各县", members=("西县", "南县")),)),
        ]
    )
    assert plan.find_units("各县") == ("东县", "西县", "南县")


def test_every_name_and_alias_of_the_policy_of_record_finds_its_unit(shipped_plan: Plan) -> None:
    for own in shipped_plan:
        for unit in own.units:
            for name in (unit.name, *unit.aliases):
                assert shipped_plan.find_units(name) == (unit.members or (unit.name,))


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("assign", "--unit", "gxj"), 0, ""),
        (("assign", "--unit", "swj"), 2, "市商务局 市税务局"),
        (("assign", "--unit", "商物局"), 4, "商务局"),
        (("show", "99"), 4, "99 1 17"),
        (("show", "abc"), 2, "abc"),
        (("status", "--policy", "sm-devzone"), 4, "sm-devzone-2024"),
    ],
)
def test_the_command_line_refuses_in_one_sentence(
    devzone: Devzone, words: tuple[str, ...], code: int, told: str
) -> None:
    ran = devzone(*words)
    assert ran.code == code
    assert (ran.out == "") == (code != 0)
    assert all(word in ran.err for word in told.split())


# -- Measures and policies --------------------------------------------------------------------------------------------

TWO = Plan([policy("a", 1, 2, 4), policy("b", 4, 5)])


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("2", "a/2"),
        ("5", "b/5"),
        (" 2 ", "a/2"),
        ("02", "a/2"),
        ("\uff12", "a/2"),  # a full-width 2
        ("a/4", "a/4"),
        ("b/4", "b/4"),
    ],
)
def test_a_measure(typed: str, found: str) -> None:
    own, measure = TWO.find_measure(typed)
    assert f"{own.id}/{measure.number}" == found


YEARS = Plan([policy("zones-2024", 4, 5), policy("zones-2025", 4, 5), policy("river", 4)])


@pytest.mark.parametrize(
    ("typed", "found"),
    [("2024/4", "zones-2024/4"), ("-2025/5", "zones-2025/5"), ("s-2024/4", "zones-2024/4"), ("riv/4", "river/4")],
)
def test_a_part_of_the_policys_id_is_enough_where_no_other_has_it(typed: str, found: str) -> None:
    own, measure = YEARS.find_measure(typed)
    assert f"{own.id}/{measure.number}" == found


@pytest.mark.parametrize("typed", ["4/5", "5/4", "25/4", "202/4", "0/4", "024/4"])
def test_a_part_of_a_number_is_no_part_of_an_id(typed: str) -> None:
    """Measures 4 and 5, typed with the wrong sign between them, are not measure 5 of the policy of 2024."""
    with pytest.raises(NotFound) as unknown:
        YEARS.find_measure(typed)
    assert "zones-2024" in unknown.value.remedy or "zones-2025" in unknown.value.remedy


def test_a_bare_number_of_two_policies_is_refused_with_the_list() -> None:
    with pytest.raises(WrongUsage) as refused:
        TWO.find_measure("4")
    assert refused.value.exit_code == 2
    assert "a/4" in refused.value.remedy
    assert "b/4" in refused.value.remedy


def test_a_bare_number_is_enough_once_the_policy_is_given() -> None:
    own, measure = TWO.only("b").find_measure("4")
    assert (own.id, measure.number) == ("b", 4)


@pytest.mark.parametrize(
    ("typed", "there_are"),
    [("99", "a/1 4 b/4 5"), ("0", "a/1"), ("9" * 5000, "a/1"), ("a/5", "1 2 4"), ("b/1", "4 5")],
)
def test_an_unknown_measure_gets_those_there_are(typed: str, there_are: str) -> None:
    with pytest.raises(NotFound) as unknown:
        TWO.find_measure(typed)
    assert unknown.value.exit_code == 4
    assert all(word in unknown.value.remedy for word in there_are.split())


@pytest.mark.parametrize(
    ("plan", "there_are"),
    [
        (Plan([policy("a", 1, 2, 3)]), "有：1–3"),
        (Plan([policy("a", 1, 3, 2)]), "有：1–3"),
        (Plan([policy("a", 1, 3)]), "有：1、3"),
        (Plan([policy("a", 7)]), "有：7"),
        (Plan([policy("a", 7), policy("b", 2, 1)]), "有：a/7、b/1–2"),
    ],
)
def test_how_the_numbers_are_listed(plan: Plan, there_are: str) -> None:
    with pytest.raises(NotFound) as unknown:
        plan.find_measure("99")
    assert unknown.value.remedy == there_are


@pytest.mark.parametrize("typed", ["abc", "", "4.0", "-4", "+4", "1_0", "四", "a/", "a/x", "4 5"])
def test_what_is_no_number(typed: str) -> None:
    with pytest.raises(WrongUsage) as refused:
        TWO.find_measure(typed)
    assert refused.value.exit_code == 2


def test_an_unknown_policy_gets_the_nearest_ids() -> None:
    plan = Plan([policy("sm-devzone-2024", 1), policy("river", 1)])
    for ask in (lambda: plan.only("sm-devzone-2023"), lambda: plan.find_measure("sm-devzone-2023/1")):
        with pytest.raises(NotFound) as unknown:
            ask()
        assert unknown.value.exit_code == 4
        assert "sm-devzone-2024" in unknown.value.remedy
        assert "river" not in unknown.value.remedy


def test_a_number_in_two_policies_on_the_command_line(devzone: Devzone) -> None:
    for id_ in ("a", "b"):
        devzone.plan(
            f"""\
            policy: {{id: {id_}, title: t, issuer: i, issued: 2024-07-15, valid_until: 2027-07-14, office: 甲局}}
            units: [{{name: 甲局}}]
            measures: [{{number: 4, title: 措施{id_}, units: [甲局]}}]
            """,
            name=f"plans/{id_}.yaml",
        )
    plans = devzone.folder / "plans"
    refused = devzone("--plan", plans, "status", "--measure", "4")
    assert (refused.code, refused.out) == (2, "")
    assert "a/4" in refused.err
    assert "b/4" in refused.err
    for words in (("--measure", "b/4"), ("--policy", "b", "--measure", "4")):
        (measure,) = devzone.ok("--plan", plans, "status", "--json", *words).json["measures"]
        assert measure["title"] == "措施b"


# -- Laws -------------------------------------------------------------------------------------------------------------

NAMES = st.text(alphabet=f"市商务局县aBｃ１2 \u3000(){OPENING}{CLOSING}、ßﬁ", max_size=8)


@PATIENT
@given(NAMES)
def test_looking_up_twice_is_looking_up_once(name: str) -> None:
    assert as_looked_up(as_looked_up(name)) == as_looked_up(name)


@PATIENT
@given(st.lists(NAMES.filter(as_looked_up), min_size=1, max_size=6, unique_by=as_looked_up))
def test_a_unit_is_always_found_by_its_own_name(names: list[str]) -> None:
    plan = plan_with(*map(Unit, names))
    assert [plan.find_units(name) for name in names] == [(name,) for name in names]


@PATIENT
@given(st.dictionaries(st.sampled_from("ABCDE"), st.lists(st.sampled_from("ABCDExyz"), max_size=4)), st.data())
def test_what_a_group_expands_to(groups: dict[str, list[str]], data: st.DataObject) -> None:
    """Single units, each once; a group without members is one; and one more step of nesting changes nothing."""
    name = data.draw(st.sampled_from("ABCDExyz"))
    units = expand(name, groups)
    assert len(set(units)) == len(units)
    assert not any(groups.get(unit) for unit in units)
    assert expand("around", {**groups, "around": [name, name]}) == units
