from __future__ import annotations

from claude_tray.config.docs_table import format_settings_table
from claude_tray.config.schema import OPTIONS


def test_the_table_has_a_row_for_each_key_with_its_default() -> None:
    rows = format_settings_table().splitlines()

    assert len(rows) == len(OPTIONS) + 2
    assert any(row.startswith("| `icon.style` | `meter`, ") for row in rows)
    assert (
        "| `sync.enabled` | `true`, `false` | `false` |"
        in format_settings_table()
    )
    assert "| `sync.url` | string | empty |" in format_settings_table()
    assert (
        "| `claude_paths` | list of strings | none |"
        in format_settings_table()
    )
    assert "| `left` `used` `week` `cost` |" in format_settings_table()
    assert (
        "| `general.look_every_seconds` | 5 to 600 | `60` |"
        in format_settings_table()
    )
