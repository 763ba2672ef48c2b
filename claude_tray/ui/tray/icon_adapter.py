"""Show tray views in a pystray icon."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import structs

from claude_tray.text import make_visible
from claude_tray.ui.icon.render import draw_icon
from claude_tray.ui.toolkit.messages import AnchorPoint, UserAction
from claude_tray.ui.tray.backends.pystray import Menu, MenuItem
from claude_tray.ui.tray.menu_model import MenuEntry, ToggleKind
from claude_tray.ui.tray.view_model import IDLE_ICON, TrayView

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Tray(Protocol):
    """Tray icon that shows views."""

    def run(
        self,
        on_ready: Callable[[], None],
        on_unavailable: Callable[[str], None],
    ) -> None:
        """
        Show the icon until `stop`; call it on the main thread.

        Args:
            on_ready: Called once, on another thread, when views can be shown.
            on_unavailable: Called once with a reason if no panel takes the
                icon; a panel that appears later still gets it.
        """

    def show(self, view: TrayView) -> None:
        """Show a view; unchanged parts cost nothing."""

    def stop(self) -> None:
        """Remove the icon, so that `run` returns; call it on any thread."""

    def notify(
        self, body: str, title: str, on_click: Callable[[], None]
    ) -> None:
        """
        Show a notification next to the icon.

        Args:
            body: Its text.
            title: Its title.
            on_click: Called when it is clicked, where the system reports it.
        """


class IconAdapter:
    """
    Shows views in one pystray icon.

    Args:
        icon: pystray icon that accepts a function of the size as its picture.
        on_action: Called with the chosen action, on a thread of the icon.
    """

    def __init__(
        self, icon: Any, on_action: Callable[[UserAction], None]
    ) -> None:
        self.icon = icon
        self._on_action = on_action
        self._current_view: TrayView | None = None
        self._format_label = getattr(icon, "format_label", str)
        self.icon.icon = partial(draw_icon, IDLE_ICON)

    def run(
        self,
        on_ready: Callable[[], None],
        on_unavailable: Callable[[str], None],
    ) -> None:
        del on_unavailable

        def set_up(icon: Any) -> None:
            # First: pystray ignores what changes before, and drawing the
            # first icon can take longer than the first view.
            icon.visible = True
            on_ready()

        self.icon.run(setup=set_up)

    def show(self, view: TrayView) -> None:
        previous, self._current_view = self._current_view, view
        if previous is None or previous.icon != view.icon:
            self.icon.icon = partial(draw_icon, view.icon)
        if previous is None or previous.tooltip != view.tooltip:
            self.icon.title = make_visible(view.tooltip, keep="\n")
        if previous is None or previous.menu != view.menu:
            self.icon.menu = self._build_menu(view.menu)

    def stop(self) -> None:
        self.icon.stop()

    def notify(
        self, body: str, title: str, on_click: Callable[[], None]
    ) -> None:
        self.icon.on_balloon_click = on_click
        self.icon.notify(body, title)

    def _build_menu(self, entries: Iterable[MenuEntry | None]) -> Any:
        return Menu(*map(self._build_item, entries))

    def _build_item(self, entry: MenuEntry | None) -> Any:
        if entry is None:
            return Menu.SEPARATOR
        label = self._format_label(make_visible(entry.label))
        if entry.entries:
            return MenuItem(label, self._build_menu(entry.entries))
        action = entry.action

        def on_click(icon: Any) -> None:
            position = getattr(icon, "anchor", None)
            self._on_action(
                structs.replace(
                    action,
                    anchor=AnchorPoint(*position) if position else None,
                )
            )

        return MenuItem(
            label,
            on_click,
            checked=(lambda _: entry.is_on) if entry.toggle else None,
            radio=entry.toggle is ToggleKind.RADIO,
            default=entry.is_default,
        )
