from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from claude_tray.errors import SettingsError
from claude_tray.providers.claude_code.statusline.backup import (
    find_wrapped_command,
    load_backups,
)
from claude_tray.providers.claude_code.statusline.install import (
    install_statusline,
    is_statusline_installed,
    uninstall_statusline,
)

if TYPE_CHECKING:
    from pathlib import Path


OWN_COMMAND = "/opt/claude-tray statusline"


@pytest.fixture
def claude(tmp_path: Path) -> Path:
    folder = tmp_path / "claude"
    folder.mkdir()
    return folder


@pytest.fixture
def backup_path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "statusline.json"


@pytest.mark.parametrize(
    "before",
    [
        b"{}",
        b'{"model":"opus"}',
        b'{\n    "model": "opus",\n    "env": {"A": "\xc3\xbc"}\n}',
        b'{\r\n\t"model": "opus"\r\n}\r\n',
        b'{"statusLine": {"type": "command", "command": "~/mine.sh"}}',
        b'{\n "statusLine" : {"command":"a \\u0026 b","type":"command"} }\n',
    ],
)
def test_removing_undoes_the_installation_byte_for_byte(
    claude: Path,
    backup_path: Path,
    before: bytes,
) -> None:
    path = claude / "settings.json"
    path.write_bytes(before)

    assert install_statusline(claude, backup_path, OWN_COMMAND)
    assert is_statusline_installed(claude, OWN_COMMAND)
    assert uninstall_statusline(claude, backup_path)
    assert path.read_bytes() == before
    assert load_backups(backup_path) == {}


def test_a_created_settings_file_is_deleted_again(
    claude: Path,
    backup_path: Path,
) -> None:
    assert install_statusline(claude, backup_path, OWN_COMMAND)
    assert is_statusline_installed(claude, OWN_COMMAND)
    assert uninstall_statusline(claude, backup_path)
    assert list(claude.iterdir()) == []


def test_the_previous_command_is_wrapped_with_its_other_keys(
    claude: Path,
    backup_path: Path,
) -> None:
    earlier = {"type": "command", "command": "~/mine.sh", "padding": 2}
    path = claude / "settings.json"
    path.write_text(json.dumps({"statusLine": earlier}))

    install_statusline(claude, backup_path, OWN_COMMAND)

    written = json.loads(path.read_text())["statusLine"]
    assert written == {"type": "command", "command": OWN_COMMAND, "padding": 2}
    remembered = load_backups(backup_path)
    assert find_wrapped_command(remembered, str(claude)) == "~/mine.sh"
    assert find_wrapped_command(remembered, "") == "~/mine.sh"
    assert find_wrapped_command(remembered, "/elsewhere") == ""


def test_installing_twice_does_not_wrap_our_own_command(
    claude: Path,
    backup_path: Path,
) -> None:
    assert install_statusline(claude, backup_path, OWN_COMMAND)
    assert not install_statusline(claude, backup_path, OWN_COMMAND)
    assert find_wrapped_command(load_backups(backup_path), str(claude)) == ""


def test_other_changes_to_the_settings_are_kept(
    claude: Path,
    backup_path: Path,
) -> None:
    path = claude / "settings.json"
    path.write_text('{\n  "model": "opus"\n}\n')
    install_statusline(claude, backup_path, OWN_COMMAND)
    path.write_text(path.read_text().replace("opus", "haiku"))

    uninstall_statusline(claude, backup_path)

    assert path.read_text() == '{\n  "model": "haiku"\n}\n'


def test_a_statusline_changed_since_is_left_alone(
    claude: Path,
    backup_path: Path,
) -> None:
    install_statusline(claude, backup_path, OWN_COMMAND)
    path = claude / "settings.json"
    other = '{"statusLine": {"type": "command", "command": "other"}}'
    path.write_text(other)

    with pytest.raises(SettingsError, match="changed since"):
        uninstall_statusline(claude, backup_path)
    assert path.read_text() == other


@pytest.mark.parametrize(
    "text",
    ["// mine\n{}", "[]", '{"statusLine": "x"}', '{"statusLine": {}}'],
)
def test_settings_that_cannot_be_parsed_are_not_changed(
    claude: Path,
    backup_path: Path,
    text: str,
) -> None:
    path = claude / "settings.json"
    path.write_text(text)

    with pytest.raises(SettingsError, match="cannot be parsed"):
        install_statusline(claude, backup_path, OWN_COMMAND)
    assert path.read_text() == text
    assert not backup_path.exists()


def test_removing_without_installation_changes_nothing(
    claude: Path,
    backup_path: Path,
) -> None:
    assert not uninstall_statusline(claude, backup_path)
    assert not backup_path.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX modes")
def test_settings_keep_their_mode_and_the_backup_is_private(
    claude: Path,
    backup_path: Path,
) -> None:
    path = claude / "settings.json"
    path.write_text("{}")
    path.chmod(0o640)

    install_statusline(claude, backup_path, OWN_COMMAND)

    assert path.stat().st_mode & 0o777 == 0o640
    assert backup_path.stat().st_mode & 0o777 == 0o600
