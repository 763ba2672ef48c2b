from __future__ import annotations

from typing import Any

import pytest

from claude_tray.errors import SettingsError
from claude_tray.settings.parse import Settings, parse_settings


def test_nothing_chosen_means_the_defaults() -> None:
    assert parse_settings({}) == Settings()


def test_every_choice_is_taken() -> None:
    chosen = parse_settings(
        {
            "claude_paths": ["/a", "/b"],
            "window": {"rule": "hour"},
            "cost": {"table": "agent-sync"},
            "icon": {"panel": "dark"},
            "prices": {"house": {"input": 1, "output": 2.5}},
        },
    )

    assert chosen == Settings(
        claude_paths=("/a", "/b"),
        window_rule="hour",
        cost_table="agent-sync",
        prices={"house": {"input": 1, "output": 2.5}},
        icon_panel="dark",
    )


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"claud_paths": []}, "Unknown setting: claud_paths."),
        ({"window": {"rule": "day"}}, "window.rule must be one of auto"),
        ({"window": {"rule": 5}}, "window.rule must be one of auto"),
        ({"claude_paths": "/a"}, "claude_paths must be a list of texts"),
        ({"claude_paths": [1]}, "claude_paths must be a list of texts"),
        ({"prices": 1}, "prices must be a table for each model"),
        ({"prices": {"m": 1}}, 'prices."m" must be a table'),
        ({"prices": {"m": {"input": 1}}}, "given with input and output"),
        (
            {"prices": {"m": {"input": 1, "output": True}}},
            'prices."m".output must be dollars',
        ),
        (
            {"prices": {"m": {"input": -1, "output": 1}}},
            'prices."m".input must be 0 or more',
        ),
        (
            {"prices": {"m": {"input": 1, "output": 1, "x": 1}}},
            'Unknown setting: prices."m".x.',
        ),
    ],
)
def test_a_wrong_choice_is_refused_by_its_name(
    values: dict[str, Any],
    said: str,
) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_settings(values)

    assert said in caught.value.summary


def test_a_slip_offers_the_nearest_name() -> None:
    with pytest.raises(SettingsError) as caught:
        parse_settings({"cost": {"tabel": "x"}})

    assert caught.value.hint == "Did you mean cost.table?"
