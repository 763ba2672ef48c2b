from __future__ import annotations

from claude_tray.ui.toolkit.widgets import SHORTCUTS


def test_shortcuts_are_unique() -> None:
    assert len(set(SHORTCUTS.values())) == len(SHORTCUTS)
