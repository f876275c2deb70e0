"""A week in the office, as the clerk would tell it: with typos, a wrong unit, a late report, and Friday's bulletin."""

from __future__ import annotations

from tests.conftest import Devzone


def test_a_week(devzone: Devzone) -> None:
    # Monday. Nothing is in the journal yet, and looking makes none.
    devzone.at("2026-11-16T08:40")
    assert devzone.ok("status", "--json").json["totals"]["overdue"] == 25
    assert devzone.is_new

    # What was done long ago is entered first, with the day on which it was done.
    devzone.ok("update", 4, "--unit", "永安", "--done", "--note", "两园合并", "--on", "2024-12-20", "--by", "小林")
    assert devzone.ok("status", "--json").json["totals"]["overdue"] == 24

    # Tuesday. She types the verb wrong, then the unit, then asks for too little.
    devzone.at("2026-11-17T09:05")
    assert "devzone assign" in devzone("asign", "--unit", "商务局").err
    assert "市财政局" in devzone("assign", "--unit", "财证局").err
    assert "市商务局、市税务局" in devzone("assign", "--unit", "swj").err
    assert len(devzone.ok("assign", "--unit", "caizheng").lines) == 11

    # Wednesday. A report goes to the wrong unit; it is taken back and entered where it belongs.
    devzone.at("2026-11-18T15:00").ok("update", 12, "--unit", "财政局", "--note", "出让金已按用途安排")
    wrong = devzone("update", 12, "--unit", "林业局", "--note", "误报")
    assert wrong.code == 5  # 林业局 is not responsible for 12, so the mistake is caught at once
    devzone.ok("update", 12, "--unit", "自然资源局", "--note", "本应记在财政局名下")
    devzone.ok("void", 3, "--reason", "记错单位")

    # Thursday, five minutes before midnight in China, while the server stands elsewhere.
    devzone.at("2026-11-19T23:55").ok(
        "update", 17, "--unit", "gxj", "--period", "2026", "--note", "体检过半", "--next", "补报告"
    )

    # Friday. The bulletin of the week so far.
    devzone.at("2026-11-20T16:00")
    text = devzone.ok("report", "--format", "md", "-o", "-").out
    assert "截至 2026年11月20日" in text
    assert "两园合并" not in text  # no news of this week
    assert "另有建账时补登的以前的记录1条。" in text
    assert "出让金已按用途安排" in text
    assert "体检过半" in text
    assert "本应记在财政局名下" not in text
    assert "补报告" in text

    # Next Monday something comes in late. What Friday's bulletin knew stays as it was, this week's tells it as late.
    devzone.at("2026-11-23T09:00").ok("update", 2, "--unit", "商务局", "--note", "上周五的会议", "--on", "2026-11-20")
    friday = ("report", "--week", "2026-W47", "--as-of", "2026-11-20", "--format", "md", "-o", "-")
    assert devzone.ok(*friday, "--known", "2026-11-20").out == text
    assert "上周五的会议" in devzone.ok(*friday).out
    news, _, late = devzone.ok("report", "--format", "md", "-o", "-").out.partition("补报")
    assert "上周五的会议" in late
    assert "上周五的会议" not in news

    # Cron, every morning.
    sent = devzone("export", "overdue", "--exit-code", "-o", "overdue.csv")
    assert sent.code == 7
    assert (devzone.folder / "overdue.csv").read_bytes().count(b"\r\n") == 1 + 24
