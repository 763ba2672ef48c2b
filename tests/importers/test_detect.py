from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from claude_tray.core.usage import TokenCounts, compute_record_key
from claude_tray.errors import UsageError
from claude_tray.importers import detect
from claude_tray.importers.detect import load_history

FILES = Path(__file__).parent / "files"
OPUS = "claude-opus-4-5-20251101"
SONNET = "claude-sonnet-4-5-20250929"
HAIKU = "claude-haiku-4-5-20251001"


def test_cc_cockpit_events_become_records() -> None:
    history = load_history(FILES / "cc-cockpit-events.ndjson")

    assert history.source == "cc-cockpit"
    assert history.skipped == ()
    assert len(history.records) == 5
    record = history.records[0].record
    assert record.key == compute_record_key("msg_01Shop1", "", "")
    assert record.tokens == TokenCounts(3, 3, 1000, 8000, 20000)
    assert record.model == OPUS
    assert record.session_id == "3f0c2b1e-5b0a-4a53-9f0e-0f6f1c1f0a11"
    assert record.project == "/home/ana/dev/shop"
    assert record.at_ms == 1793524051412
    assert not record.is_final
    assert history.records[1].record.is_sidechain


def test_unusable_cc_cockpit_events_are_skipped() -> None:
    history = load_history(FILES / "cc-cockpit-torn.ndjson")

    names = [reply.record.message_id for reply in history.records]
    assert names == ["msg_01Old1", "msg_01Old1", "chatcmpl-7"]
    assert history.records[2].record.project == ("imported from cc-cockpit")
    assert dict(history.skipped) == {
        "no message ID": 1,
        "no model": 1,
        "impossible token counts": 1,
        "no valid time": 1,
        "not a JSON object": 2,
    }


def test_claude_monitor_records_have_no_session() -> None:
    history = load_history(FILES / "claude-monitor-usage.json")

    assert history.source == "claude-monitor"
    assert len(history.records) == 5
    by_id = {r.record.message_id: r.record for r in history.records}
    record = by_id["msg_01Shop1"]
    assert record.key == compute_record_key("msg_01Shop1", "", "")
    assert record.tokens == TokenCounts(3, 3, 9000, 0, 20000)
    assert record.at_ms == 1793524051412
    assert record.session_id == "claude-monitor: /home/ana/dev/shop"


def test_unusable_claude_monitor_records_are_skipped() -> None:
    history = load_history(FILES / "claude-monitor-mixed.json")

    (reply,) = history.records
    assert reply.record.message_id == "msg_01Old1"
    assert reply.record.project == "imported from claude-monitor"
    assert dict(history.skipped) == {
        "no message ID": 1,
        "another program's usage": 1,
        "no valid time": 1,
        "not a JSON object": 1,
    }


@pytest.mark.parametrize(
    "name",
    ["ccusage-daily.json", "ccusage-daily-all-agents.json"],
)
def test_ccusage_daily_report_becomes_day_totals(name: str) -> None:
    history = load_history(FILES / name)

    assert history.source == "ccusage"
    assert history.records == ()
    sums = {(s.day, s.model): s.tokens for s in history.day_totals}
    assert sums == {
        (date(2026, 11, 1), OPUS): TokenCounts(3, 421, 9000, 0, 20000),
        (date(2026, 11, 1), SONNET): TokenCounts(12, 120, 0, 0, 30000),
        (date(2026, 11, 1), HAIKU): TokenCounts(90, 1, 400),
        (date(2026, 11, 2), OPUS): TokenCounts(5, 77, 0, 0, 500),
        (date(2026, 11, 5), SONNET): TokenCounts(40, 900, 100),
    }


def test_ccusage_report_by_project_names_projects() -> None:
    history = load_history(FILES / "ccusage-daily-instances.json")

    projects = {(s.kind, s.project) for s in history.day_totals}
    assert projects == {
        ("ccusage projects", "-home-ana-dev-shop"),
        ("ccusage projects", "-home-ana-notes"),
    }
    assert len(history.day_totals) == 5


def test_session_of_several_days_is_skipped() -> None:
    history = load_history(FILES / "ccusage-session.json")

    (one,) = history.day_totals
    assert (one.day, one.project) == (date(2026, 11, 5), "-home-ana-notes")
    assert dict(history.skipped) == {"sessions of several days": 1}
    others = load_history(FILES / "ccusage-session-all-agents.json")
    assert (others.day_totals, dict(others.skipped)) == (
        (),
        {"no valid day": 2},
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ccusage-blocks.json", "no daily totals"),
        ("ccusage-monthly.json", "no daily totals"),
        (
            "claude-monitor-newer.json",
            r"has version 2\.0; only 1\.0 is supported",
        ),
        ("nowhere.json", "Cannot read .*: No such file"),
    ],
)
def test_unusable_file_is_reported_in_one_sentence(
    name: str,
    expected: str,
) -> None:
    with pytest.raises(UsageError, match=expected):
        load_history(FILES / name)


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"3", b"{}", b"\xff", b"[" * 100_000, b'{"a": 1}\n{"b": 2}'],
)
def test_unknown_format_is_rejected(
    tmp_path: Path,
    data: bytes,
) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(data)

    with pytest.raises(UsageError, match="unknown format"):
        load_history(path)


def test_too_large_file_is_rejected(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(detect, "_MAX_BYTES", 3)
    path = tmp_path / "x.json"
    path.write_text("1234")

    with pytest.raises(UsageError, match="larger than"):
        load_history(path)


def test_single_event_is_detected(tmp_path: Path) -> None:
    path = tmp_path / "events.ndjson"
    path.write_bytes(
        (FILES / "cc-cockpit-events.ndjson").read_bytes().splitlines()[0],
    )

    assert len(load_history(path).records) == 1


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
@pytest.mark.parametrize("name", ["ccusage-daily.json", "own-replies.csv"])
def test_utf16_and_bom_of_windows_are_decoded(
    tmp_path: Path,
    encoding: str,
    name: str,
) -> None:
    text = (FILES / name).read_text(encoding="utf-8")
    path = tmp_path / name
    path.write_bytes(text.replace("\n", "\r\n").encode(encoding))

    assert load_history(path) == load_history(FILES / name)
