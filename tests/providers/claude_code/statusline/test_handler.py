from __future__ import annotations

import json
import os
import sys
import time
from typing import TYPE_CHECKING

import pytest

from claude_tray.providers.claude_code.statusline import handler
from claude_tray.providers.claude_code.statusline.backup import (
    StatuslineBackup,
    format_backups,
)
from claude_tray.providers.claude_code.statusline.handler import (
    StatuslinePaths,
    build_output,
    load_options,
    select_folder,
)
from claude_tray.providers.claude_code.statusline.render import DEFAULT_PARTS
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
@pytest.mark.parametrize("command", ["echo mine", "printf mine"])
def test_our_line_can_follow_that_of_the_command(
    tmp_path: Path, command: str
) -> None:
    save_backup(tmp_path, command)
    (tmp_path / "settings.toml").write_text("statusline.second_row = true")

    assert handle_payload(tmp_path) == b"mine\n" + EXPECTED_LINE


@pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell's command")
def test_our_line_replaces_a_command_that_cannot_run(tmp_path: Path) -> None:
    save_backup(tmp_path, "a\0b")

    assert handle_payload(tmp_path) == EXPECTED_LINE


def test_pipes_in_place_of_files_do_not_block(tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("POSIX pipes")
    for name in ("settings.toml", "memory.json", "statusline-limits.json"):
        os.mkfifo(tmp_path / name)

    assert handle_payload(tmp_path) == EXPECTED_LINE


def write_tray_limits(folder: Path, *rows: list[object]) -> None:
    limits = {"folders": {"/ana/.claude": rows}}
    path = folder / "statusline-limits.json"
    path.write_text(json.dumps(limits))


def make_session_payload(percent: float) -> bytes:
    payload = json.loads(PAYLOAD)
    limit = {"used_percentage": percent, "resets_at": RESET}
    payload["rate_limits"] = {"five_hour": limit}
    return json.dumps(payload | {"session_id": "s-1"}).encode()


def test_a_later_report_of_another_session_is_shown(tmp_path: Path) -> None:
    minute_ns = 60 * 10**9
    paths = StatuslinePaths(tmp_path / "spool", tmp_path / "memory.json")

    def show(percent: float, minutes: int) -> str:
        output = build_output(
            make_session_payload(percent), NOW_NS + minutes * minute_ns, paths
        )
        return output.decode().strip().rpartition(" ")[2]

    assert show(60, 0) == "60%"
    now_ms = NOW_NS // 10**6
    write_tray_limits(
        tmp_path, ["five_hour", 62.5, RESET * 1000, now_ms + 60_000, ""]
    )
    # The session repeats what it reported before the other one did.
    assert show(60, 2) == "63%"
    assert show(64, 3) == "64%"
    assert show(64, 4) == "64%"
    # After a reset in the middle of the week.
    write_tray_limits(
        tmp_path, ["five_hour", 2, RESET * 1000, now_ms + 300_000, ""]
    )
    assert show(64, 6) == "2%"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[icon]\nstyle = 'ring'\n",
        "[statusline]\n",
        "[statusline]\nparts = 3\n",
        "[statusline]\nparts = [3]\n",
        "statusline = 1\n",
        "[statusline\n",
        "statusline = '\udcff'\n",
    ],
)
def test_invalid_options_fall_back_to_the_defaults(
    tmp_path: Path,
    text: str,
) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_bytes(text.encode("utf-8", "surrogateescape"))

    options = load_options(str(settings))

    assert options.parts == DEFAULT_PARTS
    assert not options.has_second_row


def test_options_are_read_from_the_settings(tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text(
        '[statusline]\nparts = ["cost", "model"]\nsecond_row = true\n'
    )

    options = load_options(str(settings))

    assert options.parts == ["cost", "model"]
    assert options.has_second_row


def test_without_settings_the_defaults_apply(tmp_path: Path) -> None:
    for path in (tmp_path / "settings.toml", tmp_path):
        assert load_options(str(path)).parts == DEFAULT_PARTS


@pytest.mark.parametrize(
    ("folders", "claude_dir", "expected"),
    [
        (["/a", "/b"], "/a", "/a"),
        (["/a", "/b"], "/x/../b", "/b"),
        (["/a", "/b"], "/c", None),
        (["/a", "/b"], "", None),
        (["/a"], "", "/a"),
        ([], "", None),
    ],
)
def test_the_backup_of_a_folder_is_found(
    folders: list[str], claude_dir: str, expected: str | None
) -> None:
    assert select_folder(folders, claude_dir) == expected


def test_a_huge_payload_is_shown_but_not_spooled(tmp_path: Path) -> None:
    payload = json.loads(PAYLOAD) | {"cwd": "x" * 100_000}

    assert handle_payload(tmp_path, json.dumps(payload).encode()) == (
        EXPECTED_LINE
    )
    assert read_samples(tmp_path / "spool") == []


def test_files_of_old_sessions_are_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handler, "_PRUNE_INTERVAL", 1)
    paths = StatuslinePaths(tmp_path / "spool", tmp_path / "memory.json")
    folder = tmp_path / "statusline-cache"
    build_output(make_session_payload(5), NOW_NS, paths)
    (memory,) = folder.iterdir()
    old, recent = memory.with_name("old.json"), memory.with_name("new.out")
    for path, days in ((old, 8), (recent, 6)):
        path.write_text("")
        changed_at = time.time() - days * 86_400
        os.utime(path, (changed_at, changed_at))

    build_output(make_session_payload(6), NOW_NS + 1, paths)

    assert sorted(folder.iterdir()) == sorted([memory, recent])
