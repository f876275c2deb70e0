"""The chain of facts, one link a fact in the table `link`: lengthened by the door for inserts, walked by `check`.

The canonical bytes of a fact are made by the database, which is several times as fast as making them here: each column
that is not null as `name=value` and a line end, by name; text as a JSON string. docs/journal.md says so to others. So a
column that a later step adds, empty in old facts, changes no hash.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from operator import lt
from typing import TYPE_CHECKING, Any, NamedTuple

from sm_devzone.domain.chain import Claim, Seal, bound
from sm_devzone.errors import DatabaseUnusable
from sm_devzone.storage.database import Database, Run
from sm_devzone.storage.side_by_side import Map, cores, in_processes, in_threads
from sm_devzone.storage.snapshot import END, garbage_told

if TYPE_CHECKING:
    from sqlalchemy import Connection

FACTS = {
    "plan_version": "计划版本第 {} 条",
    "entry": "流水 {} 号",
    "evidence": "佐证材料 {} 号",
    "bulletin": "报告登记第 {} 条",
    "notice": "督办单登记第 {} 条",
    "dispatch": "填报表登记第 {} 条",
    "bundle": "收到的上报包第 {} 条",
}
"""The tables whose rows are facts, and how one is told."""

BEGUN = "begun"
"""The link that an old journal got behind its facts; its `fact` says how many they were."""

_CHUNK = 20_000
"""Facts that are held at a time; some 20 MB."""
_WORTH_A_PROCESS = 100_000
"""Facts of a file from which on it pays to start processes."""
_LINK = "INSERT INTO link (id, kind, fact, sha256) VALUES (:id, :kind, :fact, :sha256)"
_NAME = re.compile(r"[a-z][a-z0-9_]*")


class ChainBroken(DatabaseUnusable):
    """The journal is not what was recorded."""


def seal_at(run: Run, number: int | None = None) -> Seal | None:
    """The seal of the fact with that number in the chain, or of the last; None where there is none."""
    which = "(SELECT max(id) FROM link)" if number is None else ":number"
    rows = run(f"SELECT id, sha256 FROM link WHERE id = {which}", {} if number is None else {"number": number})
    return Seal(*rows[0]) if rows else None


def lengthen(connection: Connection, run: Run, table: str, after: int) -> None:
    """Chain the facts of `table` whose number is greater than `after`, in the order of their numbers."""
    from sqlalchemy import text

    facts = _facts(run, table, _IN_A_FILE if connection.dialect.name == "sqlite" else _ON_A_SERVER)
    seal = seal_at(run) or Seal()
    is_more = True
    while is_more:
        rows = run(f"{facts} WHERE id > :after ORDER BY id LIMIT {_CHUNK}", {"after": after})
        is_more = len(rows) == _CHUNK
        links = []
        for fact, content in rows:
            seal = seal.followed_by(table, bytes(content))
            links.append({"id": seal.number, "kind": table, "fact": fact, "sha256": seal.sha256})
        if links:
            connection.execute(text(_LINK), links)
            after = rows[-1][0]


def begin(connection: Connection, run: Run, tables: Iterable[str]) -> None:
    """Take the facts of a journal that has no chain yet into it, table by table, and say behind them how many."""
    from sqlalchemy import text

    for table in tables:
        lengthen(connection, run, table, -END)
    last = seal_at(run)
    if last is not None:
        link = last.followed_by(BEGUN, _begun(last.number))
        row = {"id": link.number, "kind": BEGUN, "fact": last.number, "sha256": link.sha256}
        connection.execute(text(_LINK), row)


class Walk:
    """The chain of a whole journal, reckoned anew: `seal` is the last one, `sealed` the one of the number asked for.

    `older` says how many facts were there before the chain was begun, of which it proves no more than what they were
    then. All in chunks, each of one state, so that nobody has to wait for the end; or through `run`, where what it sees
    is not for others to see yet.

    Raises ChainBroken, which names the first fact that was changed, taken out or put in.
    """

    def __init__(self, database: Database, number: int = 0, run: Run | None = None) -> None:
        self._database = database
        self._run = run
        self._how = _IN_ANY_FILE if database.path else _ON_A_SERVER
        self._begin()
        if run is not None or not self._runs_through():
            self._begin()
            self._go_on()
        with self._reading() as read:
            self.sealed = (seal_at(read, number) if number else None) or Seal()

    def check(self, claim: Claim) -> None:
        """Raises ChainBroken where `claim`, of the number asked for, is no seal of this journal."""
        if claim.holds(self.sealed):
            return
        if claim.number > self.seal.number:
            raise self._broken(
                f"封签是第 {claim.number} 件事实的，这里只到第 {self.seal.number} 件，是较早的一份，或后面的被拿走了"
            )
        raise self._broken(f"和封签不符，第 {claim.number} 件事实或它以前的不是当时的（也可能封签抄错了）")

    def _begin(self) -> None:
        self.seal, self.older = Seal(), 0
        self._last = dict.fromkeys(FACTS, -END)
        self._many: Counter[str] = Counter()

    def _runs_through(self) -> bool:
        """Whether all is surely as it was recorded. Anything odd is for the walk proper to name, from the beginning.

        Whole chunks are looked at several at once, for each rests on one link before it.
        """
        with self._database.reading() as run:
            facts = (seal_at(run) or Seal()).number
            contents = _contents(run, _IN_A_FILE if self._database.path else _ON_A_SERVER) if facts >= _CHUNK else ""
        ends = range(_CHUNK, facts + 1, _CHUNK)
        look = partial(_stretch, self._database, contents, _CHUNK)
        try:
            with self._several(facts) as several:
                for stretch in several(look, ends):
                    if stretch is None or not self._follow(stretch):
                        return False
        except (ImportError, OSError, RuntimeError):  # processes cannot be had here, or were ended
            return False
        try:
            self._go_on()
        except ChainBroken:
            return False
        return self._all_are_linked()

    def _several(self, facts: int) -> AbstractContextManager[Map]:
        if self._database.path is None:
            return in_threads()
        return in_processes() if facts >= _WORTH_A_PROCESS and cores() > 1 else nullcontext(map)

    def _follow(self, stretch: _Stretch) -> bool:
        """Whether in each table the facts of a stretch come after those before it."""
        for kind, (first, last, count) in stretch.kinds.items():
            if first <= self._last.get(kind, END):
                return False
            self._last[kind] = last
            self._many[kind] += count
        if stretch.begun is not None:
            self.older = stretch.begun
        self.seal = stretch.seal
        return True

    def _all_are_linked(self) -> bool:
        """Whether there are no more facts, up to the last of each table that has a link, than have one."""
        with self._database.reading() as run:
            return all(
                run(f"SELECT count(*) FROM {table} WHERE id <= :last", {"last": last})[0][0] == self._many[table]
                for table, last in self._last.items()
                if self._many[table]
            )

    def _go_on(self) -> None:
        while self._goes_on():
            pass

    def _reading(self) -> AbstractContextManager[Run]:
        return nullcontext(self._run) if self._run else self._database.reading()

    def _goes_on(self) -> bool:
        """Whether there is more behind the next chunk, which is checked."""
        with self._reading() as run:
            links = run(
                f"SELECT id, kind, fact, sha256 FROM link WHERE id > :after ORDER BY id LIMIT {_CHUNK}",
                {"after": self.seal.number},
            )
            whole = len(links) < _CHUNK
            until = {kind: fact for _, kind, fact, _ in links}
            facts = {
                table: iter(
                    run(
                        f"{_facts(run, table, self._how)} WHERE id > :after AND id <= :until ORDER BY id",
                        {"after": self._last[table], "until": END if whole else until[table]},
                    )
                )
                for table in FACTS
                if whole or table in until
            }
        with garbage_told():
            self._check_links(links, facts)
        for table, rows in facts.items():
            for fact, _ in rows:
                raise self._put_in(table, fact)
        self._last |= {table: fact for table, fact in until.items() if table in FACTS}
        self._many.update(kind for _, kind, *_ in links)
        return not whole

    def _check_links(self, links: Iterable[Sequence[Any]], facts: Mapping[str, Iterator[Sequence[Any]]]) -> None:
        number, before = self.seal
        none: Iterator[Sequence[Any]] = iter(())
        for at, kind, fact, sha256 in links:
            number += 1
            if at != number:
                raise self._broken(f"第 {number} 件事实从链上拿走了")
            if kind == BEGUN:
                self.older = fact
                content = _begun(fact)
            else:
                found, content = next(facts.get(kind, none), (END, b""))
                if found < fact:
                    raise self._put_in(kind, found)
                if found != fact:
                    raise self._broken(f"第 {number} 件事实（{_named(kind, fact)}）不见了")
            if bound(before, kind, bytes(content)) != sha256:
                raise self._broken(f"第 {number} 件事实（{_named(kind, fact)}）和记下时不一样")
            before = sha256
        self.seal = Seal(number, before)

    def _put_in(self, kind: str, fact: int) -> ChainBroken:
        return self._broken(f"{_named(kind, fact)}不在链上，是塞进来的")

    def _broken(self, what: str) -> ChainBroken:
        return ChainBroken(
            f"流水被改过：{what}：{self._database}", "请不要再写入，查明是谁动的；换回最近的备份用 devzone restore"
        )


class PartialWalk(Walk):
    """The chain as far as the login of a unit sees it: each fact of its own against its link and the one before.

    `facts` counts them. What lies between belongs to others and is not told as taken out; whether it was, the office's
    own walk says. Raises ChainBroken.
    """

    def _runs_through(self) -> bool:
        with self._database.reading() as run:
            links = run("SELECT id, kind, fact, sha256 FROM link ORDER BY id", {})
            before = dict(map(tuple, run("SELECT number, sha256 FROM links_before()", {})))
            seen = {
                (table, fact): content
                for table in FACTS
                if table not in ("bulletin", "bundle")
                for fact, content in run(f"{_facts(run, table, self._how)} ORDER BY id", {})
            }
        self.facts = len(links)
        for number, kind, fact, sha256 in links:
            content = seen.pop((kind, fact), None)
            if content is None:
                raise self._broken(f"第 {number} 件事实（{_named(kind, fact)}）不见了")
            if bound(before.get(number, Seal().sha256), kind, bytes(content)) != sha256:
                raise self._broken(f"第 {number} 件事实（{_named(kind, fact)}）和记下时不一样")
            self.seal = Seal(number, sha256)
        for kind, fact in seen:
            raise self._put_in(kind, fact)
        return True


class _Stretch(NamedTuple):
    """Links of which each is that of a fact that is there, as it was recorded, each fact once and in order.

    Of each table the first and the last fact, and how many; the number of facts before the chain, where it begins in
    this stretch behind them; the last link.
    """

    kinds: Mapping[str, tuple[int, int, int]]
    begun: int | None
    seal: Seal


def _stretch(database: Database, contents: str, size: int, until: int) -> _Stretch | None:
    """The stretch of `size` links up to the number `until`; None where there is anything odd about it."""
    span = {"after": until - size, "until": until}
    try:
        with database.reading() as run:
            before = seal_at(run, until - size) or Seal()
            links = run("SELECT kind, fact, sha256 FROM link WHERE id > :after AND id <= :until ORDER BY id", span)
            joined = b"".join(content or b"" for (content,) in run(contents, span))
    except DatabaseUnusable:
        return None
    hashes = [sha256 for *_, sha256 in links]
    told = joined.split(_BETWEEN)
    if not len(told) == len(links) == size:
        return None
    befores = [before.sha256, *hashes[:-1]]
    if [bound(own, kind, fact) for own, (kind, *_), fact in zip(befores, links, told, strict=True)] != hashes:
        return None
    facts: defaultdict[str, list[int]] = defaultdict(list)
    for kind, fact, _ in links:
        facts[kind].append(fact)
    begun = facts.pop(BEGUN, [None])[-1]
    if not all(all(map(lt, own, own[1:])) for own in facts.values()):
        return None
    kinds = {kind: (own[0], own[-1], len(own)) for kind, own in facts.items()}
    return _Stretch(kinds, begun, Seal(until, hashes[-1]))


def _named(kind: str, fact: int) -> str:
    return FACTS.get(kind, "{}").format(fact)


class _Bytes(NamedTuple):
    """How a database makes the canonical bytes: of a text, of a number, of all of them; and how it joins many."""

    columns: str
    text: str
    number: str
    filled: str
    bytes_: str
    joined: str


_ON_A_SERVER = _Bytes(
    # Asked under the lock: information_schema would take a hundred times as long.
    """SELECT attname, format_type(atttypid, NULL), attnotnull FROM pg_attribute
       WHERE attrelid = to_regclass(quote_ident(current_schema()) || '.' || :of)
       AND attnum > 0 AND NOT attisdropped""",
    "CAST(to_json({0}) AS TEXT)",
    "CAST({0} AS TEXT)",
    "format('{0}', {1})",
    "convert_to({0}, 'UTF8')",
    "string_agg({0}, chr(30) ORDER BY id)",
)
_IN_A_FILE = _Bytes(
    'SELECT name, type, "notnull" OR pk FROM pragma_table_info(:of)',
    # A column of a file may hold anything; of bytes there is no JSON, and that ends the statement.
    "json_quote({0})",
    "quote({0})",
    "printf('{0}', {1})",
    "CAST({0} AS BLOB)",
    "group_concat({0}, char(30))",
)
_IN_ANY_FILE = _IN_A_FILE._replace(text="CASE typeof({0}) WHEN 'text' THEN json_quote({0}) ELSE quote({0}) END")
"""Takes bytes for what they are, no text, and longer."""


def _facts(run: Run, table: str, how: _Bytes) -> str:
    """The SELECT of number and canonical bytes of the facts of `table`."""
    return f"SELECT id, {how.bytes_.format(_canonical(run, table, how))} FROM {table}"


def _canonical(run: Run, table: str, how: _Bytes) -> str:
    """The canonical text of a fact of `table`, in SQL, with the columns that it has."""
    form, values = "", []
    for name, kind, is_always in sorted(map(tuple, run(how.columns, {"of": table}))):
        if _NAME.fullmatch(name):
            value = (how.number if kind.lower() == "integer" else how.text).format(name)
            form += f"{name}=%s\n" if is_always else "%s"
            values.append(value if is_always else f"CASE WHEN {name} IS NOT NULL THEN '{name}=' || {value} || '\n' END")
    return how.filled.format(form, ", ".join(values))


_BETWEEN = b"\x1e"
"""Stands between what is joined: in what is canonical it cannot be."""


def _contents(run: Run, how: _Bytes) -> str:
    """The SELECT of the canonical bytes of all facts of a chunk, joined; of one that is not there, nothing."""
    facts = " ".join(
        f"WHEN '{table}' THEN (SELECT {_canonical(run, table, how)} FROM {table} WHERE {table}.id = link.fact)"
        for table in FACTS
    )
    begun = f"WHEN '{BEGUN}' THEN 'facts=' || CAST(fact AS TEXT) || '\n'"
    return f"""SELECT {how.bytes_.format(how.joined.format("coalesce(content, '')"))} FROM (
        SELECT id, CASE kind {facts} {begun} END AS content FROM link WHERE id > :after AND id <= :until ORDER BY id
        ) AS one"""


def _begun(facts: int) -> bytes:
    return f"facts={facts}\n".encode()
