"""What one command says rests on one state of the books, whatever a colleague records while it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from sm_devzone.domain.entry import Act, DutyKey
from sm_devzone.errors import DatabaseUnusable
from sm_devzone.storage import database
from sm_devzone.storage.database import Database
from sm_devzone.storage.journal import Journal
from tests.conftest import Devzone
from tests.forms import PLAN, fill, shown

NEWS = "同事此刻登记的进展"
MOST = 40
"""More reads than any command makes."""


class Colleague:
    """Records one report of 市乙局 just before the `before`th read of a command; where locked out, right after it."""

    def __init__(self, devzone: Devzone, monkeypatch: pytest.MonkeyPatch, before: int, day: date) -> None:
        self.day, self.devzone, self.reads, self.openings, self.wrote = day, devzone, 0, 0, False
        real = Database.reading

        @contextmanager
        def reading(of: Database) -> Iterator[Any]:
            self.openings += 1
            with real(of) as run:

                def watched(sql: str, values: Any) -> Any:
                    self.reads += 1
                    if self.reads == before:
                        with suppress(DatabaseUnusable):
                            self.write()
                    return run(sql, values)

                yield watched

        monkeypatch.setattr(Database, "reading", reading)
        monkeypatch.setattr(database, "WAIT_SECONDS", 0)

    def write(self) -> None:
        if not self.wrote:
            act = Act("update", self.day, "同事", {"note": NEWS})
            entry = act.about(DutyKey("demo", 2, "市乙局", "验收"))
            Journal(Database(str(self.devzone.db))).append(lambda _: [entry], self.devzone.now)
            self.wrote = True


def at_every_read(
    devzone: Devzone,
    monkeypatch: pytest.MonkeyPatch,
    command: Callable[[], None],
    check: Callable[[], None],
    day: date = date(2026, 11, 23),
) -> int:
    """Run `command` anew for each of its reads, with the colleague just before it; return how often it opened."""
    devzone.plan(PLAN)
    for before in range(1, MOST):
        devzone.begin_anew()
        devzone.ok("update", 2, "--unit", "乙局", "--milestone", "验收", "--progress", 10, "--note", "筹备")
        with monkeypatch.context() as patch:
            colleague = Colleague(devzone, patch, before, day)
            command()
        openings = colleague.openings
        if colleague.reads < before:
            return openings
        colleague.write()
        check()
    raise AssertionError("more reads than one command should need")


def test_a_form_knows_what_it_says(devzone: Devzone, monkeypatch: pytest.MonkeyPatch) -> None:
    forms: list[Path] = []

    def send() -> None:
        folder = devzone.folder / f"out{len(forms)}"
        forms.append(Path(devzone.ok("send", "--unit", "乙局", "-o", folder).out.strip()))

    def collected() -> None:
        says_it = NEWS in str(shown(load_workbook(forms[-1])["填报表"]))
        ran = devzone("collect", fill(forms[-1], 5, 本期状态="推进中", 进展情况="另有进展"), "--yes")
        assert ("冲突" in ran.err) is not says_it
        assert ran.code == (0 if says_it else 5)

    before_the_period = date(2026, 9, 30)  # what is of this one a form does not show
    assert at_every_read(devzone, monkeypatch, send, collected, before_the_period) == 1


def test_a_bulletin_and_its_three_formats_know_the_same(devzone: Devzone, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[list[Path]] = []

    def report() -> None:
        formats = ["--format", "md", "--format", "html", "--format", "docx"]
        out = devzone.ok("report", "--number", 1, *formats, "-o", devzone.folder / f"out{len(made)}").out
        made.append([Path(line) for line in out.splitlines()])

    def verified() -> None:
        says_it = NEWS in made[-1][0].read_text(encoding="utf-8")
        assert (NEWS in made[-1][1].read_text(encoding="utf-8")) is says_it
        assert devzone.ok("report", "--verify", 1).out.count("一致") == 3

    assert at_every_read(devzone, monkeypatch, report, verified) == 1


def test_a_slip_can_be_made_again_from_what_it_knew(devzone: Devzone, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Path] = []

    def notice() -> None:
        words = ["--unit", "乙局", "--measure", "2", "--milestone", "验收", "--reason", "会议议定", "--format", "md"]
        made.append(Path(devzone.ok("notice", *words, "-o", devzone.folder / f"out{len(made)}").out.strip()))

    def reprinted() -> None:
        again = Path(devzone.ok("notice", "--reprint", 1, "-o", devzone.folder / f"again{len(made)}").out.strip())
        assert again.read_bytes() == made[-1].read_bytes()

    assert at_every_read(devzone, monkeypatch, notice, reprinted) == 1


def test_what_is_shown_is_of_one_moment(devzone: Devzone, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[Any] = []

    def show() -> None:
        said.append(devzone.ok("show", 2, "--json").json["duties"])

    def agrees() -> None:
        (duty,) = [own for own in said[-1] if (own["unit"], own["milestone"]) == ("市乙局", "验收")]
        assert (duty["note"], duty["progress"]) in (("筹备", 10), (NEWS, 10))

    assert at_every_read(devzone, monkeypatch, show, agrees) == 1
