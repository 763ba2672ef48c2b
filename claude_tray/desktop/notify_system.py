"""Which means of showing messages this system has."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

from claude_tray.desktop.notify import Notifier

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.desktop.notify import Message, Sender


class BalloonSender:
    """
    Shows messages by the tray's icon.

    Args:
        show: Takes a body and a title; raises DesktopError without an icon.
    """

    def __init__(self, show: Callable[[str, str], None]) -> None:
        self._show = show

    def send(self, message: Message) -> None:
        self._show(message.body, message.title)

    def close(self) -> None:
        """The icon is another's."""


def notifier_for(
    on_click: Callable[[], None],
    balloon: Callable[[str, str], None],
) -> Notifier:
    """
    Return what shows messages here.

    Args:
        on_click: Called on some thread when a message is clicked.
        balloon: Shows a body and a title beside the tray's icon; raises
            DesktopError where there is none.
    """
    makers: list[Callable[[], Sender]] = []
    if find_spec("desktop_notifier") is not None:
        makers.append(lambda: _library_sender(on_click))
    if sys.platform == "win32":
        makers.append(lambda: BalloonSender(balloon))
    elif sys.platform == "darwin":
        from claude_tray.desktop.notify_macos import (  # noqa: PLC0415
            ScriptSender,
        )

        makers.append(ScriptSender)
    else:
        # Late: other systems have no D-Bus.
        from claude_tray.desktop.notify_bus import BusSender  # noqa: PLC0415

        makers.append(lambda: BusSender(on_click))
    return Notifier(makers)


def _library_sender(on_click: Callable[[], None]) -> Sender:
    # Late: it needs asyncio, 5 MiB, and most trays never show a message.
    from claude_tray.desktop.notify_library import (  # noqa: PLC0415
        LibrarySender,
    )

    return LibrarySender(on_click)
