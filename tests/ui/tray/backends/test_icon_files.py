from __future__ import annotations

import configparser
import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from claude_tray.ui.icon.model import IconModel
from claude_tray.ui.icon.render import draw_icon
from claude_tray.ui.tray.backends.icon_files import (
    THEME_SIZES,
    IconFiles,
    ThemedIcon,
    is_scaling_host,
)
from tests.support.desktop import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator


DRAW = partial(draw_icon, IconModel(167, 0.4))
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a panel")


@pytest.fixture
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    yield tmp_path
    assert list(tmp_path.iterdir()) == []


def test_each_size_is_a_folder_of_the_theme(runtime: Path) -> None:
    files = IconFiles()

    name, folder = files.write(DRAW)

    theme = Path(folder) / "hicolor"
    assert theme.is_relative_to(runtime)
    index = configparser.ConfigParser()
    index.read(theme / "index.theme")
    for size in THEME_SIZES:
        assert index[str(size)]["Size"] == str(size)
        with Image.open(theme / str(size) / f"{name}.png") as picture:
            assert picture.tobytes() == DRAW(size).tobytes()
    folders = index["Icon Theme"]["Directories"].split(",")
    assert folders == list(map(str, THEME_SIZES))
    assert (Path(folder).parent.stat().st_mode & 0o777) == 0o700
    files.close()


def test_the_last_icons_are_kept(runtime: Path) -> None:
    files = IconFiles()

    icons = [files.write(DRAW) for _ in range(4)]

    assert len({icon.name for icon in icons}) == 4
    exists = [Path(icon.folder).exists() for icon in icons]
    assert exists == [False, False, True, True]
    assert runtime in Path(icons[0].folder).parents
    files.close()


def test_icons_of_killed_processes_are_removed(runtime: Path) -> None:
    stale = runtime / "claude-tray-icons-999999999-x"
    own = runtime / f"claude-tray-icons-{os.getpid()}-y"
    for folder in (stale, own):
        (folder / "1").mkdir(parents=True)
    files = IconFiles()

    files.write(DRAW)

    assert not stale.exists()
    assert own.exists()
    (own / "1").rmdir()
    own.rmdir()
    files.close()


def test_without_a_folder_there_is_no_themed_icon(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "none"))
    files = IconFiles()

    assert files.write(DRAW) == ThemedIcon()
    files.close()


@pytest.mark.parametrize(
    ("program", "expected"),
    [("waybar", True), ("wrapper-2.0", True), ("a", False)],
)
def test_panels_are_known_by_their_program(
    tmp_path: Path,
    program: str,
    expected: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    path = tmp_path / program
    path.symlink_to("/bin/sleep")
    with subprocess.Popen([path, "60"]) as process:
        try:
            command = Path(f"/proc/{process.pid}/cmdline")
            wait_until(lambda: program in command.read_text())
            assert is_scaling_host(process.pid) is expected
        finally:
            process.kill()

    assert not is_scaling_host(999_999_999)
