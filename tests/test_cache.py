"""What is kept to save time: whole, bounded, of the user's own hand, and nothing is lost without it."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from sm_devzone import cache

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows keeps no such permissions")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "cache"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_is_put_comes_back_and_nobody_else_reads_it(folder: Path) -> None:
    assert cache.get(folder, "a.plan") is None
    for content in (b"first", b"", b"second" * 10_000):
        cache.put(folder, "a.plan", content)
        assert cache.get(folder, "a.plan") == content
    assert names(folder) == ["a.plan"]
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "a.plan").stat().st_mode & 0o777 == 0o600


def test_a_user_without_a_home_has_none() -> None:
    cache.put(None, "a.plan", b"content")
    assert cache.get(None, "a.plan") is None


@pytest.mark.parametrize(
    ("folder_mode", "file_mode", "used"),
    [
        (0o700, 0o600, True),
        (0o755, 0o644, True),  # others may look, and cannot write
        (0o770, 0o600, False),
        (0o707, 0o600, False),
        (0o1777, 0o600, False),  # as /tmp
        (0o700, 0o660, False),
        (0o700, 0o606, False),
    ],
)
def test_what_others_may_write_is_not_used(folder: Path, folder_mode: int, file_mode: int, *, used: bool) -> None:
    cache.put(folder, "a.plan", b"content")
    (folder / "a.plan").chmod(file_mode)
    folder.chmod(folder_mode)
    assert cache.get(folder, "a.plan") == (b"content" if used else None)
    cache.put(folder, "b.plan", b"more")
    assert (folder / "b.plan").exists() == (folder_mode in (0o700, 0o755))


@pytest.mark.parametrize("whose", ["folder", "file"])
def test_what_belongs_to_another_user_is_not_used(folder: Path, monkeypatch: pytest.MonkeyPatch, whose: str) -> None:
    cache.put(folder, "a.plan", b"content")
    if whose == "folder":
        monkeypatch.setattr("os.geteuid", lambda: folder.stat().st_uid + 1)
    else:
        monkeypatch.setattr("os.fstat", lambda _: os.stat_result([0o100600, 0, 0, 1, os.geteuid() + 1, 0, 8, 0, 0, 0]))
    assert cache.get(folder, "a.plan") is None
    monkeypatch.undo()
    assert cache.get(folder, "a.plan") == b"content"


def test_a_link_to_a_folder_of_ones_own_is_not_followed(folder: Path, tmp_path: Path) -> None:
    """Where others may put a link, they choose what lies behind it: the folder into which their mail was saved."""
    cache.put(tmp_path / "mail", "a.plan", b"content")
    assert cache.get(tmp_path / "mail", "a.plan") == b"content"
    folder.parent.mkdir()
    folder.symlink_to(tmp_path / "mail")
    assert cache.get(folder, "a.plan") is None
    cache.put(folder, "b.plan", b"more")
    assert names(tmp_path / "mail") == ["a.plan"]


def test_so_many_are_kept_the_last_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MOST", 3)
    for age, name in enumerate(["e.plan", "d.template", "c.plan", "b.template", "a.plan"]):
        cache.put(folder, name, b"content")
        then = time.time() - 100 + age
        os.utime(folder / name, (then, then))
    assert names(folder) == ["a.plan", "b.template", "c.plan"]


def test_what_is_old_or_unfinished_goes_and_what_is_not_ours_stays(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True)
    ages = {"old.plan": 31, "old.template": 31, ".unfinished-x1": 31, ".unfinished-x2": 0, "new.plan": 29, "notes": 99}
    for name, days in ages.items():
        (folder / name).write_bytes(b"x")
        then = time.time() - days * 86400
        os.utime(folder / name, (then, then))
    (folder / "folder.plan").mkdir()
    cache.put(folder, "a.plan", b"content")
    assert names(folder) == [".unfinished-x2", "a.plan", "folder.plan", "new.plan", "notes"]
