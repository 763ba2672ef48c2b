from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from claude_tray.errors import DesktopError
from claude_tray.i18n.translator import list_translations
from claude_tray.platform.app_id import APP_ID
from claude_tray.platform.desktop_entry import (
    COMMENT,
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
def test_a_path_that_some_desktops_cannot_start_is_rejected(
    character: str,
) -> None:
    with pytest.raises(DesktopError, match="path of claude-tray contains"):
        format_exec_line((f"/opt/a{character}b/run",))


@pytest.mark.parametrize("path", ["/a b/run", "/a&b;c/run", "/ü/run"])
def test_the_program_is_parsed_from_its_line(path: str) -> None:
    assert parse_program(format_exec_line((path, "--autostart"))) == path


def test_arguments_are_quoted_and_escaped() -> None:
    line = format_exec_line(("/bin/run", "a b", "100%", '"$x"', ""))

    assert line == r'/bin/run "a b" 100%% "\\"\\$x\\"" ""'


def test_only_the_main_group_is_parsed() -> None:
    text = "[Desktop Entry]\nName=a\n[Desktop Action b]\nName=c\nExec=d\n"

    assert parse_entry(text) == {"Name": "a"}


@pytest.mark.skipif(
    not shutil.which("desktop-file-validate"),
    reason="desktop-file-validate is missing",
)
def test_the_entry_is_valid(tmp_path: Path) -> None:
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


def test_only_installed_files_are_removed(
    tmp_path: Path,
) -> None:
    other = tmp_path / "icons" / "hicolor" / "48x48" / "apps" / "other.png"
    other.parent.mkdir(parents=True)
    other.touch()

    written = install_menu_entry(
        tmp_path, ("/opt/run",), {ICON: b"picture"}, {"de": "Verbrauch"}
    )

    assert len(written) == 2
    assert sorted(remove_menu_entry(tmp_path)) == sorted(written)
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == [other]
    assert remove_menu_entry(tmp_path) == []


def test_the_entry_starts_the_command(tmp_path: Path) -> None:
    (path,) = install_menu_entry(tmp_path, ("/opt/a b/run",), {}, {})

    assert 'Exec="/opt/a b/run"\n' in path.read_text()
    assert path.name == f"{ID}.desktop"


def test_the_comment_is_in_every_language(tmp_path: Path) -> None:
    comments = list_translations(COMMENT)

    (path,) = install_menu_entry(tmp_path, ("/opt/run",), {}, comments)

    keys = parse_entry(path.read_text())
    assert keys["Comment"] == "Claude usage in the tray"
    assert keys["Comment[de]"] == "Claude-Verbrauch in der Leiste"
    assert keys["Comment[zh_CN]"]


def test_no_entry_is_written_for_an_unusable_path(
    tmp_path: Path,
) -> None:
    with pytest.raises(DesktopError):
        install_menu_entry(tmp_path, ("/a$b/run",), {ICON: b"picture"}, {})

    assert list(tmp_path.iterdir()) == []


def test_the_menu_is_in_the_configured_folder(tmp_path: Path) -> None:
    environment = {"XDG_DATA_HOME": str(tmp_path / "d")}

    assert get_data_folder(environment, tmp_path) == tmp_path / "d"
    assert get_data_folder({"XDG_DATA_HOME": "d"}, tmp_path) == (
        tmp_path / ".local" / "share"
    )


def test_there_is_an_icon_for_each_menu_size() -> None:
    pictures = load_theme_icons()

    for size in (16, 22, 24, 32, 48, 64, 128, 256, 512):
        picture = pictures[f"{size}x{size}/apps/{APP_ID}.png"]
        assert picture.startswith(b"\x89PNG")
    assert f"scalable/apps/{APP_ID}.svg" in pictures
    assert f"symbolic/apps/{APP_ID}-symbolic.svg" in pictures
