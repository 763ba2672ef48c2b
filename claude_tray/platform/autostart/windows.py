"""Start at login by the Run key of the registry."""

from __future__ import annotations

import subprocess
from typing import Any, Final

from claude_tray.errors import DesktopError, gettext_noop
from claude_tray.platform.autostart.base import AutostartState, AutostartStatus
from claude_tray.platform.desktop_entry import parse_program

VALUE_NAME: Final = "ClaudeTray"
RUN_KEY: Final = r"Software\Microsoft\Windows\CurrentVersion\Run"
# Set by the Task Manager: an odd first byte means disabled.
APPROVED_KEY: Final = (
    r"Software\Microsoft\Windows\CurrentVersion"
    r"\Explorer\StartupApproved\Run"
)
_MAX_COMMAND_LENGTH: Final = 260


class RunKey:
    """
    The value in the registry.

    Args:
        registry: The module winreg.
    """

    def __init__(self, registry: Any) -> None:
        self._registry = registry

    def enable(self, command: tuple[str, ...]) -> None:
        line = format_command_line(command)
        if len(line) > _MAX_COMMAND_LENGTH:
            raise DesktopError(
                gettext_noop("The command is longer than {count} characters."),
                hint=gettext_noop(
                    "Install it in a folder with a shorter path."
                ),
                count=_MAX_COMMAND_LENGTH,
            )
        reg = self._registry
        access = reg.KEY_SET_VALUE
        with reg.CreateKeyEx(reg.HKEY_CURRENT_USER, RUN_KEY, 0, access) as key:
            reg.SetValueEx(key, VALUE_NAME, 0, reg.REG_SZ, line)
        self._delete_value(APPROVED_KEY)

    def disable(self) -> None:
        self._delete_value(RUN_KEY)
        self._delete_value(APPROVED_KEY)

    def status(self, command: tuple[str, ...]) -> AutostartStatus:
        where = rf"HKCU\{RUN_KEY}\{VALUE_NAME}"
        line = self._read_value(RUN_KEY)
        if not isinstance(line, str):
            return AutostartStatus(AutostartState.OFF, where)
        approved = self._read_value(APPROVED_KEY)
        if isinstance(approved, bytes) and approved[:1] and approved[0] & 1:
            return AutostartStatus(
                AutostartState.BLOCKED, where, parse_program(line)
            )
        state = (
            AutostartState.ON
            if line == format_command_line(command)
            else AutostartState.STALE
        )
        return AutostartStatus(state, where, parse_program(line))

    def _read_value(self, path: str) -> object:
        reg = self._registry
        access = reg.KEY_QUERY_VALUE
        try:
            with reg.OpenKeyEx(reg.HKEY_CURRENT_USER, path, 0, access) as key:
                value: object = reg.QueryValueEx(key, VALUE_NAME)[0]
                return value
        except FileNotFoundError:
            return None

    def _delete_value(self, path: str) -> None:
        reg = self._registry
        access = reg.KEY_SET_VALUE
        try:
            with reg.OpenKeyEx(reg.HKEY_CURRENT_USER, path, 0, access) as key:
                reg.DeleteValue(key, VALUE_NAME)
        except FileNotFoundError:
            return


def format_command_line(command: tuple[str, ...]) -> str:
    """Format a command for the Run key."""
    arguments = subprocess.list2cmdline(command[1:])
    return f'"{command[0]}" {arguments}'.strip()
