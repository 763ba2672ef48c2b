"""What takes bytes from outside, and what holds whatever they are."""

from __future__ import annotations

import re
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from claude_tray.domain.usage import merge
from claude_tray.errors import SettingsError
from claude_tray.settings.file import read_settings
from claude_tray.settings.save import changed
from claude_tray.statusline.respond import Place, answer
from claude_tray.transcripts.cursor import Cursor
from claude_tray.transcripts.limit_lines import limit_hit_of
from claude_tray.transcripts.lines import MalformedLineError, decode
from claude_tray.transcripts.locate import Transcript
from claude_tray.transcripts.scan import Scanner
from tests.support.builders import a_limit_line, a_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.domain.usage import TokenCounts, UsageRecord
    from claude_tray.transcripts.news import News

_TWO_TYPES: Final = re.compile(
    rb'^\{[^{\n]*"type":"(?!assistant")[^{\n]*"assistant"',
    re.MULTILINE,
)
_MOST: Final = 1 << 30
_SCANNER: Final = Scanner()
_NOW_NS: Final = 1_800_000_000 * 10**9


def parse(data: bytes) -> None:
    """A line is understood or refused, a limit in it likewise."""
    with suppress(MalformedLineError):
        line = decode(data)
        limit_hit_of(line, data)


def scan(data: bytes) -> None:
    """A transcript is read to its last newline, and what follows it is too."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "any.jsonl"
        path.write_bytes(data + b"\n" + a_line(message="msg_after"))
        news = _news(path, Cursor())
    outputs = [r.tokens.output for r in _records(news).values()]
    assert outputs
    assert all(0 <= output < _MOST for output in outputs)
    assert news.cursor.done == news.bytes_read


def tail(data: bytes) -> None:
    """
    A file read as it grows comes to the same as read at once.

    But for a broken line, or one with two types: which of it is taken hangs
    on the line before.
    """
    if _TWO_TYPES.search(data):
        return
    cut = len(data) // 2
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "any.jsonl"
        path.write_bytes(data[:cut])
        first = _news(path, Cursor())
        path.write_bytes(data)
        second = _news(path, first.cursor)
        whole = _news(path, Cursor())
    if second.bytes_read == whole.bytes_read:
        return
    assert first.bytes_read + second.bytes_read == whole.bytes_read
    if first.bad_lines or second.bad_lines or whole.bad_lines:
        return
    parts = _records(first)
    for key, record in _records(second).items():
        held = parts.get(key)
        parts[key] = merge(held, record) if held else record
    assert _counted(parts) == _counted(_records(whole))


def settings(data: bytes) -> None:
    """Settings are read, or one sentence says why not; so for writing."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "settings.toml"
        path.write_bytes(data)
        with suppress(SettingsError):
            read_settings(path)
            text = changed(data.decode(), {"icon.style": "pie"})
            path.write_text(text, encoding="utf-8")
            assert read_settings(path).icon_style == "pie"


def statusline(data: bytes) -> None:
    """Whatever Claude Code says, one line is printed."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        printed = answer(data, _NOW_NS, Place(root / "spool", root / "memory"))
    assert printed.endswith(b"\n")
    assert b"\x1b]" not in printed


def _news(path: Path, cursor: Cursor) -> News:
    status = path.stat()
    transcript = Transcript(
        str(path),
        "p",
        status.st_ino,
        status.st_size,
        status.st_mtime_ns,
    )
    return _SCANNER.scan(transcript, cursor)


def _counted(records: dict[int, UsageRecord]) -> dict[int, TokenCounts]:
    return {key: record.report.tokens for key, record in records.items()}


def _records(news: News) -> dict[int, UsageRecord]:
    return news.replies.records


TARGETS: Final[dict[str, Callable[[bytes], None]]] = {
    "parse": parse,
    "scan": scan,
    "tail": tail,
    "settings": settings,
    "statusline": statusline,
}
_LINES: Final = (
    a_line(
        usage={
            "iterations": [{"type": "compaction", "model": None}],
            "cache_creation": {"ephemeral_1h_input_tokens": 7},
            "server_tool_use": {"web_search_requests": 1},
            "speed": "fast",
        },
    ),
    a_limit_line("You've hit your session limit · resets 1pm (UTC)"),
    a_limit_line("Claude AI usage limit reached|1772366400"),
    b'{"type":"user","cwd":"/home/ada"}\n' + a_line() * 2,
)
SEEDS: Final[dict[str, tuple[bytes, ...]]] = {
    "parse": _LINES,
    "scan": _LINES,
    "tail": (b"".join(_LINES), *_LINES),
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
