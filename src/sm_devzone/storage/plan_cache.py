"""The plan, from its compiled form where the files are as they were when it was compiled.

Parsing YAML takes most of a start, so what was read is kept by content: a file a plan, named by the hash of what it was
made from, as JSON, in which nothing can be but values.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from sm_devzone import __version__, cache, files
from sm_devzone.domain.plan import Colour, Measure, Milestone, Plan, Policy, Unit
from sm_devzone.domain.text import secret_mark
from sm_devzone.errors import PlanInvalid, cause

MAX_BYTES = 5_000_000
CONTACTS = "contacts.yaml"
"""The one file of a plan folder that is none: see contacts_file."""

_READER = 2
"""Raise it whenever the same plan file comes to mean something else."""
_FIELDS = tuple(record._fields for record in (Policy, Unit, Colour, Measure, Milestone))
_SHAPE = repr((_READER, __version__, *_FIELDS))


def load(where: Path, folder: Path | None, kept: Path | None = None) -> Plan:
    """The plan at `where` (a file, or a folder of them) and in the file `kept` beside it, where that is there.

    What was compiled lies in the cache `folder`.

    Raises PlanInvalid with every problem of every file.
    """
    return compiled(where, folder, kept)()


def compiled(where: Path, folder: Path | None, kept: Path | None = None) -> Callable[[], Plan]:
    """What makes the plan that `load` gives, when all is compiled that was not: what can take long is over by then."""
    problems: list[str] = []
    found: list[_Source] = []
    for path in plan_files(where, kept):
        try:
            raw = files.content(path, MAX_BYTES)
        except OSError as error:
            problems.append(_refusal(path, error))
            continue
        problems += _marks(raw, path)
        policy: Policy | bytes | None = cache.get(folder, _name(raw))
        if policy is None:
            policy, faults = _compile(raw, str(path), folder)
            problems += faults
        if policy is not None:
            found.append(_Source(path, raw, policy))
    plan = partial(_plan_of, found, folder, problems)
    if problems:
        plan()  # raises them, with what only all files together show
    return plan


class _Source(NamedTuple):
    """A plan file, its bytes, and the policy in them or its compiled form."""

    path: Path
    raw: bytes
    policy: Policy | bytes


def _plan_of(sources: Iterable[_Source], folder: Path | None, known: Iterable[str]) -> Plan:
    """Raises PlanInvalid with the problems that are `known`, and where two files have one id."""
    problems = list(known)
    policies: dict[str, Policy] = {}
    homes: dict[str, Path] = {}
    hashes: dict[str, str] = {}
    for path, raw, found in sources:
        policy = found if isinstance(found, Policy) else _thaw(found) or _compile(raw, str(path), folder)[0]
        assert policy is not None
        if policy.id in policies:
            from sm_devzone.storage.plan_file import line_of_id

            home = homes[policy.id].name
            problems.append(f"{path}:{line_of_id(raw)}: 政策编号 {policy.id} 在 {home} 里已经用了，请改成不同的编号")
            continue
        policies[policy.id], homes[policy.id] = policy, path
        hashes[policy.id] = hashlib.sha256(raw).hexdigest()
    if problems:
        raise PlanInvalid(problems)
    return Plan(policies.values(), hashes)


def remarks(where: Path, kept: Path | None = None) -> list[str]:
    """What the plan files at `where`, which are valid, may not mean as they are read, by file and line."""
    from sm_devzone.storage import plan_file

    found = (
        (path, remark)
        for path in plan_files(where, kept)
        for remark in plan_file.remarks(files.content(path, MAX_BYTES))
    )
    return [f"{path}:{remark.line}: {remark.text}" for path, remark in found]


def _marks(raw: bytes, path: Path) -> list[str]:
    """Where a plan file says of itself that it is secret. Those that lie in the journal are not asked."""
    if "★".encode() not in raw:
        return []
    lines = raw.decode(errors="replace").splitlines()
    return [
        f"{path}:{number}: 写着“{mark}”，涉密文件不能放进这里，请按保密规定处理"
        for number, line in enumerate(lines, 1)
        if (mark := secret_mark(line))
    ]


def text_of(where: Path, sha256: str, kept: Path | None = None) -> str:
    """The text of the file, of those that `load` reads, with that SHA-256.

    Raises PlanInvalid where it is no longer there as it was.
    """
    for path in plan_files(where, kept):
        with suppress(OSError):
            raw = files.content(path, MAX_BYTES)
            if hashlib.sha256(raw).hexdigest() == sha256:
                return raw.decode("utf-8-sig")
    raise PlanInvalid([f"{where}:1: 计划文件刚刚又改了，请再运行一次"])


def text_at(path: Path) -> str:
    """The text of the plan file at `path` as it is now, nothing where it is not there. Raises PlanInvalid."""
    from sm_devzone.storage.plan_text import Unreadable, decode

    try:
        return decode(files.content(path, MAX_BYTES))
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise PlanInvalid([_refusal(path, error)]) from error
    except Unreadable as unreadable:
        raise PlanInvalid([f"{path}:{unreadable.problem.line}: {unreadable.problem.text}"]) from unreadable


def read_policy_text(text: str, label: str, folder: Path | None) -> Policy:
    """The policy in the `text` of a plan file that is kept elsewhere, as a version in the journal; cached as files are.

    Raises PlanInvalid with every problem, told as of a file named `label`.
    """
    raw = text.encode()
    if policy := _thaw(cache.get(folder, _name(raw))):
        return policy
    policy, problems = _compile(raw, label, folder)
    if policy is None:
        raise PlanInvalid(problems)
    return policy


def _name(raw: bytes) -> str:
    """Under which the compiled form of the bytes of a plan file is kept."""
    return hashlib.sha256(_SHAPE.encode() + raw).hexdigest()[:40] + ".plan"


def _compile(raw: bytes, label: str, folder: Path | None) -> tuple[Policy | None, list[str]]:
    """The policy in the bytes of a plan file, or None and its problems by file and line; its compiled form is kept."""
    from sm_devzone.storage.plan_file import read_policy

    policy, problems = read_policy(raw)
    if policy is not None:
        cache.put(folder, _name(raw), json.dumps(_plain(policy), ensure_ascii=False).encode())
    return policy, [f"{label}:{problem.line}: {problem.text}" for problem in problems]


def plan_files(where: Path, kept: Path | None) -> list[Path]:
    """The plan files that are named, each once. Raises PlanInvalid."""
    try:
        found = sorted(path for path in where.iterdir() if _is_plan_name(path.name)) if where.is_dir() else [where]
    except OSError as error:
        raise PlanInvalid([_refusal(where, error)]) from error
    if not found:
        raise PlanInvalid([f"{where}: 文件夹里没有计划文件（.yaml），请检查 --plan"])
    is_kept = False
    with suppress(OSError):  # a folder that cannot be looked into holds the journal too, and that is what is told
        is_kept = kept is not None and kept.is_file()
    return list(dict.fromkeys([*found, kept] if kept and is_kept else found))


def _is_plan_name(name: str) -> bool:
    """Whether a name in a plan folder is that of a plan: hidden files and locks belong to the programs that left them.

    Those of Finder (._a.yaml), Emacs (.#a.yaml, a link to nowhere) and Office (~$a.yaml). The contacts lie there too.
    """
    return name.lower().endswith((".yaml", ".yml")) and not name.startswith((".", "~$")) and name != CONTACTS


def _refusal(path: Path, error: OSError) -> str:
    return f"{path}:1: 计划文件读不了（{cause(error)}），请检查路径和权限"


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return tuple(_plain(item) for item in value) if isinstance(value, tuple) else value


def _thaw(compiled: bytes | None) -> Policy | None:
    """The policy in what was compiled; None where there is none."""
    try:
        return _record(Policy, json.loads(compiled)) if compiled else None
    except (TypeError, ValueError, IndexError, RecursionError):
        return None


_Record = TypeVar("_Record", Policy, Unit, Colour, Measure, Milestone)


def _record(kind: type[_Record], plain: list[Any]) -> _Record:
    """The record with the values in a list, which is changed."""
    for place, made in _MADE[kind]:
        if (value := plain[place]) is not None:
            plain[place] = made(value)
    return kind._make(plain)


def _making(kind: type) -> list[tuple[int, Callable[[Any], Any]]]:
    """Where a record has what JSON cannot hold, and what makes it of what stands there instead."""
    found: list[tuple[int, Callable[[Any], Any]]] = []
    for place, (name, annotation) in enumerate(kind.__annotations__.items()):
        within, day = _WITHIN.get((kind, name)), "date" in str(annotation)
        one: Callable[[Any], Any] | None = partial(_record, within) if within else date.fromisoformat if day else None
        if "tuple" in str(annotation):
            found.append((place, tuple if one is None else partial(_tuple_of, one)))
        elif one is not None:
            found.append((place, one))
    return found


def _tuple_of(one: Callable[[Any], Any], values: list[Any]) -> tuple[Any, ...]:
    return tuple([one(value) for value in values])


_WITHIN = {
    (Policy, "units"): Unit,
    (Policy, "colours"): Colour,
    (Policy, "measures"): Measure,
    (Measure, "milestones"): Milestone,
}
"""The records inside a record."""

_MADE = {kind: _making(kind) for kind in (Policy, Unit, Colour, Measure, Milestone)}
