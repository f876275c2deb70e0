"""Many clerks at one journal: what is taken, what is refused, how long one waits, and what a kill leaves behind.

Everything is made in a temporary folder and removed at the end; README.md beside this file tells how to read it.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import os
import pkgutil
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

DEVZONE = (sys.executable, "-m", "sm_devzone")
UNITS = ("市商务局", "市发改委", "市财政局", "市工信局")


class Ran(NamedTuple):
    code: int
    out: str
    err: str
    seconds: float


class Office:
    """A folder, one journal in it or on a server (`url`), and the commands that work on it, each its own process."""

    def __init__(self, folder: Path, url: str | None = None) -> None:
        self.folder = folder
        self.url = url
        self.db = folder / "office.db"
        own = {
            "DEVZONE_DB": url or str(self.db),
            "HOME": str(folder),
            "XDG_CACHE_HOME": str(folder),
            "DEVZONE_USER": "storm",
        }
        self.env = {name: value for name, value in os.environ.items() if not name.startswith("DEVZONE_")} | own
        self("update", "1", "--unit", "市商务局", "--note", "开始")

    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*DEVZONE, *words],
            env=self.env,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def __call__(self, *words: str) -> Ran:
        begin = time.perf_counter()
        with self.start(*words) as process:
            out, err = process.communicate()
        return Ran(process.returncode, out, err, time.perf_counter() - begin)

    def forked(self, *words: str, after: float | None = None) -> Ran:
        """As a call, by a process that has the program loaded; ended with kill -9 `after` so many seconds.

        A start takes longer than the work, so whoever kills a new process mostly kills its imports.
        """
        said = [self.folder / f".{name}" for name in ("out", "err")]
        for path in said:
            path.write_text("")
        begin = time.perf_counter()
        process = get_context("fork").Process(target=self._work, args=(words, said))
        process.start()
        process.join(after)
        process.kill()
        process.join()
        seconds = time.perf_counter() - begin
        out, err = (path.read_text("utf-8", errors="replace") for path in said)
        return Ran(-1 if process.exitcode is None else process.exitcode, out, err, seconds)

    def _work(self, words: Sequence[str], said: Sequence[Path]) -> None:
        from sm_devzone.cli import main

        for number, path in enumerate(said, 1):
            os.dup2(os.open(path, os.O_WRONLY), number)
        sys.stdout, sys.stderr = (os.fdopen(number, "w", encoding="utf-8") for number in (1, 2))
        os.environ.clear()
        os.environ.update(self.env)
        os.chdir(self.folder)
        raise SystemExit(main(words))

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        if self.url:
            import psycopg

            with psycopg.connect(self.url.replace("+psycopg", "")) as server:
                return server.execute(sql).fetchall()
        where = f"file:{self.db}?mode=rw"  # so that it can roll back what a killed writer has left
        with closing(sqlite3.connect(where, uri=True, timeout=30)) as file:
            return file.execute(sql).fetchall()


def at_once(lines: Sequence[Sequence[Callable[[], Ran]]]) -> list[Ran]:
    """Run each list of commands one after the other, and all the lists at once."""
    with ThreadPoolExecutor(len(lines)) as pool:
        return [ran for done in pool.map(lambda line: [run() for run in line], lines) for ran in done]


def updates(office: Office, clerks: int, each: int) -> list[Ran]:
    """`clerks` at once record `each` reports, no two the same."""

    def one(clerk: int, number: int) -> Callable[[], Ran]:
        words = ("--unit", UNITS[clerk % len(UNITS)], "--note", f"第{clerk}人第{number}条")
        return lambda: office("update", "1", *words)

    return at_once([[one(clerk, number) for number in range(each)] for clerk in range(clerks)])


def everything(office: Office, clerks: int) -> list[Ran]:
    """`clerks` at once go through a day: update, notice, report --number, send, collect."""

    def day(clerk: int) -> list[Callable[[], Ran]]:
        forms = f"forms{clerk}"
        unit = UNITS[clerk % len(UNITS)]
        lines = [
            ("update", "1", "--unit", "市财政局", "--note", f"第{clerk}人"),
            ("notice", "--unit", unit, "--measure", str(3 + clerk), "--reason", "会议议定", "-o", "slips"),
            ("report", "--number", str(clerk + 1), "--format", "md", "--format", "html", "-o", "reports"),
            ("send", "--unit", unit, "-o", forms),
            ("collect", forms, "--yes"),
        ]
        return [lambda words=words: office(*words) for words in lines]  # type: ignore[misc]

    return at_once([day(clerk) for clerk in range(clerks)])


def duel(office: Office, number: int) -> list[str]:
    """Two issue the bulletin `number` at one moment, while a third writes one without a number; what went wrong."""
    formats = ("--format", "md", "--format", "html", "-o", "duel")
    issue: Callable[[], Ran] = lambda: office("report", "--number", str(number), *formats)  # noqa: E731
    ran = at_once([[issue], [issue], [lambda: office("report", *formats)]])
    wrong = [f"{one.code}: {one.err}" for one in ran[:2] if one.code not in (0, 5) or "Traceback" in one.err]
    if sorted(one.code for one in ran[:2]) != [0, 5]:
        wrong.append(f"第 {number} 期：{[one.code for one in ran[:2]]}")
    else:
        loser = next(one for one in ran[:2] if one.code == 5)
        if f"第 {number + 1} 期" not in loser.err or loser.out:
            wrong.append(f"没有说下一个空号：{loser.err}")
        winner = next(one for one in ran[:2] if one.code == 0)
        found = {digest(office.folder / line) for line in winner.out.splitlines()}
        if found != registered(office, number):
            wrong.append(f"第 {number} 期的文件不是登记的")
    return wrong


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def registered(office: Office, number: int) -> set[str]:
    return {str(sha256) for (sha256,) in office.rows(f"SELECT sha256 FROM bulletin WHERE number = {number}")}


def killed(office: Office, number: int, after: float) -> list[str]:
    """End `report --number` with kill -9 `after` so many seconds; what is wrong with what that leaves."""
    into = office.folder / f"killed{number}"
    process = office.start("report", "--number", str(number), "--format", "md", "--format", "html", "-o", str(into))
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        process.kill()
    process.communicate()
    facts = registered(office, number)
    left = [path for path in into.glob("*") if not path.name.startswith(".")] if into.exists() else []
    if not facts:
        return [f"第 {number} 期没有登记，却有文件 {left}"] if left else []
    wrong = [f"{path.name} 不是登记的" for path in left if digest(path) not in facts]
    again = office("report", "--reprint", str(number), "-o", str(into))
    if again.code or {digest(office.folder / line) for line in again.out.splitlines()} != facts:
        wrong.append(f"第 {number} 期重出的不是登记的：{again.err}")
    return wrong


# All verbs that write


PLAN = """\
policy: {{id: storm, title: 关于多人同时登记的若干措施, issuer: 某市, issued: {issued}, valid_until: 2099-12-31,
  office: 某办, reporting_cycle: month}}
units: [{units}]
measures:
{measures}"""
_MEASURE = """\
  - {{number: {n}, title: 第{n}件事, units: [单位{n}, 后备{n}],
     milestones: [{{key: 办结, title: 办结, origin: office, due: {due}, reason: 定的}}]}}
"""


def plan_of(measures: int, title: str = "办结") -> str:
    """A plan with one unit and one overdue milestone a measure, and another unit to go on with it."""
    today = date.today()  # noqa: DTZ011 - days, and no rule hangs on the hour
    due = today - timedelta(days=30)
    return PLAN.format(
        issued=today - timedelta(days=400),
        units=", ".join(f"{{name: {word}{n}}}" for n in range(1, measures + 1) for word in ("单位", "后备")),
        measures="".join(_MEASURE.format(n=n, due=due) for n in range(1, measures + 1)),
    ).replace("title: 办结", f"title: {title}")


class Step(NamedTuple):
    """A command of a duty's life, and how many facts it adds to which table."""

    words: tuple[str, ...]
    table: str = "entry"
    facts: int = 1


def life(n: int) -> list[Step]:
    """All that can happen to the duty of measure `n`, by every verb that writes."""
    of = (str(n), "--unit", f"单位{n}")
    slips, forms, reports = f"slips{n}", f"forms{n}", f"reports{n}"
    later = str(date.today() + timedelta(days=60))  # noqa: DTZ011
    return [
        Step(
            ("update", *of, "--milestone", "办结", "--progress", "30", "--note", "开始", "--evidence", f"批复{n}.txt")
        ),
        Step(("notice", "--unit", f"单位{n}", "--measure", str(n), "-o", slips), "notice"),
        Step(("urge", *of, "--by-means", "电话", "--note", "答应周五报")),
        Step(("extend", *of, "--to", later, "--reason", "市政府同意")),
        Step(("suspend", *of, "--note", "等批复")),
        Step(("resume", *of, "--note", "批了")),
        Step(("update", *of, "--done", "--note", "做完了", "--evidence", f"批复{n}.txt")),
        Step(("return", *of, "--note", "缺材料")),
        Step(("update", *of, "--done", "--note", "补齐了")),
        Step(("close", *of, "--note", "验收")),
        Step(("reopen", *of, "--note", "复查")),
        Step(("send", "--unit", f"单位{n}", "-o", forms), "dispatch"),
        Step(("collect", forms, "--yes")),
        Step(("report", "--number", str(n), "--format", "md", "--format", "html", "-o", reports), "bulletin", 2),
        Step(("assign", str(n), "--unit", "某办", "--reason", "会议议定")),
        Step(("transfer", str(n), "--from", f"单位{n}", "--to", f"后备{n}", "--reason", "机构改革")),
        Step(("void", "{last}", "--reason", "没有发文")),
    ]


def count(office: Office, table: str) -> int:
    return int(str(office.rows(f"SELECT count(*) FROM {table}")[0][0]))


def prepared(office: Office, measures: int) -> None:
    """A plan of its own for the office, and a piece of evidence a measure."""
    plan = office.folder / "plan.yaml"
    plan.write_text(plan_of(measures).replace("units: [{", "units: [{name: 某办}, {", 1), encoding="utf-8")
    office.env["DEVZONE_PLAN"] = str(plan)
    for n in range(1, measures + 1):
        (office.folder / f"批复{n}.txt").write_text(f"同意第{n}件", encoding="utf-8")


def given(office: Office, n: int, step: Step, last: str) -> list[str]:
    """The words of the command; `last` is the number of the entry before. The form that it collects is filled in."""
    if step.words[0] == "collect":
        answer(office.folder / f"forms{n}")
    return [word.format(last=last) for word in step.words]


def answer(folder: Path) -> None:
    """Fill in the form in `folder`, as its unit does."""
    from openpyxl import load_workbook

    for path in folder.glob("*.xlsx"):
        book = load_workbook(path)
        sheet = book["填报表"]
        heads = {cell.value: cell.column for row in sheet.iter_rows(max_row=8) for cell in row if cell.value}
        top = next(cell.row for row in sheet.iter_rows(max_row=8) for cell in row if cell.value == "进展情况")
        sheet.cell(top + 1, heads["本期状态"]).value = "推进中"
        sheet.cell(top + 1, heads["进展情况"]).value = "表里填的"
        book.save(path)


def lives(office: Office, clerks: int) -> list[Ran]:
    """`clerks` at once lead each the whole life of a duty of their own, by every verb that writes."""

    def one(n: int) -> list[Ran]:
        ran: list[Ran] = []
        last = ""
        for step in life(n):
            ran.append(office(*given(office, n, step, last)))
            last = ran[-1].out.partition(" ")[0]
        return ran

    with ThreadPoolExecutor(clerks) as pool:
        return [ran for done in pool.map(one, range(1, clerks + 1)) for ran in done]


def contested(office: Office, n: int, many: int) -> list[str]:
    """`many` give each command of one duty's life at one moment; what went wrong: a fact lost, or there twice."""
    wrong: list[str] = []
    last = ""
    for step in life(n):
        before = count(office, step.table)
        words = given(office, n, step, last)
        ran = at_once([[lambda words=words: office(*words)]] * many)  # type: ignore[misc]
        new = count(office, step.table) - before
        said = " ".join(step.words[:2])
        if new != step.facts:
            wrong.append(f"{said}：{many} 人同时，多了 {new} 条，应为 {step.facts} 条")
        if 0 not in {one.code for one in ran}:
            wrong.append(f"{said}：没有一个办成：{ran[0].err}")
        wrong += [f"{said}：{one.code} {one.err}" for one in ran if one.code not in (0, 5) or "内部出错" in one.err]
        last = next((one.out for one in ran if one.out), "").partition(" ")[0]
    return wrong


def load() -> None:
    """Have all of the program in this process, for those that fork from it."""
    import sm_devzone

    others = ("alembic.command", "docxtpl", "jinja2.sandbox", "psycopg", "sqlalchemy.dialects.postgresql", "xlsxwriter")
    ours = (one.name for one in pkgutil.walk_packages(sm_devzone.__path__, "sm_devzone."))
    for name in (*others, *ours):
        if not name.endswith(("__main__", "migrations.env")):
            importlib.import_module(name)


def killed_anywhere(office: Office, n: int, chance: random.Random, took: list[float]) -> tuple[int, list[str]]:
    """End every command of one duty's life with kill -9 at some moment of its work; what is wrong with what is left.

    A kill leaves all of the fact or nothing. So the command, given again, makes it whole, and there is one; at the end
    the chain is walked. `took` are the seconds that each command takes. How many were through before is told first.
    """
    wrong: list[str] = []
    through = 0
    last = ""
    for at, step in enumerate(life(n)):
        words = given(office, n, step, last)
        before = count(office, step.table)
        ran = office.forked(*words, after=chance.uniform(0, took[at]))
        through += ran.code == 0
        new = count(office, step.table) - before
        if new not in (0, step.facts):
            wrong.append(f"{words[0]}：留下 {new} 条，应为 0 或 {step.facts} 条")
        again = office.forked(*words)
        if count(office, step.table) - before != step.facts or again.code not in (0, 5):
            wrong.append(f"{words[0]}：再做一遍以后多了 {count(office, step.table) - before} 条：{again.err}")
        took[at] = ran.seconds if ran.code == 0 else took[at] if new else again.seconds
        last = (ran.out or again.out).partition(" ")[0] or str(office.rows("SELECT max(id) FROM entry")[0][0])
    checked = office("check")
    if checked.code or any(said in checked.out for said in ("不见了", "被改过", "读不了")):
        wrong.append(f"第 {n} 件事以后 check 说 {checked.err or checked.out}")
    return through, wrong


# Backups


def filled(office: Office, files: int) -> None:
    """Give the journal so many files of evidence of 200 kB each, so that a backup takes a while."""
    chance = random.Random(2)
    for number in range(files):
        path = office.folder / f"材料{number}.bin"
        path.write_bytes(chance.randbytes(200_000))
        office("update", "1", "--unit", UNITS[number % len(UNITS)], "--note", f"附{number}", "--evidence", str(path))
        path.unlink()


def not_whole(office: Office, folder: Path) -> list[str]:
    """What is wrong with a place into which a backup was restored, if it is there: all must be in it."""
    if not folder.exists():
        return []
    there = ("--db", str(folder / "devzone.db"))
    ran = [office.forked(*there, *words) for words in (("check",), ("evidence", "--verify"))]
    return [f"{folder.name}：{one.code} {one.err}" for one in ran if one.code]


def half(folder: Path) -> list[str]:
    """What an interrupted backup or restore has left in `folder`."""
    return [path.name for path in folder.glob(".devzone-*")]


def killed_backups(office: Office, kills: int) -> tuple[int, int, list[str]]:
    """End so many `backup` and so many `restore` at some moment: how many were through, and what was wrong."""
    chance = random.Random(3)
    into, took = office.folder / "killed", office.forked("backup", "-o", "whole.zip").seconds
    through, wrong = [0, 0], []
    for number in range(kills):
        before = set(into.glob("*.zip"))
        ran = office.forked("backup", "-o", str(into), after=chance.uniform(0, took))
        if ran.code == 0:
            through[0], took = through[0] + 1, ran.seconds
        for path in set(into.glob("*.zip")) - before:
            place = office.folder / f"from{number}"
            ran = office.forked("restore", str(path), "-o", str(place))
            wrong += [f"{path.name}：{ran.err}"] if ran.code else not_whole(office, place)
            shutil.rmtree(place, ignore_errors=True)
    wrong += (
        [f"备份后还有 {name}" for name in half(into)] if office("backup", "-o", str(into)).code == 0 else ["备份不了"]
    )
    took = office.forked("restore", "whole.zip", "-o", "restored").seconds
    for number in range(kills):
        place = office.folder / f"killed{number}"
        ran = office.forked("restore", "whole.zip", "-o", str(place), after=chance.uniform(0, took))
        if ran.code == 0:
            through[1], took = through[1] + 1, ran.seconds
        wrong += not_whole(office, place)
        shutil.rmtree(place, ignore_errors=True)
    ran = office("restore", "whole.zip", "-o", "last")
    wrong += [f"恢复后还有 {name}" for name in half(office.folder)] if ran.code == 0 else [ran.err]
    return through[0], through[1], wrong


@contextmanager
def small_disk(place: Path, size: int) -> Iterator[None]:
    """A disk of `size` bytes at `place`, which needs the right to mount one."""
    place.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", place], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", place], check=True)


def on_full_disks(office: Office, disks: int) -> tuple[int, int, list[str]]:
    """Back up and restore on disks that are too small and just large enough: how often there was room, what was wrong.

    Whatever there is no room for is told with 1, and leaves the disk as empty as it was.
    """
    need = (office.folder / "whole.zip").stat().st_size * 3
    room, wrong = [0, 0], []
    place = office.folder / "disk"
    for number in range(disks):
        for which, words in enumerate((("backup", "-o"), ("restore", "whole.zip", "-o"))):
            with small_disk(place, need * (number + 1) // disks):
                ran = office(*words, str(place / "here"))
                left = sorted(path.name for path in place.rglob("*") if path.is_file())
                if ran.code == 0:
                    room[which] += 1
                    if words[0] == "backup":
                        (archive,) = (place / "here").glob("*.zip")
                        again = office("restore", str(archive), "-o", "again")
                        wrong += [again.err] if again.code else not_whole(office, office.folder / "again")
                        shutil.rmtree(office.folder / "again", ignore_errors=True)
                    else:
                        wrong += not_whole(office, place / "here")
                elif ran.code != 1 or ran.out or left or "内部出错" in ran.err:
                    wrong.append(f"{words[0]}：{ran.code} {ran.err}，留下 {left}")
    return room[0], room[1], wrong


def backed_up_beside(office: Office, writers: int, each: int) -> tuple[int, list[str]]:
    """Back up while `writers` record: how many backups there were, and what was wrong with them or was refused."""
    before = count(office, "entry")
    wrong: list[str] = []
    with ThreadPoolExecutor(1) as pool:
        storm = pool.submit(updates, office, writers, each)
        made: list[Path] = []
        while not storm.done():
            made.append(office.folder / f"beside{len(made)}.zip")
            ran = office("backup", "-o", str(made[-1]))
            wrong += [ran.err] if ran.code else []
        wrong += [one.err for one in storm.result() if one.code]
    if count(office, "entry") != before + writers * each:
        wrong.append(f"多了 {count(office, 'entry') - before} 条，应为 {writers * each} 条")
    for path in made:
        place = office.folder / path.stem
        ran = office("restore", str(path), "-o", str(place))
        wrong += [ran.err] if ran.code else not_whole(office, place)
    return len(made), wrong


@contextmanager
def office_on(kind: str, measures: int) -> Iterator[Office]:
    """An office with a plan of so many measures, its journal a file or on a server of its own."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = None
        if kind == "postgres":
            from benchmarks.server import running

            url = f"postgresql+psycopg://office@/postgres?host={stack.enter_context(running())}"
        office = Office(folder, url)
        if measures:
            prepared(office, measures)
        yield office


def report_updates(office: Office) -> None:
    begin = time.perf_counter()
    storm = updates(office, 20, 10)
    together = time.perf_counter() - begin
    begin = time.perf_counter()
    updates(office, 1, 200)
    alone = time.perf_counter() - begin
    codes = Counter(one.code for one in storm)
    (taken,) = office.rows("SELECT count(*) FROM entry WHERE note LIKE '第%人第%条'")
    print(f"20 个进程各登记 10 次：{codes[0]} 次办成，{200 - codes[0]} 次被拒")
    print(f"流水里有 {taken[0]} 条（加上一个进程登记的 200 条，应为 {codes[0] + 200}）")
    print(f"最长的一次等了 {max(one.seconds for one in storm):.2f} 秒")
    print(f"一共 {together:.1f} 秒，一个进程登记 200 次 {alone:.1f} 秒，比值 {together / alone:.2f}")


def report_bulletins(office: Office, rounds: int, kills: int) -> None:
    wrong = [problem for number in range(1, rounds + 1) for problem in duel(office, number)]
    print(f"两人抢一个期号 {rounds} 轮：{len(wrong)} 处不对", *wrong[:5], sep="\n")
    chance = random.Random(1)
    first = rounds + 1
    longest = office("report", "--number", str(first + kills), "-o", "whole").seconds
    moments = [(number, chance.uniform(0, longest)) for number in range(first, first + kills)]
    wrong = [problem for number, after in moments for problem in killed(office, number, after)]
    (issued,) = office.rows(f"SELECT count(DISTINCT number) FROM bulletin WHERE number >= {first}")
    print(f"发报告时 kill -9 {kills} 次（{issued[0]} 次已登记）：{len(wrong)} 处不对", *wrong[:5], sep="\n")


def report_verbs(office: Office, clerks: int, rounds: int, kills: int) -> None:
    begin = time.perf_counter()
    ran = lives(office, clerks)
    bad = [f"{one.code} {one.err}" for one in ran if one.code]
    facts = {table: count(office, table) for table in ("entry", "notice", "bulletin", "dispatch")}
    due = Counter({"entry": 1})
    for step in life(1):
        due[step.table] += clerks * step.facts
    print(
        f"{clerks} 个人同时用遍 {len(life(1))} 条登记命令：{len(ran)} 次，{len(bad)} 次被拒；{facts}，应为 {dict(due)}"
    )
    print(
        f"最长的一次 {max(one.seconds for one in ran):.2f} 秒，一共 {time.perf_counter() - begin:.0f} 秒",
        *bad[:5],
        sep="\n",
    )
    wrong = [problem for n in range(clerks + 1, clerks + rounds + 1) for problem in contested(office, n, 3)]
    print(f"三个人同时对一件事用遍 {rounds} 轮：{len(wrong)} 处不对", *wrong[:5], sep="\n")
    load()
    chance = random.Random(1)
    first = clerks + rounds + 1
    last, took = "", []
    for step in life(first):
        one = office.forked(*given(office, first, step, last))
        last = one.out.partition(" ")[0]
        took.append(one.seconds)
    lives_needed = -(-kills // len(life(1)))
    ends = [killed_anywhere(office, n, chance, took) for n in range(first + 1, first + 1 + lives_needed)]
    wrong = [problem for _, wrongs in ends for problem in wrongs]
    print(
        f"登记时 kill -9 {lives_needed * len(life(1))} 次（{sum(through for through, _ in ends)} 次先做完了）："
        f"{len(wrong)} 处不对",
        *wrong[:5],
        sep="\n",
    )
    checked = office("check")
    print(f"最后 check：{checked.code}", checked.err.strip() if checked.code else "没有问题")


def report_backups(office: Office, kills: int) -> None:
    load()
    filled(office, 40)
    backed, restored, wrong = killed_backups(office, kills)
    print(
        f"备份、恢复各 kill -9 {kills} 次（{backed} 次备份、{restored} 次恢复先做完了）：{len(wrong)} 处不对",
        *wrong[:5],
        sep="\n",
    )
    try:
        backed, restored, wrong = on_full_disks(office, 25)
    except subprocess.CalledProcessError:
        print("这里不能挂载小盘，满盘没有试")
    else:
        print(
            f"在 25 种大小的小盘上备份、恢复（{backed} 次备份、{restored} 次恢复装得下）：{len(wrong)} 处不对",
            *wrong[:5],
            sep="\n",
        )
    many, wrong = backed_up_beside(office, 4, 20)
    print(f"4 人各登记 20 次，其间备份 {many} 次：{len(wrong)} 处不对", *wrong[:5], sep="\n")


def main() -> None:
    parser = argparse.ArgumentParser(description="many clerks at one journal")
    parser.add_argument("--on", choices=("sqlite", "postgres"), action="append", help="which database; both")
    parser.add_argument("--clerks", type=int, default=20, help="how many use every verb at once")
    parser.add_argument("--rounds", type=int, default=200, help="rounds of two who issue one number")
    parser.add_argument("--kills", type=int, default=100, help="reports that are killed")
    parser.add_argument("--contests", type=int, default=10, help="rounds of three who do the same by every verb")
    parser.add_argument("--kills-anywhere", type=int, default=200, help="commands of every verb that are killed")
    parser.add_argument("--backups", type=int, default=100, help="backups and as many restores that are killed")
    options = parser.parse_args()
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    sys.path.insert(0, str(Path(__file__).parents[1]))
    for kind in options.on or ("sqlite", "postgres"):
        print(f"== {kind}")
        with office_on(kind, 0) as office:
            report_updates(office)
            if kind == "sqlite":
                report_bulletins(office, options.rounds, options.kills)
        if kind == "sqlite" and options.backups:
            with office_on(kind, 0) as office:
                report_backups(office, options.backups)
        lives_killed = -(-options.kills_anywhere // len(life(1)))
        with office_on(kind, options.clerks + options.contests + 1 + lives_killed) as office:
            report_verbs(office, options.clerks, options.contests, options.kills_anywhere)


if __name__ == "__main__":
    main()
