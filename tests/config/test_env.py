from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from claude_tray.config.env import (
    EnvFile,
    EnvVars,
    parse_environment,
    read_env_file,
)
from claude_tray.errors import SettingsError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / ".env"


def _write_env_file(path: Path, text: str, mode: int = 0o600) -> None:
    path.write_text(text)
    path.chmod(mode)


def test_a_missing_env_file_is_empty(path: Path) -> None:
    assert read_env_file(path) == EnvFile({})


def test_values_are_parsed_like_in_systemd_units(path: Path) -> None:
    text = (
        "# where to\n"
        "CLAUDE_USAGE_API_URL=https://usage.example\n"
        "CLAUDE_USAGE_API_TOKEN='to$HOME.ken'\n"
        "EMPTY=\n"
    )
    _write_env_file(path, text)

    assert read_env_file(path) == EnvFile(
        {
            "CLAUDE_USAGE_API_URL": "https://usage.example",
            "CLAUDE_USAGE_API_TOKEN": "to$HOME.ken",
        },
    )


@pytest.mark.skipif(sys.platform == "win32", reason="modes of Unix")
def test_a_file_that_others_can_read_is_reported(path: Path) -> None:
    _write_env_file(path, "A=b\n", 0o644)

    problem = read_env_file(path).problem

    assert problem is not None
    assert "chmod 600" in problem.hint


def test_a_binary_env_file_is_rejected(path: Path) -> None:
    path.write_bytes(b"A=\xff\xfe\n")

    with pytest.raises(SettingsError, match="not UTF-8 text"):
        read_env_file(path)


def test_an_unreadable_env_file_is_rejected(path: Path) -> None:
    path.mkdir()

    with pytest.raises(SettingsError, match="Cannot read"):
        read_env_file(path)


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({"LANGUAGE": "de_AT:en", "LANG": "fr_FR"}, "de_AT:en"),
        ({"LANGUAGE": "de", "LC_ALL": "C", "LANG": "fr_FR"}, "C"),
        ({"LANGUAGE": "de", "LANG": "POSIX"}, "POSIX"),
        ({"LANGUAGE": "de"}, "de"),
        ({"LC_ALL": "C.UTF-8", "LANG": "fr_FR"}, "C.UTF-8"),
        ({"LANG": "fr_FR.UTF-8"}, "fr_FR.UTF-8"),
    ],
)
def test_the_environment_sets_the_language(
    variables: dict[str, str],
    language: str,
) -> None:
    assert parse_environment(variables).language == language


def test_the_environment_sets_the_folders() -> None:
    variables = {
        "CLAUDE_TRAY_HOME": "/own",
        "CLAUDE_PATH": "/claude",
        "CLAUDE_CONFIG_DIR": "/config",
        "PATH": "/bin",
    }

    assert parse_environment(variables) == EnvVars(
        "/own",
        "/claude",
        "/config",
    )
    assert parse_environment({}) == EnvVars()


def test_the_environment_sets_the_sync_server() -> None:
    variables = {
        "CLAUDE_USAGE_API_URL": " https://usage.example ",
        "CLAUDE_USAGE_API_TOKEN": "abc\n",
    }

    environment = parse_environment(variables)

    assert (environment.api_url, environment.api_token) == (
        "https://usage.example",
        "abc",
    )
    assert "abc" not in repr(environment)
