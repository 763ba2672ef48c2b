from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from claude_tray.desktop.autostart.state import State
from claude_tray.desktop.autostart.windows import (
    APPROVED,
    RUN,
    VALUE,
    RunKey,
    line_of,
)
from claude_tray.errors import DesktopError

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMAND = (r"C:\Program Files\tray\run.exe", "--autostart")


class Registry:
    """A registry in memory, in the form of winreg."""

    HKEY_CURRENT_USER = 1
    KEY_SET_VALUE = 2
    KEY_QUERY_VALUE = 1
    REG_SZ = 1

    def __init__(self) -> None:
        self.values: dict[tuple[str, str], object] = {}

    @contextmanager
    def CreateKeyEx(  # noqa: N802
        self,
        _root: int,
        path: str,
        _reserved: int,
        _access: int,
    ) -> Iterator[str]:
        yield path

    OpenKeyEx = CreateKeyEx

    def SetValueEx(  # noqa: N802
        self,
        key: str,
        name: str,
        _reserved: int,
        kind: int,
        value: object,
    ) -> None:
        self.values[key, name] = value
        assert kind == self.REG_SZ

    def QueryValueEx(self, key: str, name: str) -> tuple[object, int]:  # noqa: N802
        if (key, name) not in self.values:
            raise FileNotFoundError
        return self.values[key, name], self.REG_SZ

    def DeleteValue(self, key: str, name: str) -> None:  # noqa: N802
        if self.values.pop((key, name), None) is None:
            raise FileNotFoundError


def test_on_and_off_leave_nothing_behind() -> None:
    registry = Registry()
    key = RunKey(registry)

    assert key.status(COMMAND).state is State.OFF
    key.enable(COMMAND)
    assert key.status(COMMAND).state is State.ON
    assert key.status(COMMAND).program == COMMAND[0]
    key.disable()
    assert registry.values == {}


def test_the_program_is_always_quoted() -> None:
    assert line_of((r"C:\run.exe", "a b")) == r'"C:\run.exe" "a b"'


def test_another_command_is_stale() -> None:
    key = RunKey(Registry())
    key.enable((r"D:\other.exe",))

    assert key.status(COMMAND).state is State.STALE


@pytest.mark.parametrize(
    ("first", "state"),
    [(2, State.ON), (6, State.ON), (3, State.BLOCKED), (7, State.BLOCKED)],
)
def test_task_managers_switch_is_the_first_byte(
    first: int,
    state: State,
) -> None:
    registry = Registry()
    RunKey(registry).enable(COMMAND)
    registry.values[APPROVED, VALUE] = bytes([first] + [0] * 11)

    assert RunKey(registry).status(COMMAND).state is state


def test_asking_again_undoes_task_managers_switch() -> None:
    registry = Registry()
    registry.values[APPROVED, VALUE] = b"\x03"

    RunKey(registry).enable(COMMAND)

    assert RunKey(registry).status(COMMAND).state is State.ON
    assert (RUN, VALUE) in registry.values


def test_a_command_that_windows_would_cut_off_is_refused() -> None:
    with pytest.raises(DesktopError, match="260"):
        RunKey(Registry()).enable(("C:\\" + "x" * 260,))
