from __future__ import annotations

from typing import Any

import pytest

from claude_tray.config.option_text import (
    find_option,
    format_entry_text,
    format_option_text,
    format_value,
    parse_option_text,
)
from claude_tray.errors import SettingsError


@pytest.mark.parametrize(
    ("key", "words", "keys", "value"),
    [
        ("icon.style", ["ring"], ("icon", "style"), "ring"),
        ("sync.enabled", ["on"], ("sync", "enabled"), True),
        ("sync.enabled", ["No"], ("sync", "enabled"), False),
        (
            "notifications.warn_percent",
            ["80%"],
            ("notifications", "warn_percent"),
            80,
        ),
        (
            "limits.daily_budget_usd",
            ["$12.50"],
            ("limits", "daily_budget_usd"),
            12.5,
        ),
        ("claude_paths", ["~/a, ~/b", "~/c"], ("claude_paths",), None),
        ("claude_paths", [""], ("claude_paths",), []),
        ("sync.machine_name", ["my box"], ("sync", "machine_name"), "my box"),
        (
            'prices."my-*"',
            ["input=3", "output=$15.5"],
            ("prices", "my-*"),
            {"input": 3, "output": 15.5},
        ),
        (
            "prices.opus-4.5",
            ["multiplier=0.5"],
            ("prices", "opus-4.5"),
            {"multiplier": 0.5},
        ),
        (
            "profiles.~/.claude",
            ["At", "work"],
            ("profiles", "~/.claude"),
            {"name": "At work"},
        ),
    ],
)
def test_words_become_a_value_of_the_file(
    key: str, words: list[str], keys: tuple[str, ...], value: Any
) -> None:
    expected = ["~/a", "~/b", "~/c"] if value is None else value

    assert parse_option_text(key, words) == (keys, expected)


@pytest.mark.parametrize(
    ("key", "words", "expected"),
    [
        ("icon.style", ["square"], "one of meter, ring, pie, text"),
        ("icon.stile", ["ring"], "Unknown setting: icon.stile"),
        ("icon.style", ["ring", "pie"], "takes one value"),
        ("sync.enabled", ["maybe"], "true or false"),
        ("notifications.warn_percent", ["9"], "from 10 to 99"),
        ("notifications.warn_percent", ["many"], "from 10 to 99"),
        ("limits.daily_budget_usd", ["-1"], "0 or more dollars"),
        ("limits.daily_budget_usd", ["nan"], "0 or more dollars"),
        ("notifications.quiet_hours", ["22-8"], "22:00-08:00"),
        ("statusline.parts", ["left,right"], "list of left, used"),
        ("prices", ["input=3"], "several entries"),
        ("profiles", ["Work"], "several entries"),
        ("prices.", ["input=3"], "Unknown setting"),
        ("prices.m", ["input=3"], "must have output"),
        ("prices.m", ["input=x", "output=1"], "dollars per million"),
        ("prices.m", ["in=3"], "must be one of"),
        ("profiles.~/a", [" "], "must be a table with a name"),
    ],
)
def test_other_words_are_refused_with_what_is_accepted(
    key: str, words: list[str], expected: str
) -> None:
    with pytest.raises(SettingsError) as excinfo:
        parse_option_text(key, words)

    assert expected in excinfo.value.summary


def test_choices_that_the_option_does_not_know_are_checked() -> None:
    assert parse_option_text("general.language", ["de"], ("en", "de"))
    with pytest.raises(SettingsError, match="one of en, de"):
        parse_option_text("general.language", ["xx"], ("en", "de"))


def test_entries_may_be_quoted_as_in_the_file() -> None:
    assert find_option("prices.'a.b'")[1] == "a.b"
    assert find_option("prices")[1] == ""


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("sync.enabled", True),
        ("limits.daily_budget_usd", 12.5),
        ("limits.daily_budget_usd", 2_000_000.0),
        ("notifications.warn_percent", 80),
        ("icon.style", "ring"),
        ("sync.exclude", ("a", "b c")),
    ],
)
def test_a_formatted_value_is_read_back(key: str, value: Any) -> None:
    _, parsed = parse_option_text(key, [format_option_text(value)])

    assert parsed == (list(value) if isinstance(value, tuple) else value)


def test_the_words_of_a_command_are_not_split() -> None:
    words = ["/bin/sh", "-c", "echo a, b"]

    _, parsed = parse_option_text("notifications.command", words)

    assert parsed == words
    option, _ = find_option("notifications.command")
    assert format_value(option, tuple(words)) == "/bin/sh -c 'echo a, b'"
    assert format_value(find_option("icon.style")[0], "ring") == "ring"


@pytest.mark.parametrize("words", [[""], ["a", ""], ["a\nb"], ["a", "\rb"]])
def test_words_of_a_command_are_one_line_each(words: list[str]) -> None:
    with pytest.raises(SettingsError, match="each of one line"):
        parse_option_text("notifications.command", words)


def test_a_formatted_entry_is_read_back() -> None:
    price = {"input": 3, "output": 15.5}

    assert parse_option_text("prices.m", [format_entry_text(price)])[1] == (
        price
    )
    assert format_entry_text("Work") == "Work"
