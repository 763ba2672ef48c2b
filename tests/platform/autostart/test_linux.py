from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from claude_tray.errors import DesktopError
from claude_tray.platform.autostart.base import AutostartState
from claude_tray.platform.autostart.linux import XdgAutostart

if TYPE_CHECKING:
    from pathlib import Path


COMMAND = ("/opt/my tray/run", "--autostart")


def get_state(autostart: XdgAutostart) -> AutostartState:
    return autostart.status(COMMAND).state


def desktop_file_path(folder: Path) -> Path:
    (found,) = (folder / "autostart").iterdir()
    return found


def test_on_and_off_leave_nothing_behind(tmp_path: Path) -> None:
    autostart = XdgAutostart(tmp_path)

    assert get_state(autostart) is AutostartState.OFF
    autostart.enable(COMMAND)
    assert get_state(autostart) is AutostartState.ON
    assert autostart.status(COMMAND).program == COMMAND[0]
    autostart.disable()
    assert get_state(autostart) is AutostartState.OFF
    assert list((tmp_path / "autostart").iterdir()) == []


def test_an_entry_of_another_installation_is_stale(tmp_path: Path) -> None:
    autostart = XdgAutostart(tmp_path)

    autostart.enable(("/elsewhere/run", "--autostart"))

    assert get_state(autostart) is AutostartState.STALE


@pytest.mark.parametrize("desktop", ["GNOME", "MATE"])
def test_what_a_person_switched_off_is_blocked_until_asked_for(
    tmp_path: Path,
    desktop: str,
) -> None:
    autostart = XdgAutostart(tmp_path)
    autostart.enable(COMMAND)
    path = desktop_file_path(tmp_path)
    switch = f"X-{desktop}-Autostart-enabled"
    text = path.read_text().replace(f"{switch}=true\n", "")
    path.write_text(f"{text}{switch}=false\n")

    assert get_state(autostart) is AutostartState.BLOCKED
    autostart.enable(COMMAND)
    assert get_state(autostart) is AutostartState.ON


def test_a_packaged_entry_is_masked_and_not_deleted(tmp_path: Path) -> None:
    user_folder, system_folder = tmp_path / "own", tmp_path / "system"
    XdgAutostart(system_folder).enable(COMMAND)
    autostart = XdgAutostart(user_folder, [system_folder])

    assert get_state(autostart) is AutostartState.ON
    autostart.disable()
    assert get_state(autostart) is AutostartState.OFF
    assert desktop_file_path(system_folder).is_file()
    assert "Hidden=true" in desktop_file_path(user_folder).read_text()


def test_a_path_that_cannot_be_started_leaves_no_entry(
    tmp_path: Path,
) -> None:
    with pytest.raises(DesktopError):
        XdgAutostart(tmp_path).enable(("/a'b/run",))

    assert list(tmp_path.iterdir()) == []
