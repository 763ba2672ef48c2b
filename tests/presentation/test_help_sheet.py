from __future__ import annotations

from claude_tray.core.periods import Period
from claude_tray.i18n.translator import ENGLISH
from claude_tray.presentation.help_sheet import (
    GROUPING_KEYS,
    PERIOD_KEYS,
    list_key_help,
)
from claude_tray.presentation.usage_list import Grouping


def test_every_period_and_grouping_has_a_key() -> None:
    keys = [*PERIOD_KEYS, *GROUPING_KEYS]

    assert len(set(keys)) == len(Period) + len(Grouping)


def test_each_line_names_keys_and_what_they_do() -> None:
    lines = list_key_help(ENGLISH)

    assert lines[0] == ("1 \N{EN DASH} 6", "Choose the period")
    assert lines[1].keys.split() == list(GROUPING_KEYS)
    assert lines[-1].keys == "?"
    assert all(line.text for line in lines)
