from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from claude_tray.errors import DesktopError, SettingsError
from claude_tray.platform.user_command import (
    find_program,
    start_command,
    wait_for_command,
)

if TYPE_CHECKING:
    from pathlib import Path


def test_programs_are_found_by_name_and_full_path() -> None:
    assert find_program(sys.executable)


@pytest.mark.skipif(sys.platform == "win32", reason="needs modes of Unix")
def test_home_is_expanded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "notify").touch(mode=0o700)

    assert find_program("~/notify") == str(tmp_path / "notify")


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("no-such-program", "There is no program"),
        ("/no/such/program", "There is no program"),
        ("sh -c true", "There is no program"),
        ("./notify", "is not a full path"),
        ("bin/notify", "is not a full path"),
    ],
)
def test_other_programs_are_refused(name: str, problem: str) -> None:
    with pytest.raises(SettingsError, match=problem) as caught:
        find_program(name)

    assert caught.value.hint


@pytest.mark.skipif(sys.platform == "win32", reason="needs modes of Unix")
def test_a_file_that_is_no_program_has_a_hint(tmp_path: Path) -> None:
    path = tmp_path / "notify"
    path.touch(mode=0o600)

    with pytest.raises(SettingsError, match="cannot be run") as caught:
        find_program(str(path))

    assert caught.value.hint == f"Run: chmod +x {path}"


@pytest.mark.skipif(sys.platform == "win32", reason="needs modes of Unix")
def test_a_program_of_no_format_has_a_hint(tmp_path: Path) -> None:
    path = tmp_path / "notify"
    path.write_text("echo without a first line")
    path.chmod(0o700)

    with pytest.raises(DesktopError, match="Exec format error") as caught:
        start_command([str(path)], b"")

    assert "#!/bin/sh" in caught.value.hint


def test_the_status_of_a_command_is_checked() -> None:
    good = start_command([sys.executable, "-c", "pass"], b"")
    wait_for_command(good, 60)
    bad = start_command([sys.executable, "-c", "raise SystemExit(4)"], b"")
    with pytest.raises(DesktopError, match="status 4"):
        wait_for_command(bad, 60)
