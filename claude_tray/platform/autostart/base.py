"""How starting at login stands."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple, Protocol

# Told to the program, so that it opens no window.
AUTOSTART_FLAG: Final = "--autostart"


class AutostartState(StrEnum):
    """
    Whether this program starts at login.

    OFF: there is no entry. ON: it starts this installation. STALE: it starts
    another one. BLOCKED: a person switched it off in the system's settings.
    """

    OFF = "off"
    ON = "on"
    STALE = "stale"
    BLOCKED = "blocked"


class AutostartStatus(NamedTuple):
    """
    What is entered.

    Attributes:
        state: How it stands.
        where: The file or the registry value.
        program: What is started; empty when off.
    """

    state: AutostartState
    where: str
    program: str = ""


class Autostart(Protocol):
    """Where one system keeps what starts at login."""

    def enable(self, command: tuple[str, ...]) -> None:
        """Enter a command, also where a person had switched it off."""

    def disable(self) -> None:
        """Take the entry out."""

    def status(self, command: tuple[str, ...]) -> AutostartStatus:
        """Tell how it stands; an entry of another command is stale."""
