from __future__ import annotations

import os
import sqlite3
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from claude_tray.errors import SettingsError
from claude_tray.server.own_files import (
    ServerFiles,
    prepare_data_folder,
    read_secret_key,
)

if TYPE_CHECKING:
    from pathlib import Path


def make_files(folder: Path) -> ServerFiles:
    return ServerFiles(
        folder / "server.sqlite3", folder / "key", folder / "archive"
    )


def prepare(files: ServerFiles) -> None:
    prepare_data_folder(files, needs_database=True, needs_key=True)


def list_modes(folder: Path) -> dict[str, int]:
    return {
        path.name: path.stat().st_mode & 0o777
        for path in (folder, *folder.iterdir())
    }


@pytest.fixture
def open_umask() -> object:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX")
@pytest.mark.usefixtures("open_umask")
def test_all_files_are_private_whatever_the_umask(tmp_path: Path) -> None:
    files = make_files(tmp_path / "new" / "data")
    prepare(files)
    connection = sqlite3.connect(files.database)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE t (x)")

    modes = list_modes(files.database.parent)

    connection.close()
    assert modes.pop("data") == 0o700
    assert modes == dict.fromkeys(
        ("server.sqlite3", "server.sqlite3-wal", "server.sqlite3-shm", "key"),
        0o600,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX")
def test_files_of_earlier_versions_become_private(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    files = make_files(tmp_path)
    files.database.touch(0o644)
    files.secret_key.write_text("k" * 64)
    files.secret_key.chmod(0o644)

    prepare(files)

    assert list_modes(tmp_path) == {
        tmp_path.name: 0o700,
        "server.sqlite3": 0o600,
        "key": 0o600,
    }
    assert read_secret_key(files) == "k" * 64


def test_servers_that_start_together_agree_on_the_key(tmp_path: Path) -> None:
    files = make_files(tmp_path)

    def start(_: int) -> str:
        prepare(files)
        return read_secret_key(files)

    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(start, range(8)))

    assert len(keys) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "key",
        "server.sqlite3",
    ]


@pytest.mark.parametrize("content", [b"", b"short", b"\xff" * 64])
def test_a_damaged_key_is_reported(tmp_path: Path, content: bytes) -> None:
    files = make_files(tmp_path)
    files.secret_key.write_bytes(content)

    with pytest.raises(SettingsError) as excinfo:
        read_secret_key(files)

    assert "is damaged" in excinfo.value.summary


def test_a_folder_that_is_a_file_is_reported(tmp_path: Path) -> None:
    (tmp_path / "data").touch()

    with pytest.raises(SettingsError) as excinfo:
        prepare(make_files(tmp_path / "data"))

    assert "CLAUDE_TRAY_HOME" in excinfo.value.hint
