"""Define what a user may still set up: limits, start at login, notifications."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class SetupSwitch(StrEnum):
    """
    Something that is turned on with one click.

    LIMITS: Claude Code's status line reports the limits. AUTOSTART: the tray
    starts at login. NOTIFICATIONS: notifications are shown.
    """

    LIMITS = "limits"
    AUTOSTART = "autostart"
    NOTIFICATIONS = "notifications"


class FileChange(NamedTuple):
    """
    Change of a text file, as whole lines.

    Attributes:
        path: The file.
        removed: Lines that the change removes.
        added: Lines that stand in their place.
    """

    path: str
    removed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()


class SetupState(NamedTuple):
    """
    State of the switches.

    Attributes:
        has_limits: The status line of every Claude folder reports limits.
        starts_at_login: None if unknown.
        notifies: Notifications are on.
        changes: What turning on the limits changes in Claude Code's settings;
            empty once they are on.
        problems: Why a switch could not be turned, as one text by its key.
        transcript_folders: Folders that are watched for transcripts.
    """

    has_limits: bool = False
    starts_at_login: bool | None = None
    notifies: bool = True
    changes: tuple[FileChange, ...] = ()
    problems: tuple[tuple[str, str], ...] = ()
    transcript_folders: tuple[str, ...] = ()

    def is_on(self, switch: SetupSwitch) -> bool:
        """Return whether a switch is on; False if unknown."""
        states = {
            SetupSwitch.LIMITS: self.has_limits,
            SetupSwitch.AUTOSTART: bool(self.starts_at_login),
            SetupSwitch.NOTIFICATIONS: self.notifies,
        }
        return states[switch]

    def get_problem(self, switch: SetupSwitch) -> str:
        """Return why a switch could not be turned; empty if it could."""
        return dict(self.problems).get(switch, "")

    def with_problem(self, switch: SetupSwitch, problem: str) -> SetupState:
        """Return the state with a problem; an empty one clears it."""
        problems = {**dict(self.problems), str(switch): problem}
        return self._replace(
            problems=tuple((k, v) for k, v in problems.items() if v)
        )


def find_changed_lines(path: str, before: str, after: str) -> FileChange:
    """Compare two texts: leave out the lines both begin and end with."""
    old, new = before.splitlines(), after.splitlines()
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    shortest = min(len(old), len(new)) - start
    while end < shortest and old[-1 - end] == new[-1 - end]:
        end += 1
    return FileChange(
        path,
        tuple(old[start : len(old) - end]),
        tuple(new[start : len(new) - end]),
    )
