"""The popup: what the store amounts to, shown and kept up to date."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from claude_tray.desktop.paths import pictures_folder
from claude_tray.popup.browser import open_page
from claude_tray.popup.controller import Controller
from claude_tray.popup.current import view_from
from claude_tray.popup.drawn.picture import draw_popup
from claude_tray.popup.drawn.sheet import Look
from claude_tray.popup.errand import Errand, doctor
from claude_tray.popup.language import tongue_of_settings
from claude_tray.popup.order import Ask, Volatile
from claude_tray.popup.source import Source
from claude_tray.popup.summary import summary_of
from claude_tray.popup.theme import palette_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from claude_tray.popup.drawn.sheet import Drawing
    from claude_tray.popup.order import Show
    from claude_tray.popup.view import PopupView

_TABS: Final = ("projects", "models", "days")
_MESSAGE_TIME: Final = timedelta(seconds=4)
# What the tray does; the popup is closed by those that open something else.
_ASKED: Final = {
    "refresh": Ask("refresh"),
    "sync-now": Ask("sync-now"),
    "quit": Ask("quit"),
}
_OPENED: Final = {
    "dashboard": Ask("dashboard"),
    "settings": Ask("settings"),
    "sync": Ask("settings", "sync"),
    "about": Ask("settings", "about"),
}


class Stats:
    """
    The popup's content.

    Args:
        show: The order to show it.
        wish: Called with what the tray is to do.
        now: The moment.
    """

    is_framed = False

    def __init__(
        self,
        show: Show,
        wish: Callable[[Ask], None],
        now: datetime,
    ) -> None:
        self.clipboard = ""
        self._show = show
        self._wish = wish
        self._now = now
        self._said_at = now
        self._account = ""
        self._is_old = True
        self._errand: Errand | None = None
        self._source = Source(show)
        self._tongue = tongue_of_settings(self._source.settings)
        self._view = self._made()
        self.control = Controller(
            self._draw,
            self._do,
            Look(palette=palette_of(self._source.settings.general_theme)),
            _TABS,
            is_rtl=self._tongue.is_rtl,
        )

    @property
    def title(self) -> str:
        return self._view.sentence

    def look_again(self, now: datetime) -> None:
        """Take in what has changed since the last time."""
        is_later = now.replace(second=0, microsecond=0) > self._now
        if self._source.has_changed() or is_later or self._is_old:
            self._now = now
            self._view = self._made()
            self._is_old = False
            self.control.redraw()
        report = self._errand.report() if self._errand else None
        if report is not None:
            self._errand = None
            self.clipboard = report.text
            self._tell(self._tongue.say("The diagnostics are copied."))
        if self.control.look.message and now - self._said_at > _MESSAGE_TIME:
            self.control.change(message="")

    def hear(self, state: Volatile) -> None:
        """Take what is not in the store."""
        if state != self._source.volatile:
            self._source.volatile = state
            self._is_old = True

    def close(self) -> None:
        self._source.close()
        if self._errand is not None:
            self._errand.drop()

    def _draw(self, look: Look) -> Drawing:
        return draw_popup(self._view, look)

    def elsewhere(self) -> Ask | None:
        """Show the page; without a browser say what is to be notified."""
        if open_page(self._view, self._tongue, Path(self._show.state)):
            return None
        return Ask("notify", summary_of(self._view))

    def _made(self) -> PopupView:
        return view_from(self._source, self._tongue, self._now, self._account)

    def _do(self, name: str) -> None:
        kind, _, number = name.partition(":")
        if kind == "account":
            self._account = self._view.accounts[int(number)].name
            self._view = self._made()
            self.control.redraw()
        elif name in _ASKED:
            self._wish(_ASKED[name])
        elif name in _OPENED and not self._lacks_server(name):
            self._wish(_OPENED[name])
            self._wish(Ask("close"))
        else:
            self._do_here(name)

    def _lacks_server(self, name: str) -> bool:
        return name == "dashboard" and not self._source.settings.sync_url

    def _do_here(self, name: str) -> None:
        say = self._tongue.say
        if name == "dashboard":
            # No server has one: the page has all of it, too.
            name = "page"
        if name == "page":
            open_page(self._view, self._tongue, Path(self._show.state))
            self._wish(Ask("close"))
        elif name == "copy":
            self.clipboard = summary_of(self._view)
            self._tell(say("The summary is copied."))
        elif name == "picture":
            self._tell(self._saved())
        elif name == "diagnostics":
            self._errand = doctor(self._show.folders)

    def _tell(self, text: str) -> None:
        self._said_at = self._now
        self.control.change(message=text)

    def _saved(self) -> str:
        """Keep the picture as it is; return where."""
        clock = self._now.astimezone().strftime("%Y-%m-%d %H.%M.%S")
        path = pictures_folder() / f"claude-tray {clock}.png"
        plain = self.control.look._replace(
            hover="", focus="", pointer=None, is_menu_open=False, message=""
        )
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._draw(plain).picture.save(path)
        except OSError as error:
            return f"{path}: {error.strerror}"
        return self._tongue.say("Saved: {path}", path=path.name)
