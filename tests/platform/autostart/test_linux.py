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


def test_turning_it_off_leaves_nothing_behind(tmp_path: Path) -> None:
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
def test_an_entry_the_user_disabled_is_blocked_until_enabled(
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


def test_the_entry_of_a_package_is_hidden(tmp_path: Path) -> None:
    user_folder, system_folder = tmp_path / "own", tmp_path / "system"
    XdgAutostart(system_folder).enable(COMMAND)
    autostart = XdgAutostart(user_folder, [system_folder])

    assert get_state(autostart) is AutostartState.ON
    autostart.disable()
    assert get_state(autostart) is AutostartState.OFF
    assert desktop_file_path(system_folder).is_file()
    assert "Hidden=true" in desktop_file_path(user_folder).read_text()


def test_no_entry_is_written_for_an_unusable_path(
    tmp_path: Path,
) -> None:
    with pytest.raises(DesktopError):
        XdgAutostart(tmp_path).enable(("/a'b/run",))

    assert list(tmp_path.iterdir()) == []
