from __future__ import annotations

from pathlib import Path

import pytest
from platformdirs import PlatformDirs

from claude_tray.errors import DesktopError
from claude_tray.platform.paths import (
    AppPaths,
    delete_paths,
    get_home_folder,
    list_disposable_files,
    list_user_data_files,
    resolve_app_paths,
)


def test_one_folder_can_contain_all_own_files() -> None:
    paths = resolve_app_paths("/portable")

    assert paths.settings_file == Path("/portable/config/settings.toml")
    assert paths.database == Path("/portable/data/usage.db")
    assert paths.log_file == Path("/portable/state/claude-tray.log")


def test_the_default_folders_are_those_of_the_system() -> None:
    paths = resolve_app_paths("")

    assert paths.settings_file.name == "settings.toml"
    assert "claude-tray" in paths.database.parts


@pytest.mark.parametrize("value", ["", "/xdg", " /xdg ", "relative", "/x/"])
def test_folders_agree_with_platformdirs(
    value: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("CONFIG", "DATA", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", value)

    paths = resolve_app_paths("")

    dirs = PlatformDirs("claude-tray", appauthor=False)
    assert paths == (
        dirs.user_config_path / "settings.toml",
        dirs.user_data_path / "usage.db",
        dirs.user_state_path,
    )


def test_a_user_without_a_home_gets_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def nowhere() -> Path:
        raise RuntimeError

    monkeypatch.setattr(Path, "home", nowhere)

    with pytest.raises(DesktopError) as excinfo:
        resolve_app_paths("")

    assert excinfo.value.summary == "This user has no home folder."
    assert "CLAUDE_TRAY_HOME" in excinfo.value.hint
    assert get_home_folder() == Path("/")
    assert resolve_app_paths("/portable").state_folder.name == "state"


def _own(folder: Path) -> AppPaths:
    """Build paths in one folder, as on Windows and macOS."""
    folder.mkdir()
    return AppPaths(folder / "settings.toml", folder / "usage.db", folder)


def test_user_data_is_listed_apart_from_disposable_files(
    tmp_path: Path,
) -> None:
    paths = _own(tmp_path / "own")
    user_files = ("settings.toml", "usage.db", "usage.db-wal")
    others = ("claude-tray.log", "claude-tray.log.1", "instance.lock")
    for name in (*user_files, *others, "somebody else's"):
        (paths.state_folder / name).touch()

    assert [path.name for path in list_user_data_files(paths)] == list(
        user_files
    )
    assert [path.name for path in list_disposable_files(paths)] == list(others)


def test_a_folder_is_deleted_with_its_last_file(
    tmp_path: Path,
) -> None:
    paths = _own(tmp_path / "own")
    for name in ("usage.db", "claude-tray.log"):
        (paths.state_folder / name).touch()
    samples = paths.state_folder / "statusline"
    samples.mkdir()
    (samples / "1").touch()

    delete_paths(list_disposable_files(paths))
    assert [path.name for path in paths.state_folder.iterdir()] == ["usage.db"]
    delete_paths(list_user_data_files(paths))

    assert not paths.state_folder.exists()


def test_a_folder_with_other_files_is_kept(
    tmp_path: Path,
) -> None:
    paths = _own(tmp_path / "own")
    paths.database.touch()
    other = paths.state_folder / "letter.txt"
    other.touch()

    delete_paths(list_user_data_files(paths))

    assert other.exists()
