from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from claude_tray.desktop.entry import data_folder, install, remove
from claude_tray.errors import DesktopError

if TYPE_CHECKING:
    from pathlib import Path

ID = "io.github.claudetray.ClaudeTray"
ICON = f"48x48/apps/{ID}.png"


def test_what_was_installed_is_removed_and_nothing_else(
    tmp_path: Path,
) -> None:
    other = tmp_path / "icons" / "hicolor" / "48x48" / "apps" / "other.png"
    other.parent.mkdir(parents=True)
    other.touch()

    written = install(tmp_path, ("/opt/run",), {ICON: b"picture"})

    assert len(written) == 2
    assert sorted(remove(tmp_path)) == sorted(written)
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == [other]
    assert remove(tmp_path) == []


def test_the_entry_starts_the_command(tmp_path: Path) -> None:
    (path,) = install(tmp_path, ("/opt/a b/run",), {})

    assert 'Exec="/opt/a b/run"\n' in path.read_text()
    assert path.name == f"{ID}.desktop"


def test_a_program_that_cannot_be_started_gets_no_entry(
    tmp_path: Path,
) -> None:
    with pytest.raises(DesktopError):
        install(tmp_path, ("/a$b/run",), {ICON: b"picture"})

    assert list(tmp_path.iterdir()) == []


def test_the_environment_says_where_the_menu_lies(tmp_path: Path) -> None:
    own = {"XDG_DATA_HOME": str(tmp_path / "d")}

    assert data_folder(own, tmp_path) == tmp_path / "d"
    assert data_folder({"XDG_DATA_HOME": "d"}, tmp_path) == (
        tmp_path / ".local" / "share"
    )
