from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.platform.autostart.base import AutostartState
from claude_tray.platform.autostart.linux import build_xdg_autostart
from claude_tray.platform.autostart_service import repair_stale_entry

if TYPE_CHECKING:
    from pathlib import Path


def test_entries_are_in_the_configured_folder(tmp_path: Path) -> None:
    found = build_xdg_autostart(
        {"XDG_CONFIG_HOME": str(tmp_path / "c")}, tmp_path
    )

    assert found.status(("x",)).where.startswith(str(tmp_path / "c"))


def test_a_relative_folder_is_ignored(tmp_path: Path) -> None:
    found = build_xdg_autostart({"XDG_CONFIG_HOME": "c"}, tmp_path)

    assert found.status(("x",)).where.startswith(str(tmp_path / ".config"))


def test_the_entry_of_a_deleted_program_is_replaced(
    tmp_path: Path,
) -> None:
    autostart = build_xdg_autostart({}, tmp_path)
    autostart.enable((str(tmp_path / "gone"),))

    assert repair_stale_entry(autostart, ("/new/run",))
    assert autostart.status(("/new/run",)).state is AutostartState.ON


def test_the_entry_of_another_installation_is_kept(
    tmp_path: Path,
) -> None:
    other = tmp_path / "other"
    other.touch()
    autostart = build_xdg_autostart({}, tmp_path)
    autostart.enable((str(other),))

    assert not repair_stale_entry(autostart, ("/new/run",))
    assert autostart.status((str(other),)).state is AutostartState.ON


def test_a_missing_entry_is_not_created(
    tmp_path: Path,
) -> None:
    autostart = build_xdg_autostart({}, tmp_path)

    assert not repair_stale_entry(autostart, ("/new/run",))
    assert autostart.status(("/new/run",)).state is AutostartState.OFF
