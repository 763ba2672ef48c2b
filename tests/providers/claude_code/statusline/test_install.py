from __future__ import annotations

import json
import os
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
        b"",
        b"\n",
        b"null\n",
        b"\xef\xbb\xbf",
        b'\xef\xbb\xbf{"model": "opus"}\n',
        b'{"statusLine": null, "model": "opus"}',
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


def rewrite(path: Path, **changes: object) -> None:
    """Write the file anew, as Claude Code does when it saves a setting."""
    settings = json.loads(path.read_text(encoding="utf-8-sig"))
    path.write_text(json.dumps({**settings, **changes}, indent=2) + "\n")


@pytest.mark.parametrize(
    "before",
    [
        {},
        {"model": "opus"},
        {"statusLine": {"type": "command", "command": "echo mine"}},
        {
            "statusLine": {
                "type": "command",
                "command": 'echo "ü" \\ | cat',
                "padding": 2,
            },
            "env": {"A": "1"},
        },
        {"env": {"statusLine": {"command": "no"}}, "statusLine": None},
    ],
)
@pytest.mark.parametrize("changes", [{"model": "haiku"}, {"a": 1, "z": []}])
def test_removing_restores_the_value_after_claude_code_wrote_the_file(
    claude: Path,
    backup_path: Path,
    before: dict[str, object],
    changes: dict[str, object],
) -> None:
    path = claude / "settings.json"
    path.write_text(json.dumps(before))
    install_statusline(claude, backup_path, OWN_COMMAND)

    rewrite(path, **changes)
    was_installed = uninstall_statusline(claude, backup_path)

    assert was_installed
    assert json.loads(path.read_text()) == {**before, **changes}
    assert load_backups(backup_path) == {}


@pytest.mark.parametrize("before", ["", "null", "{}"])
def test_a_rewritten_file_without_other_keys_is_empty_again(
    claude: Path, backup_path: Path, before: str
) -> None:
    path = claude / "settings.json"
    path.write_text(before)
    install_statusline(claude, backup_path, OWN_COMMAND)

    rewrite(path)
    uninstall_statusline(claude, backup_path)

    assert path.read_text().split() == before.split() or (
        json.loads(path.read_text()) == {}
    )


def test_keys_that_were_changed_since_stay(
    claude: Path, backup_path: Path
) -> None:
    path = claude / "settings.json"
    mine = {"type": "command", "command": "mine", "padding": 1}
    path.write_text(json.dumps({"statusLine": mine}))
    install_statusline(claude, backup_path, OWN_COMMAND)

    ours = json.loads(path.read_text())["statusLine"]
    rewrite(path, statusLine={**ours, "padding": 0, "refreshInterval": 5})
    uninstall_statusline(claude, backup_path)

    assert json.loads(path.read_text()) == {
        "statusLine": {**mine, "padding": 0, "refreshInterval": 5}
    }


def test_a_rewritten_command_of_this_version_is_ours_too(
    claude: Path, backup_path: Path
) -> None:
    path = claude / "settings.json"
    path.write_text('{"statusLine": {"type": "command", "command": "mine"}}')
    install_statusline(claude, backup_path, "/old/claude-tray statusline")

    rewrite(path, statusLine={"type": "command", "command": OWN_COMMAND})
    uninstall_statusline(claude, backup_path, OWN_COMMAND)

    assert json.loads(path.read_text())["statusLine"]["command"] == "mine"


def test_a_statusline_that_was_removed_by_hand_needs_no_more(
    claude: Path, backup_path: Path
) -> None:
    install_statusline(claude, backup_path, OWN_COMMAND)
    path = claude / "settings.json"
    path.write_text('{"model": "opus"}')

    assert uninstall_statusline(claude, backup_path)
    assert path.read_text() == '{"model": "opus"}'
    assert load_backups(backup_path) == {}


def test_the_error_names_the_command_that_was_before(
    claude: Path, backup_path: Path
) -> None:
    path = claude / "settings.json"
    path.write_text('{"statusLine": {"type": "command", "command": "mine"}}')
    install_statusline(claude, backup_path, OWN_COMMAND)
    path.write_text('{"statusLine": {"type": "command", "command": "other"}}')

    with pytest.raises(SettingsError) as excinfo:
        uninstall_statusline(claude, backup_path)

    assert excinfo.value.hint.endswith("the command before was: mine")


def test_a_pipe_does_not_block(claude: Path, backup_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("POSIX pipes")
    os.mkfifo(claude / "settings.json")

    with pytest.raises(SettingsError, match="cannot be parsed"):
        install_statusline(claude, backup_path, OWN_COMMAND)


def test_a_backup_of_an_older_version_is_restored(
    claude: Path, backup_path: Path
) -> None:
    path = claude / "settings.json"
    path.write_text('{"statusLine": {"type": "command", "command": "mine"}}')
    install_statusline(claude, backup_path, OWN_COMMAND)
    backups = json.loads(backup_path.read_text())
    for backup in backups.values():
        del backup["empty"]
    backup_path.write_text(json.dumps(backups))

    rewrite(path)
    uninstall_statusline(claude, backup_path)

    assert json.loads(path.read_text())["statusLine"]["command"] == "mine"


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


@pytest.mark.parametrize("is_rewritten", [False, True])
@pytest.mark.parametrize(
    "before",
    [None, "{}", '{"statusLine": {"type": "command", "command": "mine"}}'],
)
def test_installing_from_another_place_keeps_the_first_command(
    claude: Path, backup_path: Path, before: str | None, *, is_rewritten: bool
) -> None:
    path = claude / "settings.json"
    if before is not None:
        path.write_text(before)
    install_statusline(claude, backup_path, "/old/claude-tray statusline")
    if is_rewritten:
        rewrite(path)

    assert install_statusline(claude, backup_path, OWN_COMMAND)
    wrapped = find_wrapped_command(load_backups(backup_path), str(claude))
    uninstall_statusline(claude, backup_path)

    assert wrapped == ("mine" if before and "mine" in before else "")
    if before is None:
        assert not path.exists()
    else:
        assert json.loads(path.read_text()) == json.loads(before)


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
