"""TAB in bash, zsh and fish: in the protocol of each, and in the shells themselves as installed."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import shutil
import struct
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SHELLS = ("bash", "zsh", "fish")


@pytest.fixture
def tab(run_process: Callable[..., Any]) -> Callable[[str, str], list[str]]:
    """`tab("zsh", "devzone st")`: the words that the shell is offered at the end of that line."""

    def press(shell: str, line: str) -> list[str]:
        env = {"_DEVZONE_COMPLETE": f"complete_{shell}", "_TYPER_COMPLETE_FISH_ACTION": "get-args"}
        if shell == "bash":
            env |= {"COMP_WORDS": line, "COMP_CWORD": str(len(line.split(" ")) - 1)}
        else:
            env |= {"_TYPER_COMPLETE_ARGS": line}
        ran = run_process(env=env)
        assert (ran.returncode, ran.stderr.decode()) == (0, "")
        out = ran.stdout.decode()
        if shell == "zsh":
            return re.findall(r'^(?:.*\(\()?"([^"]+)"', out, re.MULTILINE)
        return [line.partition("\t")[0] for line in out.splitlines() if line]

    return press


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("devzone st", ["status", "stats"]),
        ("devzone update 4 --no", ["--note"]),
        ("devzone --pl", ["--plan"]),
        ("devzone assign --unit 市商", ["市商务局"]),
        ("devzone show 16", ["16"]),
        ("devzone status --measure 1", ["1", *map(str, range(10, 18))]),
        ("devzone export ov", ["overdue"]),
        ("devzone status --signal o", ["overdue", "on_track", "ongoing"]),
        ("devzone status --state 待", ["待审核"]),
        ("devzone assign 4 --role l", ["lead"]),
        ("devzone notice --colour 橙", ["橙"]),
        ("devzone update 17 --milestone 体", ["体检"]),
        ("devzone report --policy sm", ["sm-devzone-2024"]),
        ("devzone nothing-like-it x", []),
        ("devzone --plan not-there.yaml show 1", []),
    ],
)
def test_what_is_offered(tab: Callable[[str, str], list[str]], shell: str, line: str, offered: list[str]) -> None:
    assert tab(shell, line) == offered


def test_the_plan_that_is_named_is_the_one_that_is_completed(tab: Any, devzone: Any) -> None:
    devzone.plan("""\
        policy: {id: demo, title: 示范, issuer: 甲市, issued: 2026-01-01, valid_until: 2027-12-31, office: 市督查室}
        units: [{name: 市督查室}]
        measures: [{number: 7, title: 试点, units: [市督查室]}]
        """)
    assert tab("bash", "devzone show ") == ["7"]


class Shell:
    """A shell with a person in front of it."""

    def __init__(self, path: str, *options: str) -> None:
        self._raw = b""
        self.pid, self._terminal = pty.fork()
        if self.pid:
            fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 200, 0, 0))
        else:
            os.execv(path, [path, *options])

    def type(self, keys: str) -> None:
        os.write(self._terminal, keys.encode())

    @property
    def shown(self) -> str:
        """What was written on the screen, without what moves and colours it."""
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b.|[\x00-\x09\x0b-\x1f]", "", self._raw.decode("utf-8", "replace"))

    def shows(self, words: str, seconds: float = 60) -> bool:
        end = time.monotonic() + seconds
        while words not in self.shown and time.monotonic() < end:
            if select.select([self._terminal], [], [], 0.1)[0]:
                try:
                    self._raw += os.read(self._terminal, 4096)
                except OSError:
                    break
        return words in self.shown

    def close(self) -> None:
        os.close(self._terminal)
        os.waitpid(self.pid, 0)


@pytest.mark.slow
@pytest.mark.parametrize("name", SHELLS)
def test_a_tab_in_the_shell_itself(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"there is no {name} here")
    home = tmp_path / "home"
    home.mkdir()
    (home / ".zshrc").touch()
    for variable, value in {"TERM": "xterm", "PS1": "$ ", "ENV": "", "ZDOTDIR": home, "LC_ALL": "C.UTF-8"}.items():
        monkeypatch.setenv(variable, str(value))
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    first = Shell(path, "-i")
    first.type("devzone --install-completion\r")
    assert first.shows("装上补全"), first.shown
    first.type("exit\r")
    first.close()
    second = Shell(path, "-i")
    second.type("echo rea''dy\r")
    assert second.shows("ready"), second.shown
    second.type("devzone hist\t")
    if not second.shows(
        "history", seconds=5
    ):  # zsh loads what was installed with the first TAB, and uses it from then on
        second.type("\t")
    assert second.shows("history"), second.shown
    second.type("\x15devzone assign --unit 市商\t")
    assert second.shows("务局"), second.shown
    second.type("\x15exit\r")
    second.close()
