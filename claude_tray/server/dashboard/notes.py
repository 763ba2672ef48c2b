"""What is not certain about a window, in sentences."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from claude_tray.domain.window import Source

if TYPE_CHECKING:
    from claude_tray.domain.snapshot import ProfileState
    from claude_tray.server.dashboard.viewer import Viewer


def notes_of(profile: ProfileState, viewer: Viewer) -> tuple[str, ...]:
    """Return what a person should know of an account's window."""
    notes = []
    if profile.is_provisional and profile.window:
        notes.append("A machine is behind; the window may begin earlier.")
    elif profile.is_provisional:
        notes.append("A machine is behind; a window may be open already.")
    if profile.window and profile.window.source is Source.LEARNT:
        margin = profile.learnt.margin if profile.learnt else timedelta()
        span = viewer.tongue.duration(margin)
        notes.append(f"The reset is learnt from earlier ones, within {span}.")
    return tuple(notes)
