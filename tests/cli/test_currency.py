"""Once a currency is set, no surface shows dollars."""

from __future__ import annotations

import json
import re
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from claude_tray.app.context import load_context, utc_now
from claude_tray.app.data_access import open_for_reading, select_accounts
from claude_tray.app.windows import build_show_command
from claude_tray.cli.full_parser import full_parser
from claude_tray.core.periods import Period
from claude_tray.presentation.usage_list import Grouping
from claude_tray.providers.claude_code.statusline.handler import (
    SPOOL_DIR_NAME,
    StatuslinePaths,
    build_output,
)
from claude_tray.store.snapshot import SnapshotBuilder
from claude_tray.ui.popup.compose import load_view
from claude_tray.ui.popup.selection import PopupSelection
from claude_tray.ui.popup.source import StoreSource
from claude_tray.ui.tray.menu_model import ViewOptions
from claude_tray.ui.tray.view_model import build_tray_view
from tests.support.builders import make_line

if TYPE_CHECKING:
    from tests.cli.conftest import Terminal

DOLLARS = re.compile(r"\$\s?\d|\d\s?\$")
EUROS = re.compile(r"€\s?\d|\d\s?€")
SETTINGS = """
[cost]
currency = "0.92 EUR"
[limits]
plan = "api"
daily_budget_usd = 1.0
"""
OPUS = "claude-opus-4-5-20251101"
# Those that print no cost say nothing of the currency.
COMMANDS = (
    "status",
    "stats",
    "daily",
    "weekly",
    "monthly",
    "projects",
    "sessions",
    "models",
    "windows",
    "window",
    "live",
    "fit",
    "walls",
    "plan",
    "doctor",
)
WITH_COSTS = (
    "status",
    "stats",
    "daily",
    "weekly",
    "monthly",
    "projects",
    "sessions",
    "models",
    "windows",
)


@pytest.fixture(params=["en", "de"])
def european(terminal: Terminal, request: pytest.FixtureRequest) -> Terminal:
    """A terminal with usage of some days, extra usage, and euros."""
    language = f'[general]\nlanguage = "{request.param}"\n'
    terminal.write_settings(SETTINGS + language)
    now = datetime.now(UTC)
    for number in range(20):
        at = now - timedelta(hours=3 * number, minutes=1)
        terminal.claude.append(
            make_line(
                message=f"msg_{number}",
                output=90_000,
                inner={"model": OPUS},
                timestamp=at.isoformat(timespec="milliseconds"),
                cwd="/home/ada/shop",
                sessionId=f"session-{number // 3}",
            ),
            name=f"session-{number // 3}.jsonl",
        )
    run_statusline(terminal)
    return terminal


def run_statusline(terminal: Terminal) -> str:
    paths = StatuslinePaths(
        terminal.app_home / "state" / SPOOL_DIR_NAME,
        terminal.app_home / "config" / "backup.json",
        str(terminal.claude.path),
    )
    resets_at = int(time.time()) + 7200
    payload = {
        "session_id": "session-0",
        "transcript_path": f"{terminal.claude.path}/projects/-p/s1.jsonl",
        "cost": {"total_cost_usd": 12.5},
        "rate_limits": {
            "five_hour": {"used_percentage": 40, "resets_at": resets_at},
            "extra_usage": {
                "is_enabled": True,
                "used_credits": 1520,
                "monthly_limit": 5000,
                "currency": "USD",
            },
        },
    }
    data = json.dumps(payload).encode()
    return build_output(data, time.time_ns(), paths).decode()


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_print_no_dollars(european: Terminal, command: str) -> None:
    result = european.run(command)

    assert result.status in {0, 1}
    assert not DOLLARS.search(result.out), result.out
    assert bool(EUROS.search(result.out)) >= (command in WITH_COSTS)


@pytest.mark.parametrize("name", ["waybar", "polybar", "tmux"])
def test_bars_print_no_dollars(european: Terminal, name: str) -> None:
    assert not DOLLARS.search(european.run("status", "--format", name).out)


def test_json_and_csv_stay_in_dollars(european: Terminal) -> None:
    (european.app_home / "config" / "settings.toml").unlink()
    before = european.run("daily", "--json").json
    table = european.run("daily", "--csv").out
    european.write_settings(SETTINGS)

    assert european.run("daily", "--json").json == before
    assert european.run("daily", "--csv").out == table


def test_the_status_line_prints_no_dollars(european: Terminal) -> None:
    line = run_statusline(european)

    assert "€11.50" in line
    assert not DOLLARS.search(line)


def test_the_popup_shows_no_dollars(european: Terminal) -> None:
    european.run("refresh")
    arguments = full_parser().parse_args(["status"])
    arguments.claude_path = str(european.claude.path)
    context = load_context(arguments)
    with closing(StoreSource(build_show_command(context))) as source:
        for period in Period:
            for grouping in Grouping:
                view = load_view(
                    source,
                    context.translator,
                    utc_now(),
                    PopupSelection(period=period, grouping=grouping),
                )
                assert not DOLLARS.search(repr(view))
                assert EUROS.search(repr(view))


def test_icon_tooltip_and_menu_show_no_dollars(european: Terminal) -> None:
    european.run("refresh")
    arguments = full_parser().parse_args(["status"])
    arguments.claude_path = str(european.claude.path)
    context = load_context(arguments)
    with open_for_reading(arguments, context) as reader:
        accounts = select_accounts(reader, arguments, context)
        snapshot = SnapshotBuilder(reader).build(accounts, utc_now())
    options = ViewOptions(
        settings=context.settings, translator=context.translator
    )

    view = build_tray_view(snapshot, utc_now(), None, options)

    assert not DOLLARS.search(repr(view))
    assert EUROS.search(repr(view.menu))
    assert view.icon.currency == "€"


def test_the_saved_page_shows_no_dollars(european: Terminal) -> None:
    european.run("refresh")
    page = european.run("popup", "--html", "--no-browser")
    text = Path(page.out.strip()).read_text(encoding="utf-8")

    assert not DOLLARS.search(text)
    assert EUROS.search(text)
