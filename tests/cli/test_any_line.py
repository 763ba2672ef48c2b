"""Whatever a transcript contains, every command afterwards works."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claude_tray.core.periods import Period
from claude_tray.presentation.usage_list import Grouping
from claude_tray.store.connection import open_writer
from claude_tray.store.integrity import is_intact
from claude_tray.ui.popup.compose import load_view
from claude_tray.ui.popup.render.layout import draw_popup
from claude_tray.ui.popup.selection import PopupSelection
from claude_tray.ui.popup.source import StoreSource
from claude_tray.ui.toolkit.appearance import load_translator
from claude_tray.ui.toolkit.messages import ShowCommand
from claude_tray.ui.toolkit.surface import ViewState
from tests.support.builders import ClaudeFolder, make_limit_line, make_line
from tests.support.workload import scale_count

if TYPE_CHECKING:
    from tests.cli.conftest import Terminal


_SHAPES = (
    make_line(),
    make_line(message="msg_2", usage={"iterations": [{"type": "compaction"}]}),
    make_line(
        usage={
            "cache_creation": {"ephemeral_1h_input_tokens": 3},
            "server_tool_use": {"web_search_requests": 2},
            "service_tier": "batch",
            "speed": "fast",
            "inference_geo": "us",
        }
    ),
    make_limit_line("You've hit your session limit · resets 3pm (Asia/Tokyo)"),
    make_limit_line("Claude AI usage limit reached|9999999999"),
)
_HOSTILE: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    2**30,
    2**40,
    2**63 - 1,
    2**64,
    10**400,
    1e308,
    -0.5,
    "",
    "\x00",
    "\ud800",
    "a\nb\r\x85\u2029\x1c",
    "\x1b]52;c;AAAA\x1b\\\x1b[31m\u202e\x9b",
    "[/s]",
    "[bold]",
    "=cmd|calc",
    "%s{0}{name}%(x)s",
    "x" * 5_000,
    "🙂" * 600,
    "../../etc/passwd",
    "<script>",
    "<synthetic>",
    "0001-01-01T00:00:00.000+14:00",
    "9999-12-31T23:59:59.000-12:00",
    "2020-01-01T00:00:00Z",
    "2031-01-01T00:00:00.000Z",
    datetime.now(UTC).isoformat(),
    [],
    {},
    [[[]]],
    {"a": {"b": None}},
)
_COMMANDS: tuple[tuple[str, ...], ...] = (
    ("status",),
    ("status", "--json"),
    ("stats",),
    ("stats", "--json"),
    ("projects",),
    ("projects", "--json"),
    ("sessions",),
    ("sessions", "--json"),
    ("models",),
    ("models", "--json"),
    ("daily",),
    ("daily", "--json"),
    ("windows",),
    ("windows", "--json"),
    ("weekly", "--breakdown"),
    ("monthly", "--csv"),
    ("sessions", "--csv"),
    ("live",),
    ("live", "--json"),
    ("window",),
    ("window", "--json"),
    ("fit",),
    ("fit", "--json"),
    ("walls",),
    ("walls", "--json"),
    ("plan",),
    ("plan", "--json"),
    ("doctor",),
    ("doctor", "--json"),
    ("sync", "--dry-run", "--no-refresh"),
    ("sync", "--status"),
    ("export",),
    ("export", "--format", "csv"),
    ("refresh", "--json"),
)


@st.composite
def _lines(draw: st.DrawFn) -> bytes:
    """Draw a line of a real shape, with hostile values at any place."""
    line = json.loads(draw(st.sampled_from(_SHAPES)))
    for _ in range(draw(st.integers(1, 4))):
        _replace_value(draw, line)
    text = json.dumps(line, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass") + b"\n"


def _replace_value(draw: st.DrawFn, node: Any) -> None:
    while True:
        key = draw(st.sampled_from(sorted(node)))
        is_nested = isinstance(node[key], dict) and node[key]
        if is_nested and draw(st.booleans()):
            node = node[key]
            continue
        node[key] = draw(st.sampled_from(_HOSTILE))
        return


@pytest.fixture
def _server_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUDE_USAGE_API_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("CLAUDE_USAGE_API_TOKEN", "never-sent")


@pytest.mark.usefixtures("_server_address")
@pytest.mark.timeout(1_800)
@settings(
    max_examples=scale_count(15),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(_lines(), min_size=1, max_size=6))
def test_every_command_works_after_any_lines(
    terminal: Terminal, lines: list[bytes]
) -> None:
    _reset(terminal)
    good = make_line(message="msg_good", timestamp=_HOSTILE[-5])
    terminal.claude.append(good, *lines, good)

    for command in _COMMANDS:
        result = terminal.run(*command)
        # The doctor exits with 1 for any advice, such as unread lines.
        allowed = (0, 1) if command[0] == "doctor" else (0,)
        assert result.status in allowed, (command, result.err)
        assert "Internal error" not in result.err
        assert "damaged" not in result.err
    _check_status_line(terminal, lines)
    _check_pictures(terminal)
    store = terminal.app_home / "data" / "usage.db"
    assert [p.name for p in store.parent.glob("*corrupt*")] == []
    with closing(open_writer(store)) as writer:
        assert is_intact(writer)
        names = {
            name
            for (name,) in writer.execute("SELECT message_id FROM message")
        }
        sums = writer.execute("SELECT * FROM usage_project").fetchall()
    assert "msg_good" in names
    assert all(isinstance(value, int) for row in sums for value in row)
    _check_export_is_imported(terminal)


def _reset(terminal: Terminal) -> None:
    shutil.rmtree(terminal.app_home, ignore_errors=True)
    shutil.rmtree(terminal.claude.path)
    terminal.claude = ClaudeFolder(terminal.claude.path)


def _check_status_line(terminal: Terminal, lines: list[bytes]) -> None:
    """Feed the lines to the status line, as if Claude Code had sent them."""
    for line in lines:
        result = subprocess.run(
            [sys.executable, "-m", "claude_tray", "statusline"],
            input=line,
            env=os.environ | {"CLAUDE_CONFIG_DIR": str(terminal.claude.path)},
            capture_output=True,
            check=False,
        )
        assert result.returncode == 0, result.stderr
        assert result.stderr == b""
        text = result.stdout.decode()
        assert all(c.isprintable() or c in "\n\x1b" for c in text), text


def _check_pictures(terminal: Terminal) -> None:
    home = terminal.app_home
    command = ShowCommand(
        str(home / "data" / "usage.db"),
        str(home / "config" / "settings.toml"),
        str(home / "state"),
        ((str(terminal.claude.path), "default"),),
    )
    with closing(StoreSource(command)) as source:
        translator = load_translator(source.settings)
        for grouping in Grouping:
            selection = PopupSelection(period=Period.ALL, grouping=grouping)
            view = load_view(source, translator, datetime.now(UTC), selection)
            draw_popup(view, ViewState())
    page = terminal.run("popup", "--html", "--no-browser")
    assert page.status == 0, page.err
    card = terminal.run("card", "--png", str(home / "card.png"), "--projects")
    assert card.status == 0, card.err


def _check_export_is_imported(terminal: Terminal) -> None:
    for form in ("json", "csv"):
        path = terminal.app_home / f"export.{form}"
        path.write_text(terminal.run("export", "--format", form).out, "utf-8")
        result = terminal.run("import", str(path))
        assert result.status == 0, result.err
        assert "Skipped" not in result.err


def test_an_unexpected_error_is_one_sentence(
    terminal: Terminal,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(_: object) -> int:
        raise RecursionError(os.fspath("secret"))

    monkeypatch.setattr("claude_tray.cli.commands.stats.run", fail)

    result = terminal.run("stats")

    assert result.status == 1
    assert result.err.count("\n") == 1
    assert "Internal error: RecursionError in test_any_line.py" in result.err
    assert "Internal error RecursionError" in caplog.text
    assert "secret" not in result.err + caplog.text
