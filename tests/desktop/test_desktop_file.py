from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from claude_tray.desktop.desktop_file import (
    entry,
    exec_line,
    program_of,
    read,
)
from claude_tray.errors import DesktopError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("character", list("\"'$`\\%=\t"))
def test_a_path_that_some_desktop_cannot_start_is_refused(
    character: str,
) -> None:
    with pytest.raises(DesktopError, match="path has"):
        exec_line((f"/opt/a{character}b/run",))


@pytest.mark.parametrize("path", ["/a b/run", "/a&b;c/run", "/ü/run"])
def test_the_program_can_be_read_back_from_its_line(path: str) -> None:
    assert program_of(exec_line((path, "--autostart"))) == path


def test_words_are_quoted_and_escaped() -> None:
    line = exec_line(("/bin/run", "a b", "100%", '"$x"', ""))

    assert line == r'/bin/run "a b" 100%% "\\"\\$x\\"" ""'


def test_only_the_own_group_is_read() -> None:
    text = "[Desktop Entry]\nName=a\n[Desktop Action b]\nName=c\nExec=d\n"

    assert read(text) == {"Name": "a"}


@pytest.mark.skipif(
    not shutil.which("desktop-file-validate"),
    reason="desktop-file-validate is missing",
)
def test_the_validator_has_nothing_to_say(tmp_path: Path) -> None:
    path = tmp_path / "x.desktop"
    path.write_text(entry(("/opt/a b/run", "--autostart"), {}))

    done = subprocess.run(
        ["desktop-file-validate", path],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (0, "")
