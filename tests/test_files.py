"""A file is written whole or not at all: whoever looks sees the old one or the new one, and nothing is left over."""

from __future__ import annotations

import errno
import os
import resource
import stat
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from sm_devzone import files
from sm_devzone.errors import CannotWrite
from sm_devzone.files import free_names, replace, safe_name, write_beside
from sm_devzone.papers.issuing import written


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file may grow beyond `size` bytes meanwhile, as when the disk is full."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@pytest.fixture(params=[True, False], ids=["links", "no links"])
def links(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a file system with hard links, and on one without."""

    def refused(*_: object) -> None:
        raise PermissionError(errno.EPERM, "no links here")

    if not request.param:
        monkeypatch.setattr(Path, "hardlink_to", refused)


def test_of_many_who_write_one_name_at_one_moment_nobody_loses_a_file(tmp_path: Path) -> None:
    many, wrote, start = 8, [], threading.Barrier(8)

    def write(number: int) -> None:
        contents = {tmp_path / f"周报.{form}": f"{number} {form}".encode() for form in ("md", "html")}
        start.wait()
        wrote.append((number, write_beside(contents)))

    for _ in range(10):
        threads = [threading.Thread(target=write, args=(number,)) for number in range(many)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for number, paths in wrote:
            assert [path.read_text() for path in paths] == [f"{number} md", f"{number} html"]
            assert paths[0].stem == paths[1].stem
        assert len(names(tmp_path)) == 2 * many
        wrote.clear()
        for path in tmp_path.iterdir():
            path.unlink()


@pytest.mark.usefixtures("links")
def test_a_name_that_is_taken_between_looking_and_writing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = files.free_names

    def overtaken(contents: Mapping[Path, bytes]) -> list[Path]:
        found = real(contents)
        if not (tmp_path / "b.md").exists():
            (tmp_path / "b.md").write_bytes(b"the winner's")
        return found

    monkeypatch.setattr(files, "free_names", overtaken)
    paths = write_beside({tmp_path / "a.md": b"a", tmp_path / "b.md": b"b"})
    assert [path.name for path in paths] == ["a(2).md", "b(2).md"]
    assert (tmp_path / "b.md").read_bytes() == b"the winner's"
    assert names(tmp_path) == ["a(2).md", "b(2).md", "b.md"]


def test_a_new_file_is_made_with_the_folders_it_lies_in(tmp_path: Path) -> None:
    replace(tmp_path / "报告" / "十一月" / "周报.md", b"new")
    assert (tmp_path / "报告" / "十一月" / "周报.md").read_bytes() == b"new"
    assert names(tmp_path / "报告" / "十一月") == ["周报.md"]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("督办单-〔2026〕第1号.docx", "督办单-〔2026〕第1号.docx"),
        ("a/b:c?.md", "a_b_c_.md"),
        ("..隐藏.md", "隐藏.md"),
        ("局" * 78 + ".docx", "局" * 78 + ".docx"),  # 239 bytes
        ("局" * 79 + ".docx", "局" * 78 + ".docx"),
        ("a" + "局" * 300 + ".md", "a" + "局" * 78 + ".md"),  # no half of a character
        ("x" * 300, "x" * 240),
        ("局." + "名" * 300, "局." + "名" * 78),  # what follows this stop is no ending
    ],
)
def test_a_name_that_every_file_system_can_hold(tmp_path: Path, name: str, kept: str) -> None:
    assert safe_name(name) == kept
    (tmp_path / kept).write_bytes(b"other")
    (free,) = free_names({tmp_path / kept: b"content"})
    replace(free, b"content")
    assert (tmp_path / kept).read_bytes() == b"other"


def test_whoever_reads_the_old_file_meanwhile_reads_it_to_its_end(tmp_path: Path) -> None:
    target = tmp_path / "list.csv"
    target.write_bytes(b"old, and long")
    with target.open("rb") as reader:
        assert reader.read(3) == b"old"
        replace(target, b"new")
        assert reader.read() == b", and long"
    assert target.read_bytes() == b"new"
    assert names(tmp_path) == ["list.csv"]


def test_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "list.csv"
    target.write_bytes(b"old")
    with room_for(1000), pytest.raises(CannotWrite, match="大小上限"):
        replace(target, b"x" * 5000)
    assert target.read_bytes() == b"old"
    assert names(tmp_path) == ["list.csv"]


@pytest.mark.parametrize("moment", ["os.fsync", "pathlib.Path.chmod", "pathlib.Path.replace"])
def test_an_interrupt_at_any_moment_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    target = tmp_path / "list.csv"
    target.write_bytes(b"old")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(moment, interrupted)
        with pytest.raises(KeyboardInterrupt):
            replace(target, b"new")
    assert target.read_bytes() == b"old"
    assert names(tmp_path) == ["list.csv"]


def test_the_mode_of_an_existing_file_stays(tmp_path: Path) -> None:
    target = tmp_path / "list.csv"
    target.write_bytes(b"old")
    target.chmod(0o640)
    replace(target, b"new")
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o027, 0o640), (0o077, 0o600)])
def test_a_new_file_has_the_mode_that_the_person_asked_for(tmp_path: Path, umask: int, mode: int) -> None:
    before = os.umask(umask)
    try:
        replace(tmp_path / "list.csv", b"new")
        assert os.umask(umask) == umask
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "list.csv").stat().st_mode) == mode


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


@pytest.mark.parametrize(
    ("folder", "mask", "mode"),
    [
        (0o755, 0o022, 0o644),
        (0o755, 0o002, 0o664),
        (0o711, 0o022, 0o644),  # others may pass, who know the name
        (0o700, 0o022, 0o644),  # nobody else gets in
        (0o750, 0o022, 0o640),
        (0o770, 0o002, 0o660),
        (0o770, 0o077, 0o600),
        (0o2770, 0o007, 0o660),
    ],
)
def test_a_new_file_in_a_folder_for_a_group_is_for_nobody_beyond(
    tmp_path: Path, folder: int, mask: int, mode: int
) -> None:
    place = tmp_path / "papers"
    place.mkdir()
    place.chmod(folder)
    with umask(mask):
        replace(place / "a.md", b"a")
        write_beside({place / "b.md": b"b"})
    assert [stat.S_IMODE(path.stat().st_mode) for path in sorted(place.iterdir())] == [mode, mode]


@pytest.mark.parametrize("mask", [0o022, 0o002, 0o000])
def test_others_read_nothing_in_a_folder_that_we_made(tmp_path: Path, mask: int) -> None:
    with umask(mask):
        replace(tmp_path / "new" / "deep" / "a.md", b"a")
        replace(tmp_path / "new" / "b.md", b"b")  # later, when it is there
    for path in (tmp_path / "new").rglob("*"):
        assert not path.stat().st_mode & 0o007
    assert not (tmp_path / "new").stat().st_mode & 0o007


def test_a_link_stays_a_link_and_what_it_points_at_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "list.csv").write_bytes(b"old")
    (tmp_path / "latest.csv").symlink_to("shared/list.csv")
    replace(tmp_path / "latest.csv", b"new")
    assert (tmp_path / "latest.csv").is_symlink()
    assert (tmp_path / "shared" / "list.csv").read_bytes() == b"new"
    assert names(tmp_path) == ["latest.csv", "shared"]
    assert names(tmp_path / "shared") == ["list.csv"]


def test_a_second_name_of_the_old_file_keeps_the_old_content(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_bytes(b"old")
    (tmp_path / "kept.csv").hardlink_to(tmp_path / "list.csv")
    replace(tmp_path / "list.csv", b"new")
    assert (tmp_path / "kept.csv").read_bytes() == b"old"


def test_a_pipe_is_written_to_and_stays_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    replace(pipe, b"new")
    reader.join()
    assert read == [b"new"]
    assert pipe.is_fifo()


def test_a_device_stays_a_device() -> None:
    replace(Path(os.devnull), b"new")
    assert Path(os.devnull).is_char_device()


def test_a_full_device_is_told() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("only Linux has /dev/full")
    with pytest.raises(CannotWrite, match="/dev/full"):
        replace(Path("/dev/full"), b"new")


def test_a_folder_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "kept.md").write_bytes(b"old")
    with pytest.raises(CannotWrite, match="reports"):
        replace(tmp_path / "reports", b"new")
    assert names(tmp_path) == ["reports"]
    assert names(tmp_path / "reports") == ["kept.md"]


def test_a_file_where_a_folder_is_needed_is_told(tmp_path: Path) -> None:
    (tmp_path / "reports").write_bytes(b"old")
    for name in ("reports/week.md", "reports/2026/week.md"):
        with pytest.raises(CannotWrite, match=r"路径里有一段不是文件夹.*reports"):
            replace(tmp_path / name, b"new")
    assert (tmp_path / "reports").read_bytes() == b"old"


@pytest.mark.parametrize("name", ["x" * 255, "督" * 85, ".hidden", "a b", "-o", "*?[1]"])
def test_any_name_that_the_disk_takes(tmp_path: Path, name: str) -> None:
    replace(tmp_path / name, b"old")
    replace(tmp_path / name, b"new")
    assert (tmp_path / name).read_bytes() == b"new"
    assert names(tmp_path) == [name]


def test_a_name_that_the_disk_does_not_take_is_told(tmp_path: Path) -> None:
    with pytest.raises(CannotWrite, match="名字太长"):
        replace(tmp_path / ("x" * 256), b"new")
    assert names(tmp_path) == []


def test_a_place_that_cannot_be_looked_at_is_told(tmp_path: Path) -> None:
    """A folder that may not be passed is refused like a name that no file system has."""
    paper = {tmp_path / ("长" * 200) / "督办单.md": b"new"}
    with pytest.raises(CannotWrite, match="文件写不了"):
        free_names(paper)
    with pytest.raises(CannotWrite) as refused:
        written(paper, reference="第5期", again="devzone report --reprint 5")
    assert refused.value.remedy == "第5期已经登记，不会丢；能写以后再出：devzone report --reprint 5"


def test_a_name_that_the_locale_cannot_write_is_told(tmp_path: Path) -> None:
    with pytest.raises(CannotWrite, match="语言环境"):
        replace(tmp_path / "half of a pair \ud83c", b"new")
    assert names(tmp_path) == []


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root can make what belongs to another")
@pytest.mark.parametrize(
    ("mode", "folder_of", "link_of", "followed"),
    [
        (0o1777, 0, 61_001, False),  # as in /tmp
        (0o1777, 0, 0, True),
        (0o1777, 61_001, 61_001, True),  # whose folder it is may do more than that
        (0o755, 0, 61_001, True),
    ],
)
@pytest.mark.parametrize("to", ["a file", "a folder"])
def test_a_link_of_somebody_else_in_a_folder_for_all_is_not_followed(
    tmp_path: Path, mode: int, folder_of: int, link_of: int, to: str, *, followed: bool
) -> None:
    ours, folder = tmp_path / "ours", tmp_path / "tmp"
    ours.mkdir()
    (ours / "report.md").write_bytes(b"mine")
    folder.mkdir()
    link = folder / "link"
    link.symlink_to(ours / "report.md" if to == "a file" else ours)
    folder.chmod(mode)
    os.chown(folder, folder_of, -1)
    os.chown(link, link_of, -1, follow_symlinks=False)
    target = link if to == "a file" else link / "report.md"
    if followed:
        replace(target, b"new")
    else:
        with pytest.raises(CannotWrite, match="link 是别人放的链接"):
            replace(target, b"new")
    assert (ours / "report.md").read_bytes() == (b"new" if followed else b"mine")


def test_what_killed_runs_have_left_goes_and_who_is_at_work_is_left_alone(tmp_path: Path) -> None:
    """Whether they were killed before they had their lock, at work, or while they swept up after themselves."""
    for name, inside in ((".w-begun", ()), (".w-at-work", ("lock", "devzone.db")), (".w-ended", ("devzone.db",))):
        (tmp_path / name).mkdir(mode=0o700)
        for file in inside:
            (tmp_path / name / file).touch()
    with files.workplace(tmp_path, ".w-") as first, files.workplace(tmp_path, ".w-") as second:
        assert names(tmp_path) == sorted([first.name, second.name])
        assert names(first) == names(second) == ["lock"]
    assert names(tmp_path) == []
