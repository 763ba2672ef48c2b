"""Start at login by the Run key."""

from __future__ import annotations

import subprocess
from typing import Any, Final

from claude_tray.desktop.autostart.state import State, Status
from claude_tray.desktop.desktop_file import program_of
from claude_tray.errors import DesktopError

VALUE: Final = "ClaudeTray"
RUN: Final = r"Software\Microsoft\Windows\CurrentVersion\Run"
# Task Manager's switch; an odd first byte is off.
APPROVED: Final = (
    r"Software\Microsoft\Windows\CurrentVersion"
    r"\Explorer\StartupApproved\Run"
)
_LONGEST: Final = 260


class RunKey:
    """
    The value in the registry.

    Args:
        registry: The module winreg, or one of its form.
    """

    def __init__(self, registry: Any) -> None:  # noqa: ANN401 - winreg exists on one system only
        self._registry = registry

    def enable(self, command: tuple[str, ...]) -> None:
        line = line_of(command)
        if len(line) > _LONGEST:
            summary = f"The command is longer than {_LONGEST} characters."
            raise DesktopError(summary, hint="Install it elsewhere.")
        reg = self._registry
        access = reg.KEY_SET_VALUE
        with reg.CreateKeyEx(reg.HKEY_CURRENT_USER, RUN, 0, access) as key:
            reg.SetValueEx(key, VALUE, 0, reg.REG_SZ, line)
        self._delete(APPROVED)

    def disable(self) -> None:
        self._delete(RUN)
        self._delete(APPROVED)

    def status(self, command: tuple[str, ...]) -> Status:
        where = rf"HKCU\{RUN}\{VALUE}"
        line = self._value(RUN)
        if not isinstance(line, str):
            return Status(State.OFF, where)
        approved = self._value(APPROVED)
        if isinstance(approved, bytes) and approved[:1] and approved[0] & 1:
            return Status(State.BLOCKED, where, program_of(line))
        state = State.ON if line == line_of(command) else State.STALE
        return Status(state, where, program_of(line))

    def _value(self, path: str) -> object:
        reg = self._registry
        access = reg.KEY_QUERY_VALUE
        try:
            with reg.OpenKeyEx(reg.HKEY_CURRENT_USER, path, 0, access) as key:
                value: object = reg.QueryValueEx(key, VALUE)[0]
                return value
        except FileNotFoundError:
            return None

    def _delete(self, path: str) -> None:
        reg = self._registry
        access = reg.KEY_SET_VALUE
        try:
            with reg.OpenKeyEx(reg.HKEY_CURRENT_USER, path, 0, access) as key:
                reg.DeleteValue(key, VALUE)
        except FileNotFoundError:
            return


def line_of(command: tuple[str, ...]) -> str:
    """Return a command as the Run key has it."""
    rest = subprocess.list2cmdline(command[1:])
    return f'"{command[0]}" {rest}'.strip()
