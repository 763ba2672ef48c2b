"""What each wish does."""

from __future__ import annotations

import logging
import webbrowser
from typing import TYPE_CHECKING, Final

from claude_tray.cli.autostart import switch
from claude_tray.errors import ClaudeTrayError
from claude_tray.tray.action import Action

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.app import App
    from claude_tray.cli.ending import Ending
    from claude_tray.cli.manners import Manners
    from claude_tray.settings.live import LiveSettings
    from claude_tray.tray.action import Wish
    from claude_tray.tray.herald import Herald

_log = logging.getLogger(__name__)

_ADDRESSES: Final = ("http://", "https://")


class Wishes:
    """
    Does what is asked for; what cannot be done is told and logged.

    Args:
        ending: Ends everything.
        live: The settings, for those that are chosen in the menu.
    """

    def __init__(self, ending: Ending, live: LiveSettings) -> None:
        self._live = live
        self._tell: Callable[[str, str], None] = lambda *_: None
        # The popup and its settings pages; joined by whoever has them.
        self.open_popup: Callable[[Wish], None] = _log_only
        self._doers: dict[Action, Callable[[Wish], None]] = {
            Action.QUIT: lambda _: ending.ask(),
            Action.CHOOSE: self._choose,
            Action.OPEN_DASHBOARD: lambda _: self._open_dashboard(),
        }

    def join(self, app: App, manners: Manners, herald: Herald) -> None:
        """Let wishes reach what is built after this."""
        self._tell = herald.tell_trouble
        self._doers |= {
            Action.MUTE: lambda _: herald.mute(),
            Action.UNMUTE: lambda _: herald.unmute(),
            Action.REFRESH: lambda _: app.refresh(),
            Action.SYNC_NOW: lambda _: app.forwarding.ask(),
            Action.START_AT_LOGIN: lambda _: _start_at_login(manners),
            Action.STAY_OFF_AT_LOGIN: lambda _: _stay_off(manners),
        }

    def __call__(self, wish: Wish) -> None:
        doer = self._doers.get(wish.action)
        try:
            if doer is None:
                self.open_popup(wish)
            else:
                doer(wish)
        except ClaudeTrayError as error:
            _log.warning("Could not do what was asked error=%s", error)
            self._tell(error.summary, error.hint)

    def look(self) -> None:
        """Go on by the settings that a window has saved."""
        self._live.look()

    def tell(self, title: str, body: str) -> None:
        """Show a notification."""
        self._tell(title, body)

    def _choose(self, wish: Wish) -> None:
        # Late: tomlkit takes 2 MiB, and most people choose once.
        from claude_tray.settings.save import save  # noqa: PLC0415

        save(self._live.path, dict(wish.choices))
        self._live.look()

    def _open_dashboard(self) -> None:
        address = self._live.current.sync_url
        if address.startswith(_ADDRESSES):
            webbrowser.open(address)


def _start_at_login(manners: Manners) -> None:
    switch(is_on=True)
    manners.look_at_login()


def _stay_off(manners: Manners) -> None:
    switch(is_on=False)
    manners.look_at_login()


def _log_only(wish: Wish) -> None:
    _log.info("The popup was asked for anchor=%s", wish.anchor)
