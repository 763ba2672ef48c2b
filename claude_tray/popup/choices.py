"""What can be pressed: all that the tray's menu has, as some have none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.domain.snapshot import SyncPhase
from claude_tray.popup.view import Button, Choices

if TYPE_CHECKING:
    from claude_tray.popup.moment import Moment

KEYS: Final = {
    "refresh": "F5",
    "dashboard": "Ctrl+D",
    "settings": "Ctrl+,",
    "page": "Ctrl+P",
    "copy": "Ctrl+C",
    "picture": "Ctrl+S",
    "quit": "Ctrl+Q",
}


def choices_of(moment: Moment) -> Choices:
    """Return what can be pressed."""
    say = moment.tongue.say
    is_syncing = moment.figures.snapshot.sync.phase is not SyncPhase.OFF
    sync = (_button("sync-now", say("Sync Now")),) if is_syncing else ()
    return Choices(
        tabs=(
            _button("tab:projects", say("Projects")),
            _button("tab:models", say("Models")),
            _button("tab:days", say("30 days")),
        ),
        buttons=(
            _button("refresh", say("Refresh Now")),
            _button("dashboard", say("Open Dashboard")),
            _button("settings", say("Settings")),
            _button("more", say("More")),
        ),
        more=(
            *sync,
            _button("page", say("Show as Web Page")),
            _button("copy", say("Copy Summary")),
            _button("picture", say("Save as Picture")),
            _button("diagnostics", say("Copy Diagnostics")),
            None,
            _button("about", say("About claude-tray")),
            _button("quit", say("Quit claude-tray")),
        ),
    )


def _button(action: str, label: str) -> Button:
    return Button(action, label, KEYS.get(action, ""))
