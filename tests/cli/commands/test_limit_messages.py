"""Check `status` and `doctor` against limit messages in transcripts."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from claude_tray.core.time import format_iso
from tests.support.builders import make_limit_line, make_line

if TYPE_CHECKING:
    from tests.cli.conftest import CliResult, Terminal


NOW = datetime.now(UTC)
RESET_TEXT = f"{NOW + timedelta(hours=2):%I%p} (UTC)"


def minutes_ago(minutes: float) -> dict[str, Any]:
    return {"timestamp": format_iso(NOW - timedelta(minutes=minutes))}


def make_reply(minutes: float, **inner: Any) -> bytes:
    return make_line(
        message=f"msg_{minutes}", inner=inner, **minutes_ago(minutes)
    )


def make_hit(text: str, minutes: float = 5, **outer: Any) -> bytes:
    return make_limit_line(text, **minutes_ago(minutes), **outer)


def run_status(terminal: Terminal, *lines: bytes) -> CliResult:
    terminal.claude.append(*lines)
    return terminal.run("status")


@pytest.mark.parametrize(
    "text",
    [
        f"You're out of extra usage · resets {RESET_TEXT}",
        "You've hit your org's monthly usage limit",
        f"Limit reached · resets {RESET_TEXT[:4]} (Etc/Unknown) · /upgrade",
        f"You've hit your 5-hour limit · resets {RESET_TEXT}",
        "A sentence about a usage limit that nobody has read before",
    ],
)
def test_a_refusal_in_any_wording_is_shown(
    terminal: Terminal, text: str
) -> None:
    status = run_status(terminal, make_reply(50), make_hit(text))

    assert "limit reached" in status.out.lower()


def test_a_refusal_without_any_usage_is_shown(terminal: Terminal) -> None:
    status = run_status(
        terminal, make_hit(f"You've hit your limit · resets {RESET_TEXT}")
    )

    assert "limit reached" in status.out.lower()


def test_responses_after_a_refusal_end_it(terminal: Terminal) -> None:
    status = run_status(
        terminal,
        make_reply(150),
        make_hit(f"You've hit your session limit · resets {RESET_TEXT}", 20),
        *map(make_reply, (15, 10, 5, 1)),
    )

    assert "limit reached" not in status.out.lower()


@pytest.mark.parametrize(
    ("inner", "name"),
    [
        ({"model": "glm-4.6"}, "chatcmpl-1"),
        ({"model": "us.anthropic.claude-opus-5-5"}, "msg_2"),
        ({"model": "claude-opus-5-5"}, "msg_bdrk_1"),
        ({"model": "claude-opus-5-5@20260101"}, "msg_vrtx_1"),
    ],
)
def test_responses_of_other_providers_do_not_end_a_refusal(
    terminal: Terminal, inner: dict[str, str], name: str
) -> None:
    status = run_status(
        terminal,
        make_reply(150),
        make_hit(f"You've hit your session limit · resets {RESET_TEXT}", 20),
        make_line(message=name, inner=inner, **minutes_ago(5)),
    )

    assert "limit reached" in status.out.lower()


def test_unknown_limit_messages_are_counted(terminal: Terminal) -> None:
    terminal.claude.append(
        make_hit("The usage of this seat is paused"),
        make_hit(f"You've hit your session limit · resets {RESET_TEXT}"),
    )
    terminal.run("status")

    findings = terminal.run("doctor", "--json").json
    printed = terminal.run("doctor").out

    (line,) = [x for x in printed.splitlines() if "Unknown limit" in x]
    assert "1: Claude Code refused a request" in line
    assert '"unknown_limits": 1' in str(findings).replace("'", '"')


def test_an_api_key_has_no_window(terminal: Terminal) -> None:
    config = {"customApiKeyResponses": {"approved": ["made-up"]}}
    path = terminal.claude.path / ".claude.json"
    path.write_text(json.dumps(config), encoding="utf-8")
    terminal.claude.append(make_reply(5))

    (profile,) = terminal.run("status", "--json").json["profiles"]

    assert profile["window"] is None
    assert profile["has_window"] is False
