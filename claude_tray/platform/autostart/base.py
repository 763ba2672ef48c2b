"""Model the start at login."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple, Protocol

# Argument of the command; with it the tray opens no window.
AUTOSTART_FLAG: Final = "--autostart"


class AutostartState(StrEnum):
    """
    State of the entry.

    OFF: there is none. ON: it starts this installation. STALE: it starts
    another one. BLOCKED: the user turned it off in the system's settings.
    """

    OFF = "off"
    ON = "on"
    STALE = "stale"
    BLOCKED = "blocked"


class AutostartStatus(NamedTuple):
    """
    Status of the start at login.

    Attributes:
        state: State of the entry.
        where: File or registry value of the entry.
        program: Program it starts; empty if off.
    """

    state: AutostartState
    where: str
    program: str = ""


class Autostart(Protocol):
    """The entry of this program among those that start at login."""

    def enable(self, command: tuple[str, ...]) -> None:
        """Write the entry; override a block by the user."""

    def disable(self) -> None:
        """Remove the entry."""

    def status(self, command: tuple[str, ...]) -> AutostartStatus:
        """Return the status; an entry with another command is stale."""
