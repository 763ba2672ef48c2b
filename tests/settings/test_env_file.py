from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from claude_tray.errors import SettingsError
from claude_tray.settings.env_file import EnvFile, read_env_file

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / ".env"


def _write(path: Path, text: str, mode: int = 0o600) -> None:
    path.write_text(text)
    path.chmod(mode)


def test_without_a_file_nothing_is_told(path: Path) -> None:
    assert read_env_file(path) == EnvFile({})


def test_values_are_read_as_a_unit_reads_them(path: Path) -> None:
    text = (
        "# where to\n"
        "CLAUDE_USAGE_API_URL=https://usage.example\n"
        "CLAUDE_USAGE_API_TOKEN='to$HOME.ken'\n"
        "EMPTY=\n"
    )
    _write(path, text)

    assert read_env_file(path) == EnvFile(
        {
            "CLAUDE_USAGE_API_URL": "https://usage.example",
            "CLAUDE_USAGE_API_TOKEN": "to$HOME.ken",
        },
    )


@pytest.mark.skipif(sys.platform == "win32", reason="modes of Unix")
def test_a_file_that_others_can_read_is_told(path: Path) -> None:
    _write(path, "A=b\n", 0o644)

    assert "chmod 600" in read_env_file(path).trouble


def test_what_is_no_text_is_refused_by_name(path: Path) -> None:
    path.write_bytes(b"A=\xff\xfe\n")

    with pytest.raises(SettingsError, match="no text"):
        read_env_file(path)


def test_what_cannot_be_reached_is_refused_by_name(path: Path) -> None:
    path.mkdir()

    with pytest.raises(SettingsError, match="cannot be read"):
        read_env_file(path)
