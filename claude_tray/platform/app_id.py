"""Define the names of this program on desktops."""

from __future__ import annotations

from typing import Final

# Without "_" and "-", which D-Bus names and bundle ids cannot contain.
APP_ID: Final = "io.github.claudetray.ClaudeTray"
COMMAND: Final = "claude-tray"
TITLE: Final = "Claude Tray"
