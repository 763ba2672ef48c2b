"""The popup shows the same sums as the commands for the same span."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from claude_tray.core.cost import Totals, format_usd, merge_totals
from claude_tray.core.periods import Period
from claude_tray.presentation.usage_list import Grouping
from claude_tray.ui.popup.selection import PopupSelection
from claude_tray.ui.popup.source import StoreSource
from claude_tray.ui.toolkit.messages import ShowCommand
from tests.support.builders import make_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from claude_tray.ui.popup.data import PopupData
    from tests.cli.conftest import Terminal


NOW = datetime.now(UTC)
OPUS, SONNET = "claude-opus-4-5-20251101", "claude-sonnet-4-5-20250929"
# Hours ago, project, session, model.
USAGE = (
    (0.1, "shop", "s1", OPUS),
    (0.5, "shop", "s1", SONNET),
    (2, "api", "s2", OPUS),
    (30, "shop", "s3", OPUS),
    (24 * 6, "api", "s4", SONNET),
    (24 * 20, "thesis", "s5", OPUS),
    (24 * 45, "shop", "s6", SONNET),
    (24 * 300, "thesis", "s7", "claude-unknown-1"),
)


def _write_transcripts(terminal: Terminal) -> None:
    for number, (hours, project, session, model) in enumerate(USAGE):
        line = make_line(
            message=f"msg_{number}",
            output=100 + number,
            usage={"cache_read_input_tokens": 1_000 * number},
            inner={"model": model},
            timestamp=(NOW - timedelta(hours=hours)).isoformat(
                timespec="milliseconds"
            ),
            cwd=f"/home/ada/{project}",
            sessionId=session,
        )
        terminal.claude.append(line, name=f"{session}.jsonl")


def _load(terminal: Terminal, period: Period, grouping: Grouping) -> PopupData:
    home = terminal.app_home
    command = ShowCommand(
        str(home / "data" / "usage.db"),
        str(home / "config" / "settings.toml"),
        str(home / "state"),
        ((str(terminal.claude.path), "default"),),
    )
    with closing(StoreSource(command)) as source:
        return source.load_data(
            PopupSelection(period=period, grouping=grouping), NOW
        )


def _describe_item(item: Mapping[str, Any]) -> tuple[object, ...]:
    return (
        item["total_tokens_with_cache"],
        item["total_tokens"],
        item["cost_known_usd"],
        item["unpriced_messages"],
    )


def _describe(totals: Totals) -> tuple[object, ...]:
    tokens = totals.tokens
    return (
        tokens.total,
        tokens.input + tokens.output,
        format_usd(totals.priced_cost),
        totals.unpriced,
    )


def _sum(parts: Iterable[tuple[str, Totals]]) -> dict[str, tuple[object, ...]]:
    merged = merge_totals({}, parts)
    return {key: _describe(totals) for key, totals in merged.items()}


def test_lists_of_all_time_agree_with_the_commands(terminal: Terminal) -> None:
    _write_transcripts(terminal)
    listed = {
        name: terminal.run(name, "--json").json
        for name in ("projects", "models", "sessions")
    }

    data = _load(terminal, Period.ALL, Grouping.SESSION)

    assert _sum((g.project, g.totals) for g in data.groups) == {
        item["path"]: _describe_item(item)
        for item in listed["projects"]["projects"]
    }
    assert _sum((g.model, g.totals) for g in data.groups) == {
        item["model"]: _describe_item(item) for item in listed["models"]
    }
    assert _sum((s.uuid, s.totals) for s in data.sessions.sessions) == {
        item["session_id"]: _describe_item(item)
        for item in listed["sessions"]["sessions"]
    }
    assert data.sessions.total == listed["sessions"]["count"]


def test_days_agree_with_the_command(terminal: Terminal) -> None:
    _write_transcripts(terminal)
    today = NOW.astimezone().date()
    since = {
        Period.TODAY: today,
        Period.LAST_7_DAYS: today - timedelta(days=6),
        Period.LAST_30_DAYS: today - timedelta(days=29),
        Period.MONTH: today.replace(day=1),
    }
    for period, first in since.items():
        listed = terminal.run(
            "daily", "--json", "--since", first.isoformat()
        ).json

        data = _load(terminal, period, Grouping.DAY)

        assert _sum((str(day), totals) for day, totals in data.days) == {
            item["date"]: _describe_item(item) for item in listed
        }
        by_day = merge_totals({}, (("", t) for _, t in data.days))
        assert _describe(by_day[""]) == _describe(data.total)


def test_the_window_agrees_with_the_command(terminal: Terminal) -> None:
    _write_transcripts(terminal)
    stats = terminal.run("stats", "--json").json

    data = _load(terminal, Period.WINDOW, Grouping.PROJECT)

    tokens = data.total.tokens
    assert tokens.total == stats["current_window_tokens_with_cache"]
    assert format_usd(data.total.priced_cost) == stats["window_cost_known_usd"]
