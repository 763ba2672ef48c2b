from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from claude_tray.errors import SettingsError
from claude_tray.statusline.install import (
    install,
    is_installed,
    remove,
)
from claude_tray.statusline.memory import command_for, recall

if TYPE_CHECKING:
    from pathlib import Path

OURS = "/opt/claude-tray statusline"


@pytest.fixture
def claude(tmp_path: Path) -> Path:
    folder = tmp_path / "claude"
    folder.mkdir()
    return folder


@pytest.fixture
def memory(tmp_path: Path) -> Path:
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
    memory: Path,
    before: bytes,
) -> None:
    path = claude / "settings.json"
    path.write_bytes(before)

    assert install(claude, memory, OURS)
    assert is_installed(claude, OURS)
    assert remove(claude, memory)
    assert path.read_bytes() == before
    assert recall(memory) == {}


def test_where_there_were_no_settings_there_are_none_again(
    claude: Path,
    memory: Path,
) -> None:
    assert install(claude, memory, OURS)
    assert is_installed(claude, OURS)
    assert remove(claude, memory)
    assert list(claude.iterdir()) == []


def test_the_earlier_command_is_chained_and_its_look_is_kept(
    claude: Path,
    memory: Path,
) -> None:
    earlier = {"type": "command", "command": "~/mine.sh", "padding": 2}
    path = claude / "settings.json"
    path.write_text(json.dumps({"statusLine": earlier}))

    install(claude, memory, OURS)

    written = json.loads(path.read_text())["statusLine"]
    assert written == {"type": "command", "command": OURS, "padding": 2}
    remembered = recall(memory)
    assert command_for(remembered, str(claude)) == "~/mine.sh"
    assert command_for(remembered, "") == "~/mine.sh"
    assert command_for(remembered, "/elsewhere") == ""


def test_installing_twice_does_not_chain_us_to_ourselves(
    claude: Path,
    memory: Path,
) -> None:
    assert install(claude, memory, OURS)
    assert not install(claude, memory, OURS)
    assert command_for(recall(memory), str(claude)) == ""


def test_what_was_changed_elsewhere_meanwhile_is_kept(
    claude: Path,
    memory: Path,
) -> None:
    path = claude / "settings.json"
    path.write_text('{\n  "model": "opus"\n}\n')
    install(claude, memory, OURS)
    path.write_text(path.read_text().replace("opus", "haiku"))

    remove(claude, memory)

    assert path.read_text() == '{\n  "model": "haiku"\n}\n'


def test_a_statusline_of_somebody_else_since_then_is_left_alone(
    claude: Path,
    memory: Path,
) -> None:
    install(claude, memory, OURS)
    path = claude / "settings.json"
    other = '{"statusLine": {"type": "command", "command": "other"}}'
    path.write_text(other)

    with pytest.raises(SettingsError, match="changed since"):
        remove(claude, memory)
    assert path.read_text() == other


@pytest.mark.parametrize(
    "text",
    ["// mine\n{}", "[]", '{"statusLine": "x"}', '{"statusLine": {}}'],
)
def test_what_is_not_understood_is_left_as_it_is(
    claude: Path,
    memory: Path,
    text: str,
) -> None:
    path = claude / "settings.json"
    path.write_text(text)

    with pytest.raises(SettingsError, match="not understood"):
        install(claude, memory, OURS)
    assert path.read_text() == text
    assert not memory.exists()


def test_removing_what_is_not_there_changes_nothing(
    claude: Path,
    memory: Path,
) -> None:
    assert not remove(claude, memory)
    assert not memory.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX modes")
def test_the_settings_keep_their_mode_and_our_memory_is_private(
    claude: Path,
    memory: Path,
) -> None:
    path = claude / "settings.json"
    path.write_text("{}")
    path.chmod(0o640)

    install(claude, memory, OURS)

    assert path.stat().st_mode & 0o777 == 0o640
    assert memory.stat().st_mode & 0o777 == 0o600
