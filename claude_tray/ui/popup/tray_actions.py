"""Map buttons of the popup to actions of the tray."""

from __future__ import annotations

from typing import Final

from claude_tray.ui.toolkit import messages

# Actions of the tray; those that open something else also close the popup.
FORWARDED: Final = {
    "refresh": messages.UserAction(messages.ActionKind.REFRESH),
    "sync-now": messages.UserAction(messages.ActionKind.SYNC_NOW),
    "quit": messages.UserAction(messages.ActionKind.QUIT),
}
CLOSING: Final = {
    "dashboard": messages.UserAction(messages.ActionKind.OPEN_DASHBOARD),
    "page": messages.UserAction(messages.ActionKind.OPEN_DASHBOARD),
    "planning": messages.UserAction(
        messages.ActionKind.OPEN_DASHBOARD, page="/planning"
    ),
    "fit": messages.UserAction(
        messages.ActionKind.OPEN_DASHBOARD, page="/planning"
    ),
    "settings": messages.UserAction(messages.ActionKind.OPEN_SETTINGS),
    "choose-folder": messages.UserAction(
        messages.ActionKind.OPEN_SETTINGS, page="folders"
    ),
    "sync": messages.UserAction(
        messages.ActionKind.OPEN_SETTINGS, page="sync"
    ),
    "about": messages.UserAction(
        messages.ActionKind.OPEN_SETTINGS, page="about"
    ),
}
CLOSE_WINDOW: Final = messages.UserAction(messages.ActionKind.CLOSE_WINDOW)
