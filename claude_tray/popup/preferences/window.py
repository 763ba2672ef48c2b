"""The settings window: what is pressed is saved, and holds at once."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from claude_tray.desktop.login import starts_at_login
from claude_tray.errors import SettingsError
from claude_tray.popup import errand
from claude_tray.popup.controller import Controller
from claude_tray.popup.drawn.sheet import Look
from claude_tray.popup.language import tongue_of_settings
from claude_tray.popup.order import Ask, Volatile
from claude_tray.popup.preferences.pages import NAMES, pages_of
from claude_tray.popup.preferences.picture import draw_settings
from claude_tray.popup.preferences.standing import Standing, choice_of
from claude_tray.popup.source import settings_in
from claude_tray.popup.theme import palette_of
from claude_tray.settings.save import save

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from claude_tray.drawing.palette import Palette
    from claude_tray.popup.drawn.sheet import Drawing
    from claude_tray.popup.order import Show

_MESSAGE_TIME: Final = timedelta(seconds=5)
_SECOND: Final = timedelta(seconds=1)


class Preferences:
    """
    The content of the settings window.

    Args:
        show: The order to show it.
        wish: Called with what the tray is to do.
        now: The moment.
    """

    is_framed = True

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
        self._looked_at = now
        self._errands: dict[str, errand.Errand] = {}
        self._volatile = Volatile()
        # Asked once: the desktop answers slowly.
        self._system = palette_of("system")
        self._standing = self._found()
        page = show.page if show.page in NAMES else NAMES[0]
        self.control = Controller(
            self._draw,
            self._do,
            Look(palette=self._palette, tab=page),
            NAMES,
            is_rtl=self._standing.tongue.is_rtl,
        )

    @property
    def title(self) -> str:
        say = self._standing.tongue.say
        return say("Settings of claude-tray")

    def look_again(self, now: datetime) -> None:
        """Take in what another hand has changed, and what has ended."""
        self._now = now
        if now - self._looked_at >= _SECOND:
            self._looked_at = now
            self._renew()
        for name, running in list(self._errands.items()):
            report = running.report()
            if report is not None:
                del self._errands[name]
                self._end(name, report.text, report.sentence)
        if self.control.look.message and now - self._said_at > _MESSAGE_TIME:
            self.control.change(message="")

    def hear(self, state: Volatile) -> None:
        """Take how forwarding stands."""
        self._volatile = state
        self._renew()

    def elsewhere(self) -> Ask:
        """Say where the settings can be changed without a window."""
        text = self._standing.tongue.say(
            "The settings are in {path}.", path=self._show.settings
        )
        return Ask("notify", text)

    def close(self) -> None:
        for running in self._errands.values():
            running.drop()
        self._errands.clear()

    @property
    def _palette(self) -> Palette:
        return self._palette_of(self._standing.settings.general_theme)

    def _palette_of(self, theme: str) -> Palette:
        return self._system if theme == "system" else palette_of(theme)

    def _draw(self, look: Look) -> Drawing:
        tongue = self._standing.tongue
        return draw_settings(
            pages_of(self._standing),
            tongue.say("Settings"),
            look,
            is_rtl=tongue.is_rtl,
        )

    def _renew(self) -> None:
        found = self._found()
        if found._replace(now=None) != self._standing._replace(now=None):
            self._standing = found
            self.control.is_rtl = found.tongue.is_rtl
            self.control.change(palette=self._palette)
            self.control.redraw()

    def _found(self) -> Standing:
        """Return how things stand."""
        settings = settings_in(self._show.settings)
        tongue = tongue_of_settings(settings)
        say = tongue.say
        log = str(Path(self._show.state) / "claude-tray.log")
        return Standing(
            settings,
            tongue,
            self._now,
            starts_at_login(),
            self._volatile.sync,
            tuple(_short(path) for path, _ in self._show.folders),
            (
                (say("Settings"), _short(self._show.settings)),
                (say("Store"), _short(self._show.store)),
                (say("Log"), _short(log)),
            ),
            self._palette_of(settings.general_theme).is_dark,
            settings.sync_url,
        )

    def _do(self, name: str) -> None:
        if name.startswith("set:"):
            self._save(name)
        elif name == "login":
            is_on = self._standing.starts_at_login
            self._wish(Ask("login-off" if is_on else "login-on"))
        elif name == "test-notification":
            say = self._standing.tongue.say
            text = say("A test of claude-tray's notifications")
            self._wish(Ask("notify", text))
        elif name in ("sync-now", "quit", "refresh"):
            self._wish(Ask(name))
        elif name == "sync-test":
            self._test()
        elif name == "dry-run":
            self._errands[name] = errand.dry_run(self._show.folders)
        elif name == "diagnostics":
            self._errands[name] = errand.doctor(self._show.folders)

    def _save(self, action: str) -> None:
        key, value = choice_of(action)
        try:
            save(Path(self._show.settings), {key: value})
        except SettingsError as error:
            self._tell(f"{error.summary} {error.hint}".strip())
        self._renew()
        self._wish(Ask("settings-changed"))

    def _test(self) -> None:
        say = self._standing.tongue.say
        if not self._standing.settings.sync_enabled:
            self._tell(say("Switch sync on first."))
        elif "sync-test" not in self._errands:
            self._errands["sync-test"] = errand.sync_once(self._show.folders)
            self._tell(say("Asking the server\N{HORIZONTAL ELLIPSIS}"))

    def _end(self, name: str, text: str, sentence: str) -> None:
        """Tell what an errand brought."""
        say = self._standing.tongue.say
        if name == "sync-test":
            self._tell(sentence)
            return
        self.clipboard = text
        said = say("What would be sent is copied.")
        if name == "diagnostics":
            said = say("The diagnostics are copied.")
        self._tell(said)

    def _tell(self, text: str) -> None:
        self._said_at = self._now
        self.control.change(message=text)


def _short(path: str) -> str:
    """Return a path with ~ for the person's own folder."""
    home = str(Path("~").expanduser())
    return "~" + path[len(home) :] if path.startswith(home + os.sep) else path
