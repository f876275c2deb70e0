"""`devzone draft`: what it writes, what it lists, what it refuses, and that the plan stays the office's."""

from __future__ import annotations

from pathlib import Path

import pytest

from sm_devzone.domain.plan_history import check_succession
from sm_devzone.storage.plan_file import read_policy
from tests.conftest import Devzone

TEXT = """\
青河市人民政府办公室关于印发青河市河湖长效管护若干措施的通知
青政办〔2025〕8号
各县（市、区）人民政府，市直有关单位：
现将若干措施印发给你们，请认真抓好落实。
青河市人民政府办公室
2025年3月10日
青河市河湖长效管护若干措施
一、管好河道。清理河道，2025年6月底前完成。5年内培育管护企业20家。
（市水利局牵头，市财政局等部门配合）
二、管好湖泊。每年评估一次。
责任单位：市住建局、自然资源局，各县（市、区）人民政府
三、落实经费。安排管护经费。
责任单位：市财政局
"""
VALID = "本措施自印发之日起施行，有效期3年。\n"


@pytest.fixture
def text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "管护措施.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_a_draft_names_its_sources_and_what_is_missing(devzone: Devzone, text: Path, tmp_path: Path) -> None:
    ran = devzone.ok("draft", text)
    plan = (tmp_path / "qzb-2025-8.yaml").read_text(encoding="utf-8")
    assert "qzb-2025-8.yaml" in ran.err
    assert "读出 3 条措施、5 个单位，存疑" in ran.err
    assert "check" in ran.err
    for part in (
        "  # 第 6 行：2025年3月10日\n  issued: 2025-03-10\n",
        "  # valid_until: 原文没有写有效期",
        "  # office: ",
        "    aliases: [青河市水利局]",
        "groups:\n  - name: 各县（市、区）人民政府",
        "    # 第 9 行：（市水利局牵头，市财政局等部门配合）\n    units: [市水利局, 市财政局]\n",
        "    lead: 市水利局\n    assisting: [市财政局]\n    roles_as_written: ",
        "        # 第 8 行：2025年6月底前完成\n        due: 2025-06-30\n",
        "        every: year\n        first: 2025\n",
        "存疑：第 8 行“5年内培育管护企业20家”没有写进计划",
    ):
        assert part in plan, part


def test_check_asks_for_what_is_missing_and_nothing_else(devzone: Devzone, text: Path, tmp_path: Path) -> None:
    devzone.ok("draft", text)
    plan = tmp_path / "qzb-2025-8.yaml"
    ran = devzone("--plan", plan, "check")
    assert ran.code == 3
    assert {line.rpartition(": ")[2] for line in ran.err.splitlines()[:-1]} == {
        "缺少字段 valid_until，请补上",
        "缺少字段 office，请补上",
    }
    filled = plan.read_text(encoding="utf-8").replace("  # valid_until: ", "  valid_until: 2028-03-09  # ")
    plan.write_text(filled.replace("  # office: ", "  office: 市水利局  # "), encoding="utf-8")
    devzone.ok("--plan", plan, "check")
    assert len(devzone.ok("--plan", plan, "status").lines) == 3


@pytest.mark.parametrize("place", [".", "..", "/", "a folder"])
def test_a_folder_is_no_place_for_a_draft(devzone: Devzone, text: Path, place: str) -> None:
    (devzone.folder / "a folder").mkdir()
    ran = devzone("draft", text, "-o", place)
    assert (ran.code, ran.out) == (1, "")
    assert f"{place} 是文件夹" in ran.err


def test_the_three_forms_of_the_list(devzone: Devzone, text: Path, tmp_path: Path) -> None:
    lines = devzone.ok("draft", text, "-o", tmp_path / "a.yaml").lines
    assert ["8", "1", "period", "5年内培育管护企业20家", "", "只说多少年内，没有写到哪一天"] in lines
    document = devzone.ok("draft", text, "-o", tmp_path / "b.yaml", "--json").json
    assert list(document) == ["schema", "source", "sha256", "plan", "policy", "counts", "doubtful"]
    assert document["schema"] == "devzone/draft/1"
    assert document["policy"] == {
        "id": "qzb-2025-8",
        "title": "青河市人民政府办公室关于印发青河市河湖长效管护若干措施的通知",
        "issuer": "青河市人民政府办公室",
        "issued": "2025-03-10",
        "valid_until": None,
    }
    assert document["counts"] == {
        "measures": 3,
        "units": 5,
        "pairs": 6,
        "leads": 1,
        "milestones": 2,
        "doubtful": len(lines),
    }
    assert {tuple(one) for one in document["doubtful"]} == {
        ("line", "page", "measure", "kind", "text", "reading", "other", "why")
    }
    shown = devzone.ok("draft", text, "-o", tmp_path / "c.yaml", terminal=True).out
    for word in ("行", "措施", "类别", "原文", "读作", "原因", "期限", "读出 3 条措施"):
        assert word in shown


def test_every_doubt_points_at_words_of_the_text(devzone: Devzone, text: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept.txt"
    document = devzone.ok("draft", text, "--json", "--text", kept).json
    lines = kept.read_text(encoding="utf-8").splitlines()
    for doubt in document["doubtful"]:
        assert doubt["text"][:10] in "".join(lines[doubt["line"] - 1 :]), doubt


def test_the_same_text_gives_the_same_bytes(devzone: Devzone, text: Path, tmp_path: Path) -> None:
    devzone.ok("draft", text, "-o", tmp_path / "a.yaml")
    devzone.at("2027-01-01").ok("draft", text, "-o", tmp_path / "b.yaml")
    assert (tmp_path / "a.yaml").read_bytes() == (tmp_path / "b.yaml").read_bytes()


def test_a_file_that_is_there_is_never_written_over(devzone: Devzone, text: Path, tmp_path: Path) -> None:
    target = tmp_path / "qzb-2025-8.yaml"
    target.write_text("mine", encoding="utf-8")
    ran = devzone("draft", text)
    assert (ran.code, ran.out, target.read_text("utf-8")) == (1, "", "mine")
    assert "qzb-2025-8-2.yaml" in ran.err
    kept = tmp_path / "kept.txt"
    kept.write_text("mine", encoding="utf-8")
    assert devzone("draft", text, "-o", tmp_path / "new.yaml", "--text", kept).code == 1
    assert not (tmp_path / "new.yaml").exists()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["http://example.com/a.html"], 1, "不联网"),
        (["没有.txt"], 1, "读不了"),
        (["."], 1, "文件夹"),
        ([""], 2, "没有写政策文件"),
        (["管护措施.txt", "--id", "青河"], 2, "--id"),
        (["管护措施.txt", "--org", "Sanming"], 2, "--org"),
        (["管护措施.txt", "--units", "没有.yaml"], 3, "计划文件"),
        (["管护措施.txt", "--into", "没有.yaml"], 3, "计划文件"),
        (["散文.txt"], 1, "没有找到措施"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(
    devzone: Devzone, text: Path, tmp_path: Path, words: list[str], code: int, said: str
) -> None:
    (tmp_path / "散文.txt").write_text("河水清清，鸟语花香。\n我们去春游。\n", encoding="utf-8")
    before = sorted(tmp_path.rglob("*"))
    ran = devzone("draft", *words)
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err
    assert sorted(tmp_path.rglob("*")) == before


def test_the_exit_code_tells_of_doubts_when_asked(devzone: Devzone, text: Path, tmp_path: Path) -> None:
    assert devzone("draft", text, "--exit-code").code == 7


def test_standard_input(devzone: Devzone, text: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with text.open(encoding="utf-8") as file:
        monkeypatch.setattr("sys.stdin", file)
        document = devzone.ok("draft", "-", "--id", "guanhu", "--json").json
    assert (document["source"], document["plan"]) == ("标准输入", "guanhu.yaml")


def test_units_of_another_plan_are_reused(devzone: Devzone, text: Path, tmp_path: Path) -> None:
    register = tmp_path / "register.yaml"
    register.write_text(
        """
policy: {id: r, title: 册, issuer: 市政府, issued: 2020-01-01, valid_until: 2030-01-01, office: 市水务局}
units:
  - name: 市水务局
    aliases: [市水利局]
  - name: 市财政局
    vertical: true
  - name: 甲县
  - name: 市自然资源和规划局
groups:
  - name: 各县（市、区）人民政府
    members: [甲县]
measures:
  - {number: 1, title: 事, units: [市水务局]}
""",
        encoding="utf-8",
    )
    document = devzone.ok("draft", text, "--units", register, "--json").json
    plan = Path(document["plan"]).read_text(encoding="utf-8")
    for part in ("units: [市水务局, 市财政局]", "lead: 市水务局", "vertical: true", "members: [甲县]", "- name: 甲县"):
        assert part in plan, part
    told = [(one["text"], one["other"]) for one in document["doubtful"] if one["kind"] == "unit"]
    assert ("市住建局", None) in told
    assert ("市自然资源局", "市自然资源和规划局") in told


def test_the_example_of_the_guide(devzone: Devzone, text: Path, tmp_path: Path) -> None:
    example = Path(__file__).parents[2] / "docs/examples/青河市河湖管护措施.txt"
    document = devzone.ok("draft", example, "--json").json
    plan = Path(document["plan"])
    plan.write_text(plan.read_text("utf-8").replace("  # office: ", "  office: 市水利局  # "), encoding="utf-8")
    devzone.ok("--plan", plan, "check")
    assert [one["number"] for one in devzone.ok("--plan", plan, "status", "--json").json["measures"]] == [
        1,
        2,
        3,
        4,
        5,
        6,
    ]
    picture = (example.parents[1] / "draft.svg").read_text(encoding="utf-8")
    assert f"存疑{document['counts']['doubtful']}处" in picture


OLD = """
policy:
  id: guanhu
  title: 青河市河湖长效管护若干措施
  issuer: 青河市人民政府办公室
  issued: 2024-03-10
  valid_until: 2029-03-09
  office: 市水利局
  reporting_cycle: month
  reply_workdays: 7
units:
  - name: 市水利局
    aliases: [水利局]
  - name: 市财政局
  - name: 市住建局
  - name: 市园林局
  - name: 甲县
groups:
  - name: 各县（市、区）人民政府
    members: [甲县]
measures:
  - number: 1
    title: 管好河道
    units: [市水利局, 市园林局]
    tasks: [清河]
    milestones:
      - {key: 清河, title: 清理完, origin: policy, due: 2025-03-31, as_written: 2025年3月底前完成}
      - {key: 验收, title: 验收, origin: office, due: 2025-10-31, reason: 会议定的}
  - number: 2
    title: 护好堤岸
    units: [市水利局]
  - number: 3
    title: 管好湖泊
    units: [市住建局, 各县（市、区）人民政府]
    reporting_cycle: quarter
    milestones:
      - {key: 评估, title: 年度评估, origin: policy, every: year, first: 2024, as_written: 每年评估一次}
"""


def test_an_amended_text_keeps_what_the_office_wrote(devzone: Devzone, text: Path, tmp_path: Path) -> None:
    old = tmp_path / "old.yaml"
    old.write_text(OLD, encoding="utf-8")
    text.write_text(TEXT + VALID, encoding="utf-8")
    document = devzone.ok("draft", text, "--into", old, "-o", tmp_path / "new.yaml", "--json").json
    devzone.ok("--plan", tmp_path / "new.yaml", "check")
    before, after = (read_policy(path.read_bytes())[0] for path in (old, tmp_path / "new.yaml"))
    assert before is not None
    assert after is not None
    assert check_succession(before, after) == []
    assert (after.id, after.office, after.reporting_cycle, after.reply_workdays) == ("guanhu", "市水利局", "month", 7)
    assert [(one.number, one.title) for one in after.measures] == [
        (1, "管好河道"),
        (2, "护好堤岸"),
        (3, "管好湖泊"),
        (4, "落实经费"),
    ]
    river, _, lake, _ = after.measures
    assert (river.tasks, river.units, lake.reporting_cycle) == (("清河",), ("市水利局", "市财政局"), "quarter")
    assert [(one.key, one.origin, str(one.due)) for one in river.milestones] == [
        ("清河", "policy", "2025-06-30"),
        ("验收", "office", "2025-10-31"),
    ]
    assert [(one.key, one.first) for one in lake.milestones] == [("评估", "2024")]
    changed = [
        (one["measure"], one["reading"], one["other"]) for one in document["doubtful"] if one["kind"] == "changed"
    ]
    for change in (
        (1, "2025-06-30", "2025-03-31"),
        (1, None, "市园林局"),
        (2, "措施 2", None),
        (3, "3", "2"),
        (4, "措施 4", None),
        (None, "2024-03-10", "2025-03-10"),
    ):
        assert change in changed, change
    assert old.read_text(encoding="utf-8") == OLD


def test_a_number_once_used_never_means_another_measure(devzone: Devzone, text: Path, tmp_path: Path) -> None:
    old = tmp_path / "old.yaml"
    old.write_text(OLD.replace("title: 护好堤岸", "title: 落实经费来源"), encoding="utf-8")
    text.write_text(TEXT.replace("三、落实经费。", "三、防汛抢险。") + VALID, encoding="utf-8")
    devzone.ok("draft", text, "--into", old, "-o", tmp_path / "new.yaml")
    after = read_policy((tmp_path / "new.yaml").read_bytes())[0]
    assert after is not None
    assert [(one.number, one.title) for one in after.measures] == [
        (1, "管好河道"),
        (2, "落实经费来源"),
        (3, "管好湖泊"),
        (4, "防汛抢险"),
    ]
