"""The README's week runs as it is printed, each part on its day."""

from __future__ import annotations

import os
import re
import shlex
import stat
import subprocess
import sys
from pathlib import Path

from tests.conftest import Devzone

TEXT = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
DAYS = {f"**周{day}": f"2026-11-{23 + at}" for at, day in enumerate("一二三四五")}
"""The week begins on the Monday of the tests."""


def test_every_command_of_the_readme_works(devzone: Devzone) -> None:
    inside = False
    ran = []
    for line in TEXT.splitlines():
        inside ^= line.startswith("```")
        if line[:4] in DAYS:
            devzone.at(DAYS[line[:4]])
        if inside and line.startswith("devzone "):
            devzone.ok(*shlex.split(line)[1:])
            ran.append(devzone.now.day)
    assert len(ran) > 30
    assert set(ran) == {23, 24, 25, 27}
    assert ran == sorted(ran)


def test_the_line_for_cron_sends_what_is_overdue_and_nothing_of_a_wrong_path(tmp_path: Path) -> None:
    (line,) = re.findall(r"^30 8 \* \* 1-5  (.+)$", TEXT, re.MULTILINE)
    tools = tmp_path / "bin"
    tools.mkdir()
    for name, script in {
        "devzone": f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m sm_devzone "$@"\n',
        "mail": f'#!/bin/sh\necho "$@" >> {tmp_path}/sent\n',
    }.items():
        (tools / name).write_text(script, "utf-8")
        (tools / name).chmod(stat.S_IRWXU)
    place = tmp_path / "srv"
    place.mkdir()
    line = line.replace("/opt/devzone/.venv/bin/", "").replace("/srv/devzone", str(place))
    env = {**os.environ, "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"}

    def cron() -> list[str]:
        subprocess.run(["sh", "-c", line], env=env, check=False, timeout=60)
        return (tmp_path / "sent").read_text("utf-8").splitlines() if (tmp_path / "sent").exists() else []

    assert cron() == []  # a disk that is not mounted
    subprocess.run(["sh", "-c", f"devzone --db {place}/devzone.db init"], env=env, check=True, timeout=60)
    assert cron() == [f"-s 逾期清单 -A {place}/逾期清单.csv office@example.com"]
    assert "推进县域园区整合" in (place / "逾期清单.csv").read_text("utf-8-sig")
