"""Change the clock, and cross changes to and from daylight saving time."""

from __future__ import annotations

import json
import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from tests.support.builders import make_line
from tests.support.sandbox import read_until
from tests.support.workload import is_long_run

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.sandbox import ProgramSandbox


_LIBRARY_FOLDERS = ("/usr/lib", "/usr/lib64")
_FAKETIME_LIBRARY = next(
    (
        str(path)
        for place in _LIBRARY_FOLDERS
        for path in Path(place).glob("**/faketime/libfaketime.so.1")
    ),
    "",
)


@pytest.fixture
def run_at(sandbox: ProgramSandbox) -> Callable[..., Any]:
    """Run a command at a given time; needs libfaketime."""
    if sys.platform != "linux" or not _FAKETIME_LIBRARY:
        pytest.skip("no libfaketime here")

    def run_command(time: str, *args: str, zone: str = "UTC") -> Any:
        # libfaketime interprets the time in the zone of the process.
        local_time = datetime.fromisoformat(time).astimezone(ZoneInfo(zone))
        sandbox.env |= {
            "LD_PRELOAD": _FAKETIME_LIBRARY,
            "FAKETIME": f"@{local_time:%Y-%m-%d %H:%M:%S}",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "TZ": zone,
        }
        done = sandbox.run(*args, "--json")
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr
        return json.loads(done.stdout)

    return run_command


def test_a_clock_set_back_opens_no_window_in_the_future(
    sandbox: ProgramSandbox,
    run_at: Callable[..., Any],
) -> None:
    sandbox.claude.append(
        make_line("09:00", "msg_1"), make_line("12:00", "msg_2")
    )

    forward = run_at("2026-03-01T12:30Z", "stats")
    back = run_at("2026-03-01T08:00Z", "stats")
    again = run_at("2026-03-01T12:30Z", "stats")

    assert forward["current_window_tokens"] == 30
    assert forward["current_window_start"] == "2026-03-01T09:00:00.000Z"
    assert not back["is_within_active_window"]
    assert back["total_messages"] == 2
    assert again["total_tokens"] == forward["total_tokens"]
    assert again["current_window_start"] == forward["current_window_start"]


def test_a_clock_set_a_year_forward_and_back_loses_nothing(
    sandbox: ProgramSandbox,
    run_at: Callable[..., Any],
) -> None:
    sandbox.claude.append(make_line("09:00", "msg_1"))
    run_at("2027-03-01T09:30Z", "stats")
    sandbox.claude.append(make_line("09:20", "msg_2"))

    stats = run_at("2026-03-01T09:30Z", "stats")

    assert stats["total_messages"] == 2
    assert stats["current_window_tokens"] == 30


@pytest.mark.skipif(
    not is_long_run(), reason="waits for three looks: .ci/long"
)
def test_a_running_program_follows_a_changed_clock(
    sandbox: ProgramSandbox,
    minutes_ago: Callable[[int], datetime],
) -> None:
    if not _FAKETIME_LIBRARY:
        pytest.skip("no libfaketime here")
    clock = sandbox.folder / "clock"
    clock.write_text("+0\n")
    sandbox.env |= {
        "LD_PRELOAD": _FAKETIME_LIBRARY,
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    sandbox.claude.append(make_line(timestamp=minutes_ago(5).isoformat()))
    process = sandbox.start("--no-tray")
    read_until(process, "15 tokens")

    for moved in ("-365d", "+0", "+365d", "+0"):
        clock.write_text(f"{moved}\n")
        read_until(
            process, "Claude Code: Ready" if moved != "+0" else "left ("
        )
    sandbox.claude.append(
        make_line(message="msg_2", timestamp=minutes_ago(4).isoformat()),
    )
    read_until(process, "30 tokens")

    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=20)
    assert err == ""


@pytest.mark.parametrize(
    ("before", "after", "day"),
    [
        # Spring: 02:00 becomes 03:00 on the 29th of March in Berlin.
        ("2026-03-28T23:30:00Z", "2026-03-29T01:30:00Z", "2026-03-29"),
        # Autumn: 03:00 becomes 02:00 on the 25th of October.
        ("2026-10-24T22:30:00Z", "2026-10-25T01:30:00Z", "2026-10-25"),
    ],
)
def test_a_day_with_a_clock_change_is_one_day_and_one_window(
    sandbox: ProgramSandbox,
    run_at: Callable[..., Any],
    before: str,
    after: str,
    day: str,
) -> None:
    sandbox.claude.append(
        make_line(message="msg_1", timestamp=before),
        make_line(message="msg_2", timestamp=after),
    )

    days = run_at(after, "daily", zone="Europe/Berlin")
    stats = run_at(after, "stats", zone="Europe/Berlin")

    assert [(d["date"], d["messages"]) for d in days] == [(day, 2)]
    assert _parse_time(stats["current_window_start"]) == _parse_time(before)
    assert stats["current_window_tokens"] == 30
    assert stats["time_until_reset_seconds"] == pytest.approx(
        5 * 3600 - (_parse_time(after) - _parse_time(before)).total_seconds(),
        abs=10,
    )


def _parse_time(text: str) -> datetime:
    return datetime.fromisoformat(text)
