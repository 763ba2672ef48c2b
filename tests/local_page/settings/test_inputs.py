from __future__ import annotations

from typing import Any

import pytest

from claude_tray.config.schema import OPTIONS, OPTIONS_BY_NAME
from claude_tray.errors import SettingsError
from claude_tray.local_page.settings.inputs import (
    list_rows,
    read_inputs,
    write_inputs,
)

VALUES: dict[str, Any] = {
    "claude_paths": ("~/.claude", "/work/.claude"),
    "profiles": {"~/.claude": "Work"},
    "general.language": "de",
    "prices": {"a-*": {"input": 3.0, "output": 15.5}, "b": {"multiplier": 2}},
    "limits.daily_budget_usd": 12.5,
    "cost.currency": "0.92 EUR",
    "notifications.quiet_hours": "22:00-08:00",
    "statusline.parts": ("cost", "left"),
    "sync.url": "https://usage.example",
    "sync.exclude": ("secret-*", "/home/ada/diary"),
    "notifications.command": ("/bin/sh", "-c", " echo a, b "),
}


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.name)
def test_the_texts_of_a_value_are_read_as_that_value(option: Any) -> None:
    choices = [value for value, _ in option.widget.choices]
    default = choices[-1] if choices else option.default
    value = VALUES.get(option.name, default)

    sent = read_inputs(option, write_inputs(option, value))

    assert option.parse(option.name, sent) == value


@pytest.mark.parametrize(
    ("name", "inputs", "expected"),
    [
        ("notifications.enabled", {}, False),
        ("general.left_click", {}, "menu"),
        ("general.left_click", {"general.left_click": ["on"]}, "popup"),
        (
            "limits.daily_budget_usd",
            {"limits.daily_budget_usd": ["7,50"]},
            7.5,
        ),
        (
            "limits.daily_budget_usd",
            {"limits.daily_budget_usd": ["1,000"]},
            "1,000",
        ),
        (
            "cost.currency",
            {"cost.currency.rate": ["0,921"], "cost.currency.name": ["€"]},
            "0.921 €",
        ),
        ("cost.currency", {"cost.currency.rate": [""]}, ""),
        ("sync.every_seconds", {}, ""),
        ("sync.exclude", {"sync.exclude": [" a \r\n\r\nb"]}, ["a", "b"]),
        (
            "notifications.command",
            {"notifications.command": ["a\r\n b \r\n\r\nc,d"]},
            ["a", " b ", "c,d"],
        ),
        (
            "claude_paths",
            {"claude_paths": ["~/a"], "claude_paths.more": ["~/b\n~/a"]},
            ["~/a", "~/b"],
        ),
        (
            "statusline.parts",
            {"statusline.parts": ["cost", "", "left", "cost"]},
            ["cost", "left"],
        ),
        (
            "profiles",
            {"profiles.folder": ["~/a", "~/b"], "profiles.name": ["A", ""]},
            {"~/a": {"name": "A"}},
        ),
        (
            "prices",
            {
                "prices.model": ["m", ""],
                "prices.input": ["3", ""],
                "prices.output": ["1,5"],
            },
            {"m": {"input": 3, "output": 1.5}},
        ),
    ],
)
def test_texts_become_values(
    name: str, inputs: dict[str, list[str]], expected: Any
) -> None:
    assert read_inputs(OPTIONS_BY_NAME[name], inputs) == expected


@pytest.mark.parametrize(
    ("name", "inputs", "expected"),
    [
        (
            "notifications.quiet_hours",
            {"notifications.quiet_hours.from": ["22:00"]},
            "both times",
        ),
        ("prices", {"prices.input": ["3"]}, "name of a model"),
        (
            "prices",
            {"prices.model": ["m", "m"], "prices.input": ["3", "4"]},
            "two prices",
        ),
    ],
)
def test_texts_without_a_meaning_are_refused(
    name: str, inputs: dict[str, list[str]], expected: str
) -> None:
    with pytest.raises(SettingsError, match=expected):
        read_inputs(OPTIONS_BY_NAME[name], inputs)


def test_rows_without_text_are_left_out() -> None:
    inputs = {"a": ["1", " ", ""], "b": ["", "2"]}

    assert list_rows(inputs, ("a", "b")) == [("1", ""), ("", "2")]
    assert list_rows({}, ("a",)) == []
