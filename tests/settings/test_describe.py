from __future__ import annotations

from claude_tray.settings.describe import markdown
from claude_tray.settings.keys import KEYS


def test_the_table_has_a_row_for_each_key_with_its_default() -> None:
    rows = markdown().splitlines()

    assert len(rows) == len(KEYS) + 2
    assert any(row.startswith("| `icon.style` | `meter`, ") for row in rows)
    assert "| `sync.enabled` | `true`, `false` | `false` |" in markdown()
    assert "| `sync.url` | text | empty |" in markdown()
    assert "| `claude_paths` | list of texts | none |" in markdown()
    assert "| `left` `used` `week` `cost` |" in markdown()
    assert "| `general.look_every_seconds` | 5 to 600 | `60` |" in markdown()
