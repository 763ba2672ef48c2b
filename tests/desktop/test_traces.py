from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.desktop.paths import Own
from claude_tray.desktop.traces import clear, passing, worth_keeping

if TYPE_CHECKING:
    from pathlib import Path


def _own(folder: Path) -> Own:
    """All in one folder, as Windows and macOS have it."""
    folder.mkdir()
    return Own(folder / "settings.toml", folder / "usage.db", folder)


def test_choices_and_numbers_are_told_from_what_is_made_anew(
    tmp_path: Path,
) -> None:
    own = _own(tmp_path / "own")
    kept = ("settings.toml", "usage.db", "usage.db-wal")
    others = ("claude-tray.log", "claude-tray.log.1", "instance.lock")
    for name in (*kept, *others, "somebody else's"):
        (own.state / name).touch()

    assert [path.name for path in worth_keeping(own)] == list(kept)
    assert [path.name for path in passing(own)] == list(others)


def test_a_folder_goes_with_its_last_file_and_not_before(
    tmp_path: Path,
) -> None:
    own = _own(tmp_path / "own")
    for name in ("usage.db", "claude-tray.log"):
        (own.state / name).touch()
    samples = own.state / "statusline"
    samples.mkdir()
    (samples / "1").touch()

    clear(passing(own))
    assert [path.name for path in own.state.iterdir()] == ["usage.db"]
    clear(worth_keeping(own))

    assert not own.state.exists()


def test_a_folder_with_something_of_somebody_else_stays(
    tmp_path: Path,
) -> None:
    own = _own(tmp_path / "own")
    own.store.touch()
    other = own.state / "letter.txt"
    other.touch()

    clear(worth_keeping(own))

    assert other.exists()
