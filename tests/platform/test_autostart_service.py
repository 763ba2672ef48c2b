from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.platform.autostart.base import AutostartState
from claude_tray.platform.autostart.linux import build_xdg_autostart
from claude_tray.platform.autostart_service import repair_stale_entry

if TYPE_CHECKING:
    from pathlib import Path


def test_the_environment_says_where_entries_lie(tmp_path: Path) -> None:
    found = build_xdg_autostart(
        {"XDG_CONFIG_HOME": str(tmp_path / "c")}, tmp_path
    )

    assert found.status(("x",)).where.startswith(str(tmp_path / "c"))


def test_a_folder_that_is_not_absolute_is_no_folder(tmp_path: Path) -> None:
    found = build_xdg_autostart({"XDG_CONFIG_HOME": "c"}, tmp_path)

    assert found.status(("x",)).where.startswith(str(tmp_path / ".config"))


def test_an_entry_whose_program_is_gone_is_written_anew(
    tmp_path: Path,
) -> None:
    autostart = build_xdg_autostart({}, tmp_path)
    autostart.enable((str(tmp_path / "gone"),))

    assert repair_stale_entry(autostart, ("/new/run",))
    assert autostart.status(("/new/run",)).state is AutostartState.ON


def test_another_installation_that_lives_keeps_its_entry(
    tmp_path: Path,
) -> None:
    other = tmp_path / "other"
    other.touch()
    autostart = build_xdg_autostart({}, tmp_path)
    autostart.enable((str(other),))

    assert not repair_stale_entry(autostart, ("/new/run",))
    assert autostart.status((str(other),)).state is AutostartState.ON


def test_nothing_is_entered_that_a_person_did_not_want(
    tmp_path: Path,
) -> None:
    autostart = build_xdg_autostart({}, tmp_path)

    assert not repair_stale_entry(autostart, ("/new/run",))
    assert autostart.status(("/new/run",)).state is AutostartState.OFF
