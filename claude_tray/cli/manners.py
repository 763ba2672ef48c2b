"""How the tray is shown now, as settings and switches change."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

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
        self._manner = Manner(
            settings=context.settings,
            tongue=context.tongue,
            system=sys.platform,
            is_dark=panel_is_dark(os.environ),
            starts_at_login=starts_at_login(),
        )

    def now(self) -> Manner:
        if sys.platform != "darwin":
            # A look at a file; on macOS it would start a process.
            self._manner = self._manner._replace(
                starts_at_login=starts_at_login(),
            )
        return self._manner

    def choose(self, context: Context) -> None:
        """Go on by other settings."""
        self._set(
            self._manner._replace(
                settings=context.settings,
                tongue=context.tongue,
            ),
        )

    def mute(self, is_muted: bool) -> None:  # noqa: FBT001 - a fact
        """Show whether notifications are muted."""
        self._set(self._manner._replace(is_muted=is_muted))

    def look_at_login(self) -> None:
        """Show whether it starts at login."""
        self._set(self._manner._replace(starts_at_login=starts_at_login()))

    def _set(self, manner: Manner) -> None:
        if manner != self._manner:
            self._manner = manner
            self._board.nudge()
