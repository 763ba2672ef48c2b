"""The tray by pystray: Windows, macOS, and X11 trays; its only door."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, Final

from claude_tray.drawing.icon import draw
from claude_tray.errors import NoTrayError
from claude_tray.tray.action import Action, Wish
from claude_tray.tray.shell import icon_of
from claude_tray.tray.view import IconState, IconView

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from claude_tray.tray.shell import Shell
    from claude_tray.tray.view import MenuEntry, TrayView

_SIZE: Final = 64
_NOTHING: Final = IconView(IconState.IDLE)


class ClassicShell:
    """
    A pystray icon.

    Args:
        pystray: The library.
        do: Called with what was chosen.
        panel: What the icon is drawn for.
    """

    def __init__(
        self,
        pystray: Any,  # noqa: ANN401 - it has no types
        do: Callable[[Wish], None],
        panel: str,
    ) -> None:
        self._pystray = pystray
        self._do = do
        self._panel = panel
        self._shown: TrayView | None = None
        self._icon = pystray.Icon("claude-tray")

    def run(self, ready: Callable[[], None]) -> None:
        def set_up(icon: Any) -> None:  # noqa: ANN401 - it has no types
            ready()
            icon.visible = True

        self._icon.icon = draw(icon_of(_NOTHING), _SIZE, self._panel)
        self._icon.run(setup=set_up)

    def show(self, view: TrayView) -> None:
        shown, self._shown = self._shown, view
        if shown is None or shown.icon != view.icon:
            self._icon.icon = draw(icon_of(view.icon), _SIZE, self._panel)
        if shown is None or shown.tooltip != view.tooltip:
            self._icon.title = view.tooltip
        if shown is None or shown.menu != view.menu:
            self._icon.menu = self._menu(view.menu)

    def stop(self) -> None:
        self._icon.stop()

    def _menu(self, entries: Iterable[MenuEntry | None]) -> Any:  # noqa: ANN401
        return self._pystray.Menu(*map(self._item, entries))

    def _item(self, entry: MenuEntry | None) -> Any:  # noqa: ANN401
        if entry is None:
            return self._pystray.Menu.SEPARATOR
        wish, do = Wish(entry.action), self._do

        def chosen() -> None:
            do(wish)

        # An ampersand marks the letter that chooses the entry.
        label = entry.label
        if sys.platform == "win32":
            label = label.replace("&", "&&")
        # What a left click does where there is one.
        is_default = entry.action is Action.OPEN_POPUP
        return self._pystray.MenuItem(label, chosen, default=is_default)


def classic_shell(do: Callable[[Wish], None], panel: str) -> Shell:
    """
    Return a pystray icon.

    Raises:
        NoTrayError: There is no display.
    """
    is_mute = sys.platform == "linux" and not os.environ.get("DISPLAY")
    if is_mute:
        summary = "There is no display to show an icon on."
        raise NoTrayError(summary)
    try:
        # Late: importing it opens the display.
        import pystray  # noqa: PLC0415

        return ClassicShell(pystray, do, panel)
    except (ImportError, OSError) as error:
        cause: Exception = error
    except _display_error() as error:
        cause = error
    summary = "The display cannot be opened."
    raise NoTrayError(summary) from cause


def _display_error() -> type[Exception]:
    """Return what python-xlib raises; pystray needs it on X11 only."""
    try:
        from Xlib.error import DisplayError  # noqa: PLC0415
    except ImportError:
        return OSError
    found: type[Exception] = DisplayError
    return found
