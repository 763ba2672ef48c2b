from __future__ import annotations

from pathlib import Path

import pytest
from platformdirs import PlatformDirs

from claude_tray.desktop.paths import claude_folders, home_folder, own_files
from claude_tray.errors import DesktopError
from claude_tray.settings.environment import Environment

HOME = Path("/home/ada")


def _folders(
    argument: str = "",
    environment: Environment | None = None,
    chosen: tuple[str, ...] = (),
    *,
    has_both: bool = False,
) -> list[str]:
    found = claude_folders(
        argument,
        environment or Environment(),
        chosen,
        HOME,
        lambda _: has_both,
    )
    return [path.as_posix() for path in found]


def test_all_own_files_lie_under_one_folder_where_it_is_set() -> None:
    own = own_files(Environment(home="/portable"))

    assert own.settings == Path("/portable/config/settings.toml")
    assert own.store == Path("/portable/data/usage.db")
    assert own.log == Path("/portable/state/claude-tray.log")


def test_else_they_lie_where_the_system_keeps_such() -> None:
    own = own_files(Environment())

    assert own.settings.name == "settings.toml"
    assert "claude-tray" in own.store.parts


@pytest.mark.parametrize("value", ["", "/xdg", " /xdg ", "relative", "/x/"])
def test_they_lie_where_platformdirs_says(
    value: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("CONFIG", "DATA", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", value)

    own = own_files(Environment())

    dirs = PlatformDirs("claude-tray", appauthor=False)
    assert own == (
        dirs.user_config_path / "settings.toml",
        dirs.user_data_path / "usage.db",
        dirs.user_state_path,
    )


def test_a_container_without_a_home_is_told_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def nowhere() -> Path:
        raise RuntimeError

    monkeypatch.setattr(Path, "home", nowhere)

    with pytest.raises(DesktopError) as caught:
        own_files(Environment())

    assert caught.value.summary == "This user has no home folder."
    assert "CLAUDE_TRAY_HOME" in caught.value.hint
    assert home_folder() == Path("/")
    assert own_files(Environment(home="/portable")).state.name == "state"


def test_the_first_that_is_given_holds() -> None:
    environment = Environment("", "/variable", "/config-dir")

    assert _folders("/argument", environment, ("/s",)) == ["/argument"]
    assert _folders("", environment, ("/s",)) == ["/variable"]
    assert _folders("", Environment("", "", "/c"), ("/s",)) == ["/s"]
    assert _folders("", Environment("", "", "/c")) == ["/c"]


def test_else_the_usual_places_hold() -> None:
    assert _folders() == ["/home/ada/.claude"]
    assert _folders(has_both=True) == [
        "/home/ada/.claude",
        "/home/ada/.config/claude",
    ]


@pytest.mark.parametrize(
    ("given", "folders"),
    [
        ("/a,/b, /a", ["/a", "/b"]),
        ("~/.claude-work", ["/home/ada/.claude-work"]),
        ("~", ["/home/ada"]),
        ("/a/projects", ["/a"]),
    ],
)
def test_several_folders_and_short_forms(
    given: str,
    folders: list[str],
) -> None:
    assert _folders(given) == folders
