from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from claude_tray.errors import SettingsError
from claude_tray.sync.own_keys import alias_key, machine_id

if TYPE_CHECKING:
    from pathlib import Path


def test_they_are_made_once_and_for_this_user_alone(tmp_path: Path) -> None:
    path = tmp_path / "own" / "machine-id"

    one = machine_id(path)

    assert machine_id(path) == one
    assert machine_id(tmp_path / "other") != one
    if sys.platform != "win32":
        assert path.stat().st_mode & 0o777 == 0o600


def test_a_key_that_was_copied_is_used(tmp_path: Path) -> None:
    path = tmp_path / "alias-key"
    path.write_text("a key of another machine\n")

    assert alias_key(path) == b"a key of another machine"


def test_a_key_too_short_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "alias-key"
    path.write_text("short")

    with pytest.raises(SettingsError, match="too short"):
        alias_key(path)


def test_a_file_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(SettingsError, match="cannot be used"):
        machine_id(tmp_path / "file" / "machine-id")
