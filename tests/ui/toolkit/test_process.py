from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from claude_tray import __version__
from claude_tray.ui.toolkit.process import (
    build_popup_command,
    build_program_command,
)

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


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
