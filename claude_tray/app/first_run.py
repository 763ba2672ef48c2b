"""Greet a new user once: with tips in a terminal, and with a notification."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from claude_tray.app.context import AppContext, print_message
from claude_tray.core.setup import SetupState, SetupSwitch
from claude_tray.platform.start_command import get_start_command

if TYPE_CHECKING:
    from collections.abc import Iterator

    from claude_tray.i18n.translator import Translator


_MARKER_FILE: Final = "offered"


def take_first_run(context: AppContext) -> bool:
    """Return whether the tray was never started before, and remember it."""
    marker = context.paths.state_folder / _MARKER_FILE
    if marker.exists():
        return False
    with suppress(OSError):
        # Without the marker, the next start greets again.
        marker.touch()
    return True


def print_tips(setup: SetupState, translator: Translator) -> None:
    """Print how to turn on what is off."""
    for tip in _list_tips(setup, translator):
        print_message(tip)


def _list_tips(setup: SetupState, translator: Translator) -> Iterator[str]:
    gettext, command = translator.gettext, get_start_command()
    if setup.starts_at_login is False:
        yield gettext(
            "To start the tray at login, run: {command} autostart on",
            command=command,
        )
    if setup.get_problem(SetupSwitch.LIMITS):
        # It would fail for the same reason.
        return
    if not setup.has_limits:
        yield gettext(
            "To show your real limits, run: {command} statusline install",
            command=command,
        )
