"""Show notifications on macOS, for programs that are not signed."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Final

from claude_tray.errors import DesktopError, gettext_noop

if TYPE_CHECKING:
    from claude_tray.platform.notifications.notifier import DesktopNotification


# Texts are arguments of the script, never part of it.
_SCRIPT: Final = (
    "on run argv",
    "display notification (item 2 of argv) with title (item 1 of argv)",
    "end run",
)
_TIMEOUT_SECONDS: Final = 10.0


class AppleScriptSender:
    """Show notifications by osascript; clicks have no effect."""

    def send(self, notification: DesktopNotification) -> None:
        try:
            subprocess.run(  # noqa: S603 - texts are not part of the script
                build_notification_command(notification),
                check=True,
                timeout=_TIMEOUT_SECONDS,
                capture_output=True,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise DesktopError(
                gettext_noop("osascript failed: {reason}."), reason=error
            ) from error

    def withdraw(self) -> None:
        """Do nothing: the system removes it after some seconds."""

    def close(self) -> None:
        """Do nothing: nothing runs between notifications."""


def build_notification_command(notification: DesktopNotification) -> list[str]:
    """Build the command that shows a notification."""
    arguments = [word for line in _SCRIPT for word in ("-e", line)]
    # "--" because a text may start with a dash.
    return [
        "osascript",
        *arguments,
        "--",
        notification.title,
        notification.body,
    ]
