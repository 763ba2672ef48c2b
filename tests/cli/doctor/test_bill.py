"""What the doctor and `sessions ID` say about Claude Code's own costs."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from claude_tray.providers.claude_code.config_files import load_last_costs
from claude_tray.providers.claude_code.statusline.handler import write_sample
from tests.support.builders import make_cost_state, make_line

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Terminal

SONNET = "claude-sonnet-4-20250514"
# $3 a million in, $15 out: 10 in and 5 out of a line are $0.000105.
MILLION = {"input": 1_000_000}


def _write(
    terminal: Terminal, cost: float, session: str = "session-a"
) -> None:
    """Write a session with other requests of $3.00."""
    terminal.claude.append(
        make_line(
            message=f"msg_{session}",
            inner={"model": SONNET},
            sessionId=session,
        ),
        make_cost_state(
            session=session,
            models={SONNET: {"input": 1_000_010, "output": 5, "cost": cost}},
        ),
        name=f"{session}.jsonl",
    )


def test_a_session_says_that_it_agrees(terminal: Terminal) -> None:
    _write(terminal, 3.000105)

    session = terminal.run("sessions", "session-a", "--json").json
    text = terminal.run("sessions", "session-a").out

    assert session["self_check"] == {
        "transcripts_usd": "0.000105",
        "other_requests_usd": "3.00",
        "compactions_usd": "0.00",
        "claude_code_usd": "3.000105",
        "difference_usd": "0.00",
        "agrees": True,
    }
    assert session["other_requests"] == {
        "tokens": 1_000_000,
        "cost_usd": "3.00",
    }
    assert session["count"] == session["total_messages"] == 1
    assert not session["cost_is_lower_bound"]
    assert "Compaction, titles, searches: $3.00" in text
    assert (
        "Transcripts <$0.01 + other $3.00 = Claude Code's own $3.00: agrees"
        in text
    )


def test_the_doctor_names_sessions_that_differ(terminal: Terminal) -> None:
    _write(terminal, 3.000105)
    _write(terminal, 3.5, "session-b")

    report = terminal.run("doctor", "--json").json
    text = terminal.run("doctor").out

    check = report["self_check"]
    assert (check["sessions"], check["agreeing"]) == (2, 1)
    assert check["differing"] == {"session-b": "-0.499895"}
    assert check["days"]["2026-03-01"]["claude_code_usd"] == "6.500105"
    assert "1 of 2 sessions agree with Claude Code's own costs" in text
    assert "session-b: Transcripts <$0.01 + other $3.00: $0.50 less" in text
    assert "2026-03-01: Transcripts" in text
    # Nothing that the user could do.
    assert not any("agree" in problem for problem in report["problems"])


def test_without_costs_of_its_own_nothing_is_compared(
    terminal: Terminal,
) -> None:
    terminal.claude.append(make_line())

    report = terminal.run("doctor", "--json").json
    text = terminal.run("doctor").out

    assert report["self_check"]["sessions"] == 0
    assert report["unconfirmed"] == {
        "messages": 1,
        "pending_cost_usd": "0.00",
    }
    assert report["last_sessions"]["sessions"] == 0
    assert report["stats_cache"] == []
    assert "Claude Code has not written costs of its own yet." in text
    assert "1 of 1 messages" in text


@pytest.mark.parametrize(
    ("shown", "pending"), [(0.25, "0.249895"), (0.0001, None), (1e9, None)]
)
def test_the_status_line_knows_more_before_a_session_ends(
    terminal: Terminal, shown: float, pending: str | None
) -> None:
    terminal.claude.append(make_line(inner={"model": SONNET}))
    terminal.run("stats")
    payload = {
        "session_id": "session-a",
        "transcript_path": f"{terminal.claude.path}/projects/p/session-a.jsonl",
        "cost": {"total_cost_usd": shown},
    }
    write_sample(
        terminal.app_home / "state" / "statusline", payload, time.time_ns()
    )

    session = terminal.run("sessions", "session-a", "--json").json
    text = terminal.run("sessions", "session-a").out
    doctor = terminal.run("doctor").out
    status = terminal.run("status").out
    today = terminal.run("status", "--json").json["today"]

    assert today["pending_cost_usd"] == (pending or "0.00")
    assert session["pending_cost_usd"] == pending
    assert session["cost_is_lower_bound"]
    line = "Not in a transcript yet: ≥ $0.25"
    assert all(
        (line in out) == bool(pending) for out in (text, doctor, status)
    )


def _write_config(folder: Path, projects: Any) -> None:
    (folder / ".claude.json").write_text(json.dumps({"projects": projects}))


def test_last_sessions_are_compared(terminal: Terminal) -> None:
    _write(terminal, 3.000105)
    terminal.claude.append(
        make_line(
            message="msg_open", inner={"model": SONNET}, sessionId="session-o"
        ),
        name="session-o.jsonl",
    )
    _write_config(
        terminal.claude.path,
        {
            "/a": {"lastSessionId": "session-a", "lastCost": 3.000105},
            "/o": {"lastSessionId": "session-o", "lastCost": 0.5},
            "/x": {"lastSessionId": "session-x", "lastCost": 9},
        },
    )

    report = terminal.run("doctor", "--json").json
    text = terminal.run("doctor").out

    assert report["last_sessions"] == {
        "sessions": 2,
        "agreeing": 1,
        "differing": {"session-o": "-0.499895"},
    }
    assert "1 of 2 last sessions in .claude.json agree" in text
    assert "session-o: Transcripts <$0.01 + other $0.00: $0.50 less" in text


@pytest.mark.parametrize(
    "projects",
    [
        None,
        5,
        {"/a": 5},
        {"/a": {"lastSessionId": 5, "lastCost": 1}},
        {"/a": {"lastSessionId": "", "lastCost": 1}},
        {"/a": {"lastSessionId": "s", "lastCost": -1}},
        {"/a": {"lastSessionId": "s", "lastCost": "1"}},
        {"/a": {}},
    ],
)
def test_impossible_last_costs_are_ignored(
    tmp_path: Path, projects: Any
) -> None:
    _write_config(tmp_path, projects)

    assert load_last_costs(tmp_path) == {}
    assert load_last_costs(tmp_path / "missing") == {}


def _write_statistics(terminal: Terminal, *days: tuple[str, int]) -> Path:
    path = terminal.claude.path / "stats-cache.json"
    entries = [
        {"date": day, "tokensByModel": {SONNET: tokens}}
        for day, tokens in days
    ]
    path.write_text(json.dumps({"dailyModelTokens": entries}))
    return path


def test_statistics_are_compared_by_day(terminal: Terminal) -> None:
    _write(terminal, 3.0)
    terminal.claude.append(make_line("09:00", "msg_2", day=2))
    path = _write_statistics(
        terminal, ("2026-02-01", 7), ("2026-03-01", 15), ("2026-03-02", 99)
    )

    (report,) = terminal.run("doctor", "--json").json["stats_cache"]
    text = terminal.run("doctor").out

    assert report == {
        "path": str(path),
        "agreeing_days": 1,
        "differing_days": {
            "2026-03-02": {"transcripts": 15, "statistics": 99}
        },
        "earlier_days": 1,
    }
    assert "1 of 2 days agree" in text
    assert "2026-03-02: 15 tokens in transcripts, 99 in statistics" in text
    assert "1 earlier days can be added: " in text
    assert f" import {path}" in text


def test_earlier_days_are_imported_but_never_over_what_was_read(
    terminal: Terminal,
) -> None:
    terminal.claude.append(make_line(inner={"model": SONNET}))
    path = _write_statistics(
        terminal, ("2026-02-01", 1_000_000), ("2026-03-01", 5_000_000)
    )

    terminal.run("import", str(path))
    terminal.run("import", str(path))

    days = {d["date"]: d for d in terminal.run("daily", "--json").json}
    assert days["2026-02-01"]["input_tokens"] == 1_000_000
    assert days["2026-02-01"]["cost_usd"] == "3.00"
    assert days["2026-02-01"]["cost_is_lower_bound"]
    assert days["2026-03-01"]["input_tokens"] == 10
    (report,) = terminal.run("doctor", "--json").json["stats_cache"]
    assert report["earlier_days"] == 0


def test_unreadable_statistics_are_ignored(terminal: Terminal) -> None:
    terminal.claude.append(make_line())
    (terminal.claude.path / "stats-cache.json").write_text("{")

    assert terminal.run("doctor", "--json").json["stats_cache"] == []


def test_statistics_that_are_a_link_to_credentials_are_not_opened(
    terminal: Terminal,
) -> None:
    terminal.claude.append(make_line())
    credentials = terminal.claude.path / ".credentials.json"
    credentials.write_text('{"dailyModelTokens": []}')
    (terminal.claude.path / "stats-cache.json").symlink_to(credentials)

    report = terminal.run("doctor", "--json").json

    assert report["stats_cache"] == []
    assert report["credentials_opened"] == []


def test_totals_name_their_other_requests(terminal: Terminal) -> None:
    _write(terminal, 3.0)

    for command in (["stats"], ["models"], ["projects", "notes"]):
        text = terminal.run(*command).out
        assert "Compaction, titles, searches: $3.00" in text, command
    expected = {"tokens": 1_000_000, "cost_usd": "3.00"}
    assert terminal.run("stats", "--json").json["other_requests"] == expected
    assert terminal.run("stats", "--json").json["total_messages"] == 1
    assert (
        terminal.run("daily", "--json").json[0]["other_requests"] == expected
    )
    (window,) = terminal.run("windows", "--json").json
    assert window["other_requests"] == expected
