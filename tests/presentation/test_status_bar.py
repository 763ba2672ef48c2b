"""One line for bars: what is text stays text, whatever it contains."""

from __future__ import annotations

import json
from datetime import UTC, timedelta

import pytest

from claude_tray.core.cost import Totals
from claude_tray.core.limits import LimitKind, LimitSource
from claude_tray.core.live_sessions import SessionCount
from claude_tray.core.snapshot import AccountSnapshot, LimitUsage, Snapshot
from claude_tray.core.usage import TokenCounts
from claude_tray.core.windows import ValueSource, Window
from claude_tray.presentation.context import ViewContext
from claude_tray.presentation.status_bar import (
    BAR_FORMATS,
    FIELDS,
    StatusValues,
    build_status_values,
    format_status_line,
)
from tests.support.builders import at, nano_usd

NOW = at("12:13")
RESET = at("15:00")
WINDOW = Window(RESET - timedelta(hours=5), RESET, ValueSource.OFFICIAL, None)


def _limit(name: str, kind: LimitKind, percent: float) -> LimitUsage:
    source = LimitSource.STATUSLINE
    return LimitUsage(name, kind, "", percent, RESET, source, NOW)


def _build(
    snapshot: Snapshot, *, shows_remaining: bool = False
) -> StatusValues:
    account = snapshot.latest_account
    context = ViewContext(NOW, account, UTC, shows_remaining=shows_remaining)
    return build_status_values(snapshot, context)


def _build_snapshot(name: str = "work") -> Snapshot:
    today = Totals(1, TokenCounts(5), priced_cost=nano_usd(1_250_000_000))
    limits = (
        _limit("five_hour", LimitKind.FIVE_HOUR, 38.0),
        _limit("seven_day", LimitKind.SEVEN_DAY, 21.5),
    )
    account = AccountSnapshot(name, "/claude", WINDOW, limits, today=today)
    return Snapshot(NOW, (account,), today=today, sessions=SessionCount(3, 1))


def test_values_of_an_open_window() -> None:
    values = _build(_build_snapshot())
    left = _build(_build_snapshot(), shows_remaining=True)

    assert values.text == "2h 47m · 38%"
    assert left.text == "2h 47m · 62% left"
    assert values.percent == left.percent == 38
    assert values.fields == left.fields
    assert tuple(values.fields) == FIELDS
    assert values.fields == {
        "used": "38",
        "left": "62",
        "resets_at": "2026-03-01T15:00:00.000Z",
        "state": "ok",
        "week": "21.5",
        "today_cost": "1.25",
        "sessions": "3",
    }


def test_what_is_unknown_is_empty() -> None:
    unpriced = Totals(1, TokenCounts(5), unpriced=1)
    known = _build(Snapshot(NOW))
    unknown = _build(Snapshot.without_store(NOW, "No store."))
    values = _build(Snapshot(NOW, today=unpriced))

    assert known.percent is None
    assert known.fields["used"] == known.fields["resets_at"] == ""
    assert known.fields["today_cost"] == "0.00"
    assert values.fields["today_cost"] == ""
    assert unknown.fields["today_cost"] == ""
    assert unknown.fields["state"] == "error"
    assert "percentage" not in json.loads(BAR_FORMATS["waybar"](known))


EVIL = StatusValues("<b>&#(rm)%{A1:rm:}", "<i>\n&", 38, {"state": "ok"})


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("polybar", "<b>&#(rm)% {A1:rm:}"),
        ("tmux", "<b>&##(rm)%{A1:rm:}"),
    ],
)
def test_no_text_is_run_by_a_bar(name: str, expected: str) -> None:
    assert BAR_FORMATS[name](EVIL) == expected


def test_waybar_reads_json_with_markup_escaped() -> None:
    line = BAR_FORMATS["waybar"](EVIL)

    assert "\n" not in line
    assert json.loads(line) == {
        "text": "&lt;b&gt;&amp;#(rm)%{A1:rm:}",
        "tooltip": "&lt;i&gt;\n&amp;",
        "class": "ok",
        "percentage": 38,
    }


def test_long_and_hidden_text_fits_a_reply_of_the_tray() -> None:
    problem = "\x1b[31m\r" + "\N{GRINNING FACE}" * 5_000
    values = _build(Snapshot.without_store(NOW, problem))

    assert "\x1b" not in values.tooltip
    assert "\r" not in values.tooltip
    assert len("".join(values[:2]).encode()) < 3_000


@pytest.mark.parametrize(
    ("option", "value", "line"),
    [
        ("field", "used", "38"),
        ("format", "tmux", "2h 47m · 38%"),
        ("field", "moon", None),
        ("format", "moon", None),
        # A field is no format, nor the reverse.
        ("format", "used", None),
        ("field", "tmux", None),
        ("moon", "tmux", None),
        ("", "", None),
    ],
)
def test_only_a_known_option_and_name_have_a_line(
    option: str, value: str, line: str | None
) -> None:
    values = _build(_build_snapshot())

    assert format_status_line(values, option, value) == line
