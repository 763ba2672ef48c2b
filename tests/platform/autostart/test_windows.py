from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from claude_tray.errors import DesktopError
from claude_tray.platform.autostart.base import AutostartState
from claude_tray.platform.autostart.windows import (
    APPROVED_KEY,
    RUN_KEY,
    VALUE_NAME,
    RunKey,
    format_command_line,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


COMMAND = (r"C:\Program Files\tray\run.exe", "--autostart")


class FakeRegistry:
    """Implement winreg in memory."""

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


def test_turning_it_off_leaves_nothing_behind() -> None:
    registry = FakeRegistry()
    key = RunKey(registry)

    assert key.status(COMMAND).state is AutostartState.OFF
    key.enable(COMMAND)
    assert key.status(COMMAND).state is AutostartState.ON
    assert key.status(COMMAND).program == COMMAND[0]
    key.disable()
    assert registry.values == {}


def test_the_program_is_always_quoted() -> None:
    assert format_command_line((r"C:\run.exe", "a b")) == r'"C:\run.exe" "a b"'


def test_another_command_is_stale() -> None:
    key = RunKey(FakeRegistry())
    key.enable((r"D:\other.exe",))

    assert key.status(COMMAND).state is AutostartState.STALE


@pytest.mark.parametrize(
    ("first", "state"),
    [
        (2, AutostartState.ON),
        (6, AutostartState.ON),
        (3, AutostartState.BLOCKED),
        (7, AutostartState.BLOCKED),
    ],
)
def test_the_first_byte_of_the_task_manager_disables_it(
    first: int,
    state: AutostartState,
) -> None:
    registry = FakeRegistry()
    RunKey(registry).enable(COMMAND)
    registry.values[APPROVED_KEY, VALUE_NAME] = bytes([first] + [0] * 11)

    assert RunKey(registry).status(COMMAND).state is state


def test_enabling_overrides_the_task_manager() -> None:
    registry = FakeRegistry()
    registry.values[APPROVED_KEY, VALUE_NAME] = b"\x03"

    RunKey(registry).enable(COMMAND)

    assert RunKey(registry).status(COMMAND).state is AutostartState.ON
    assert (RUN_KEY, VALUE_NAME) in registry.values


def test_a_command_that_is_too_long_is_rejected() -> None:
    with pytest.raises(DesktopError, match="260"):
        RunKey(FakeRegistry()).enable(("C:\\" + "x" * 260,))
