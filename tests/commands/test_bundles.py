"""上报包: an office's ledger as one file, taken by the office above, which sees whether its seal follows the last."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from sm_devzone.domain import bundle
from tests.conftest import Devzone, Ran

COUNTY, CITY = "沙县区政府督查室", "市政府督查室"
Below = Callable[..., Path]


@pytest.fixture
def below(devzone: Devzone, tmp_path: Path) -> Below:
    """`below("一.json", ...)` exports the bundle of the county office, which has a journal and contacts of its own."""
    (tmp_path / "county").mkdir()
    policy = (Path(__file__).parents[2] / "data" / "measures.yaml").read_text("utf-8")
    (tmp_path / "county" / "measures.yaml").write_text(policy, "utf-8")
    (tmp_path / "county" / "contacts.yaml").write_text(f"office:\n  unit: {COUNTY}\n", "utf-8")

    def export(name: str, *words: str) -> Path:
        target = tmp_path / "sent" / name
        county(devzone, "export", "bundle", "-o", target, *words)
        return target

    county(devzone, "update", 4, "--unit", "商务局", "--note", "已整合")
    return export


def county(devzone: Devzone, *words: str | int | Path) -> Ran:
    return devzone.ok("--db", "county/devzone.db", "--plan", "county/measures.yaml", *words)


@pytest.fixture
def above(devzone: Devzone, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Devzone:
    """The office above, which knows the county office and one that has never sent anything."""
    (tmp_path / "city").mkdir()
    policy = (Path(__file__).parents[2] / "data" / "measures.yaml").read_text("utf-8")
    (tmp_path / "city" / "measures.yaml").write_text(policy, "utf-8")
    text = f"offices:\n- unit: {COUNTY}\n  name: 王五\n- unit: 永安市政府督查室\n"
    (tmp_path / "city" / "contacts.yaml").write_text(text, "utf-8")
    monkeypatch.setenv("DEVZONE_PLAN", str(tmp_path / "city" / "measures.yaml"))
    monkeypatch.setenv("DEVZONE_DB", str(tmp_path / "city.db"))
    return devzone


def line(above: Devzone, *words: str) -> dict[str, object]:
    """What `status --offices` says of the county office."""
    (found,) = [
        one for one in above.ok("status", "--offices", "--json", *words).json["offices"] if one["office"] == COUNTY
    ]
    return dict(found)


def altered(devzone: Devzone, note: str) -> None:
    """The county's first entry says something else, and all of its chain is reckoned anew."""
    from sm_devzone.domain.chain import Seal
    from sm_devzone.storage.chain import _IN_ANY_FILE, FACTS, _facts

    with closing(sqlite3.connect("county/devzone.db")) as file:
        for table in ("entry", "link"):
            file.execute(f"DROP TRIGGER IF EXISTS {table}_refuses_update")
        file.execute("UPDATE entry SET note = ? WHERE id = 1", [note])

        def run(sql: str, values: Mapping[str, Any]) -> list[Any]:
            return file.execute(sql, values).fetchall()

        content = {(table, fact): own for table in FACTS for fact, own in run(_facts(run, table, _IN_ANY_FILE), {})}
        seal = Seal()
        for number, kind, fact in run("SELECT id, kind, fact FROM link ORDER BY id", {}):
            seal = seal.followed_by(kind, content[kind, fact])
            file.execute("UPDATE link SET sha256 = ? WHERE id = ?", [seal.sha256, number])
        file.commit()


def test_week_after_week_an_office_is_one_line(above: Devzone, below: Below) -> None:
    assert line(above)["as_of"] is None
    own = above.ok("status", "--json").json["totals"]
    ran = above.ok("collect", below("一.json"), "--yes")
    assert ran.lines == [["", "bundle", "", "", COUNTY, "", "2026-11-23", "一.json"]]
    first = line(above)
    ledger = county(above, "status", "--json").json["totals"]
    assert {name: first[name] for name in ledger if name != "measures"} == {
        name: count for name, count in ledger.items() if name != "measures"
    }
    assert (first["as_of"], first["verdict"], first["name"]) == ("2026-11-23", "first", "一.json")
    assert county(above, "seal").lines[0][2] == first["seal"]

    above.at("2026-11-30")
    county(above, "update", 4, "--unit", "三元", "--done", "--note", "挂牌")
    ran = above.ok("collect", below("二.json"), "--yes")
    second = line(above)
    assert (second["as_of"], second["verdict"], second["submitted"]) == ("2026-11-30", "continues", 1)
    assert line(above, "--as-of", "2026-11-29")["as_of"] == "2026-11-23"
    assert line(above, "--as-of", "2026-11-30", "--known", "2026-11-29")["as_of"] == "2026-11-23"
    assert above.ok("status", "--json", "--as-of", "2026-11-23").json["totals"] == own  # nothing of it is ours
    assert [one[0] for one in above.ok("history", "--offices").lines] == [COUNTY, COUNTY]
    assert above.ok("history").out == ""
    above.ok("check")


def test_what_comes_again_is_taken_once(above: Devzone, below: Below) -> None:
    sent = below("一.json")
    above.ok("collect", sent, "--yes")
    assert below("又一次.json").read_bytes() == sent.read_bytes()
    assert above.ok("collect", sent.parent, "--yes").out == ""
    assert len(above.ok("history", "--offices").lines) == 1


def test_it_comes_as_mail_does(above: Devzone, below: Below, tmp_path: Path) -> None:
    """In a folder, in an archive, under another name, beside a form; two of one office in whatever order."""
    above.ok("send", "--unit", "市林业局", "-o", "in")
    earlier = below("z.json")
    county(above, "update", 4, "--unit", "三元", "--note", "又一条")
    with zipfile.ZipFile("in/上报.zip", "w") as archive:
        archive.write(below("a.json"), "沙县/a.json")
        archive.write(earlier, "上报.dat")
    (tmp_path / "in" / "settings.json").write_bytes(earlier.read_bytes())
    ran = above.ok("collect", "in", "--yes")
    assert [row[1:] for row in ran.lines] == [
        ["bundle", "", "", COUNTY, "", "2026-11-23", "settings.json"],
        ["bundle", "", "", COUNTY, "", "2026-11-23", "上报.zip/沙县/a.json"],
    ]
    assert [one[4] for one in above.ok("history", "--offices").lines] == ["continues", "first"]


def test_an_office_that_is_not_known_is_refused(above: Devzone, below: Below, tmp_path: Path) -> None:
    (tmp_path / "county" / "contacts.yaml").write_text("office:\n  unit: 沙县区政府督查科\n", "utf-8")
    ran = above("collect", below("一.json"), "--yes")
    assert (ran.code, ran.out) == (5, "")
    assert "不认识“沙县区政府督查科”，没有收；是下级办公室的，写进通讯录 contacts.yaml 的 offices" in ran.err
    assert above.ok("history", "--offices").out == ""
    assert not (tmp_path / "city.db").exists()


def test_any_byte_that_is_altered_is_seen(above: Devzone, below: Below, tmp_path: Path) -> None:
    content = below("一.json").read_bytes()
    step = max(1, len(content) // 300)
    for at in [*range(0, len(content), step), *range(60), *range(len(content) - 80, len(content))]:
        for changed in (
            content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :],
            content[:at] + content[at + 1 :],
            content[:at] + b" " + content[at:],
        ):
            if changed.startswith(bundle.BEGINNING):
                assert isinstance(bundle.read(changed, above.now.date()), str), at
    for at in (0, 5, len(content) // 2, len(content) - 1):
        (tmp_path / "in.json").write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        ran = above("collect", "in.json", "--yes")
        assert (ran.code, ran.out) == (5, "")
        assert ran.err.count("退回") == 1
        assert "被改过" in ran.err or "或已损坏" in ran.err
    assert above.ok("history", "--offices").out == ""


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"schema": "devzone/bundle/2"}, "更新的 devzone"),
        ({"as_of": "2026-11-24"}, "还没有到"),
        ({"as_of": "昨天"}, "被改过"),
        ({"seal": {"number": 9, "sha256": "0" * 64, "code": ""}}, "被改过"),
        ({"chain": ""}, "被改过"),
        ({"duties": [{"state": "done", "signal": None, "unreported": False}]}, "被改过"),
        ({"duties": {"a": 1}}, "被改过"),
        ({"office": ["沙县"]}, "被改过"),
        ({"office": "\ud800"}, "被改过"),
        ({"office": f"{COUNTY} 秘密★1年"}, "秘密★"),
        ({"more": 1}, "被改过"),
        ({"as_of": 1e3}, "被改过"),
    ],
)
def test_what_does_not_hold_together_is_refused_though_its_check_value_fits(
    above: Devzone, below: Below, tmp_path: Path, change: dict[str, object], said: str
) -> None:
    document = json.loads(below("一.json").read_bytes())
    document.pop("sha256")
    document |= change
    try:
        text = bundle._text(document)
        content = bundle._whole(document, bundle.hashlib.sha256(text).hexdigest())  # type: ignore[attr-defined]
    except UnicodeEncodeError:
        content = json.dumps({**document, "sha256": "0" * 64}, separators=(",", ":")).encode()
    (tmp_path / "in.json").write_bytes(content)
    ran = above("collect", "in.json", "--yes")
    assert (ran.code, ran.out) == (5, "")
    assert said in ran.err


@pytest.mark.parametrize(
    "content", [bundle.BEGINNING + b"[" * 200_000, bundle.BEGINNING + b'1":' + b"9" * 5000, b"{}", b"", b"\0"]
)
def test_what_is_no_bundle_at_all_is_refused(above: Devzone, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "in.json").write_bytes(content)
    ran = above("collect", "in.json", "--yes")
    assert (ran.code, ran.out) == (5, "")
    assert ran.err.count("退回") == 1


def test_one_that_is_too_large_is_not_opened(above: Devzone, tmp_path: Path) -> None:
    with (tmp_path / "in.json").open("wb") as file:
        file.write(bundle.BEGINNING)
        file.truncate(60_000_000)
    ran = above("collect", "in.json", "--yes")
    assert (ran.code, ran.out) == (5, "")
    assert "超过上限 50 MB" in ran.err


def test_a_chain_that_was_reckoned_anew_is_told_until_it_is_settled(above: Devzone, below: Below) -> None:
    above.ok("collect", below("一.json"), "--yes")
    before = line(above)
    altered(above, "改过的")
    county(above, "update", 4, "--unit", "三元", "--done", "--note", "挂牌")
    sent = below("二.json")
    ran = above("collect", sent, "--yes")
    assert ran.code == 5
    assert f"第 {before['sealed']} 件事实和收到过的不是一件" in ran.err
    after = line(above)
    assert after["verdict"] == "broken"
    assert {name: after[name] for name in ("as_of", "submitted", "duties")} == {
        name: before[name] for name in ("as_of", "submitted", "duties")
    }
    shown = above.ok("status", "--offices", terminal=True).out
    assert "对不上" in shown
    assert "数还是截至 2026-11-23 的" in shown
    assert f"封签对不上 1 个：{COUNTY}" in shown
    assert "还没有收到 1 个：永安市政府督查室" in shown
    later = above.ok("status", "--offices", "--as-of", "2026-12-01", terminal=True).out
    assert "8 天前" in later
    assert "数最旧" not in later  # there is but one that has sent any
    county(above, "update", 4, "--unit", "三元", "--note", "再来")
    assert above("collect", below("三.json"), "--yes").code == 5  # it does not follow what counts, either
    above.ok("collect", sent, "--yes", "--theirs")
    assert (line(above)["verdict"], line(above)["submitted"]) == ("accepted", 1)
    county(above, "update", 4, "--unit", "三元", "--note", "接着")
    above.ok("collect", below("四.json"), "--yes")
    assert line(above)["verdict"] == "continues"


def test_an_older_copy_is_told_and_its_figures_do_not_count(above: Devzone, below: Below) -> None:
    old = below("旧.json")
    county(above, "update", 4, "--unit", "三元", "--done", "--note", "挂牌")
    above.ok("collect", below("新.json"), "--yes")
    ran = above.ok("collect", old, "--yes")
    assert "只到第 2 件事实，收到过的已经到第 3 件" in ran.err
    assert (line(above)["verdict"], line(above)["submitted"]) == ("older", 1)
    assert [one[4] for one in above.ok("history", "--offices").lines] == ["older", "first"]


def test_a_journal_that_was_altered_is_not_vouched_for(above: Devzone, below: Below) -> None:
    with closing(sqlite3.connect("county/devzone.db")) as file:
        file.executescript("DROP TRIGGER entry_refuses_update; UPDATE entry SET note = '改' WHERE id = 1")
    ran = above("--db", "county/devzone.db", "export", "bundle")
    assert (ran.code, ran.out) == (6, "")


def test_what_the_bundle_says_can_be_read_by_anybody(above: Devzone, below: Below) -> None:
    county(above, "report", "--number", 1, "--format", "md", "-o", "out")
    county(above, "notice", "--unit", "财政局", "-o", "out")
    said = json.loads(below("一.json").read_bytes())
    assert list(said) == list(bundle._KEYS)
    assert said["duties"] == county(above, "export", "duties", "--json").json["duties"]
    assert [paper["kind"] for paper in said["issued"]] == ["bulletin", "notice", "notice"]
    number, sha256, code = county(above, "seal").lines[0]
    assert said["seal"] == {"number": int(number), "sha256": sha256, "code": code}
    assert said["chain"][-16:] == code.partition("-")[2].replace("-", "")
    assert len(said["chain"]) == 16 * int(number)


def test_usage(above: Devzone, below: Below) -> None:
    assert above("status", "--offices", "--unit", "商务局").code == 2
    assert above("history", "4", "--offices").code == 2
    assert above("export", "bundle").code == 2  # nothing recorded
    for words in (["--policy", "sm-devzone-2024"], ["--known", "2026-11-22"], ["--format", "csv"]):
        assert above("--db", "county/devzone.db", "export", "bundle", *words).code == 2
    assert above.ok("--db", "county/devzone.db", "export", "bundle").json["office"] == "市商务局"
