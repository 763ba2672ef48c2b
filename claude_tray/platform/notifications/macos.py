"""Notifications of macOS for programs that are not signed."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Final

from claude_tray.errors import DesktopError

if TYPE_CHECKING:
    from claude_tray.platform.notifications.notifier import DesktopNotification


# The texts are words of the command, never of the script.
_SCRIPT: Final = (
    "on run argv",
    "display notification (item 2 of argv) with title (item 1 of argv)",
    "end run",
)
_TIMEOUT_SECONDS: Final = 10.0


class AppleScriptSender:
    """Shows messages by osascript; clicking them does nothing of ours."""

    def send(self, notification: DesktopNotification) -> None:
        try:
            subprocess.run(  # noqa: S603 - texts are not part of the script
                build_notification_command(notification),
                check=True,
                timeout=_TIMEOUT_SECONDS,
                capture_output=True,
            )
        except (OSError, subprocess.SubprocessError) as error:
            summary = f"osascript shows nothing: {error}."
            raise DesktopError(summary) from error

    def close(self) -> None:
        """Nothing runs between messages."""


def build_notification_command(notification: DesktopNotification) -> list[str]:
    """Return the command that shows a message."""
    arguments = [word for line in _SCRIPT for word in ("-e", line)]
    # A text that begins with a dash is none of osascript's options.
    return [
        "osascript",
        *arguments,
        "--",
        notification.title,
        notification.body,
    ]
