from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from claude_tray.errors import DesktopError
from claude_tray.platform.app_id import APP_ID
from claude_tray.platform.desktop_entry import (
    build_entry,
    format_exec_line,
    get_data_folder,
    install_menu_entry,
    load_theme_icons,
    parse_entry,
    parse_program,
    remove_menu_entry,
)

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("character", list("\"'$`\\%=\t"))
def test_a_path_that_some_desktop_cannot_start_is_refused(
    character: str,
) -> None:
    with pytest.raises(DesktopError, match="path of claude-tray contains"):
        format_exec_line((f"/opt/a{character}b/run",))


@pytest.mark.parametrize("path", ["/a b/run", "/a&b;c/run", "/ü/run"])
def test_the_program_can_be_read_back_from_its_line(path: str) -> None:
    assert parse_program(format_exec_line((path, "--autostart"))) == path


def test_words_are_quoted_and_escaped() -> None:
    line = format_exec_line(("/bin/run", "a b", "100%", '"$x"', ""))

    assert line == r'/bin/run "a b" 100%% "\\"\\$x\\"" ""'


def test_only_the_own_group_is_read() -> None:
    text = "[Desktop Entry]\nName=a\n[Desktop Action b]\nName=c\nExec=d\n"

    assert parse_entry(text) == {"Name": "a"}


@pytest.mark.skipif(
    not shutil.which("desktop-file-validate"),
    reason="desktop-file-validate is missing",
)
def test_the_validator_has_nothing_to_say(tmp_path: Path) -> None:
    path = tmp_path / "x.desktop"
    path.write_text(build_entry(("/opt/a b/run", "--autostart"), {}))

    done = subprocess.run(
        ["desktop-file-validate", path],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (0, "")


ID = "io.github.claudetray.ClaudeTray"
ICON = f"48x48/apps/{ID}.png"


def test_what_was_installed_is_removed_and_nothing_else(
    tmp_path: Path,
) -> None:
    other = tmp_path / "icons" / "hicolor" / "48x48" / "apps" / "other.png"
    other.parent.mkdir(parents=True)
    other.touch()

    written = install_menu_entry(tmp_path, ("/opt/run",), {ICON: b"picture"})

    assert len(written) == 2
    assert sorted(remove_menu_entry(tmp_path)) == sorted(written)
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == [other]
    assert remove_menu_entry(tmp_path) == []


def test_the_entry_starts_the_command(tmp_path: Path) -> None:
    (path,) = install_menu_entry(tmp_path, ("/opt/a b/run",), {})

    assert 'Exec="/opt/a b/run"\n' in path.read_text()
    assert path.name == f"{ID}.desktop"


def test_a_program_that_cannot_be_started_gets_no_entry(
    tmp_path: Path,
) -> None:
    with pytest.raises(DesktopError):
        install_menu_entry(tmp_path, ("/a$b/run",), {ICON: b"picture"})

    assert list(tmp_path.iterdir()) == []


def test_the_environment_says_where_the_menu_lies(tmp_path: Path) -> None:
    environment = {"XDG_DATA_HOME": str(tmp_path / "d")}

    assert get_data_folder(environment, tmp_path) == tmp_path / "d"
    assert get_data_folder({"XDG_DATA_HOME": "d"}, tmp_path) == (
        tmp_path / ".local" / "share"
    )


def test_there_is_a_picture_for_each_size_that_menus_use() -> None:
    pictures = load_theme_icons()

    for size in (16, 22, 24, 32, 48, 64, 128, 256, 512):
        picture = pictures[f"{size}x{size}/apps/{APP_ID}.png"]
        assert picture.startswith(b"\x89PNG")
    assert f"scalable/apps/{APP_ID}.svg" in pictures
    assert f"symbolic/apps/{APP_ID}-symbolic.svg" in pictures
