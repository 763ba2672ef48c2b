from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from claude_tray.providers.claude_code.statusline.backup import (
    StatuslineBackup,
    format_backups,
)
from claude_tray.providers.claude_code.statusline.handler import (
    StatuslinePaths,
    build_output,
)
from claude_tray.providers.claude_code.statusline_samples import read_samples

if TYPE_CHECKING:
    from pathlib import Path


NOW_NS = 1_795_340_400_000_000_000
RESET = NOW_NS // 10**9 + 3600
PAYLOAD = json.dumps(
    {
        "transcript_path": "/ana/.claude/projects/-shop/3f0c.jsonl",
        "rate_limits": {
            "five_hour": {"used_percentage": 38, "resets_at": RESET},
        },
    },
).encode()
EXPECTED_LINE = "1h 0m · 38%\n".encode()


def handle_payload(folder: Path, payload: bytes = PAYLOAD) -> bytes:
    context = StatuslinePaths(
        folder / "spool", folder / "memory.json", "/ben/.claude"
    )
    return build_output(payload, NOW_NS, context)


def save_backup(folder: Path, command: str) -> None:
    backups = {"/ana/.claude": StatuslineBackup("ours", "theirs", command)}
    (folder / "memory.json").write_bytes(format_backups(backups))


def test_a_sample_is_written_and_a_line_printed(tmp_path: Path) -> None:
    assert handle_payload(tmp_path) == EXPECTED_LINE
    (sample,) = read_samples(tmp_path / "spool")
    assert sample.folder == "/ana/.claude"


def test_without_a_transcript_the_folder_is_from_the_environment(
    tmp_path: Path,
) -> None:
    handle_payload(tmp_path, b'{"session_id": "s-1"}')

    (sample,) = read_samples(tmp_path / "spool")
    assert sample.folder == "/ben/.claude"


def test_undecodable_words_are_no_error(tmp_path: Path) -> None:
    assert handle_payload(tmp_path, b'{"session_id": "\\ud83d"}') == b"\n"


@pytest.mark.parametrize(
    "given",
    [b"", b"{", b"[]", b"3", b"\xff\xfe", b"[" * 100_000, b'{"a": NaN}'],
)
def test_any_payload_yields_a_line(
    tmp_path: Path,
    given: bytes,
) -> None:
    assert handle_payload(tmp_path, given) == b"\n"


def test_an_unwritable_spool_only_loses_the_sample(
    tmp_path: Path,
) -> None:
    (tmp_path / "spool").write_text("in the way")

    assert handle_payload(tmp_path) == EXPECTED_LINE


def test_an_unreadable_backup_only_disables_the_wrapped_command(
    tmp_path: Path,
) -> None:
    (tmp_path / "memory.json").write_text("{")

    assert handle_payload(tmp_path) == EXPECTED_LINE


@pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell's command")
def test_the_previous_command_replaces_our_line(tmp_path: Path) -> None:
    save_backup(tmp_path, "cat; exit 1")

    assert handle_payload(tmp_path) == PAYLOAD
    assert len(read_samples(tmp_path / "spool")) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell's command")
def test_our_line_replaces_a_hanging_command(tmp_path: Path) -> None:
    save_backup(tmp_path, "sleep 30")

    assert handle_payload(tmp_path) == EXPECTED_LINE
