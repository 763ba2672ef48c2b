"""How the tray is shown now, as settings and switches change."""

from __future__ import annotations

import os
import sys
import threading
from typing import TYPE_CHECKING, Any

from claude_tray.desktop.login import starts_at_login
from claude_tray.desktop.panel import panel_is_dark
from claude_tray.tray.manner import Manner

if TYPE_CHECKING:
    from claude_tray.cli.context import Context
    from claude_tray.engine.board import Board


class Manners:
    """
    Holds the manner; a change of it is shown at once.

    Args:
        board: What is shown anew.
        context: What a person chose at first.
    """

    def __init__(self, board: Board, context: Context) -> None:
        self._board = board
        self._lock = threading.Lock()
        self._manner = Manner(
            settings=context.settings,
            tongue=context.tongue,
            system=sys.platform,
            is_dark=panel_is_dark(os.environ),
            starts_at_login=starts_at_login(),
        )

    def now(self) -> Manner:
        with self._lock:
            manner = self._manner
        if sys.platform == "darwin":
            # There a look would start a process.
            return manner
        return manner._replace(starts_at_login=starts_at_login())

    def choose(self, context: Context) -> None:
        """Go on by other settings."""
        self._set(settings=context.settings, tongue=context.tongue)

    def mute(self, is_muted: bool) -> None:  # noqa: FBT001 - a fact
        """Show whether notifications are muted."""
        if is_muted != self._manner.is_muted:
            self._set(is_muted=is_muted)

    def look_at_login(self) -> None:
        """Show whether it starts at login."""
        self._set(starts_at_login=starts_at_login())

    def _set(self, **changes: Any) -> None:  # noqa: ANN401 - of any field
        # Of several threads none may undo what another has changed.
        with self._lock:
            self._manner = self._manner._replace(**changes)
        self._board.nudge()
