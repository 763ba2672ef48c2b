"""Check the bars, the sparkline and the sessions that `status` draws."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from claude_tray.cli.commands.status_picture import (
    Line,
    LineSpace,
    draw_meters,
    draw_sessions,
    draw_window,
)
from claude_tray.core.limits import LimitKind, LimitMoney, LimitSource
from claude_tray.core.live_sessions import SessionInUse, SessionState
from claude_tray.core.snapshot import AccountSnapshot, LimitUsage
from claude_tray.core.windows import ValueSource, Window
from claude_tray.i18n.translator import ENGLISH
from claude_tray.presentation.context import ViewContext
from tests.support.builders import at, make_line

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Terminal


NOW = at("12:00")
# Half of the window is over.
RESET = NOW + timedelta(hours=2, minutes=30)
WINDOW = Window(RESET - timedelta(hours=5), RESET, ValueSource.OFFICIAL, None)


def _build_context(*limits: LimitUsage) -> ViewContext:
    account = AccountSnapshot("claude", "/claude", WINDOW, limits)
    return ViewContext(NOW, account, UTC)


def _join(lines: list[Line]) -> list[str]:
    return ["".join(text for text, _ in line) for line in lines]


FIVE_HOURS = LimitUsage(
    "five_hour",
    LimitKind.FIVE_HOUR,
    "",
    25.0,
    RESET,
    LimitSource.STATUSLINE,
    NOW,
)


@pytest.mark.parametrize(
    ("percent", "encoding", "expected"),
    [
        # 30 columns: the time is at the 16th, 20 % are 6 of them.
        (20.0, "utf-8", "██████░░░░░░░░░│░░░░░░░░░░░░░░"),
        (80.0, "utf-8", "███████████████│████████░░░░░░"),
        (100.0, "utf-8", "███████████████│██████████████"),
        (0.0, "ascii", "---------------|--------------"),
        (80.0, "ascii", "###############|########------"),
    ],
)
def test_a_bar_has_a_mark_at_the_elapsed_time(
    percent: float, encoding: str, expected: str
) -> None:
    context = _build_context(replace(FIVE_HOURS, percent=percent))

    line, *_ = _join(draw_meters(context, LineSpace(100, encoding)))

    assert line.startswith(f"5 hours  {expected}  ")


@pytest.mark.parametrize("width", [40, 60, 80])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    week = replace(
        FIVE_HOURS,
        name="x",
        kind=LimitKind.OTHER,
        scope="A pool with a name that has no end in sight",
        percent=90.0,
    )
    session = SessionInUse(
        "a" * 36, SessionState.WORKING, 0, "/p", "/p", "title " * 30
    )
    space = LineSpace(width)
    context = _build_context(FIVE_HOURS, week)

    lines = _join(
        [
            *draw_meters(context, space),
            *draw_window(context, (1,) * 15, space),
            *draw_sessions([session], ENGLISH, space),
        ]
    )

    assert len(lines) >= 4
    assert max(map(len, lines)) <= width
    assert "25%" in "".join(lines)
    assert "90%" in "".join(lines)


def test_a_limit_of_money_has_no_bar_and_one_without_reset_no_mark() -> None:
    unlimited = replace(
        FIVE_HOURS,
        name="extra_usage",
        kind=LimitKind.SPEND,
        scope="Extra usage",
        percent=None,
        resets_at=None,
        money=LimitMoney(Decimal(9), None, "USD"),
    )
    pool = replace(
        FIVE_HOURS,
        name="pool",
        kind=LimitKind.OTHER,
        scope="Pool",
        percent=50.0,
        resets_at=None,
    )

    lines = _join(draw_meters(_build_context(unlimited, pool), LineSpace(40)))

    money = next(line for line in lines if line.startswith("Extra usage"))
    share = next(line for line in lines if line.startswith("Pool"))
    assert "$9.00" in money
    assert not {"█", "░", "│"} & set(money)
    assert {"█", "░"} < set(share)
    assert "│" not in share


def test_the_sparkline_is_highest_at_the_most_tokens() -> None:
    # Eighths of 8,000 tokens, rounded up to one of eight levels.
    steps = (0, 8000, 4000, 1)

    line, *_ = _join(draw_window(_build_context(), steps, LineSpace()))

    assert line == ("Window  ▁█▅▂  since 09:30, at most 8.0K tokens in 10 min")
    assert draw_window(_build_context(), (0, 0), LineSpace()) == []
    assert draw_window(ViewContext(NOW), (1,), LineSpace()) == []


def test_running_sessions_are_listed_with_what_they_do() -> None:
    waiting = SessionInUse(
        "s1",
        SessionState.WAITING,
        0,
        "/home/ada/shop",
        "/home/ada/shop",
        title="Fix\x1b[31m the cart",
        waiting_for="permission prompt",
        model="claude-opus-4-5-20251101",
        context_percent=41,
    )
    ended = waiting._replace(uuid="s2", state=SessionState.ENDED)
    many = [waiting._replace(uuid=str(n)) for n in range(10)]

    (line,) = _join(draw_sessions([waiting, ended], ENGLISH, LineSpace(100)))

    assert line.startswith("● waits for you: asks for permission · shop · Fix")
    assert line.endswith("the cart · Opus 4.5 · 41% context")
    assert "\x1b" not in line
    shown = _join(draw_sessions(many, ENGLISH, LineSpace()))
    assert len(shown) == 9
    assert shown[-1] == "and 2 more sessions"


def test_a_missing_folder_has_no_figures_of_another_one(
    terminal: Terminal, tmp_path: Path
) -> None:
    terminal.claude.append(make_line())
    assert terminal.run("status").status == 0

    result = terminal.run("--claude-path", str(tmp_path / "nope"), "status")

    assert result.status == 1
    assert result.out == ""
    assert "There is no folder" in result.err
    assert "nope" in result.err


@pytest.mark.parametrize("is_colored", [True, False])
def test_colors_are_for_terminals(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, *, is_colored: bool
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    if is_colored:
        monkeypatch.setenv("FORCE_COLOR", "1")
    terminal.claude.append(make_line())

    result = terminal.run("status")

    assert ("\x1b[" in result.out) is is_colored
    assert "Claude Code" in result.out
