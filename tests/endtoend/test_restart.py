"""Replace the program while it runs, as an update does."""

from __future__ import annotations

import shutil
import sys
import sysconfig
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("jeepney", reason="D-Bus")

from tests.support.builders import ClaudeFolder, make_line
from tests.support.desktop import (
    VirtualDesktop,
    find_missing_programs,
    wait_until,
)
from tests.support.session_bus import FakeNotificationServer

if TYPE_CHECKING:
    from collections.abc import Iterator


ROOT = Path(__file__).parents[2]

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="a Linux desktop"),
    pytest.mark.skipif(
        bool(find_missing_programs()),
        reason=f"lacks {find_missing_programs()}",
    ),
]


@pytest.fixture
def desktop(tmp_path: Path) -> Iterator[VirtualDesktop]:
    with VirtualDesktop(tmp_path) as desktop:
        yield desktop


def install(desktop: VirtualDesktop) -> Path:
    """Create a venv whose interpreter can be replaced; return that."""
    venv = desktop.folder / "venv"
    python = venv / "bin" / "python"
    python.parent.mkdir(parents=True)
    shutil.copy(Path(sys.prefix) / "pyvenv.cfg", venv)
    python.symlink_to(Path(sys.executable).resolve())
    packages = sysconfig.get_paths()["purelib"]
    desktop.env["PYTHONPATH"] = f"{ROOT}:{packages}"
    # Not the first start, which is greeted.
    state = Path(desktop.env["CLAUDE_TRAY_HOME"]) / "state"
    state.mkdir(parents=True)
    (state / "offered").touch()
    return python


def test_clicks_survive_an_update_and_suggest_a_restart(
    desktop: VirtualDesktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    bus = desktop.env["DBUS_SESSION_BUS_ADDRESS"]
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus)
    claude = ClaudeFolder(desktop.folder / "claude")
    claude.append(make_line())
    python = install(desktop)
    with FakeNotificationServer() as notifications:
        process = desktop.start(
            *(str(python), "-m", "claude_tray"),
            *("--claude-path", str(claude.path)),
        )
        (item,) = wait_until(desktop.list_items)
        python.unlink()

        # Twice: the first failure must not end the thread of the clicks.
        for _ in range(2):
            desktop.activate(item)
            number, *values = notifications.shown.get(timeout=20)
            assert values[3] == "claude-tray was updated"
            assert "Restart" in values[5]
        python.symlink_to(Path(sys.executable).resolve())
        labels = list(values[5])
        restart = labels[labels.index("Restart") - 1]

        def list_new_items() -> list[str]:
            # Again and again: a click is lost that comes before the library
            # has registered the notification.
            notifications.click(number, restart)
            time.sleep(0.2)
            return [i for i in desktop.list_items() or [] if i != item]

        # It is the same process with the new program in it.
        (new_item,) = wait_until(list_new_items)
        assert process.poll() is None
        assert desktop.get_item_property(new_item, "ToolTip")
