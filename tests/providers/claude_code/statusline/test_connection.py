from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from claude_tray.errors import SettingsError
from claude_tray.providers.claude_code.statusline.connection import (
    connect_statusline,
    disconnect_statusline,
    preview_connection,
    preview_disconnection,
)


def make_folder(folder: Path, settings: bytes) -> Path:
    folder.mkdir()
    (folder / "settings.json").write_bytes(settings)
    return folder


@pytest.mark.parametrize(
    ("before", "removed"),
    [
        (b"{}", ("{}",)),
        (b"null\n", ("null",)),
        (b"", ()),
        (b'\xef\xbb\xbf{"model": "opus"}\n', ('{"model": "opus"}',)),
    ],
)
def test_the_preview_is_what_connecting_writes(
    tmp_path: Path, before: bytes, removed: tuple[str, ...]
) -> None:
    folder = make_folder(tmp_path / "claude", before)
    path, backup = folder / "settings.json", tmp_path / "statusline.json"

    (change,) = preview_connection([folder], backup)
    connect_statusline([folder], backup)

    after = path.read_text(encoding="utf-8-sig")
    (undo,) = preview_disconnection([folder], backup)
    assert (undo.removed, undo.added) == (change.added, change.removed)
    assert (change.path, change.removed) == (str(path), removed)
    assert list(change.added) == after.splitlines()
    assert preview_connection([folder], backup) == ()
    disconnect_statusline([folder], backup)
    assert path.read_bytes() == before
    assert preview_disconnection([folder], backup) == ()


@pytest.mark.skipif(
    sys.platform != "linux", reason="has a folder without files"
)
def test_all_folders_are_connected_or_none(tmp_path: Path) -> None:
    first = make_folder(tmp_path / "first", b"{}")
    connected = make_folder(tmp_path / "connected", b"{}")
    backup = tmp_path / "statusline.json"
    connect_statusline([connected], backup)
    # Nothing can be written to it, not even by root.
    folders = [connected, first, Path("/proc/self")]

    with pytest.raises(SettingsError):
        connect_statusline(folders, backup)

    assert (first / "settings.json").read_bytes() == b"{}"
    settings = json.loads((connected / "settings.json").read_text())
    assert "statusLine" in settings
