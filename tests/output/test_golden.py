"""What people get, whole: a small plan, a few facts, and every form of output beside it in golden/.

`make golden` writes the files anew; look at the difference before committing it.
"""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import pytest

from tests.conftest import Devzone

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parent / "golden"

PLAN = """
    policy:
      id: demo
      title: 关于做好三件事的若干措施
      issuer: 某市人民政府办公室
      issued: 2026-01-05
      valid_until: 2028-12-31
      office: 市甲局
      reporting_cycle: month
    units:
      - name: 市甲局
      - name: 市乙局
        aliases: [乙局]
      - name: 东县
      - name: 西县
    groups:
      - name: 各县
        members: [东县, 西县]
    common_units: [各县]
    measures:
      - number: 1
        title: 常抓不懈
        units: [市甲局, 市乙局]
        tasks: [每月碰头]
      - number: 2
        title: 按期验收
        units: [市乙局]
        lead: 市乙局
        roles_as_written: 由市乙局牵头
        milestones:
          - key: 验收
            title: 通过验收
            origin: policy
            due: 2026-10-31
            as_written: 2026年10月底前
          - key: 季查
            title: 每季检查
            origin: office
            every: quarter
            first: 2026Q3
            units: [市乙局]
            reason: 办公室会议议定
        standing: 其余工作
"""

FORMS = {
    "status.tsv": ["status"],
    "status.json": ["status", "--json"],
    "status.terminal.txt": ["status"],
    "show.terminal.txt": ["show", "2"],
    "assign.tsv": ["assign", "--unit", "乙局"],
    "assign.json": ["assign", "--unit", "乙局", "--json"],
    "assign.terminal.txt": ["assign", "--unit", "乙局"],
    "urge.tsv": ["urge"],
    "stats.terminal.txt": ["stats"],
    "stats.csv": ["stats", "--by", "measure", "--format", "csv"],
    "history.tsv": ["history"],
    "history.terminal.txt": ["history"],
    "overdue.csv": ["export", "overdue"],
    "plan.csv": ["export", "plan"],
    "journal.json": ["export", "journal", "--json"],
    "check.txt": ["check"],
    "report.week.md": ["report", "--week", "2026-W45", "--format", "md", "-o", "-"],
    "report.week.html": ["report", "--week", "2026-W45", "--format", "html", "-o", "-"],
    "report.week.txt": ["report", "--week", "2026-W45", "--format", "txt", "-o", "-"],
    "report.month.md": ["report", "--month", "2026-11", "--format", "md", "-o", "-"],
    "report.empty.txt": ["report", "--from", "2026-02-01", "--to", "2026-02-03", "--format", "txt", "-o", "-"],
    "report.empty.html": ["report", "--from", "2026-02-01", "--to", "2026-02-03", "--format", "html", "-o", "-"],
    "report.empty.md": ["report", "--from", "2026-02-01", "--to", "2026-02-03", "--format", "md", "-o", "-"],
}


def tell(devzone: Devzone) -> None:
    """The facts that all golden files rest on; at the end it is 9 November 2026."""
    devzone.plan(PLAN)
    devzone.at("2026-10-20").ok("update", 2, "--unit", "东县", "--milestone", "验收", "--done", "--note", "验收通过")
    devzone.at("2026-11-02").ok(
        "update",
        2,
        "--unit",
        "乙局",
        "--milestone",
        "验收",
        "--progress",
        80,
        "--note",
        "材料齐了|待签字",
        "--problem",
        "缺一处签字",
    )
    devzone.ok("update", 1, "--unit", "西县", "--note", "本期无变化")
    devzone.at("2026-11-05").ok("assign", 1, "--unit", "乙局", "--role", "牵头", "--reason", "会议纪要")
    devzone.ok("update", 1, "--unit", "乙局", "--note", "记错了", "--next", "下周再报")
    devzone.at("2026-11-06").ok("void", 5, "--reason", "填错单位")
    devzone.ok("urge", 2, "--unit", "乙局", "--period", "2026Q3", "--by-means", "电话", "--note", "答应周五报")
    devzone.ok("extend", 2, "--unit", "乙局", "--period", "2026Q3", "--to", "2026-11-30", "--reason", "人手不足")
    devzone.ok("close", 2, "--unit", "东县", "--milestone", "验收", "--note", "验收表")
    devzone.ok("suspend", 2, "--unit", "西县", "--milestone", "验收", "--note", "规划调整")
    devzone.at("2026-11-09")


def without_parts(page: str) -> str:
    """`page` with the names of its style sheet and its script in their place: they are read in templates/."""
    for kind, part in (("style", "report.css"), ("script", "report.js")):
        content = re.sub(r"^\{#-.*-#\}\n", "", (ROOT / "templates" / part).read_text("utf-8"))
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert page.count(f"<{kind}>{content}</{kind}>") == 1
        assert page.count(f"{kind}-src 'sha256-{digest}'") == 1
        page = page.replace(content, f"[{part}]").replace(digest, f"[{part}]")
    return page


@pytest.mark.parametrize("name", FORMS)
def test_golden(devzone: Devzone, name: str, request: pytest.FixtureRequest) -> None:
    tell(devzone)
    got = devzone.ok(*FORMS[name], "--as-of", "2026-11-08", terminal="terminal" in name, width=120).out
    if name.endswith(".html"):
        got = without_parts(got)
    target = GOLDEN / name
    if request.config.getoption("--update-golden"):
        target.write_bytes(got.encode())
    assert got.encode() == target.read_bytes()
