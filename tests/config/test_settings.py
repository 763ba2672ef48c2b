from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import pytest

from claude_tray.config.schema import Settings
from claude_tray.config.settings import (
    parse_settings,
    read_settings,
    unknown_key_error,
)
from claude_tray.errors import SettingsError

if TYPE_CHECKING:
    from pathlib import Path


def test_a_missing_file_means_the_defaults(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "settings.toml") == Settings()


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('[window]\nrule = "hour"\n')

    assert read_settings(path).window_rule == "hour"


def test_a_pipe_is_rejected_without_blocking(tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("Windows has no such pipes")
    path = tmp_path / "settings.toml"
    os.mkfifo(path)

    with pytest.raises(SettingsError, match="a pipe"):
        read_settings(path)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"window = \n", "line 1"),
        (b"window.rule = 5\n", "window.rule"),
        (b"\xff\xfe", "Cannot read"),
    ],
)
def test_an_invalid_file_is_reported_with_the_position(
    tmp_path: Path,
    data: bytes,
    expected: str,
) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(data)

    with pytest.raises(SettingsError) as excinfo:
        read_settings(path)

    assert expected in excinfo.value.summary


def test_no_values_mean_the_defaults() -> None:
    assert parse_settings({}) == Settings()


def test_every_value_is_parsed() -> None:
    chosen = parse_settings(
        {
            "claude_paths": ["/a", "/b"],
            "window": {"rule": "hour"},
            "cost": {"table": "agent-sync"},
            "icon": {"panel": "dark", "week_bar": False},
            "profiles": {"~/.claude": {"name": " work "}},
            "limits": {"daily_budget_usd": 25},
            "notifications": {
                "quiet_hours": "22:00-08:00",
                "warn_percent": 60,
            },
            "statusline": {"parts": ["cost"]},
            "sync": {"url": "https://stats.example.org"},
            "prices": {"house": {"input": 1, "output": 2.5}},
        },
    )

    assert chosen == Settings(
        claude_paths=("/a", "/b"),
        window_rule="hour",
        cost_table="agent-sync",
        prices={"house": {"input": 1, "output": 2.5}},
        icon_panel="dark",
        icon_week_bar=False,
        profiles={"~/.claude": "work"},
        limits_daily_budget_usd=25.0,
        notifications_quiet_hours="22:00-08:00",
        notifications_warn_percent=60,
        statusline_parts=("cost",),
        sync_url="https://stats.example.org",
    )


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"window": {"rule": "day"}}, "window.rule must be one of auto"),
        ({"window": {"rule": 5}}, "window.rule must be one of auto"),
        ({"claude_paths": "/a"}, "claude_paths must be a list of strings"),
        (
            {"statusline": {"parts": ["cost", "all"]}},
            "statusline.parts must be a list of left, used",
        ),
        ({"claude_paths": [1]}, "claude_paths must be a list of strings"),
        ({"prices": 1}, "prices must have a table for each model"),
        ({"prices": {"m": 1}}, 'prices."m" must be a table'),
        ({"prices": {"m": {"input": 1}}}, "must have output"),
        (
            {"prices": {"m": {"input": 1, "output": True}}},
            'prices."m".output must be 0 or more dollars',
        ),
        (
            {"prices": {"m": {"input": -1, "output": 1}}},
            'prices."m".input must be 0 or more',
        ),
        (
            {"prices": {"m": {"input": 1, "output": 1, "x": 1}}},
            'prices."m".x must be one of input',
        ),
        ({"sync": {"enabled": 1}}, "sync.enabled must be true or false"),
        ({"sync": {"url": 1}}, "sync.url must be a string"),
        (
            {"notifications": {"warn_percent": 5}},
            "notifications.warn_percent must be an integer from 10 to 99",
        ),
        ({"notifications": {"warn_percent": True}}, "an integer"),
        (
            {"notifications": {"quiet_hours": "22-8"}},
            "notifications.quiet_hours must be hours",
        ),
        ({"limits": {"daily_budget_usd": True}}, "0 or more dollars"),
        ({"limits": {"daily_budget_usd": -1}}, "0 or more dollars"),
        ({"profiles": 1}, "profiles must have a table for each folder"),
        ({"profiles": {"~/.claude": {}}}, 'profiles."~/.claude" must be'),
    ],
)
def test_an_invalid_value_is_reported_with_its_key(
    values: dict[str, Any],
    expected: str,
) -> None:
    with pytest.raises(SettingsError) as excinfo:
        parse_settings(values)

    assert expected in excinfo.value.summary


def test_a_typo_suggests_a_key_and_the_rest_applies() -> None:
    settings = parse_settings(
        {"cost": {"tabel": "x", "table": "agent-sync"}, "zzz": 1},
    )

    assert settings.cost_table == "agent-sync"
    assert settings.unknown_keys == ("cost.tabel", "zzz")
    assert [
        unknown_key_error(k).describe() for k in settings.unknown_keys
    ] == [
        "Unknown setting: cost.tabel. Did you mean cost.table?",
        "Unknown setting: zzz. See docs/settings.md.",
    ]
