"""A chapter of the guide, done word for word: its plan, its edits, its commands, on the days that it names."""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection, Iterator
from pathlib import Path

from sm_devzone import files
from tests.conftest import Devzone, Ran

TEXT = (Path(__file__).parents[1] / "docs" / "guide.md").read_text("utf-8")
CHAPTERS = dict(re.findall(r"^## (\S+?)、[^\n]*\n(.*?)(?=^## )", TEXT, re.DOTALL | re.MULTILINE))
"""Each chapter by its Chinese number."""


def blocks(chapter: str) -> Iterator[tuple[str, list[str]]]:
    """The code blocks of a chapter, each with its language."""
    for language, text in re.findall(r"^```(\w*)\n(.*?)^```$", CHAPTERS[chapter], re.DOTALL | re.MULTILINE):
        yield language, text.splitlines()


def edited(plan: str, change: list[str]) -> str:
    """`plan` with the lines that begin with - replaced by those after them that begin with +, as `diff` writes them."""
    for number, line in enumerate(change):
        if line.startswith("+"):
            before = change[number - 1]
            old = before[1:]
            assert plan.count(old + "\n") == 1, old
            plan = plan.replace(old + "\n", f"{old}\n{line[1:]}\n" if before.startswith(" ") else f"{line[1:]}\n")
    return plan


class Story:
    """What each command of a chapter said, in the order in which it stands there.

    Every one succeeds, but for those that are `refused`, once each.
    """

    def __init__(self, devzone: Devzone, chapter: str, refused: Collection[str] = ()) -> None:
        self.said: list[tuple[str, Ran]] = []
        refused = list(refused)
        path = Path()
        for language, lines in blocks(chapter):
            if language == "yaml" and lines[0] == "# contacts.yaml":
                files.save(devzone.db.with_name("contacts.yaml"), "\n".join(lines))
            elif language == "yaml":
                path = devzone.plan("\n".join(lines) + "\n")
            elif language == "diff":
                path.write_text(edited(path.read_text("utf-8"), lines), "utf-8")
            for line in lines if not language else ():
                if line.startswith("# "):
                    devzone.at(line[2:])
                    continue
                command, *words = shlex.split(line)
                assert command == "devzone", line
                ran = devzone(*words)
                if line in refused:
                    refused.remove(line)
                    assert ran.code
                else:
                    assert ran.code == 0, f"{line} -> {ran.code}\n{ran.err}"
                path = Path(words[1]) if words[0] == "--plan" else path
                self.said.append((line, ran))
        assert not refused

    def __getitem__(self, start: str) -> Ran:
        """What the first command said that begins so."""
        return next(ran for line, ran in self.said if line.startswith(start))
