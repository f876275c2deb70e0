"""The README's week runs as it is printed."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from tests.conftest import Devzone

README = Path(__file__).parents[1] / "README.md"


def test_every_command_of_the_readme_works(devzone: Devzone) -> None:
    blocks = re.findall(r"```\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    commands = [line for block in blocks for line in block.splitlines() if line.startswith("devzone ")]
    assert len(commands) > 20
    for command in commands:
        devzone.ok(*shlex.split(command)[1:])
