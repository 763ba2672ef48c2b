from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path
from tempfile import mkdtemp

import pytest

if sys.platform == "win32":
    pytest.skip("POSIX systems", allow_module_level=True)

from claude_tray.platform.system import current_system

_SHELL_WITH_CHILD = "sleep 60 & echo $!; wait"


@pytest.mark.parametrize("runtime_folder", ["", "run", "relative"])
def test_a_long_folder_gets_a_short_socket_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, runtime_folder: str
) -> None:
    shared = Path("/tmp")  # noqa: S108
    if runtime_folder == "run":
        shared = Path(mkdtemp(dir=shared))
        runtime_folder = str(shared)
    monkeypatch.setenv("XDG_RUNTIME_DIR", runtime_folder)
    folder = tmp_path / ("x" * 99)

    listener, endpoint = current_system().bind_command_socket(folder)
    listener.close()
    Path(endpoint).unlink()
    private_folder = Path(endpoint).parent
    mode = stat.S_IMODE(private_folder.stat().st_mode)
    private_folder.rmdir()

    assert private_folder.parent == shared
    assert mode == 0o700


def test_a_socket_left_by_a_crash_is_replaced(tmp_path: Path) -> None:
    system = current_system()
    first, endpoint = system.bind_command_socket(tmp_path)
    first.close()
    assert Path(endpoint).is_socket()

    second, _ = system.bind_command_socket(tmp_path)
    second.listen(1)

    system.connect_local_socket(endpoint, timeout=5).close()
    second.close()
    with pytest.raises(OSError, match="refused"):
        system.connect_local_socket(endpoint, timeout=5)


def test_a_folder_without_a_socket_raises(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        current_system().bind_command_socket(tmp_path / "missing")


def test_a_command_is_killed_with_its_children() -> None:
    with subprocess.Popen(
        ["/bin/sh", "-c", _SHELL_WITH_CHILD],
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()

        current_system().kill_process_group(process)

        # Ends when the last process that holds the pipe is gone.
        assert process.stdout.read() == b""
    assert process.returncode < 0


def test_a_device_is_named_by_its_numbers(tmp_path: Path) -> None:
    device = tmp_path.stat().st_dev

    name = current_system().format_device_number(device)

    major, minor = map(int, name.split(":"))
    assert os.makedev(major, minor) == device
