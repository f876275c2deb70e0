"""Times whole processes of devzone against other programs, in alternation, and prints a Markdown table.

Everything is made in a temporary folder and removed at the end; README.md beside this file tells how to read it.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import pty
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from importlib.metadata import version
from multiprocessing import Process
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

DEVZONE = str(Path(sys.executable).with_name("devzone"))
PYTHON = sys.executable
SQLITE = shutil.which("sqlite3")
EMPTY_TEMPLATE = "import jinja2; jinja2.Template('').render()"
EMPTY_TYPER = "import typer\n\napp = typer.Typer()\n\n\n@app.command()\ndef main() -> None:\n    pass\n\n\napp()\n"
BARE_REPORT = """
import atexit, gc, os, sys
gc.disable()  # as the command does, before anything else; the next line too
atexit.register(gc.freeze)
from pathlib import Path
from sm_devzone.context import Context
from sm_devzone.domain.calendar import period_of
from sm_devzone.papers import bulletins
from sm_devzone.settings import system_clock
context = Context(os.environ, system_clock)
today = context.settings.today
with context.books() as books:
    material = bulletins.gather(books, period_of("week", today), today, "", ("md", "html"))
for name, content in bulletins.made(context.settings, material, ("md", "html")).items():
    Path(sys.argv[1], f"bare.{name}").write_bytes(content)
"""
LATEST = (
    "SELECT e.* FROM entry e JOIN (SELECT max(id) AS id FROM entry "
    "GROUP BY policy, measure, unit, milestone, period) l ON l.id = e.id"
)
WALK = """
import sys
from sm_devzone.storage.chain import Walk
from sm_devzone.storage.database import Database
Walk(Database(sys.argv[1]))
"""
ALL_FACTS = "SELECT * FROM entry; SELECT * FROM link"
PLAIN_WRITING = """
import json, sys
from xlsxwriter import Workbook
for number, sheets in enumerate(json.load(open(sys.argv[1], encoding="utf-8"))):
    book = Workbook(f"{sys.argv[2]}/{number}.xlsx")
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for at, row in enumerate(rows):
            for place, value in enumerate(row):
                if value is not None:
                    sheet.write(at, place, value)
    book.close()
"""
BARE_READING = """
import sys
from pathlib import Path
from openpyxl import load_workbook
for path in Path(sys.argv[1]).iterdir():
    for sheet in load_workbook(path, read_only=True):
        for row in sheet.iter_rows():
            for cell in row:
                cell.value
"""
MAX_MIB = 400
TOO_SLOW = 60
"""A run that takes more seconds is not repeated."""


class Took(NamedTuple):
    """One run of a process: wall time, and its peak memory."""

    seconds: float
    mib: float


Run = Callable[[int], Took]
"""Starts a program for the nth time and waits for its end."""

RENAMED, FORMER_NAME = "市第7局", "市七局"
"""In one plan of ten a bureau had another name for the first half of the time."""

COUNTIES = [f"{name}县" for name in "甲乙丙丁戊己庚辛壬癸子"]
BUREAUS = [f"市第{number}局" for number in range(1, 41)]
SENTENCES = (
    "已召开调度会，细化任务分工和完成节点，责任落实到科室和个人。",
    "项目完成立项和用地预审，正在办理施工许可，预计下月进场。",
    "已走访企业二十三家，收集问题四十一个，当场答复三十个，其余转交有关部门。",
    "方案已征求各成员单位意见，修改后报市政府审定，同步准备配套细则。",
)


def write_plans(folder: Path, files: int, measures: int, today: date) -> None:
    """`measures` in `files` plan files. Each measure has 20 units, and so 20 duties; three in ten duties are dated."""
    chance = random.Random(1)
    for file in range(files):
        issued = today - timedelta(days=chance.randint(800, 860))
        life = 3 * 365
        lines = [
            "policy:",
            f"  id: policy-{file:03}\n  title: 关于第{file}项工作的若干措施\n  issuer: 某市人民政府办公室",
            f"  issued: {issued}\n  valid_until: {issued + timedelta(days=life)}\n  office: {BUREAUS[0]}",
            "  reporting_cycle: month",
            "units:",
            *(f"  - name: {name}\n    aliases: [某市{name}{_former(file, name)}]" for name in BUREAUS + COUNTIES),
            f"groups:\n  - name: 各县人民政府\n    members: [{', '.join(COUNTIES)}]",
            "measures:",
        ]
        for number in range(1, len(range(file, measures, files)) + 1):
            own = chance.sample(BUREAUS, 9)
            lines.append(f"  - number: {number}\n    title: 推进第{number}方面工作")
            lines.append(f"    units: [{', '.join(own)}, 各县人民政府]")
            lines.append("    tasks: [明确责任单位和完成时限, 每月调度一次并通报进展, 年底前开展评估]")
            dated = chance.choice([[]] * 5 + [[own[:5], own[5:]]] * 3 + [[["各县人民政府"]], [[*own, "各县人民政府"]]])
            lines += ["    milestones:"] if dated else []
            for place, units in enumerate(dated, 1):
                due = issued + timedelta(days=chance.randint(90, life))
                lines.append(f"      - key: 节点{place}\n        title: 完成第{place}阶段工作\n        origin: policy")
                lines.append(f"        due: {due}\n        as_written: {due.year}年{due.month}月底前完成")
                lines.append(f"        units: [{', '.join(units)}]")
        (folder / f"policy-{file:03}.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _former(file: int, name: str) -> str:
    return f", {FORMER_NAME}" if name == RENAMED and not file % 10 else ""


COLUMNS = (
    "id, kind, policy, measure, unit, milestone, period, happened_on, recorded_at, recorded_by, source, role, "
    "progress, note, problem, next_step, voids, due_before, due, means"
)

OFFICE = {"submitted": ["close", "close", "return"], "closed_out": ["reopen"], "suspended": ["resume"]}
"""What the office does in each state, beside 中止, 延期 and 催办 of what is open."""


def entries(
    keys: list[Any], dues: dict[Any, date], count: int, start: date, now: datetime
) -> Iterator[tuple[Any, ...]]:
    """`count` rows of the journal from `start` to `now`, as the rules allow: mostly 报进展, some of all kinds.

    `dues` holds the date that counts of each dated key.
    """
    chance = random.Random(2)
    heard = chance.sample(keys, len(keys) * 9 // 10)  # one duty in ten was never reported on
    begin = datetime(start.year, start.month, start.day, 8, tzinfo=UTC)
    step = (now - begin) / (count + 1)
    states: dict[Any, str] = {}
    update: tuple[int, Any] | None = None  # the last one, which nothing rests on
    for number in range(1, count + 1):
        moment = begin + step * number
        key = chance.choice(heard)
        state = states.get(key, "in_progress")
        draw = chance.random()
        values: dict[str, Any] = {"kind": "update", "note": f"第{number}次：{chance.choice(SENTENCES)}"}
        if draw < 0.01 and update:
            values = {"kind": "void", "note": "登错了单位", "voids": update[0]}
            key, update = update[1], None
        elif draw < 0.02:
            values = {"kind": "remove" if draw < 0.0103 else "assign", "note": "联席会议纪要"}
            values["role"] = chance.choice(["lead", "responsible", "assisting"]) if draw >= 0.0103 else None
            key = key._replace(milestone="", period="")
        elif state in OFFICE:
            values = {"kind": chance.choice(OFFICE[state]), "note": "审核意见"}
            moved = {"close": "closed_out", "return": "in_progress", "reopen": "in_progress", "resume": "in_progress"}
            states[key] = moved[values["kind"]]
        elif draw < 0.06:
            values["kind"], states[key] = "submit", "submitted"
        elif draw < 0.07:
            values, states[key] = {"kind": "suspend", "note": "规划调整"}, "suspended"
        elif draw < 0.09 and key in dues:
            values = {"kind": "extend", "note": "条件未备", "due_before": dues[key].isoformat()}
            dues[key] += timedelta(days=30)
            values["due"] = dues[key].isoformat()
        elif draw < 0.11:
            values = {"kind": "urge", "means": "电话"}
        elif draw < 0.15:
            values = {"kind": "unchanged", "note": "本期无变化"}
        else:
            values["progress"] = chance.randint(0, 100) if draw > 0.3 else None
            values["problem"] = "资金尚有缺口，需要市级统筹。" if draw > 0.9 else None
            values["next_step"] = "下月底前完成验收。" if 0.5 < draw < 0.7 else None
            update = number, key
        happened = (moment + timedelta(hours=8)).date() - timedelta(days=chance.choice([0, 0, 0, 1, 2]))
        values |= {"id": number, **key._asdict(), "recorded_by": "小林", "source": "cli"}
        if key.unit == RENAMED and key.policy.endswith("0") and number <= count // 2:
            values["unit"] = FORMER_NAME
        values |= {"happened_on": max(happened, start).isoformat(), "recorded_at": f"{moment:%Y-%m-%dT%H:%M:%SZ}"}
        yield tuple(values.get(name) for name in COLUMNS.split(", "))


def record_plans(file: sqlite3.Connection, plan_path: Path, count: int, start: date, now: datetime) -> None:
    """Every plan in its first version, and those with a renamed bureau in a second one, from the middle on."""
    from sm_devzone.storage.plan_cache import read_policy_text

    middle = start + (now.date() - start) / 2
    for path in sorted(plan_path.glob("*.yaml")):
        text = path.read_text("utf-8")
        former = text.replace(f", {FORMER_NAME}]", "]").replace(RENAMED, FORMER_NAME)
        versions = [(former, start, 0), (text, middle, count // 2)] if FORMER_NAME in text else [(text, start, 0)]
        for number, (written, since, position) in enumerate(versions, 1):
            policy = read_policy_text(written, path.name, None)
            values = (policy.id, number, since.isoformat(), None, policy.sha256, written)
            digest = sha256(written.encode()).hexdigest()
            file.execute(
                "INSERT INTO plan_version (policy, number, in_force_since, reason, sha256, text, text_sha256, "
                "position, recorded_at, recorded_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*values, digest, position, f"{now:%Y-%m-%dT%H:%M:%SZ}", "小林"),
            )


def fill_journal(db: Path, plan_path: Path, scratch: Path, count: int) -> None:
    """Make the database by the package's own migration, with `count` entries about the duties of the plan."""
    from sm_devzone.domain.calendar import day_in_china
    from sm_devzone.domain.duties import Facts
    from sm_devzone.domain.ledger import compute
    from sm_devzone.storage.chain import FACTS, lengthen
    from sm_devzone.storage.database import Database, runner
    from sm_devzone.storage.plan_cache import load

    now = datetime.now(UTC)
    plan = load(plan_path, scratch)
    duties = compute(plan, Facts(), day_in_china(now)).duties
    dues = {duty.key: duty.due for duty in duties if duty.due}
    with Database(str(db)).writing():
        pass
    file = sqlite3.connect(db)
    file.executescript("PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000;")
    marks = ", ".join("?" * len(COLUMNS.split(", ")))
    start = max(policy.issued for policy in plan)
    file.executemany(
        f"INSERT INTO entry ({COLUMNS}) VALUES ({marks})",
        entries([duty.key for duty in duties], dues, count, start, now),
    )
    record_plans(file, plan_path, count, start, now)
    file.commit()
    file.close()
    with Database(str(db)).writing() as connection:
        for table in FACTS:
            lengthen(connection, runner(connection), table, 0)


def write_round_trip_plan(folder: Path, files: int, measures: int, units: int, of_each: int, today: date) -> None:
    """`files` policies of `measures` each; a measure has `of_each` of the `units`, in turn, and no dates."""
    names = [f"市第{number}局" for number in range(1, units + 1)]
    for file in range(files):
        lines = [
            "policy:",
            f"  id: policy-{file:03}\n  title: 关于第{file}项工作的若干措施\n  issuer: 某市人民政府办公室",
            f"  issued: {today - timedelta(days=300)}\n  valid_until: {today + timedelta(days=700)}",
            f"  office: {names[0]}",
            "  reporting_cycle: month\nunits:",
            *(f"  - name: {name}" for name in names),
            "measures:",
        ]
        for number in range(1, measures + 1):
            own = [names[(number * of_each + place) % units] for place in range(of_each)]
            lines.append(f"  - number: {number}\n    title: 推进第{number}方面工作\n    units: [{', '.join(own)}]")
            lines.append("    tasks: [明确责任单位和完成时限, 每月调度一次并通报进展, 年底前开展评估]")
        (folder / f"policy-{file:03}.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def answer(folder: Path) -> None:
    """Fill in every row of every form in `folder`, as units would."""
    from openpyxl import load_workbook

    from sm_devzone.domain.form import ANSWERS

    for path in folder.iterdir():
        book = load_workbook(path)
        sheet = book["填报表"]
        places = {cell.value: place for place, cell in enumerate(sheet[3], 1)}
        for at in range(4, sheet.max_row + 1):
            words = SENTENCES[at % len(SENTENCES)]
            for name, value in (("answer", "推进中"), ("progress", at % 100), ("note", words), ("reporter", "小王")):
                sheet.cell(at, places[ANSWERS[name]]).value = value
        book.save(path)


def dump(folder: Path, target: Path) -> None:
    """Write the cells of all workbooks in `folder` to `target`, as PLAIN_WRITING takes them."""
    from openpyxl import load_workbook

    books = []
    for path in folder.iterdir():
        book = load_workbook(path, read_only=True)
        books.append({sheet.title: [[value and str(value) for value in row] for row in sheet.values] for sheet in book})
    target.write_text(json.dumps(books), encoding="utf-8")


def round_trip(folder: Path, program: Callable[..., Run], pairs: int) -> Iterator[Result]:
    """Forms out and back: 35 units with 300 duties, and one form of 10,000 rows."""
    today = datetime.now(UTC).date()
    for name, files, measures, units, of_each in (("forms", 1, 30, 35, 10), ("long", 10, 1000, 1, 1)):
        place = folder / name
        place.mkdir()
        write_round_trip_plan(place, files, measures, units, of_each, today)
        apart(fill_journal, folder / f"{name}.db", place, folder / "scratch", 0)
        program(name, DEVZONE, "send", "-o", str(folder / f"{name}-sent"))(0)
    apart(dump, folder / "forms-sent", folder / "cells.json")
    (folder / "plain.py").write_text(PLAIN_WRITING, encoding="utf-8")
    (folder / "bare.py").write_text(BARE_READING, encoding="utf-8")
    (folder / "plain").mkdir()
    ours = program("forms", DEVZONE, "send", "-o", str(folder / "forms-again"))
    other = program("forms", PYTHON, str(folder / "plain.py"), str(folder / "cells.json"), str(folder / "plain"))
    what = "`send`，35 个单位、300 项任务"
    yield compare(what, ours, "`xlsxwriter` 不加格式写同样的格子", other, 3, pairs, memory=False)
    for name in ("forms", "long"):
        apart(answer, folder / f"{name}-sent")
    for number in range(pairs + 1):
        shutil.copy(folder / "forms.db", folder / f"forms-{number}.db")
    sent = str(folder / "forms-sent")
    ours = program("forms", DEVZONE, "--db", str(folder / "forms-{number}.db"), "collect", sent, "--yes")
    other = program("forms", PYTHON, str(folder / "bare.py"), sent)
    what = "`collect`，35 份填好的表"
    yield compare(what, ours, "`openpyxl` 只读出全部格子", other, 3, pairs, memory=False)
    took = program("long", DEVZONE, "send", "-o", str(folder / "long-again"))(0)
    yield Result("`send`，一份 10,000 行的表（限 15 s、500 MiB）", took.seconds, mib=took.mib)
    took = program("long", DEVZONE, "collect", str(folder / "long-sent"), "--yes")(0)
    yield Result("`collect`，一份 10,000 行的表（限 10 s、300 MiB）", took.seconds, mib=took.mib)


def apart(work: Callable[..., None], *arguments: Any) -> None:
    """Do `work` in a process of its own: a child counts the memory of whoever starts it as its own peak."""
    process = Process(target=work, args=arguments)
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit("数据没有准备好，见上面的错误")


def run(arguments: list[str], env: dict[str, str], stdout: str = "pipe") -> Took:
    """One process from start to end, its stdout a `pipe`, a `terminal` of 120 columns, or `null`."""
    reader, writer = -1, subprocess.DEVNULL
    if stdout == "pipe":
        reader, writer = os.pipe()
    elif stdout == "terminal":
        reader, writer = pty.openpty()
        termios.tcsetwinsize(writer, (50, 120))
    begun = time.perf_counter()
    process = subprocess.Popen(arguments, env=env, stdin=subprocess.DEVNULL, stdout=writer)
    if reader >= 0:
        os.close(writer)
        drain(reader)
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(arguments)} 失败，退出码 {process.returncode}")
    return Took(seconds, used.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10))


def drain(reader: int) -> None:
    try:
        while os.read(reader, 2**16):
            pass
    except OSError:  # how a terminal says on Linux that its other side is closed
        pass
    os.close(reader)


class Result(NamedTuple):
    """A row of the table. Without a `bound` it only informs; without `other` there was nothing to compare with."""

    what: str
    ours: float
    compared_with: str = "—"
    other: float | None = None
    ratio: float | None = None
    bound: float | None = None
    mib: float | None = None

    def cells(self) -> tuple[str, ...]:
        ratio = "—" if self.ratio is None else f"{self.ratio:.2f}"
        if self.bound is None:
            bound = reached = "—"
        else:
            bound = f"≤ {self.bound:g}" + (f"，< {MAX_MIB} MiB" if self.mib else "")
            kept = self.ratio is not None and self.ratio <= self.bound and (self.mib or 0) < MAX_MIB
            reached = "未测" if self.ratio is None else "是" if kept else "**否**"
        mib = "—" if self.mib is None else f"{self.mib:.0f}"
        return self.what, shown(self.ours), self.compared_with, shown(self.other), ratio, bound, reached, mib


def shown(seconds: float | None) -> str:
    return "—" if seconds is None else f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"


def compare(
    what: str, ours: Run, name: str, other: Run | None, bound: float | None, pairs: int, *, memory: bool
) -> Result:
    """Run both in alternation, after one warm-up each. The ratio is the median of the ratios of neighbours."""
    print(f"{what} …", file=sys.stderr)
    mine: list[Took] = []
    its: list[Took] = []
    for number in range(pairs + 1):
        mine.append(ours(number))
        its += [other(number)] if other else []
        if mine[-1].seconds > TOO_SLOW:
            break
    mine, its = mine[1:] or mine, its[1:] or its
    time_of_mine = median(took.seconds for took in mine)
    mib = max(took.mib for took in mine) if memory else None
    if not its:
        return Result(what, time_of_mine, name, bound=bound, mib=mib)
    ratio = median(a.seconds / b.seconds for a, b in zip(mine, its, strict=True))
    return Result(what, time_of_mine, name, median(took.seconds for took in its), ratio, bound, mib)


def measure(folder: Path, *, quick: bool) -> Iterator[Result]:
    from sm_devzone.settings import shipped

    pairs, large_pairs, shrink = (8, 3, 10) if quick else (40, 25, 1)
    base = {"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "TERM": "xterm-256color", "DEVZONE_USER": "小林"}
    base |= {"HOME": str(folder / "home"), "XDG_CACHE_HOME": str(folder / "cache")}

    def program(name: str, *arguments: str, stdout: str = "pipe") -> Run:
        env = base | {"DEVZONE_DB": str(folder / f"{name}.db"), "DEVZONE_PLAN": str(folder / name)}
        return lambda number: run([a.replace("{number}", str(number)) for a in arguments], env, stdout)

    small, large = folder / "small", folder / "large"
    small.mkdir()
    large.mkdir()
    shutil.copy(shipped("data") / "measures.yaml", small)
    (folder / "empty.py").write_text(EMPTY_TYPER, encoding="utf-8")
    apart(fill_journal, folder / "small.db", small, folder / "scratch", 1000)
    empty, name = (PYTHON, str(folder / "empty.py")), "空的 Typer 程序"
    for what, bound, words, out in (
        ("`status`，自带计划、1,000 条记录，管道", 1.3, ["status"], "pipe"),
        ("同上，120 列的终端", 1.6, ["status"], "terminal"),
        ("`devzone --help`", 0.7, ["--help"], "pipe"),
    ):
        ours, other = program("small", DEVZONE, *words, stdout=out), program("small", *empty, stdout=out)
        yield compare(what, ours, name, other, bound, pairs, memory=False)
    ours = program("small", DEVZONE, "update", "4", "--unit", "商务局", "--note", "第 {number} 次报送")
    other = program("small", PYTHON, "-c", "import sqlmodel")
    yield compare("`update 4 --unit 商务局 --note …`", ours, "`import sqlmodel`", other, 1.5, pairs, memory=False)

    papers = folder / "papers"
    papers.mkdir()
    write_plans(papers, 1, 20, datetime.now(UTC).date())
    apart(fill_journal, folder / "papers.db", papers, folder / "scratch", 1200)
    year = str(datetime.now(UTC).year)
    paper = program("papers", DEVZONE, "report", "--year", year, "--format", "docx", "-o", "-", stdout="null")
    runs = [paper(number) for number in range(6)][1:]
    what = "`report --year … --format docx`，400 项任务、1,200 条记录（要求 5 s 以内）"
    yield Result(what, median(one.seconds for one in runs), mib=max(one.mib for one in runs))
    page = ["report", "--format", "md", "--format", "html", "--force", "-o", str(folder / "reports")]
    bare = program("small", PYTHON, "-c", EMPTY_TEMPLATE)
    made = program("small", PYTHON, "-c", BARE_REPORT, str(folder))
    what, template = "做 md 和 html 两份报告，自带计划、1,000 条记录，不经过命令行", "`import jinja2` 并生成空模板"
    yield compare(what, made, template, bare, 2.2, pairs, memory=False)
    what = "同上，整个 `report` 命令"
    yield compare(what, program("small", DEVZONE, *page), template, bare, None, pairs, memory=False)
    yield compare("（空的 Typer 程序本身）", program("small", *empty), template, bare, None, pairs, memory=False)
    yield from round_trip(folder, program, large_pairs)

    files, measures, count = 300 // shrink, 5000 // shrink, 1_000_000 // shrink
    print("大台账的数据 …", file=sys.stderr)
    write_plans(large, files, measures, datetime.now(UTC).date())
    apart(fill_journal, folder / "large.db", large, folder / "scratch", count)
    took = program("large", DEVZONE, "status")(0)
    yield Result("大台账：改过计划后的第一次启动（编译全部计划，只测一次）", took.seconds, mib=took.mib)
    query = program("large", SQLITE, "-readonly", str(folder / "large.db"), LATEST, stdout="null") if SQLITE else None
    name = "`sqlite3` 取每项任务最近一条" if SQLITE else "没有装 `sqlite3` 程序"
    for words, bound in ((["status"], 4), (["export", "overdue"], 2.5)):
        ours = program("large", DEVZONE, *words)
        yield compare(f"大台账：`{' '.join(words)}`，管道", ours, name, query, bound, large_pairs, memory=True)
    yield from walked(program, folder / "large.db", large_pairs)


def walked(program: Callable[..., Run], db: Path, pairs: int) -> Iterator[Result]:
    """The chain of all facts, and `check`, which besides reads the file for damage and computes the ledger."""
    ours = program("large", PYTHON, "-c", WALK, str(db))
    scan = program("large", SQLITE, "-readonly", str(db), ALL_FACTS, stdout="null") if SQLITE else None
    name = "`sqlite3` 读出记录和链的每一行" if SQLITE else "没有装 `sqlite3` 程序"
    yield compare("大台账：走一遍链（要求 5 s 以内）", ours, name, scan, None, pairs, memory=True)
    took = program("large", DEVZONE, "check")(0)
    yield Result("大台账：整个 `check`（只测一次）", took.seconds, mib=took.mib)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the large data, and fewer repetitions")
    quick = parser.parse_args().quick
    with tempfile.TemporaryDirectory() as folder:
        rows = list(measure(Path(folder), quick=quick))
    sqlite = subprocess.check_output([SQLITE, "--version"], text=True).split()[0] if SQLITE else "没有"
    names = " ".join(f"{name} {version(name)}" for name in ("sm-devzone", "typer", "rich", "sqlmodel", "sqlalchemy"))
    print(f"{datetime.now().astimezone():%Y-%m-%d}，{platform.system()} {platform.machine()}，{os.cpu_count()} 核；")
    print(f"Python {platform.python_version()}（SQLite {sqlite3.sqlite_version}）、sqlite3 程序 {sqlite}、{names}")
    if quick:
        print("\n**--quick：大台账只有十分之一，次数也少，不能当作结果。**")
    head = ("测什么", "devzone", "对照", "对照用时", "比值", "上限", "达到", "内存峰值 MiB")
    print()
    for cells in (head, ["---"] * len(head), *(row.cells() for row in rows)):
        print(f"| {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
