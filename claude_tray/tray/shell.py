"""What every kind of tray can do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from claude_tray.drawing.icon import Icon, time_text
from claude_tray.tray.view import IconState

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.tray.view import IconView, TrayView


class Shell(Protocol):
    """A place where views are shown."""

    def run(self, ready: Callable[[], None]) -> None:
        """
        Show the icon until `stop`; call on the main thread.

        Args:
            ready: Called once, on another thread, when views can be shown.

        Raises:
            NoTrayError: There is no tray to show it in.
        """

    def show(self, view: TrayView) -> None:
        """Show a view; one that is shown already costs nothing."""

    def stop(self) -> None:
        """Take the icon away; `run` returns. From any thread."""


def icon_of(view: IconView) -> Icon:
    """Return the drawing of an icon's view."""
    if view.minutes is not None:
        text = time_text(view.minutes)
        return Icon("!" if view.state is IconState.ERROR else text, view.gone)
    texts = {IconState.ERROR: "!", IconState.READING: "..."}
    return Icon(texts.get(view.state, "5h"), view.gone, is_dim=True)
