from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from claude_tray import __version__
from claude_tray.errors import DesktopError
from claude_tray.ui.toolkit import process
from claude_tray.ui.toolkit.messages import ShowCommand
from claude_tray.ui.toolkit.process import (
    PopupProcess,
    build_popup_command,
    build_program_command,
)

if TYPE_CHECKING:
    from pathlib import Path


def test_the_command_works_from_any_folder(
    tmp_path: Path,
) -> None:
    done = subprocess.run(
        build_program_command("--version"),
        cwd=tmp_path,
        env={},
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert done.stdout == f"claude-tray {__version__}\n"


def test_the_popup_ends_with_its_input(tmp_path: Path) -> None:
    done = subprocess.run(
        build_popup_command(),
        cwd=tmp_path,
        env={},
        stdin=subprocess.DEVNULL,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert (done.returncode, done.stderr) == (0, "")


def test_a_frozen_bundle_starts_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)

    assert build_program_command("doctor") == [sys.executable, "doctor"]
    assert build_popup_command() == [sys.executable, "popup", "--process"]


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT there")
def test_an_interrupt_is_left_to_the_starter(tmp_path: Path) -> None:
    with subprocess.Popen(
        build_popup_command(),
        env={"CLAUDE_TRAY_HOME": str(tmp_path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        time.sleep(0.2)
        assert process.poll() is None
        _, errors = process.communicate(timeout=60)

    assert (process.returncode, errors) == (0, "")


def test_a_failing_window_says_so_in_a_sentence(tmp_path: Path) -> None:
    script = (
        "import sys; from claude_tray.ui import __main__ as window\n"
        "def fail(): raise KeyError('secret')\n"
        "window._run = fail; sys.exit(window.main())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "CLAUDE_TRAY_HOME": str(tmp_path)},
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )

    log = (tmp_path / "state" / "claude-tray.log").read_text()
    assert done.returncode == 1
    assert done.stderr == (
        "claude-tray: Internal error: KeyError in <string>, line 2."
        " Please report it.\n"
    )
    assert "Internal error KeyError" in log
    assert "secret" not in log


_SHOW = ShowCommand("usage.db", "settings.toml", "state", ())


def test_a_program_that_is_gone_is_an_error_and_later_ones_are_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = PopupProcess(lambda _: None, lambda: None)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))

    for _ in range(2):
        with pytest.raises(DesktopError, match="No such file"):
            window.show(_SHOW)

    window.stop()


@pytest.mark.skipif(sys.platform == "win32", reason="starts a script")
def test_a_window_that_ends_by_an_error_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed, hidden = threading.Event(), threading.Event()
    window = PopupProcess(lambda _: None, hidden.set, failed.set)
    program = tmp_path / "python"
    program.write_text("#!/bin/sh\nread line; exit 3\n")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))

    window.show(_SHOW)

    assert failed.wait(10)
    assert hidden.is_set()
    window.stop()


@pytest.mark.skipif(sys.platform == "win32", reason="starts a script")
@pytest.mark.parametrize(
    ("script", "opens_nothing"),
    [
        # It says so, and its fallback follows.
        ("""read line; echo '{"type":"unavailable"}'; read line""", False),
        # A display that never responds.
        ("exec sleep 60", True),
    ],
)
def test_a_window_that_cannot_be_shown_is_reported(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    script: str,
    opens_nothing: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    reported: queue.Queue[bool] = queue.Queue()
    window = PopupProcess(lambda _: None, lambda: None)
    window.on_unavailable = reported.put
    program = tmp_path / "python"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    monkeypatch.setattr(process, "SHOW_TIMEOUT_SECONDS", 0.5)

    window.show(_SHOW)

    assert reported.get(timeout=10) is opens_nothing
    window.stop()
    assert reported.empty()
