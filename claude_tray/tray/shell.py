"""Views in an icon of pystray's."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final, Protocol

from claude_tray.drawing.icon import draw
from claude_tray.tray.action import Anchor
from claude_tray.tray.backends.library import Menu, MenuItem
from claude_tray.tray.entry import Mark
from claude_tray.tray.view import IDLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from claude_tray.tray.action import Wish
    from claude_tray.tray.entry import MenuEntry
    from claude_tray.tray.view import TrayView

NAME: Final = "claude-tray"


class Tray(Protocol):
    """A place where views are shown."""

    def run(
        self,
        ready: Callable[[], None],
        nowhere: Callable[[str], None],
    ) -> None:
        """
        Show the icon until `stop`; call on the main thread.

        Args:
            ready: Called once, on another thread, when views can be shown.
            nowhere: Called once with the reason if nothing takes the icon;
                a tray that appears later still gets it.
        """

    def show(self, view: TrayView) -> None:
        """Show a view; one that is shown already costs nothing."""

    def stop(self) -> None:
        """Take the icon away; `run` returns. From any thread."""

    def notify(self, body: str, title: str) -> None:
        """Show a message beside the icon."""


class Shell:
    """
    Views in one icon.

    Args:
        icon: pystray's, or one of its form that takes a function of the
            size as its picture.
        do: Called with what was chosen, on a thread of the icon's.
    """

    def __init__(self, icon: Any, do: Callable[[Wish], None]) -> None:  # noqa: ANN401 - pystray has no types
        self.icon = icon
        self._do = do
        self._shown: TrayView | None = None
        self._label_of = getattr(icon, "label_of", str)
        self.icon.icon = partial(draw, IDLE)

    def run(
        self,
        ready: Callable[[], None],
        nowhere: Callable[[str], None],
    ) -> None:
        del nowhere

        def set_up(icon: Any) -> None:  # noqa: ANN401 - pystray has no types
            ready()
            icon.visible = True

        self.icon.run(setup=set_up)

    def show(self, view: TrayView) -> None:
        shown, self._shown = self._shown, view
        if shown is None or shown.icon != view.icon:
            self.icon.icon = partial(draw, view.icon)
        if shown is None or shown.tooltip != view.tooltip:
            self.icon.title = view.tooltip
        if shown is None or shown.menu != view.menu:
            self.icon.menu = self._menu(view.menu)

    def stop(self) -> None:
        self.icon.stop()

    def notify(self, body: str, title: str) -> None:
        self.icon.notify(body, title)

    def _menu(self, entries: Iterable[MenuEntry | None]) -> Any:  # noqa: ANN401 - pystray has no types
        return Menu(*map(self._item, entries))

    def _item(self, entry: MenuEntry | None) -> Any:  # noqa: ANN401 - pystray has no types
        if entry is None:
            return Menu.SEPARATOR
        label = self._label_of(entry.label)
        if entry.entries:
            return MenuItem(label, self._menu(entry.entries))
        wish = entry.wish

        def chosen(icon: Any) -> None:  # noqa: ANN401 - pystray has no types
            at = getattr(icon, "anchor", None)
            self._do(wish._replace(anchor=Anchor(*at) if at else None))

        return MenuItem(
            label,
            chosen,
            checked=(lambda _: entry.is_on) if entry.mark else None,
            radio=entry.mark is Mark.RADIO,
            default=entry.is_default,
        )
