"""What desktops know this program by."""

from __future__ import annotations

from typing import Final

# Neither "_" nor "-": D-Bus and bundles take no such names.
APP_ID: Final = "io.github.claudetray.ClaudeTray"
COMMAND: Final = "claude-tray"
TITLE: Final = "Claude Tray"
COMMENT: Final = "Claude usage in the tray"
