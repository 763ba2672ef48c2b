from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tests.support.builders import make_line

if TYPE_CHECKING:
    from tests.cli.conftest import Terminal


@pytest.fixture
def used(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal with recent usage and a home without settings."""
    monkeypatch.setenv("HOME", str(terminal.app_home.parent))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.delenv("XDG_PICTURES_DIR", raising=False)
    timestamp = datetime.now(UTC) - timedelta(minutes=73)
    line = make_line(
        inner={"model": "claude-opus-4-5-20251101"},
        timestamp=timestamp.isoformat(timespec="milliseconds"),
    )
    terminal.claude.append(line)
    return terminal


@pytest.mark.parametrize(
    ("options", "size"),
    [
        ((), (1200, 630)),
        (("--square",), (1080, 1080)),
        (("--scale", "2", "--theme", "light"), (2400, 1260)),
        (("--projects", "--period", "all", "--figure", "cost"), (1200, 630)),
        (("--period", "today", "--no-refresh"), (1200, 630)),
    ],
    ids=str,
)
def test_a_card_is_written(
    used: Terminal,
    tmp_path: Path,
    options: tuple[str, ...],
    size: tuple[int, int],
) -> None:
    path = tmp_path / "card.png"

    for file in ((str(path),), ("--png", str(path))):
        result = used.run("card", *file, *options)

        assert (result.status, result.out.strip()) == (0, str(path))
        with Image.open(path) as picture:
            assert picture.size == size


def test_without_a_file_it_is_a_new_one_in_pictures(used: Terminal) -> None:
    written = {used.run("card").out.strip() for _ in range(3)}

    folder = used.app_home.parent / "Pictures"
    assert len(written) == 3
    assert {Path(path).parent for path in written} == {folder}
    assert {str(path) for path in folder.iterdir()} == written


def test_the_folder_of_pictures_is_that_of_the_desktop(used: Terminal) -> None:
    home = used.app_home.parent
    (home / ".config").mkdir(exist_ok=True)
    (home / ".config" / "user-dirs.dirs").write_text(
        'XDG_PICTURES_DIR="$HOME/Bilder"\n'
    )

    path = Path(used.run("card").out.strip())

    assert path.parent == home / "Bilder"
    assert path.exists()


def test_an_unwritable_picture_is_reported_in_one_line(
    used: Terminal, tmp_path: Path
) -> None:
    result = used.run("card", "--png", str(tmp_path / "no" / "card.png"))

    assert result.status == 1
    assert result.err.startswith("claude-tray: Cannot write ")
    assert result.err.endswith(": No such file or directory.\n")
    assert result.err.count("\n") == 1


def test_there_is_no_card_of_nothing(
    terminal: Terminal, tmp_path: Path
) -> None:
    path = tmp_path / "card.png"

    for options in ((), ("--figure", "limit"), ("--account", "nobody")):
        result = terminal.run("card", str(path), *options)

        assert result.status == 1
        assert result.err.count("\n") <= 2
        assert not path.exists()
