from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from claude_tray.providers.claude_code.statusline.render import (
    DEFAULT_PARTS,
    format_line,
    load_parts,
)

if TYPE_CHECKING:
    from pathlib import Path


NOW_MS = 1_795_340_400_000
NOW = NOW_MS // 1000


def make_payload(**fields: Any) -> dict[str, Any]:
    limits = {
        "five_hour": {"used_percentage": 38.9, "resets_at": NOW + 10_000},
        "seven_day": {"used_percentage": 21, "resets_at": NOW + 300_000},
    }
    cost = {"total_cost_usd": 9.419}
    return {"rate_limits": limits, "cost": cost} | fields


def test_the_line_shows_time_left_and_usage() -> None:
    assert (
        format_line(make_payload(), NOW_MS)
        == "2h 47m · 38% · week 21% · $9.42"
    )


def test_parts_can_be_chosen() -> None:
    assert (
        format_line(make_payload(), NOW_MS, ("cost", "used")) == "$9.42 · 38%"
    )


def test_further_session_values_can_be_shown() -> None:
    more = make_payload(
        model={"id": "claude-fictive-1", "display_name": "Fictive"},
        context_window={"used_percentage": 8.9},
        workspace={"project_dir": "/home/ana/dev/shop/"},
    )

    parts = ("model", "context", "project", "nonsense")
    assert format_line(more, NOW_MS, parts) == "Fictive · context 8% · shop"
    assert format_line({"cwd": r"C:\dev\shop"}, NOW_MS, parts) == "shop"
    assert format_line({}, NOW_MS, parts) == ""


def test_below_an_hour_only_minutes_are_shown() -> None:
    soon = {"five_hour": {"used_percentage": 99.6, "resets_at": NOW + 1}}

    assert format_line(
        make_payload(rate_limits=soon), NOW_MS, ("left", "used")
    ) == ("1m · 99%")


def test_expired_values_are_omitted() -> None:
    over = {"five_hour": {"used_percentage": 96, "resets_at": NOW}}

    assert format_line(make_payload(rate_limits=over), NOW_MS) == "$9.42"


@pytest.mark.parametrize("strange", [None, 3, [], "x", {"five_hour": 3}])
def test_values_of_another_form_are_ignored(strange: Any) -> None:
    assert format_line({"rate_limits": strange, "cost": strange}, NOW_MS) == ""


def test_parts_are_read_from_the_settings(tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text('[statusline]\nparts = ["cost", "model"]\n')

    assert load_parts(settings) == ["cost", "model"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[icon]\nstyle = 'ring'\n",
        "[statusline]\n",
        "[statusline]\nparts = 3\n",
        "[statusline]\nparts = [3]\n",
        "statusline = 1\n",
        "[statusline\n",
        "statusline = '\udcff'\n",
    ],
)
def test_invalid_parts_fall_back_to_the_defaults(
    tmp_path: Path,
    text: str,
) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_bytes(text.encode("utf-8", "surrogateescape"))

    assert load_parts(settings) == DEFAULT_PARTS


def test_without_settings_the_default_parts_are_used(tmp_path: Path) -> None:
    assert load_parts(tmp_path / "settings.toml") == DEFAULT_PARTS
    assert load_parts(tmp_path) == DEFAULT_PARTS
