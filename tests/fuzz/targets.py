"""Check invariants of every function that reads external bytes."""

from __future__ import annotations

import json
import re
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from claude_tray.app.instance_messages import (
    encode_message,
    parse_command,
    parse_reply,
)
from claude_tray.config.settings import (
    load_settings_or_defaults,
    read_settings,
)
from claude_tray.config.writer import apply_changes
from claude_tray.core.bounds import compute_latest_ms, is_plausible_time
from claude_tray.core.usage import ImportedHistory, merge
from claude_tray.errors import (
    ContractError,
    SettingsError,
    StoreError,
    UsageError,
)
from claude_tray.importers.detect import load_history
from claude_tray.protocol.agent_sync import AgentSyncRequest
from claude_tray.protocol.agent_sync_validation import (
    ValidatedRow,
    validate_rows,
)
from claude_tray.protocol.codec import from_json
from claude_tray.protocol.export_file import EXPORT_COLUMNS
from claude_tray.providers.base import Cursor, Transcript
from claude_tray.providers.claude_code.config_files import parse_account
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
_MAX_TOKENS: Final = (1 << 40) + 1
_CENTURY_MS: Final = 100 * 366 * 86_400_000
_SCANNER: Final = Scanner()
# Inputs that once broke a reader: a folder per target.
CORPUS_FOLDER: Final = Path(__file__).parent / "corpus"
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
        # Never an error: what is invalid has its default.
        load_settings_or_defaults(path)
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


def check_import(data: bytes) -> None:
    """Import usage of plausible times and counts, or fail with a reason."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "history"
        path.write_bytes(data)
        history = ImportedHistory("")
        with suppress(UsageError, StoreError):
            history = load_history(path)
    latest_ms = compute_latest_ms(_NOW_NS // 10**6 + _CENTURY_MS)
    for record, *_ in history.records:
        assert is_plausible_time(record.at_ms, latest_ms)
        assert all(count >= 0 for count in record.tokens)
    for day_total in history.day_totals:
        assert all(count >= 0 for count in day_total.tokens)


def check_account(data: bytes) -> None:
    """Read account and cached limits of any `.claude.json`."""
    info = parse_account(data)
    for limit in info.limits if info else ():
        assert limit.percent is None or limit.percent == limit.percent
        assert isinstance(limit.name, str)


def check_ipc(data: bytes) -> None:
    """Parse any line of the socket as a command and as a reply."""
    line = data.decode("utf-8", "replace")
    for message in (parse_command(line), parse_reply(line)):
        if message is not None:
            assert "\n" not in encode_message(message)


def check_agent_sync(data: bytes) -> None:
    """Validate any request; an accepted row is within the bounds."""
    now_ms = _NOW_NS // 10**6
    try:
        request = from_json(data, AgentSyncRequest)
    except ContractError:
        return
    for row in validate_rows(request, now_ms):
        if isinstance(row, ValidatedRow):
            assert is_plausible_time(
                row.record.at_ms, compute_latest_ms(now_ms)
            )
            assert all(count >= 0 for count in row.record.tokens)


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
    "import": check_import,
    "account": check_account,
    "ipc": check_ipc,
    "agent_sync": check_agent_sync,
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
    (
        b'{"type":"cost-state","sessionId":"session-a","totalCostUSD":0.01,'
        b'"startTime":1772355600000,"modelUsage":{"claude-fictive-1":'
        b'{"inputTokens":110,"outputTokens":500,"cacheReadInputTokens":4,'
        b'"cacheCreationInputTokens":3,"webSearchRequests":1,'
        b'"costUSD":0.01}}}\n'
    )
    + make_line(),
)
_EXPORT_ROW: Final = {
    "kind": "reply",
    "time": "2026-03-01T09:00:00.000Z",
    "key": "0123456789abcdef",
    "message_id": "msg_1",
    "request_id": "req_1",
    "account": "",
    "session": "session-a",
    "project": "/home/ada/notes",
    "model": "claude-fictive-1",
    "input_tokens": 10,
    "output_tokens": 5,
    "counted_at": "2026-03-01T09:00:00.000Z",
    "placed_at": "2026-03-01T09:00:00.000Z",
    "cost_usd": "0.01",
}
_AGENT_SYNC_ROW: Final = {
    "uuid": "line-1",
    "timestamp": "2026-03-01T09:00:00.000Z",
    "requestId": "req_1",
    "message": {
        "id": "msg_1",
        "model": "claude-fictive-1",
        "usage": {"input_tokens": 10, "output_tokens": 5},
    },
}
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
    "import": (
        json.dumps(
            {"format": "claude-tray", "version": 1, "records": [_EXPORT_ROW]}
        ).encode(),
        (
            b'{"daily":[{"date":"2026-03-01","modelBreakdowns":[{"modelName":'
            b'"claude-fictive-1","inputTokens":10,"outputTokens":5,'
            b'"cacheCreationTokens":1,"cacheReadTokens":2,"cost":0.1}]}]}'
        ),
        ",".join(EXPORT_COLUMNS).encode() + b"\nreply,,,2026-03-01\n",
    ),
    "account": (
        (
            b'{"oauthAccount":{"accountUuid":"a"},"cachedUsageUtilization":'
            b'{"fetchedAtMs":1772355600000,"accountUuid":"a","utilization":'
            b'{"five_hour":{"utilization":10.5,"resets_at":'
            b'"2026-03-01T12:00:00Z"},"seven_day":null,"limits":[{"kind":'
            b'"weekly_scoped","percent":96,"resets_at":"2026-03-04T12:00:00Z",'
            b'"scope":{"model":{"display_name":"Fable"}}}],"extra_usage":'
            b'{"is_enabled":true,"used_credits":10631,"decimal_places":2}}}}'
        ),
    ),
    "ipc": (
        b'{"command":"refresh","folders":["/home/ada/.claude"]}',
        b'{"reply":"watched","folders":3}',
        b"quit",
    ),
    "agent_sync": (
        json.dumps(
            {
                "agent": {"machine_id": "m", "machine_name": "n"},
                "projects": [
                    {
                        "name": "notes",
                        "sessions": [
                            {
                                "session_id": "session-a",
                                "messages": [_AGENT_SYNC_ROW],
                            }
                        ],
                    }
                ],
            }
        ).encode(),
    ),
}
