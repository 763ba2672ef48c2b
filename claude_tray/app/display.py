"""Where snapshots are shown until the end: a tray, or the terminal."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from claude_tray.app.context import print_message
from claude_tray.app.terminal import TerminalLine
from claude_tray.errors import NoTrayError
from claude_tray.ui.tray.factory import create_tray
from claude_tray.ui.tray.refresh_loop import run_refresh_loop

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.app.shutdown import ShutdownSignal
    from claude_tray.ingest.snapshot_channel import SnapshotChannel
    from claude_tray.ui.toolkit.user_action import UserAction
    from claude_tray.ui.tray.icon_adapter import Tray
    from claude_tray.ui.tray.view_model import TrayView
    from claude_tray.ui.tray.view_options import ViewOptions


_WAIT_SECONDS = 60.0


class DisplayLoop:
    """
    Shows what is posted, wherever there is a place for it.

    Args:
        channel: Where snapshots are posted; ended with the stage.
        get_options: Returns how they are shown now.
        shutdown: Says when it is over.
    """

    def __init__(
        self,
        channel: SnapshotChannel,
        get_options: Callable[[], ViewOptions],
        shutdown: ShutdownSignal,
    ) -> None:
        self._channel = channel
        self._get_options = get_options
        self._shutdown = shutdown
        self._tray: Tray | None = None
        self._terminal_line: TerminalLine | None = None
        self._sinks: list[Callable[[TrayView], None]] = []
        self._refresher = threading.Thread(
            target=self._run_refresh_loop, name="follow"
        )
        self._lock = threading.Lock()

    def run(
        self,
        on_action: Callable[[UserAction], None] | None,
        panel_timeout: float,
    ) -> None:
        """
        Show the icon; where nothing takes it, a line in the terminal too.

        Args:
            on_action: Called with what was chosen; None for the terminal alone.
            panel_timeout: How many seconds a panel may take to appear.
        """
        if on_action is None:
            self._run_in_terminal()
            return
        try:
            tray = create_tray(
                on_action, panel_timeout, self._shows_text_beside
            )
        except NoTrayError as error:
            self._announce_terminal(error.summary)
            self._run_in_terminal()
            return
        self._tray = tray
        self._shutdown.on_request(tray.stop)

        def fall_back_to_terminal(reason: str) -> None:
            self._announce_terminal(reason)
            self._add_sink(self._create_terminal_line())

        try:
            tray.run(lambda: self._add_sink(tray.show), fall_back_to_terminal)
        finally:
            self._finish()

    def show_balloon(self, body: str, title: str) -> None:
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
        self._add_sink(self._create_terminal_line())
        while not self._shutdown.is_requested.wait(_WAIT_SECONDS):
            pass
        self._finish()

    def _create_terminal_line(self) -> Callable[[TrayView], None]:
        self._terminal_line = TerminalLine()
        return self._terminal_line.show

    def _add_sink(self, sink: Callable[[TrayView], None]) -> None:
        with self._lock:
            self._sinks = [*self._sinks, sink]
            if self._refresher.ident is None:
                self._refresher.start()
            else:
                self._channel.republish()

    def _run_refresh_loop(self) -> None:
        run_refresh_loop(self._channel, self._show_view, self._get_options)

    def _show_view(self, view: TrayView) -> None:
        for sink in self._sinks:
            sink(view)

    def _finish(self) -> None:
        self._channel.close()
        with self._lock:
            if self._refresher.ident is not None:
                self._refresher.join()
        if self._terminal_line is not None:
            self._terminal_line.end()

    def _shows_text_beside(self) -> bool:
        return self._get_options().settings.icon_text_beside

    def _announce_terminal(self, reason: str) -> None:
        print_message(f"{reason} Going on in the terminal; Ctrl+C ends it.")
