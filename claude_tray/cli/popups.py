"""The windows of the running program, and what is chosen in them."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING, Final

from claude_tray.cli.context import live_context
from claude_tray.popup.order import Ask, Show, volatile_of
from claude_tray.popup.process import PopupProcess
from claude_tray.tray.action import Action, Wish

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from claude_tray.cli.context import Context
    from claude_tray.cli.wishes import Wishes
    from claude_tray.desktop.paths import Own
    from claude_tray.engine.board import Board
    from claude_tray.settings.live import LiveSettings

Place = tuple[int, int, int, int]

_PATIENCE_SECONDS: Final = 60.0
_WISHES: Final = {
    "refresh": Action.REFRESH,
    "dashboard": Action.OPEN_DASHBOARD,
    "sync-now": Action.SYNC_NOW,
    "login-on": Action.START_AT_LOGIN,
    "login-off": Action.STAY_OFF_AT_LOGIN,
    "quit": Action.QUIT,
}


class Popups:
    """
    The popup and the settings, each in a process of its own.

    Args:
        context: What there is at the moment.
        do: Called, on some thread, with what was chosen in a window, and with
            "gone" when the last one is.
    """

    def __init__(
        self,
        context: Callable[[], Context],
        do: Callable[[Ask], None],
    ) -> None:
        self._context = context
        self._do = do
        self._shown: set[str] = set()
        self._popup = PopupProcess(partial(self._hear, "popup"))
        self._settings = PopupProcess(partial(self._hear, "settings"))
        self._follower: threading.Thread | None = None

    def take(self, wish: Wish) -> None:
        """Open what the tray's menu asks for."""
        if wish.action is Action.ABOUT:
            self.open_settings("about")
        elif wish.action is Action.OPEN_SETTINGS:
            self.open_settings(wish.page)
        elif wish.action is Action.OPEN_POPUP:
            at = wish.anchor
            self.open((at.x, at.y, 1, 1) if at else None)

    def open(self, anchor: Place | None = None) -> None:
        """Show the popup, beside the icon if it is known where that is."""
        self._shown.add("popup")
        self._popup.show(show_of(self._context(), "popup", anchor))

    def open_settings(self, page: str = "") -> None:
        """Show the settings, at a page."""
        self._shown.add("settings")
        order = show_of(self._context(), "settings")
        self._settings.show(order._replace(page=page))

    def follow(self, board: Board) -> None:
        """Tell the windows what is not in the store, until the board ends."""
        self._follower = threading.Thread(
            target=self._follow,
            args=(board,),
            name="popups",
        )
        self._follower.start()

    def stop(self) -> None:
        """End the windows; the board has ended before."""
        self._popup.stop()
        self._settings.stop()
        if self._follower is not None:
            self._follower.join()

    def _follow(self, board: Board) -> None:
        edition = 0
        while not board.has_ended:
            news = board.read_after(edition, _PATIENCE_SECONDS)
            if news is not None:
                edition, snapshot = news
                state = volatile_of(snapshot)
                self._popup.tell(state)
                self._settings.tell(state)

    def _hear(self, name: str, ask: Ask) -> None:
        if ask.action == "settings":
            self.open_settings(ask.text)
        elif ask.action == "hidden":
            self._shown.discard(name)
            if not self._shown:
                self._do(Ask("gone"))
        else:
            self._do(ask)


def show_of(
    context: Context,
    surface: str,
    anchor: Place | None = None,
) -> Show:
    """Return the order to show a window."""
    own, choices = context.own, context.choices()
    return Show(
        surface,
        str(own.store),
        str(own.settings),
        str(own.state),
        tuple((str(f.path), f.name) for f in choices.folders),
        anchor,
    )


def hear(ask: Ask, wishes: Wishes) -> None:
    """
    Do what was chosen in a window of the running tray.

    Args:
        ask: What was chosen.
        wishes: Does what the menu does.
    """
    if ask.action == "settings-changed":
        wishes.look()
    elif ask.action == "notify":
        title, _, body = ask.text.partition("\n")
        wishes.tell(title, body)
    elif ask.action in _WISHES:
        wishes(Wish(_WISHES[ask.action]))


def joined(
    arguments: argparse.Namespace,
    own: Own,
    live: LiveSettings,
    wishes: Wishes,
) -> Popups:
    """Return the windows of the running tray, joined with its menu."""
    popups = Popups(
        lambda: live_context(arguments, own, live.current),
        lambda ask: hear(ask, wishes),
    )
    wishes.open_popup = popups.take
    return popups
