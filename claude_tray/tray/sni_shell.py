"""The tray of Linux desktops, by StatusNotifierItem."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from claude_tray.drawing.pixmap import pixmaps_of
from claude_tray.errors import NoTrayError
from claude_tray.tray.shell import icon_of
from claude_tray.tray.sni import Item

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.tray.action import Wish
    from claude_tray.tray.view import TrayView

_NAME: Final = "claude-tray"


class SniShell:
    """
    The tray of Linux desktops.

    Args:
        do: Called with what was chosen, on a thread of its own.
        panel: What the icon is drawn for.
        patience: How many seconds a panel may take to appear.
    """

    def __init__(
        self,
        do: Callable[[Wish], None],
        panel: str,
        patience: float,
    ) -> None:
        self._patience = patience
        self._panel = panel
        self._shown: TrayView | None = None
        self._has_failed = False
        self._item = Item(_NAME, do)

    def run(self, ready: Callable[[], None]) -> None:
        starter = threading.Thread(
            target=self._start,
            args=(ready,),
            name="tray-start",
        )
        starter.start()
        self._item.run()
        starter.join()
        if self._has_failed:
            summary = "No panel of this desktop shows tray icons."
            raise NoTrayError(summary)

    def show(self, view: TrayView) -> None:
        shown, self._shown = self._shown, view
        if shown is None or shown.icon != view.icon:
            pixmaps = pixmaps_of(icon_of(view.icon), self._panel)
            self._item.show_icon(pixmaps)
        if shown is None or shown.tooltip != view.tooltip:
            self._item.show_tooltip(view.tooltip)
        if shown is None or shown.menu != view.menu:
            self._item.show_menu(view.menu)

    def stop(self) -> None:
        self._item.close()

    def _start(self, ready: Callable[[], None]) -> None:
        is_hosted = self._item.is_hosted.wait(self._patience)
        if self._item.is_closed:
            return
        if is_hosted:
            ready()
        else:
            self._has_failed = True
            self._item.close()
