"""Show snapshots in the tray, or in the terminal."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from claude_tray.app.context import print_message
from claude_tray.app.terminal import TerminalLine
from claude_tray.errors import NoTrayError, gettext_noop
from claude_tray.ui.tray.factory import create_tray
from claude_tray.ui.tray.refresh_loop import run_refresh_loop

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.app.shutdown import ShutdownSignal
    from claude_tray.ingest.snapshot_channel import SnapshotChannel
    from claude_tray.ui.toolkit.messages import UserAction
    from claude_tray.ui.tray.icon_adapter import Tray
    from claude_tray.ui.tray.menu_model import ViewOptions
    from claude_tray.ui.tray.view_model import TrayView


# Waiting in steps keeps Ctrl+C working on Windows, and elsewhere if it comes
# just before a wait, which it does not interrupt then.
_WAIT_SECONDS: Final = 1.0


class DisplayLoop:
    """
    Show published snapshots until shutdown.

    Args:
        channel: Source of snapshots; closed at the end of `run`.
        get_options: Returns the current view options.
        shutdown: Ends the loop.
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
            target=self._run_refresh_loop, name="display"
        )
        self._lock = threading.Lock()
        # The icon is shown, or there is none.
        self._is_settled = threading.Event()

    def run(
        self,
        on_action: Callable[[UserAction], None] | None,
        panel_timeout: float,
    ) -> None:
        """
        Show an icon; without a panel, also a line in the terminal.

        Args:
            on_action: Called with chosen actions; None shows no icon.
            panel_timeout: Seconds that a panel may take to appear.
        """
        if on_action is None:
            self._run_in_terminal()
            return
        try:
            tray = create_tray(
                on_action, panel_timeout, self._shows_text_beside
            )
        except NoTrayError as error:
            translate = self._get_options().translator.catalog.gettext
            self._announce_terminal(error.describe(translate))
            self._run_in_terminal()
            return
        self._tray = tray
        self._shutdown.on_request(tray.stop)

        def fall_back_to_terminal(reason: str) -> None:
            self._announce_terminal(reason)
            self._add_sink(self._create_terminal_line())

        def show_views() -> None:
            self._add_sink(tray.show)
            self._is_settled.set()

        try:
            tray.run(show_views, fall_back_to_terminal)
        finally:
            self._finish()

    def show_balloon(
        self, body: str, title: str, on_click: Callable[[], None]
    ) -> None:
        """
        Show a message next to the icon; wait for the icon first.

        Args:
            body: Its text.
            title: Its title.
            on_click: Called on any thread when it is clicked.

        Raises:
            NoTrayError: There is no icon.
        """
        self._is_settled.wait()
        if self._tray is None:
            raise NoTrayError(
                gettext_noop("There is no tray icon to show a message at.")
            )
        self._tray.notify(body, title, on_click)

    def _run_in_terminal(self) -> None:
        self._is_settled.set()
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
        self._tray = None
        self._is_settled.set()
        self._channel.close()
        with self._lock:
            if self._refresher.ident is not None:
                self._refresher.join()
        if self._terminal_line is not None:
            self._terminal_line.end()

    def _shows_text_beside(self) -> bool:
        return self._get_options().settings.icon_text_beside

    def _announce_terminal(self, reason: str) -> None:
        translator = self._get_options().translator
        print_message(
            translator.gettext(
                "{reason} Showing usage here instead. Press Ctrl+C to stop.",
                reason=reason,
            )
        )
