from __future__ import annotations

from pathlib import Path

import pytest

from claude_tray.config.claude_folders import resolve_claude_folders
from claude_tray.config.env import EnvVars

HOME = Path("/home/ada")


def _folders(
    argument: str = "",
    environment: EnvVars | None = None,
    chosen: tuple[str, ...] = (),
    *,
    existing: tuple[str, ...] = (),
) -> list[str]:
    found = resolve_claude_folders(
        argument,
        environment or EnvVars(),
        chosen,
        HOME,
        lambda path: path.as_posix().removeprefix("/home/ada/") in existing,
    )
    return [path.as_posix() for path in found]


def test_the_first_given_folders_win() -> None:
    environment = EnvVars("", "/variable", "/config-dir")

    assert _folders("/argument", environment, ("/s",)) == ["/argument"]
    assert _folders("", environment, ("/s",)) == ["/variable"]
    assert _folders("", EnvVars("", "", "/c"), ("/s",)) == ["/s"]
    assert _folders("", EnvVars("", "", "/c")) == ["/c"]


def test_the_usual_folders_are_the_default() -> None:
    assert _folders() == ["/home/ada/.claude"]
    assert _folders(existing=(".config/claude", ".config/Claude")) == [
        "/home/ada/.claude",
        "/home/ada/.config/claude",
    ]


@pytest.mark.parametrize(
    "data_folder",
    [
        ".config/Claude",
        "Library/Application Support/Claude",
        "AppData/Roaming/Claude",
        "AppData/Local/Packages/Claude_pzs8sxrjxfjjc/LocalCache/Roaming/Claude",
    ],
)
def test_sessions_of_cowork_are_followed_by_default(data_folder: str) -> None:
    existing = (f"{data_folder}/local-agent-mode-sessions",)

    assert _folders(existing=existing) == [
        "/home/ada/.claude",
        f"/home/ada/{data_folder}",
    ]
    assert _folders("/argument", existing=existing) == ["/argument"]


@pytest.mark.parametrize(
    ("given", "folders"),
    [
        ("/a,/b, /a", ["/a", "/b"]),
        ("~/.claude-work", ["/home/ada/.claude-work"]),
        ("~", ["/home/ada"]),
        ("/a/projects", ["/a"]),
    ],
)
def test_several_folders_and_home_paths_are_resolved(
    given: str,
    folders: list[str],
) -> None:
    assert _folders(given) == folders
