"""Many clerks at one journal: what is taken, what is refused, how long one waits, and what a kill leaves behind.

Everything is made in a temporary folder and removed at the end; README.md beside this file tells how to read it.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
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
    """A folder with one journal, and the commands that work on it, each a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.db = folder / "office.db"
        own = {"DEVZONE_DB": str(self.db), "HOME": str(folder), "XDG_CACHE_HOME": str(folder), "DEVZONE_USER": "storm"}
        self.env = {name: value for name, value in os.environ.items() if not name.startswith("DEVZONE_")} | own
        self("update", "1", "--unit", "市商务局", "--note", "开始")

    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*DEVZONE, *words],
            env=self.env,
            cwd=self.folder,
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

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(f"file:{self.db}?mode=ro", uri=True, timeout=30)) as file:
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


def main() -> None:
    parser = argparse.ArgumentParser(description="many clerks at one journal")
    parser.add_argument("--rounds", type=int, default=200, help="rounds of two who issue one number")
    parser.add_argument("--kills", type=int, default=100, help="reports that are killed")
    options = parser.parse_args()
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    with tempfile.TemporaryDirectory() as name:
        office = Office(Path(name))
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
        wrong = [problem for number in range(1, options.rounds + 1) for problem in duel(office, number)]
        print(f"两人抢一个期号 {options.rounds} 轮：{len(wrong)} 处不对", *wrong[:5], sep="\n")
        chance = random.Random(1)
        first = options.rounds + 1
        longest = office("report", "--number", str(first + options.kills), "-o", "whole").seconds
        wrong = [
            problem
            for number in range(first, first + options.kills)
            for problem in killed(office, number, chance.uniform(0, longest))
        ]
        (issued,) = office.rows(f"SELECT count(DISTINCT number) FROM bulletin WHERE number >= {first}")
        print(f"发报告时 kill -9 {options.kills} 次（{issued[0]} 次已登记）：{len(wrong)} 处不对", *wrong[:5], sep="\n")


if __name__ == "__main__":
    main()
