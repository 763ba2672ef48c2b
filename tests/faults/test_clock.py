"""Clocks that are set, and nights of another length."""

from __future__ import annotations

import json
import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from tests.support.builders import a_line
from tests.support.doses import is_long
from tests.support.home import until

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.home import Home

_PLACES = ("/usr/lib", "/usr/lib64")
_LIBRARY = next(
    (
        str(path)
        for place in _PLACES
        for path in Path(place).glob("**/faketime/libfaketime.so.1")
    ),
    "",
)


@pytest.fixture
def at_clock(home: Home) -> Callable[..., Any]:
    """Runs a command at a time of its own; needs libfaketime."""
    if sys.platform != "linux" or not _LIBRARY:
        pytest.skip("no libfaketime here")

    def run(moment: str, *words: str, zone: str = "UTC") -> Any:
        # libfaketime reads the moment in the zone of the process.
        there = datetime.fromisoformat(moment).astimezone(ZoneInfo(zone))
        home.variables |= {
            "LD_PRELOAD": _LIBRARY,
            "FAKETIME": f"@{there:%Y-%m-%d %H:%M:%S}",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "TZ": zone,
        }
        done = home.run(*words, "--json")
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr
        return json.loads(done.stdout)

    return run


def test_a_clock_set_back_opens_no_window_in_the_future(
    home: Home,
    at_clock: Callable[..., Any],
) -> None:
    home.claude.append(a_line("09:00", "msg_1"), a_line("12:00", "msg_2"))

    forward = at_clock("2026-03-01T12:30Z", "stats")
    back = at_clock("2026-03-01T08:00Z", "stats")
    again = at_clock("2026-03-01T12:30Z", "stats")

    assert forward["current_window_tokens"] == 30
    assert forward["current_window_start"] == "2026-03-01T09:00:00.000Z"
    assert not back["is_within_active_window"]
    assert back["total_messages"] == 2
    assert again["total_tokens"] == forward["total_tokens"]
    assert again["current_window_start"] == forward["current_window_start"]


def test_a_clock_set_a_year_forward_and_back_loses_nothing(
    home: Home,
    at_clock: Callable[..., Any],
) -> None:
    home.claude.append(a_line("09:00", "msg_1"))
    at_clock("2027-03-01T09:30Z", "stats")
    home.claude.append(a_line("09:20", "msg_2"))

    stats = at_clock("2026-03-01T09:30Z", "stats")

    assert stats["total_messages"] == 2
    assert stats["current_window_tokens"] == 30


@pytest.mark.skipif(not is_long(), reason="waits for three looks: .ci/long")
def test_a_follower_whose_clock_is_set_shows_what_is_true_by_it(
    home: Home,
    recently: Callable[[int], datetime],
) -> None:
    if not _LIBRARY:
        pytest.skip("no libfaketime here")
    clock = home.folder / "clock"
    clock.write_text("+0\n")
    home.variables |= {
        "LD_PRELOAD": _LIBRARY,
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    home.claude.append(a_line(timestamp=recently(5).isoformat()))
    process = home.start("--no-tray")
    until(process, "15 tokens")

    for moved in ("-365d", "+0", "+365d", "+0"):
        clock.write_text(f"{moved}\n")
        until(process, "no window open" if moved != "+0" else "left (")
    home.claude.append(
        a_line(message="msg_2", timestamp=recently(4).isoformat()),
    )
    until(process, "30 tokens")

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
def test_a_night_of_another_length_is_one_day_and_one_window(
    home: Home,
    at_clock: Callable[..., Any],
    before: str,
    after: str,
    day: str,
) -> None:
    home.claude.append(
        a_line(message="msg_1", timestamp=before),
        a_line(message="msg_2", timestamp=after),
    )

    days = at_clock(after, "daily", zone="Europe/Berlin")
    stats = at_clock(after, "stats", zone="Europe/Berlin")

    assert [(d["date"], d["messages"]) for d in days] == [(day, 2)]
    assert _moment(stats["current_window_start"]) == _moment(before)
    assert stats["current_window_tokens"] == 30
    assert stats["time_until_reset_seconds"] == pytest.approx(
        5 * 3600 - (_moment(after) - _moment(before)).total_seconds(),
        abs=10,
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
