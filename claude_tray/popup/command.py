"""The words that start this program once more, as a part of itself."""

from __future__ import annotations

import sys
from typing import Final

MODULE: Final = "claude_tray"


def own_command(*words: str) -> list[str]:
    """Return the command with these words after its name."""
    if getattr(sys, "frozen", False):
        return [sys.executable, *words]
    return [sys.executable, "-m", MODULE, *words]


def popup_command() -> list[str]:
    """Return what starts the popup's process."""
    if getattr(sys, "frozen", False):
        return own_command("popup", "--process")
    # Without the command line it is there sooner.
    return [sys.executable, "-m", f"{MODULE}.popup"]
