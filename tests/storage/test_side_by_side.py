"""A long chain is walked by several processes: where these cannot be had it is walked all the same, and none stays."""

from __future__ import annotations

import concurrent.futures
import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from sm_devzone.storage import chain, side_by_side
from sm_devzone.storage.chain import ChainBroken, Walk
from sm_devzone.storage.database import Database
from sm_devzone.storage.side_by_side import in_processes
from tests.conftest import Devzone
from tests.storage.test_chain import altered


@pytest.fixture
def journal(devzone: Devzone, monkeypatch: pytest.MonkeyPatch) -> Devzone:
    """Six facts, in a chain that counts as long."""
    for note in "一二三四五":
        devzone.ok("update", 4, "--unit", "商务局", "--note", note)
    monkeypatch.setattr(chain, "_CHUNK", 2)
    monkeypatch.setattr(chain, "_WORTH_A_PROCESS", 6)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    return devzone


@pytest.fixture
def walked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The facts from which on this process went through the chain itself."""
    begun: list[int] = []
    real = Walk._go_on

    def go_on(self: Walk) -> None:
        begun.append(self.seal.number)
        real(self)

    monkeypatch.setattr(Walk, "_go_on", go_on)
    return begun


def test_processes_walk_the_chain(journal: Devzone, walked: list[int]) -> None:
    seal = Walk(Database(str(journal.db))).seal
    assert seal.code in journal.ok("seal").out
    assert (seal.number, walked) == (6, [6])
    altered(journal, "UPDATE entry SET note = '改' WHERE id = 4")
    with pytest.raises(ChainBroken, match=r"第 5 件事实（流水 4 号）和记下时不一样"):
        Walk(Database(str(journal.db)))
    assert walked == [6, 0]


@pytest.mark.parametrize("fault", [ImportError, NotImplementedError, PermissionError, RuntimeError])
def test_where_no_process_can_be_had_the_command_walks_itself(
    journal: Devzone, walked: list[int], monkeypatch: pytest.MonkeyPatch, fault: type[Exception]
) -> None:
    def no_pool(*_: object, **__: object) -> None:
        raise fault

    monkeypatch.setattr(concurrent.futures, "ProcessPoolExecutor", no_pool)
    assert (Walk(Database(str(journal.db))).seal.number, walked) == (6, [0])


def test_a_process_that_is_ended_is_not_waited_for(
    journal: Devzone, walked: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(side_by_side, "_serve", os.abort)
    assert (Walk(Database(str(journal.db))).seal.number, walked) == (6, [0])


@pytest.mark.parametrize(("facts", "cores"), [(7, 2), (6, 1)])
def test_a_short_chain_and_one_core_start_no_process(
    journal: Devzone, walked: list[int], monkeypatch: pytest.MonkeyPatch, facts: int, cores: int
) -> None:
    monkeypatch.setattr(chain, "_WORTH_A_PROCESS", facts)
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    monkeypatch.setattr(multiprocessing, "get_context", lambda _: pytest.fail("a process was started"))
    assert (Walk(Database(str(journal.db))).seal.number, walked) == (6, [6])


@pytest.fixture
def at_work(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """A command of which two processes are at work, and the pipe whose other end they wait for."""
    waits = tmp_path / "waits"
    os.mkfifo(waits)
    script = tmp_path / "command.py"
    script.write_text(
        textwrap.dedent(
            f"""
            import os
            from sm_devzone import cli
            from sm_devzone.storage.side_by_side import in_processes

            def work(part):
                os.write(1, b"at work\\n")  # whole, whoever else writes
                open({str(waits)!r}).close()

            def run(*_):
                with in_processes() as several:
                    list(several(work, range(9)))

            if __name__ == "__main__":
                cli._run = run
                raise SystemExit(cli.main([]))
            """
        ),
        "utf-8",
    )
    command = [sys.executable, str(script)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, encoding="utf-8", start_new_session=True) as process:
        assert process.stdout is not None
        try:
            assert [process.stdout.readline() for _ in range(2)] == ["at work\n"] * 2
            yield process, waits
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


@pytest.mark.skipif(os.name == "nt", reason="there an interrupt goes to a console")
def test_an_interrupt_ends_all_of_them_with_one_word(at_work: tuple[subprocess.Popen[str], Path]) -> None:
    process, waits = at_work
    os.killpg(process.pid, signal.SIGINT)
    with waits.open("w"):
        _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (130, "devzone: 已中断\n")


@pytest.mark.skipif(os.name == "nt", reason="there is no such signal")
def test_they_end_with_a_command_that_was_killed(at_work: tuple[subprocess.Popen[str], Path]) -> None:
    process, _ = at_work
    process.kill()
    process.communicate(timeout=60)  # until the last of them has let go of the output
    assert process.returncode == -signal.SIGKILL


def test_the_parts_come_back_in_their_order() -> None:
    with in_processes() as several:
        assert list(several(str, range(7))) == ["0", "1", "2", "3", "4", "5", "6"]
