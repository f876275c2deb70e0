"""The compiled plan: it saves time, and nothing else about it can be noticed."""

from __future__ import annotations

import hashlib
import json
import marshal
import os
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from sm_devzone.domain.plan import Milestone
from sm_devzone.domain.plan_history import meaning_sha256
from sm_devzone.errors import PlanInvalid
from sm_devzone.settings import shipped
from sm_devzone.storage import plan_file
from sm_devzone.storage.plan_cache import load, read_policy_text
from tests.conftest import Devzone

PLAN = """\
policy: {id: zone, title: 若干措施, issuer: 市政府办, issued: 2024-07-15, valid_until: 2027-07-14, office: 甲局,
  report_to: 市领导, workdays: [2027-02-06], holidays: [2027-01-01]}
units: [{name: 甲局, aliases: [商务局]}, {name: 乙局, vertical: true}]
measures:
  - number: 1
    title: 建立机制
    units: [甲局, 乙局]
    milestones:
      - {key: 建成, title: 建成, origin: policy, due: 2025-06-30, as_written: 2025年6月底前}
      - {key: 评估, title: 评估, origin: office, every: month, first: 2025-01, by: 28, units: [乙局], reason: 定的}
  - {number: 2, title: 理顺权责, units: [乙局]}
"""


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "plan.yaml"
    path.write_text(PLAN, encoding="utf-8")
    return path


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What was parsed, read after read."""
    seen: list[bytes] = []
    real = plan_file.read_policy

    def spied(raw: bytes) -> object:
        seen.append(raw)
        return real(raw)

    monkeypatch.setattr(plan_file, "read_policy", spied)
    return seen


def titles(plan: Path, cache: Path) -> list[str]:
    return [measure.title for policy in load(plan, cache) for measure in policy.measures]


def compiled(cache: Path) -> Path:
    """The one file of the cache."""
    (path,) = cache.iterdir()
    return path


def test_the_second_load_does_not_parse(plan: Path, cache: Path, reads: list[bytes]) -> None:
    assert titles(plan, cache) == titles(plan, cache) == ["建立机制", "理顺权责"]
    assert len(reads) == 1


def test_what_is_loaded_from_the_cache_is_what_was_parsed(plan: Path, cache: Path, reads: list[bytes]) -> None:
    for where in (plan, shipped("data")):
        parsed, thawed = list(load(where, cache)), list(load(where, cache))
        assert thawed == parsed
        assert repr(thawed) == repr(parsed)  # tuples of other types are equal too; their names are not
    assert len(reads) == 2


def test_a_kept_version_is_read_as_its_file_was(plan: Path, cache: Path, reads: list[bytes]) -> None:
    (policy,) = load(plan, cache)
    assert read_policy_text(PLAN, "第 1 版", cache) == policy  # compiled with the file
    older = [read_policy_text(PLAN.replace("2025-06-30", "2025-03-31"), "第 1 版", cache) for _ in range(2)]
    assert older[0] == older[1] != policy
    assert len(reads) == 2
    assert read_policy_text(PLAN, "第 1 版", None) == policy


def test_a_version_that_cannot_be_read_is_told_by_its_label(cache: Path) -> None:
    with pytest.raises(PlanInvalid) as invalid:
        read_policy_text(PLAN.replace("2025-06-30", "2025-02-30"), "第 3 版", cache)
    (problem,) = invalid.value.problems
    assert problem.startswith("第 3 版:9: ")


def test_the_hash_of_the_meaning_comes_with_the_plan(plan: Path, cache: Path) -> None:
    for _ in ("parsed", "from the cache"):
        (policy,) = load(plan, cache)
        assert policy.sha256 == meaning_sha256(policy)
        assert policy.version == policy.sha256[:12]
    plan.write_text("# 说明\n" + PLAN, encoding="utf-8")
    assert [each.sha256 for each in load(plan, cache)] == [policy.sha256]


def test_dates_are_dates_again(plan: Path, cache: Path) -> None:
    for _ in ("parsed", "from the cache"):
        (policy,) = load(plan, cache)
        assert (policy.issued, policy.valid_until) == (date(2024, 7, 15), date(2027, 7, 14))
        assert policy.measures[0].milestones == (
            Milestone("建成", "建成", "policy", date(2025, 6, 30), as_written="2025年6月底前"),
            Milestone("评估", "评估", "office", None, "month", "2025-01", "28", ("乙局",), reason="定的"),
        )


def test_an_edit_is_seen_at_once_even_with_the_same_size_and_time(plan: Path, cache: Path) -> None:
    before = plan.stat()
    assert titles(plan, cache) == ["建立机制", "理顺权责"]
    plan.write_text(PLAN.replace("建立机制", "成立小组"), encoding="utf-8")
    os.utime(plan, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert plan.stat().st_size == before.st_size
    assert titles(plan, cache) == ["成立小组", "理顺权责"]


def test_going_back_to_an_older_text_needs_no_parsing(plan: Path, cache: Path, reads: list[bytes]) -> None:
    for text in (PLAN, PLAN.replace("建立机制", "成立小组"), PLAN):
        plan.write_text(text, encoding="utf-8")
        load(plan, cache)
    assert len(reads) == 2


def test_each_file_of_a_folder_is_kept_by_itself(tmp_path: Path, cache: Path, reads: list[bytes]) -> None:
    folder = tmp_path / "plans"
    folder.mkdir()
    for name in ("a", "b", "c"):
        (folder / f"{name}.yaml").write_text(PLAN.replace("id: zone", f"id: {name}"), encoding="utf-8")
    load(folder, cache)
    (folder / "b.yaml").write_text(PLAN.replace("id: zone", "id: d"), encoding="utf-8")
    assert list(load(folder, cache).policies) == ["a", "d", "c"]
    assert len(reads) == 4


def test_a_plan_with_problems_is_not_kept(plan: Path, cache: Path) -> None:
    plan.write_text(PLAN.replace("number: 2", "number: 1"), encoding="utf-8")
    for _ in range(2):
        with pytest.raises(PlanInvalid) as invalid:
            load(plan, cache)
        assert len(invalid.value.problems) == 1
    assert not cache.exists()


def _whole(payload: bytes) -> bytes:
    return hashlib.sha256(payload).digest() + payload


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda _: b"", id="emptied"),
        pytest.param(lambda old: old[:20], id="cut in the checksum"),
        pytest.param(lambda old: old[:32], id="cut after the checksum"),
        pytest.param(lambda old: old[:-1], id="cut at the end"),
        pytest.param(lambda old: old + b"x", id="longer"),
        pytest.param(lambda old: old[:99] + bytes([old[99] ^ 1]) + old[100:], id="one bit"),
        pytest.param(lambda old: bytes(len(old)), id="zeros"),
        pytest.param(lambda _: "三明市商务局".encode() * 100, id="another program's"),
        pytest.param(lambda _: _whole(b""), id="whole, but empty"),
        pytest.param(lambda _: _whole(b"\xff" * 50), id="whole, but not ours"),
        pytest.param(lambda _: _whole(json.dumps(["zone", 2024]).encode()), id="whole, but no policy"),
        pytest.param(lambda _: _whole(json.dumps([0] * 11).encode()), id="whole, but a policy of nothing"),
        pytest.param(lambda _: _whole(b"[" * 100_000), id="whole, and nested without end"),
        pytest.param(lambda _: _whole(marshal.dumps(compile("1 / 0", "", "exec"))), id="whole, and code"),
    ],
)
def test_a_damaged_or_foreign_file_is_ignored_and_replaced(
    plan: Path, cache: Path, reads: list[bytes], damage: Callable[[bytes], bytes]
) -> None:
    load(plan, cache)
    path = compiled(cache)
    path.write_bytes(damage(path.read_bytes()))
    assert titles(plan, cache) == titles(plan, cache) == ["建立机制", "理顺权责"]
    assert len(reads) == 2
    assert compiled(cache) == path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one plan."""
    made = tmp_path / "plans"
    made.mkdir()
    (made / "a.yaml").write_text(PLAN, encoding="utf-8")
    return made


@pytest.mark.parametrize("name", ["._a.yaml", ".a.yaml", ".a.YML", "~$a.yaml", "a.yaml~", "#a.yaml#", "a.yaml.swp"])
def test_what_other_programs_leave_in_a_plan_folder_is_no_plan(folder: Path, cache: Path, name: str) -> None:
    (folder / name).write_bytes(b"\0\5\26\7 not a plan")
    assert list(load(folder, cache).policies) == ["zone"]


def test_the_lock_of_an_editor_is_a_link_to_nowhere_and_no_plan(folder: Path, cache: Path) -> None:
    (folder / ".#a.yaml").symlink_to("somebody@host.1234:1")
    assert list(load(folder, cache).policies) == ["zone"]


def test_a_plan_that_is_a_link_to_nowhere_is_told(folder: Path, cache: Path) -> None:
    (folder / "b.yaml").symlink_to("moved-away.yaml")
    with pytest.raises(PlanInvalid) as told:
        load(folder, cache)
    assert [problem.split(":")[0] for problem in told.value.problems] == [str(folder / "b.yaml")]


def test_a_folder_of_hidden_files_holds_no_plan(folder: Path, cache: Path) -> None:
    (folder / "a.yaml").rename(folder / ".a.yaml")
    with pytest.raises(PlanInvalid, match="1 处") as told:
        load(folder, cache)
    assert "没有计划文件" in told.value.problems[0]


def test_a_folder_where_the_file_should_be(plan: Path, cache: Path, reads: list[bytes]) -> None:
    load(plan, cache)
    path = compiled(cache)
    path.unlink()
    path.mkdir()
    assert titles(plan, cache) == titles(plan, cache) == ["建立机制", "理顺权责"]
    assert len(reads) == 3
    assert compiled(cache) == path  # and nothing half-written beside it


def test_a_cache_that_cannot_be_made_only_costs_time(plan: Path, cache: Path, reads: list[bytes]) -> None:
    cache.write_text("a file stands where the folder should be")
    assert titles(plan, cache) == titles(plan, cache) == ["建立机制", "理顺权责"]
    assert len(reads) == 2


@pytest.mark.parametrize("failing", ["tempfile.mkstemp", "os.fdopen", "pathlib.Path.replace", "pathlib.Path.mkdir"])
def test_a_full_or_read_only_disk_only_costs_time(
    plan: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(failing, fail)
        assert titles(plan, cache) == ["建立机制", "理顺权责"]
    assert not cache.exists() or list(cache.iterdir()) == []


def test_the_command_runs_without_a_cache(devzone: Devzone, empty_cache: Path) -> None:
    empty_cache.parent.write_text("no folder can be made in a file")
    devzone.plan(PLAN)
    assert [line[2] for line in devzone.ok("status").lines] == ["建立机制", "理顺权责"]


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps no such permissions")
def test_only_the_owner_may_look_into_the_cache(plan: Path, cache: Path) -> None:
    load(plan, cache)
    assert cache.stat().st_mode & 0o777 == 0o700
    assert compiled(cache).stat().st_mode & 0o777 == 0o600


def test_what_was_not_written_for_a_month_is_swept_when_a_plan_is_kept(plan: Path, cache: Path) -> None:
    cache.mkdir()
    ages = {"older.plan": 31, "newer.plan": 29, "theirs.txt": 99}
    for name, days in ages.items():
        (cache / name).write_text("x")
        then = time.time() - days * 86400
        os.utime(cache / name, (then, then))
    load(plan, cache)
    names = {path.name for path in cache.iterdir()}
    assert len(names) == 3
    assert {"newer.plan", "theirs.txt"} < names
