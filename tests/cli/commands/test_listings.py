"""Run the commands that list usage."""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.support.builders import make_line

if TYPE_CHECKING:
    from tests.cli.conftest import Terminal


SONNET = "claude-sonnet-4-20250514"
TOKENS_EACH = {
    "input_tokens": 1_000,
    "output_tokens": 1_000,
    "cache_creation_input_tokens": 1_000,
    "cache_read_input_tokens": 1_000,
}
STATS_KEYS = [
    "total_tokens",
    "total_input_tokens",
    "total_output_tokens",
    "total_cache_creation_tokens",
    "total_cache_read_tokens",
    "total_sessions",
    "total_messages",
    "projects",
    "current_window_tokens",
    "current_window_start",
    "next_reset_at",
    "time_until_reset_seconds",
    "time_until_reset_human",
    "is_within_active_window",
    "window_details",
    "total_cost_usd",
    "window_cost_usd",
    "window_source",
    "window_rule",
    "window_state",
    "used_percentage",
    "as_of",
    "account",
    "forecast_record",
    "status",
    "severity",
    "deadline",
    "binding_limit",
    "blocking_limit",
    "limits",
    "total_tokens_with_cache",
    "cost_known_usd",
    "unpriced_messages",
    "current_window_tokens_with_cache",
    "window_cost_known_usd",
    "window_unpriced_messages",
    "cost_is_lower_bound",
    "other_requests",
]
# Claude Code has written no sums for these sessions.
NO_DETAILS = {
    "cost_is_lower_bound": True,
    "other_requests": {"tokens": 0, "cost_usd": "0.00"},
}


def _make_recent_line(minutes_ago: int, message: str = "msg_now") -> bytes:
    timestamp = datetime.now(UTC) - timedelta(minutes=minutes_ago)
    return make_line(
        message=message,
        usage=TOKENS_EACH,
        inner={"model": SONNET},
        timestamp=timestamp.isoformat(timespec="milliseconds"),
    )


def test_stats_without_a_window(terminal: Terminal) -> None:
    terminal.claude.append(
        make_line(usage=TOKENS_EACH, inner={"model": SONNET})
    )

    stats = terminal.run("stats", "--json").json

    assert list(stats) == STATS_KEYS
    assert stats["total_tokens"] == 2_000
    assert stats["total_cost_usd"] == "0.02205"
    assert stats["current_window_tokens"] == 0
    assert stats["time_until_reset_human"] == "Limits have reset"
    assert not stats["is_within_active_window"]
    for key in (
        "current_window_start",
        "next_reset_at",
        "time_until_reset_seconds",
    ):
        assert stats[key] is None
    assert set(stats["window_details"].values()) == {0}
    assert stats["as_of"] == "2026-03-01T09:00:00.000Z"


def test_stats_with_an_open_window(terminal: Terminal) -> None:
    terminal.claude.append(_make_recent_line(60))

    stats = terminal.run("stats", "--json").json
    text = terminal.run("stats").out

    assert stats["is_within_active_window"]
    assert stats["current_window_tokens"] == 2_000
    assert stats["window_details"]["cache_creation_tokens"] == 1_000
    assert 14_000 < stats["time_until_reset_seconds"] <= 14_400
    assert stats["time_until_reset_human"] == "3h 59m remaining"
    assert (stats["window_source"], stats["window_rule"]) == (
        "estimated",
        "exact",
    )
    assert stats["current_window_start"].endswith("Z")
    assert "This window" in text


def test_below_an_hour_only_minutes_are_shown(terminal: Terminal) -> None:
    terminal.claude.append(_make_recent_line(245))

    stats = terminal.run("stats", "--json").json

    assert stats["time_until_reset_human"] == "54m remaining"


def test_the_agent_sync_table_has_its_own_rates(
    terminal: Terminal,
) -> None:
    terminal.write_settings('cost.table = "agent-sync"\n')
    terminal.claude.append(
        make_line(usage=TOKENS_EACH, inner={"model": SONNET})
    )

    stats = terminal.run("stats", "--json").json

    assert stats["total_cost_usd"] == "0.13125"


def test_another_price_table_reprices_stored_usage(terminal: Terminal) -> None:
    terminal.claude.append(
        make_line(usage=TOKENS_EACH, inner={"model": SONNET})
    )
    terminal.run("refresh")
    terminal.write_settings(
        f'[prices."{SONNET}"]\ninput = 1\noutput = 1\n'
        "cache_write_5m = 1\ncache_write_1h = 1\ncache_read = 1\n",
    )

    stats = terminal.run("stats", "--json").json

    assert stats["total_cost_usd"] == "0.004"


def test_a_model_without_a_price_makes_the_total_unknown(
    terminal: Terminal,
) -> None:
    terminal.claude.append(
        make_line(message="msg_1", inner={"model": SONNET}),
        make_line(message="msg_2", inner={"model": "nobody-knows"}),
    )

    stats = terminal.run("stats", "--json").json
    models = terminal.run("models", "--json").json
    doctor = terminal.run("doctor")

    assert stats["total_cost_usd"] is None
    assert {m["model"]: m["cost_usd"] for m in models} == {
        SONNET: "0.000105",
        "nobody-knows": None,
    }
    assert doctor.status == 1
    assert "nobody-knows" in doctor.out


def test_windows_follow_the_configured_rule(terminal: Terminal) -> None:
    terminal.claude.append(
        make_line("09:47"), make_line("15:10", message="msg_2")
    )
    exact = terminal.run("windows", "--json").json
    terminal.write_settings('window.rule = "hour"\n')

    by_hour = terminal.run("windows", "--json").json

    assert [w["start"] for w in exact] == [
        "2026-03-01T09:47:00.000Z",
        "2026-03-01T15:10:00.000Z",
    ]
    assert [w["start"] for w in by_hour] == [
        "2026-03-01T09:00:00.000Z",
        "2026-03-01T15:00:00.000Z",
    ]
    assert exact[0] == {
        "start": "2026-03-01T09:47:00.000Z",
        "end": "2026-03-01T14:47:00.000Z",
        "is_active": False,
        "input_tokens": 10,
        "output_tokens": 5,
        "cache_creation_tokens": 0,
        "cache_read_tokens": 0,
        "messages": 1,
        "cost_usd": None,
        "total_tokens": 15,
        "total_tokens_with_cache": 15,
        "cost_known_usd": "0.00",
        "unpriced_messages": 1,
        **NO_DETAILS,
        "source": "estimated",
        "rule": "exact",
    }


def test_days_are_local(
    terminal: Terminal,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if sys.platform == "win32":
        pytest.skip("no other time zone can be set within a process")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    terminal.claude.append(
        make_line("14:59"), make_line("15:00", message="msg_2")
    )

    days = terminal.run("daily", "--json").json
    monkeypatch.undo()
    time.tzset()

    assert [(d["date"], d["messages"]) for d in days] == [
        ("2026-03-01", 1),
        ("2026-03-02", 1),
    ]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ((), [1, 2, 3]),
        (("--since", "2026-03-02"), [2, 3]),
        (("--until", "2026-03-02"), [1, 2]),
        (("--since", "2026-03-02", "--until", "2026-03-02"), [2]),
        (("--since", "2026-04-01"), []),
        (("--since", "2026-03", "--until", "2026-03-02"), [1, 2]),
        (("--until", "0001-01-01"), []),
        (("--since", "9999-12-31"), []),
        (("--limit", "2"), [2, 3]),
        (("--sort", "cost", "--limit", "2"), [1, 2]),
    ],
)
def test_a_span_of_days_is_listed(
    terminal: Terminal, options: tuple[str, ...], expected: list[int]
) -> None:
    terminal.claude.append(
        *(make_line("12:00", f"msg_{day}", day=day) for day in (1, 2, 3))
    )

    days = terminal.run("daily", "--json", *options).json

    assert [int(day["date"][-2:]) for day in days] == expected


@pytest.mark.parametrize("text", ["tomorrow", "2026-13-01", "", "\x1b[31m"])
def test_an_invalid_day_is_an_error_in_one_sentence(
    terminal: Terminal, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as excinfo:
        terminal.run("daily", "--since", text)

    assert excinfo.value.code == 2
    err = capsys.readouterr().err
    assert "not a day such as 2026-11-01" in err
    assert "\x1b" not in err


def test_projects_are_listed_and_shown(terminal: Terminal) -> None:
    terminal.claude.append(make_line(inner={"model": SONNET}))

    every = terminal.run("projects", "--json").json
    one = terminal.run("projects", "notes", "--json").json

    assert every["count"] == 1
    assert every["projects"][0]["name"] == "notes"
    assert every["projects"][0]["path"] == "/home/ada/notes"
    assert one == {
        **every["projects"][0],
        "models": [
            {
                "model": SONNET,
                "input_tokens": 10,
                "output_tokens": 5,
                "cache_creation_tokens": 0,
                "cache_read_tokens": 0,
                "messages": 1,
                "cost_usd": "0.000105",
                "total_tokens": 15,
                "total_tokens_with_cache": 15,
                "cost_known_usd": "0.000105",
                "unpriced_messages": 0,
                **NO_DETAILS,
            },
        ],
        "machines": [],
    }


def test_sessions_are_listed_and_shown(terminal: Terminal) -> None:
    terminal.claude.append(make_line(message="msg_1", inner={"model": SONNET}))

    every = terminal.run("sessions", "--json").json
    of_project = terminal.run("sessions", "--project", "notes", "--json").json
    one = terminal.run("sessions", "session-a", "--json").json

    assert every == of_project
    assert every["sessions"][0]["models"] == [SONNET]
    assert one["messages"] == [
        {
            "timestamp": "2026-03-01T09:00:00.000Z",
            "message_id": "msg_1",
            "request_id": "req_of_msg_1",
            "model": SONNET,
            "input_tokens": 10,
            "output_tokens": 5,
            "cache_creation_tokens": 0,
            "cache_read_tokens": 0,
            "cost_usd": "0.000105",
        },
    ]


@pytest.mark.parametrize(
    ("args", "suggestion"),
    [
        (("projects", "note"), "notes"),
        (("sessions", "session-b"), "session-a"),
        (("sessions", "--project", "nots"), "notes"),
    ],
)
def test_an_unknown_name_suggests_similar_ones(
    terminal: Terminal,
    args: tuple[str, ...],
    suggestion: str,
) -> None:
    terminal.claude.append(make_line())

    result = terminal.run(*args)

    assert result.status == 1
    assert f"Did you mean {suggestion}?" in result.err
    assert result.err.count("\n") == 1


def test_an_empty_store_suggests_nothing(terminal: Terminal) -> None:
    assert (
        "Nothing has been recorded yet." in terminal.run("projects", "x").err
    )


@pytest.mark.parametrize(
    "args",
    [
        ("projects",),
        ("projects", "notes"),
        ("sessions",),
        ("sessions", "session-a"),
        ("models",),
        ("daily",),
        ("windows",),
        ("stats",),
    ],
)
def test_tables_are_printed_by_default(
    terminal: Terminal, args: tuple[str, ...]
) -> None:
    terminal.claude.append(make_line(inner={"model": SONNET}))

    result = terminal.run(*args)

    assert result.status == 0
    # A cost below a cent, exact or a minimum.
    shown = ("<$0.01", "≥ $0.00", "Limits")
    assert any(text in result.out for text in shown)


def test_no_refresh_shows_the_stored_usage(terminal: Terminal) -> None:
    terminal.claude.append(make_line(message="msg_1"))
    first = terminal.run("stats", "--json", "--no-refresh").json
    terminal.claude.append(make_line(message="msg_2"))

    again = terminal.run("stats", "--json", "--no-refresh").json

    assert first["total_messages"] == again["total_messages"] == 1


def test_usage_of_deleted_transcripts_is_kept(terminal: Terminal) -> None:
    path = terminal.claude.append(make_line())
    before = terminal.run("models", "--json").json
    path.unlink()

    assert terminal.run("models", "--json").json == before


def test_status_shows_the_lines_of_the_tray(terminal: Terminal) -> None:
    terminal.claude.append(_make_recent_line(60))

    text = terminal.run("status").out
    status = terminal.run("status", "--json").json

    assert text.startswith("Claude Code: 4h 00m left (")
    (profile,) = status["profiles"]
    assert profile["window"]["tokens"] == 2_000
    assert profile["window"]["cost_usd"] == "0.02205"
    assert profile["window"]["cost_is_lower_bound"]
    assert profile["pace"] == {"percent_at_reset": None, "limit_at": None}
    assert status["sync"]["state"] == "off"
    assert status["today"]["messages"] in (0, 1)


def test_doctor_finds_no_problem_in_a_usual_installation(
    terminal: Terminal,
) -> None:
    terminal.claude.append(make_line(inner={"model": SONNET}))

    result = terminal.run("doctor")
    report = terminal.run("doctor", "--json").json

    assert result.status == 0
    assert report["messages"] == 1
    assert report["problems"] == []
    assert report["transcripts"][0]["files"] == 1


def test_doctor_names_a_missing_folder(terminal: Terminal) -> None:
    terminal.claude.projects.rmdir()

    result = terminal.run("doctor")

    assert result.status == 1
    assert "is missing or not readable" in result.out


def test_doctor_continues_without_a_store(
    terminal: Terminal,
) -> None:
    terminal.app_home.mkdir()
    (terminal.app_home / "data").write_text("no folder")

    result = terminal.run("doctor")

    assert result.status == 1
    assert "Cannot be used: " in result.out


def test_thousands_of_names_are_counted(terminal: Terminal) -> None:
    terminal.claude.append(
        *(
            make_line(
                message=f"msg_{n}",
                sessionId=f"s{n:04}",
                cwd=f"/home/ada/p{n:04}",
                inner={"model": f"model-{n:04}"},
            )
            for n in range(1_205)
        )
    )

    sessions = terminal.run("sessions")
    assert "and 205 more; --json lists all" in sessions.out
    assert len(terminal.run("sessions", "--json").json["sessions"]) == 1_205
    # The store keeps a thousand names of models without a price.
    assert "and 1 more; --json lists all" in terminal.run("models").out
    doctor = terminal.run("doctor")
    assert "and 996 more" in doctor.out
    assert len(doctor.out) < 20_000


def test_an_account_without_a_5_hour_limit_has_no_open_window(
    terminal: Terminal,
) -> None:
    now = datetime.now(UTC)
    for hours, message in ((30, "msg_1"), (1, "msg_2")):
        at = (now - timedelta(hours=hours)).isoformat()
        terminal.claude.append(
            make_line(message=message, timestamp=at, inner={"model": SONNET})
        )
    utilization = {
        "five_hour": None,
        "seven_day": {
            "utilization": 41,
            "resets_at": (now + timedelta(days=3)).isoformat(),
        },
    }
    (terminal.claude.path / ".claude.json").write_text(
        json.dumps(
            {
                "oauthAccount": {"accountUuid": "a"},
                "cachedUsageUtilization": {
                    "fetchedAtMs": int(time.time() * 1000),
                    "accountUuid": "a",
                    "utilization": utilization,
                },
            }
        )
    )

    windows = terminal.run("windows", "--json").json

    assert [window["is_active"] for window in windows] == [False]


def test_the_newest_of_many_windows_are_shown(terminal: Terminal) -> None:
    terminal.claude.append(
        *(
            make_line(
                f"{hour:02}:00", f"msg_{month}_{day}_{hour}", day=day
            ).replace(b"2026-03", f"2026-{month:02}".encode())
            for month in range(1, 10)
            for day in range(1, 29)
            for hour in (0, 6, 12, 18)
        )
    )

    out = terminal.run("windows").out

    assert "and 8 more; --json lists all" in out
    assert "2026-09-28" in out
    assert "2026-01-01" not in out
