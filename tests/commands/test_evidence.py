"""佐证材料: copied in, listed, handed out, and found out when missing or altered."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sm_devzone.storage import evidence
from tests.conftest import Devzone

DONE = ("update", 4, "--unit", "三元", "--done", "--note", "完成", "--evidence")


def a_paper(devzone: Devzone, name: str = "批复.pdf", content: bytes = b"approved") -> Path:
    path = devzone.folder / name
    path.write_bytes(content)
    return path


def kept(devzone: Devzone) -> list[Path]:
    return [path for path in devzone.db.with_name("devzone-evidence").rglob("*") if path.is_file()]


def test_a_file_is_copied_listed_and_handed_out(devzone: Devzone) -> None:
    devzone.ok(*DONE, a_paper(devzone), "--evidence", a_paper(devzone, "照片.jpg", b"\xff\xd8"))
    a_paper(devzone).unlink()
    listed = devzone.ok("evidence", "--json").json["evidence"]
    assert [(e["name"], e["size"], e["unit"], e["recorded_by"]) for e in listed] == [
        ("批复.pdf", 8, "三元区", "小林"),
        ("照片.jpg", 2, "三元区", "小林"),
    ]
    assert devzone.ok("evidence", "--get", 1, "-o", "out").out == "out/批复.pdf\n"
    assert (devzone.folder / "out" / "批复.pdf").read_bytes() == b"approved"
    assert devzone("evidence", "--get", 1, "-o", "out").code == 2  # never over a file that is there
    assert devzone("evidence", "--get", 9, "-o", "out").code == 4
    assert "批复.pdf" in devzone.ok("evidence", 4, terminal=True).out
    assert devzone.ok("evidence", 5).out == ""


def test_the_same_report_with_the_same_paper_is_written_once(devzone: Devzone) -> None:
    paper = a_paper(devzone)
    devzone.ok(*DONE, paper)
    assert devzone.ok(*DONE, paper).out == ""
    assert len(devzone.ok("evidence").lines) == 1
    assert len(kept(devzone)) == 1


def test_an_altered_or_missing_file_is_found(devzone: Devzone) -> None:
    devzone.ok(*DONE, a_paper(devzone))
    assert devzone.ok("evidence", "--verify").out == ""
    (file,) = kept(devzone)
    file.write_bytes(b"forged")
    verified = devzone("evidence", "--verify")
    assert verified.code == 1
    assert "批复.pdf" in verified.err
    assert "改过" in verified.err
    assert "改过" in devzone.ok("check").out
    assert devzone("evidence", "--get", 1, "-o", "out").code == 1
    file.unlink()
    assert "不见了" in devzone.ok("check").out


@pytest.mark.parametrize("what", ["a pipe", "a device", "a folder", "a file without an end"])
def test_what_was_put_in_its_place_is_not_waited_for(devzone: Devzone, what: str) -> None:
    """By a colleague of the group, who may write there: reading it would never end."""
    devzone.ok(*DONE, a_paper(devzone))
    (file,) = kept(devzone)
    file.unlink()
    if what == "a pipe":
        os.mkfifo(file)
    elif what == "a device":
        file.symlink_to("/dev/zero")
    elif what == "a folder":
        file.mkdir()
    else:
        with file.open("wb") as opened:
            opened.truncate(1 << 42)
    said = "内容被改过" if what == "a file without an end" else "读不了（不是普通文件）"
    assert said in devzone("evidence", "--verify").err
    assert said in devzone.ok("check").out
    assert said in devzone.ok("backup").err


def test_what_is_no_plain_file_of_a_fair_size_is_refused(devzone: Devzone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "MAX_BYTES", 7)
    link = devzone.folder / "链接.pdf"
    link.symlink_to(a_paper(devzone))
    fifo = devzone.folder / "管道"
    os.mkfifo(fifo)
    for wrong in (a_paper(devzone), link, fifo, devzone.folder, devzone.folder / "没有.pdf"):
        ran = devzone(*DONE, wrong)
        assert (ran.code, ran.out) == (2, "")
        assert str(wrong) in ran.err
    assert devzone.is_new


def test_a_name_with_path_tricks_comes_out_as_a_plain_name(devzone: Devzone) -> None:
    paper = a_paper(devzone, "..\\..\\x=1.pdf")
    devzone.ok(*DONE, paper)
    out = devzone.ok("evidence", "--get", 1, "-o", "out").out.strip()
    assert Path(out).parent == Path("out")
    assert "\\" not in out
