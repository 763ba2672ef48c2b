"""Install the hook, run it as Claude Code does, and remove it exactly."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Terminal

OTHER = '{"hooks":[{"type":"command","command":"date"}]}'
SETTINGS = (
    '{"model": "opus"}',
    "{}",
    "",
    "null",
    '{\r\n\t"model": "opus",\r\n\t"hooks": {}\r\n}\r\n',
    '{"hooks": {"Stop": [' + OTHER + "]}}",
    '\ufeff{ "hooks" : { "UserPromptSubmit" : [ ' + OTHER + " ] } }",
    '{"hooks": {"UserPromptSubmit": []}, "a": 1}',
)


def locate(terminal: Terminal) -> Path:
    return terminal.claude.path / "settings.json"


def list_hooks(terminal: Terminal) -> list[str]:
    value = json.loads(locate(terminal).read_bytes().decode("utf-8-sig"))
    groups = value.get("hooks", {}).get("UserPromptSubmit", [])
    return [hook["command"] for group in groups for hook in group["hooks"]]


def run_hook(terminal: Terminal, *args: str, session: str = "a-1") -> str:
    """Return what is added to the context."""
    payload = {
        "session_id": session,
        "transcript_path": f"{terminal.claude.path}/projects/x/{session}.jsonl",
        "hook_event_name": "UserPromptSubmit",
        "prompt": "made up",
    }
    result = run_program(payload, "hook", *args)
    if not result:
        return ""
    output = json.loads(result)["hookSpecificOutput"]
    assert output["hookEventName"] == "UserPromptSubmit"
    return str(output["additionalContext"])


def report(terminal: Terminal, percent: float, resets: int) -> None:
    limits = {"five_hour": {"used_percentage": percent, "resets_at": resets}}
    payload = {
        "session_id": "a-1",
        "transcript_path": f"{terminal.claude.path}/projects/x/a-1.jsonl",
        "rate_limits": limits,
    }
    run_program(payload, "statusline")


def run_program(payload: Any, *args: str) -> str:
    text = payload if isinstance(payload, str) else json.dumps(payload)
    result = subprocess.run(
        [sys.executable, "-m", "claude_tray", *args],
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stderr) == (0, "")
    return result.stdout


@pytest.mark.parametrize("text", SETTINGS)
def test_the_settings_are_restored_byte_for_byte(
    terminal: Terminal, text: str
) -> None:
    before = text.encode()
    locate(terminal).write_bytes(before)

    first = terminal.run("hook", "install")
    commands = list_hooks(terminal)
    again = terminal.run("hook", "install", "--json").json
    terminal.run("hook", "remove")

    assert first.status == 0
    assert "+ " in first.out
    assert commands[0].endswith(" hook")
    assert commands[1:] == (["date"] if 'UserPromptSubmit" :' in text else [])
    assert list(again.values()) == ["was there already"]
    assert locate(terminal).read_bytes() == before


def test_a_new_file_is_removed_again(terminal: Terminal) -> None:
    terminal.run("hook", "install", "--dry-run")
    assert not locate(terminal).exists()

    terminal.run("hook", "install")
    assert terminal.run("hook", "status", "--json").json == {
        str(terminal.claude.path): "installed"
    }
    terminal.run("uninstall")

    assert not locate(terminal).exists()


def test_only_our_hook_goes_after_claude_code_has_rewritten_the_file(
    terminal: Terminal,
) -> None:
    path = locate(terminal)
    path.write_text('{"hooks": {"UserPromptSubmit": [' + OTHER + "]}}")
    terminal.run("hook", "install")
    value = json.loads(path.read_text())
    path.write_text(json.dumps({"model": "haiku", **value}, indent=2))

    terminal.run("hook", "remove")

    assert list_hooks(terminal) == ["date"]
    assert json.loads(path.read_text())["model"] == "haiku"


@pytest.mark.parametrize(
    "text", ["{", '{"hooks": 5}', '{"hooks": {"UserPromptSubmit": {}}}']
)
def test_settings_of_another_form_are_not_touched(
    terminal: Terminal, text: str
) -> None:
    locate(terminal).write_text(text)

    result = terminal.run("hook", "install")

    assert result.status == 1
    assert result.err.count("\n") == 1
    assert locate(terminal).read_text() == text


def test_the_agent_learns_when_little_is_left(terminal: Terminal) -> None:
    resets = int(time.time()) + 7_200
    texts = []
    for percent in (70, 78, 80, 84, 100):
        report(terminal, percent, resets)
        texts.append(run_hook(terminal))

    clock = time.strftime("%H:%M", time.localtime(resets))
    assert texts == [
        "",
        (
            f"Claude usage: 22% of the 5-hour limit left, resets {clock},"
            " about 2 turns like your last."
        ),
        "",
        (
            f"Claude usage: 16% of the 5-hour limit left, resets {clock},"
            " about 4 turns like your last."
        ),
        (
            f"Claude usage: 0% of the 5-hour limit left, resets {clock},"
            " about 0 turns like your last."
        ),
    ]


def test_the_threshold_can_be_set(terminal: Terminal) -> None:
    report(terminal, 70, int(time.time()) + 7_200)

    assert terminal.run("hook", "install", "--below", "40").status == 0
    assert list_hooks(terminal)[0].endswith(" hook --below 40")
    assert "30% of the 5-hour limit left" in run_hook(
        terminal, "--below", "40"
    )


def test_without_a_report_or_after_the_reset_nothing_is_said(
    terminal: Terminal,
) -> None:
    report(terminal, 99, int(time.time()) - 60)

    assert run_hook(terminal) == ""
    assert run_hook(terminal, session="other") == ""


@pytest.mark.parametrize("text", ["", "{", "[]", '{"session_id": "../x"}'])
def test_garbage_never_stops_a_prompt(terminal: Terminal, text: str) -> None:
    terminal.app_home.mkdir(exist_ok=True)

    assert run_program(text, "hook") == ""
