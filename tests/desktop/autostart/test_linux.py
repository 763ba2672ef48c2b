from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from claude_tray.desktop.autostart.linux import XdgAutostart
from claude_tray.desktop.autostart.state import State
from claude_tray.errors import DesktopError

if TYPE_CHECKING:
    from pathlib import Path

COMMAND = ("/opt/my tray/run", "--autostart")


def state(autostart: XdgAutostart) -> State:
    return autostart.status(COMMAND).state


def file_of(folder: Path) -> Path:
    (found,) = (folder / "autostart").iterdir()
    return found


def test_on_and_off_leave_nothing_behind(tmp_path: Path) -> None:
    autostart = XdgAutostart(tmp_path)

    assert state(autostart) is State.OFF
    autostart.enable(COMMAND)
    assert state(autostart) is State.ON
    assert autostart.status(COMMAND).program == COMMAND[0]
    autostart.disable()
    assert state(autostart) is State.OFF
    assert list((tmp_path / "autostart").iterdir()) == []


def test_an_entry_of_another_installation_is_stale(tmp_path: Path) -> None:
    autostart = XdgAutostart(tmp_path)

    autostart.enable(("/elsewhere/run", "--autostart"))

    assert state(autostart) is State.STALE


@pytest.mark.parametrize("desktop", ["GNOME", "MATE"])
def test_what_a_person_switched_off_is_blocked_until_asked_for(
    tmp_path: Path,
    desktop: str,
) -> None:
    autostart = XdgAutostart(tmp_path)
    autostart.enable(COMMAND)
    path = file_of(tmp_path)
    switch = f"X-{desktop}-Autostart-enabled"
    text = path.read_text().replace(f"{switch}=true\n", "")
    path.write_text(f"{text}{switch}=false\n")

    assert state(autostart) is State.BLOCKED
    autostart.enable(COMMAND)
    assert state(autostart) is State.ON


def test_a_packaged_entry_is_masked_and_not_deleted(tmp_path: Path) -> None:
    own, system = tmp_path / "own", tmp_path / "system"
    XdgAutostart(system).enable(COMMAND)
    autostart = XdgAutostart(own, [system])

    assert state(autostart) is State.ON
    autostart.disable()
    assert state(autostart) is State.OFF
    assert file_of(system).is_file()
    assert "Hidden=true" in file_of(own).read_text()


def test_a_path_that_cannot_be_started_leaves_no_entry(
    tmp_path: Path,
) -> None:
    with pytest.raises(DesktopError):
        XdgAutostart(tmp_path).enable(("/a'b/run",))

    assert list(tmp_path.iterdir()) == []
