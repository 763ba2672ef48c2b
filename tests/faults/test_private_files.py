"""Own files are private whatever the umask, and one tray is left."""

from __future__ import annotations

import json
import os
import shutil
import stat
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from tests.support.builders import ClaudeFolder, make_line
from tests.support.sandbox import ProgramSandbox, read_until, terminate

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path


pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has no modes"
)


def _list_modes(folder: Path) -> dict[str, int]:
    modes = {}
    for path in [folder, *folder.rglob("*")]:
        # Files that are being replaced may be gone by now.
        with suppress(FileNotFoundError):
            if not path.is_socket():
                mode = stat.S_IMODE(path.stat().st_mode)
                modes[str(path.relative_to(folder))] = mode
    return modes


@pytest.mark.parametrize("umask", ["000", "022", "177"])
def test_a_first_start_and_all_commands_write_private_files(
    sandbox: ProgramSandbox,
    minutes_ago: Callable[[int], datetime],
    umask: str,
) -> None:
    sandbox.claude.append(make_line(timestamp=minutes_ago(5).isoformat()))
    wrapper = ["sh", "-c", f'umask {umask}; exec "$@"', "sh"]
    export = sandbox.folder / "export.json"

    process = sandbox.start("--no-tray", wrapper=wrapper)
    read_until(process, "15 tokens")
    live = _list_modes(sandbox.app_home)
    terminate(process)
    for command in (
        ("stats",),
        ("export", "--output", str(export)),
        ("popup", "--html", "--no-browser"),
    ):
        done = sandbox.run(*command, wrapper=wrapper)
        assert done.returncode == 0, done.stderr

    modes = live | _list_modes(sandbox.app_home)
    assert {"data/usage.db", "data/usage.db-wal"} <= modes.keys()
    for name, mode in modes.items():
        is_folder = (sandbox.app_home / name).is_dir()
        assert mode == (0o700 if is_folder else 0o600), name
    assert stat.S_IMODE(export.stat().st_mode) == 0o600


def test_modes_of_earlier_versions_are_mended(sandbox: ProgramSandbox) -> None:
    sandbox.claude.append(make_line())
    sandbox.refresh()
    data = sandbox.store.parent
    data.chmod(0o755)
    sandbox.store.chmod(0o644)

    doctor = json.loads(sandbox.run("doctor", "--json").stdout)

    assert doctor["private"] is True
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert stat.S_IMODE(sandbox.store.stat().st_mode) == 0o600


def test_a_folder_that_a_race_left_unusable_is_usable_again(
    sandbox: ProgramSandbox,
) -> None:
    sandbox.claude.append(make_line())
    sandbox.store.parent.mkdir(parents=True)
    sandbox.store.parent.chmod(0o600)

    assert sandbox.refresh()["messages_added"] == 1


def test_first_starts_on_a_busy_machine_are_all_usable(
    sandbox: ProgramSandbox, tmp_path: Path
) -> None:
    sandbox.claude.append(make_line())
    others = [
        ProgramSandbox(tmp_path / str(number), sandbox.claude)
        for number in range(6)
    ]
    try:
        processes = [other.start("--no-tray") for other in others]
        for process in processes:
            assert process.stdout is not None
            process.stdout.readline()
        for process in processes:
            terminate(process)
        for other in others:
            mode = stat.S_IMODE(other.store.parent.stat().st_mode)
            assert mode == 0o700
            assert other.refresh()["messages_added"] == 0
    finally:
        for other in others:
            other.kill_all()


def test_of_two_trays_after_the_folder_was_deleted_the_first_ends(
    sandbox: ProgramSandbox,
    minutes_ago: Callable[[int], datetime],
) -> None:
    sandbox.claude.append(make_line(timestamp=minutes_ago(5).isoformat()))
    first = sandbox.start("--no-tray")
    read_until(first, "15 tokens")
    while sandbox.app_home.exists():
        # The tray may write a file meanwhile.
        shutil.rmtree(sandbox.app_home, ignore_errors=True)
    second = sandbox.start("--no-tray")
    read_until(second, "15 tokens")

    first.communicate(timeout=30)
    assert first.returncode == 0
    assert second.poll() is None
    assert sandbox.run("--quit").returncode == 0
    second.communicate(timeout=20)
    assert second.returncode == 0


def test_a_second_start_says_what_it_did(
    sandbox: ProgramSandbox,
    minutes_ago: Callable[[int], datetime],
) -> None:
    sandbox.claude.append(make_line(timestamp=minutes_ago(5).isoformat()))
    first = sandbox.start("--no-tray")
    read_until(first, "15 tokens")

    again = sandbox.run("--no-tray")

    assert again.returncode == 0
    assert "already running" in again.stdout
    terminate(first)


def test_a_stopped_program_leaves_no_socket_at_a_shared_place(
    tmp_path: Path,
) -> None:
    deep = tmp_path / ("x" * 60) / ("y" * 60)
    sandbox = ProgramSandbox(deep, ClaudeFolder(tmp_path / "claude"))
    runtime = tmp_path / "r"
    runtime.mkdir(0o700)
    sandbox.env["XDG_RUNTIME_DIR"] = str(runtime)
    before = set(os.listdir("/tmp"))  # noqa: PTH208, S108
    process = sandbox.start("--no-tray")
    try:
        deadline = time.monotonic() + 20
        while sandbox.run("--quit").returncode:
            assert time.monotonic() < deadline
        process.communicate(timeout=20)
    finally:
        sandbox.kill_all()

    assert list(runtime.iterdir()) == []
    left = set(os.listdir("/tmp")) - before  # noqa: PTH208, S108
    assert not [name for name in left if name.endswith(".socket")]
