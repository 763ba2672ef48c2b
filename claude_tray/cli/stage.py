"""Where snapshots are shown until the end: a tray, or the terminal."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from claude_tray.cli.context import tell
from claude_tray.cli.live import TerminalLine
from claude_tray.errors import NoTrayError
from claude_tray.tray.choice import tray_for
from claude_tray.tray.follow import follow

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.cli.ending import Ending
    from claude_tray.engine.board import Board
    from claude_tray.tray.action import Wish
    from claude_tray.tray.manner import Manner
    from claude_tray.tray.shell import Tray
    from claude_tray.tray.view import TrayView

_MINUTE = 60.0


class Stage:
    """
    Shows what is posted, wherever there is a place for it.

    Args:
        board: Where snapshots are posted; ended with the stage.
        manner: Returns how they are shown now.
        ending: Says when it is over.
    """

    def __init__(
        self,
        board: Board,
        manner: Callable[[], Manner],
        ending: Ending,
    ) -> None:
        self._board = board
        self._manner = manner
        self._ending = ending
        self._tray: Tray | None = None
        self._line: TerminalLine | None = None
        self._shows: list[Callable[[TrayView], None]] = []
        self._follower = threading.Thread(target=self._follow, name="follow")
        self._lock = threading.Lock()

    def run(
        self,
        do: Callable[[Wish], None] | None,
        patience: float,
    ) -> None:
        """
        Show the icon; where nothing takes it, a line in the terminal too.

        Args:
            do: Called with what was chosen; None for the terminal alone.
            patience: How many seconds a panel may take to appear.
        """
        if do is None:
            self._run_in_terminal()
            return
        try:
            tray = tray_for(do, patience, self._is_beside)
        except NoTrayError as error:
            self._tell(error.summary)
            self._run_in_terminal()
            return
        self._tray = tray
        self._ending.stops(tray.stop)

        def go_on_in_terminal(reason: str) -> None:
            self._tell(reason)
            self._show_in(self._terminal())

        try:
            tray.run(lambda: self._show_in(tray.show), go_on_in_terminal)
        finally:
            self._end()

    def balloon(self, body: str, title: str) -> None:
        """
        Show a message beside the icon.

        Raises:
            DesktopError: There is none.
        """
        if self._tray is None:
            summary = "There is no icon to show it at."
            raise NoTrayError(summary)
        self._tray.notify(body, title)

    def _run_in_terminal(self) -> None:
        """Show lines in the terminal."""
        self._show_in(self._terminal())
        while not self._ending.is_asked.wait(_MINUTE):
            pass
        self._end()

    def _terminal(self) -> Callable[[TrayView], None]:
        self._line = TerminalLine()
        return self._line.show

    def _show_in(self, show: Callable[[TrayView], None]) -> None:
        with self._lock:
            self._shows = [*self._shows, show]
            if self._follower.ident is None:
                self._follower.start()
            else:
                self._board.nudge()

    def _follow(self) -> None:
        follow(self._board, self._show, self._manner)

    def _show(self, view: TrayView) -> None:
        for show in self._shows:
            show(view)

    def _end(self) -> None:
        self._board.end()
        with self._lock:
            if self._follower.ident is not None:
                self._follower.join()
        if self._line is not None:
            self._line.end()

    def _is_beside(self) -> bool:
        return self._manner().settings.icon_text_beside

    def _tell(self, reason: str) -> None:
        tell(f"{reason} Going on in the terminal; Ctrl+C ends it.")
