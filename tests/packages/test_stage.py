"""Check the files that Linux packages add to the program."""

from __future__ import annotations

import gzip
import importlib.util
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from claude_tray import __version__
from claude_tray.cli.main import COMMANDS
from claude_tray.platform.app_id import APP_ID

pytest.importorskip("argparse_manpage", reason="the extra ship")

ROOT = Path(__file__).parents[2]
BUILD_TIME = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    path = ROOT / "packaging" / "stage.py"
    specification = importlib.util.spec_from_file_location("stage", path)
    assert specification is not None
    assert specification.loader is not None
    staging: Any = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(staging)
    built: dict[str, bytes] = staging.build_files(BUILD_TIME)
    return built


def _run_checker(
    tmp_path: Path, name: str, data: bytes, *command: str
) -> None:
    if shutil.which(command[0]) is None:
        pytest.skip(f"lacks {command[0]}")
    path = tmp_path / Path(name).name
    path.write_bytes(data)
    done = subprocess.run(
        [*command, path],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_manual_covers_every_command_and_this_version(
    files: dict[str, bytes],
) -> None:
    manual = gzip.decompress(files["share/man/man1/claude-tray.1.gz"]).decode()

    for name in COMMANDS:
        assert f"claude-tray {name}" in manual.replace("\\-", "-")
    assert __version__ in manual
    assert "2026" in manual.splitlines()[0]


def test_the_manual_is_valid(
    files: dict[str, bytes],
    tmp_path: Path,
) -> None:
    name = "share/man/man1/claude-tray.1.gz"

    _run_checker(tmp_path, name, files[name], "man", "-P", "cat", "-l")


def test_the_desktop_entry_is_valid(
    files: dict[str, bytes],
    tmp_path: Path,
) -> None:
    name = f"share/applications/{APP_ID}.desktop"

    _run_checker(tmp_path, name, files[name], "desktop-file-validate")


def test_the_appstream_metadata_is_valid(
    files: dict[str, bytes],
    tmp_path: Path,
) -> None:
    name = f"share/metainfo/{APP_ID}.metainfo.xml"

    command = ("appstreamcli", "validate", "--no-net")
    _run_checker(tmp_path, name, files[name], *command)


def test_completions_are_installed_where_shells_look(
    files: dict[str, bytes],
) -> None:
    for name in (
        "share/bash-completion/completions/claude-tray",
        "share/zsh/vendor-completions/_claude-tray",
        "share/fish/vendor_completions.d/claude-tray.fish",
    ):
        assert b"shtab" in files[name]
