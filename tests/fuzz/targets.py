"""Check invariants of every function that reads external bytes."""

from __future__ import annotations

import re
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from claude_tray.config.settings import read_settings
from claude_tray.config.writer import apply_changes
from claude_tray.core.usage import merge
from claude_tray.errors import SettingsError
from claude_tray.providers.base import Cursor, Transcript
from claude_tray.providers.claude_code.limit_messages import parse_limit_hit
from claude_tray.providers.claude_code.reader import Scanner
from claude_tray.providers.claude_code.schema import (
    MalformedLineError,
    decode_line,
)
from claude_tray.providers.claude_code.statusline.handler import (
    StatuslinePaths,
    build_output,
)
from tests.support.builders import make_limit_line, make_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.core.usage import TokenCounts, UsageRecord
    from claude_tray.providers.base import ScanResult


_TWO_TYPES_PATTERN: Final = re.compile(
    rb'^\{[^{\n]*"type":"(?!assistant")[^{\n]*"assistant"',
    re.MULTILINE,
)
_MAX_TOKENS: Final = 1 << 30
_SCANNER: Final = Scanner()
_NOW_NS: Final = 1_800_000_000 * 10**9


def check_parse(data: bytes) -> None:
    """Parse a line; it and a limit in it are valid or rejected."""
    with suppress(MalformedLineError):
        line = decode_line(data)
        parse_limit_hit(line, data)


def check_scan(data: bytes) -> None:
    """Scan a transcript to its last newline, then what is appended."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "any.jsonl"
        path.write_bytes(data + b"\n" + make_line(message="msg_after"))
        result = _scan(path, Cursor())
    outputs = [r.tokens.output for r in _list_records(result).values()]
    assert outputs
    assert all(0 <= output < _MAX_TOKENS for output in outputs)
    assert result.cursor.offset == result.bytes_read


def check_incremental_scan(data: bytes) -> None:
    """
    Compare a scan of a growing file with a scan of the finished file.

    Skip broken lines and lines with two types: how they are read depends on
    the line before.
    """
    if _TWO_TYPES_PATTERN.search(data):
        return
    cut = len(data) // 2
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "any.jsonl"
        path.write_bytes(data[:cut])
        first = _scan(path, Cursor())
        path.write_bytes(data)
        second = _scan(path, first.cursor)
        full = _scan(path, Cursor())
    if second.bytes_read == full.bytes_read:
        return
    assert first.bytes_read + second.bytes_read == full.bytes_read
    if first.bad_lines or second.bad_lines or full.bad_lines:
        return
    parts = _list_records(first)
    for key, record in _list_records(second).items():
        existing = parts.get(key)
        parts[key] = merge(existing, record) if existing else record
    assert _extract_tokens(parts) == _extract_tokens(_list_records(full))


def check_settings(data: bytes) -> None:
    """Read and write settings, or fail with a one-sentence reason."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "settings.toml"
        path.write_bytes(data)
        with suppress(SettingsError):
            read_settings(path)
            text = apply_changes(data.decode(), {"icon.style": "pie"})
            path.write_text(text, encoding="utf-8")
            assert read_settings(path).icon_style == "pie"


def check_statusline(data: bytes) -> None:
    """Print one line for any payload of Claude Code."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        printed = build_output(
            data, _NOW_NS, StatuslinePaths(root / "spool", root / "memory")
        )
    assert printed.endswith(b"\n")
    assert b"\x1b]" not in printed


def _scan(path: Path, cursor: Cursor) -> ScanResult:
    status = path.stat()
    transcript = Transcript(
        str(path),
        "p",
        status.st_ino,
        status.st_size,
        status.st_mtime_ns,
    )
    return _SCANNER.scan(transcript, cursor)


def _extract_tokens(records: dict[int, UsageRecord]) -> dict[int, TokenCounts]:
    return {key: record.report.tokens for key, record in records.items()}


def _list_records(result: ScanResult) -> dict[int, UsageRecord]:
    return dict(result.records)


TARGETS: Final[dict[str, Callable[[bytes], None]]] = {
    "parse": check_parse,
    "scan": check_scan,
    "tail": check_incremental_scan,
    "settings": check_settings,
    "statusline": check_statusline,
}
_SEED_LINES: Final = (
    make_line(
        usage={
            "iterations": [{"type": "compaction", "model": None}],
            "cache_creation": {"ephemeral_1h_input_tokens": 7},
            "server_tool_use": {"web_search_requests": 1},
            "speed": "fast",
        },
    ),
    make_limit_line("You've hit your session limit · resets 1pm (UTC)"),
    make_limit_line("Claude AI usage limit reached|1772366400"),
    b'{"type":"user","cwd":"/home/ada"}\n' + make_line() * 2,
)
SEEDS: Final[dict[str, tuple[bytes, ...]]] = {
    "parse": _SEED_LINES,
    "scan": _SEED_LINES,
    "tail": (b"".join(_SEED_LINES), *_SEED_LINES),
    "settings": (
        b'# mine\n[general]\ntheme = "dark"\nlook_every_seconds = 60\n',
        b'claude_paths = ["~/a"]\n[prices."m"]\ninput = 3\noutput = 15.5\n',
        b'[notifications]\nquiet_hours = "22:00-08:00"\nwarn_percent = 75\n',
        b'[profiles."/home/ada/.claude"]\nname = "work"\n[icon]\n',
    ),
    "statusline": (
        (
            b'{"session_id":"s","model":{"id":"m","display_name":"M"},'
            b'"cost":{"total_cost_usd":1.5},"context_window":'
            b'{"used_percentage":12},"rate_limits":{"five_hour":'
            b'{"used_percentage":41.5,"resets_at":1800001000},"seven_day":'
            b'{"used_percentage":3,"resets_at":1800500000}}}'
        ),
    ),
}
