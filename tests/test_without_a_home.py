"""A user without a home folder and without an entry in the list of users, as programs in containers have: no cache."""

from __future__ import annotations

import pytest

from tests.conftest import Devzone


@pytest.mark.of_a_file("where it lies without a home folder")
def test_it_works_and_writes_nothing_but_the_journal(devzone: Devzone, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "HOME",
        "USERPROFILE",
        "LOCALAPPDATA",
        "XDG_DATA_HOME",
        "XDG_CACHE_HOME",
        "XDG_STATE_HOME",
        "DEVZONE_USER",
        "LOGNAME",
        "USER",
        "LNAME",
        "USERNAME",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("pwd.getpwuid", lambda uid: {}[uid])
    db = devzone.folder / "office.db"
    assert devzone("status").code == 2  # no place for the journal is known
    assert "DEVZONE_DB" in devzone("status").err
    assert devzone("--db", db, "update", 4, "--unit", "商务局", "--note", "甲").code == 2  # nor who records it
    devzone.ok("--db", db, "update", 4, "--unit", "商务局", "--note", "甲", "--by", "小林")
    for words in (["status"], ["history"], ["report", "-o", "-"], ["check"], ["--version"]):
        devzone.ok("--db", db, *words)
    assert sorted(path.name for path in devzone.folder.iterdir()) == ["office.db"]
