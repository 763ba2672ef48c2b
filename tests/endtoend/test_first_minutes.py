"""The program as somebody meets it who has just installed it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.builders import ClaudeFolder, a_line
from tests.support.desktop import until

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[2]
SSH = {
    "SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22",
    "SSH_TTY": "/dev/pts/0",
}

pytestmark = pytest.mark.skipif(
    sys.platform == "win32",
    reason="has a terminal of Unix",
)


class Person:
    """Somebody at a terminal with an empty home."""

    def __init__(self, home: Path) -> None:
        home.mkdir()
        self.home = home
        self.variables = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "LC_ALL": "C.UTF-8",
            "TERM": "xterm",
            "PYTHONPATH": str(ROOT),
            # Not that of whoever runs the tests.
            "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere",
        }

    def meets(
        self,
        *words: str,
        wanted: str,
        variables: Mapping[str, str] | None = None,
    ) -> str:
        """Start the program at a terminal, end it by Ctrl+C when it says so."""
        if sys.platform == "win32":
            pytest.skip("has a terminal of Unix")
        ours, theirs = os.openpty()
        process = subprocess.Popen(
            [sys.executable, "-m", "claude_tray", *words],
            env={**self.variables, **(variables or {})},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        said = b""
        try:

            def has_said() -> bool:
                nonlocal said
                said += os.read(ours, 1 << 16)
                return wanted in said.decode("utf-8", "replace")

            until(has_said)
            process.send_signal(signal.SIGINT)
            assert process.wait(20) == 0
        finally:
            process.kill()
            process.wait()
            os.close(ours)
        return said.decode("utf-8", "replace").replace("\r\n", "\n")

    def asks(
        self,
        *words: str,
        variables: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        environment = self.variables if variables is None else variables
        return subprocess.run(
            [sys.executable, "-m", "claude_tray", *words],
            env=dict(environment),
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
        )


@pytest.fixture
def person(tmp_path: Path) -> Person:
    return Person(tmp_path / "home")


@pytest.mark.parametrize("variables", [{}, SSH], ids=["here", "over ssh"])
def test_without_a_display_and_any_transcript_it_says_so_and_waits(
    person: Person,
    variables: dict[str, str],
) -> None:
    said = person.meets(wanted="5 hours", variables=variables)

    assert "Going on in the terminal; Ctrl+C ends it." in said
    assert "no transcripts yet" in said
    assert "Traceback" not in said


def test_what_is_worth_switching_on_is_offered_once(person: Person) -> None:
    first = person.meets(wanted="5 hours")
    again = person.meets(wanted="5 hours")

    assert first.count("claude-tray autostart on") == 1
    assert first.count("claude-tray statusline install") == 1
    assert "autostart on" not in again
    assert "statusline install" not in again


def test_what_is_switched_on_is_not_offered(person: Person) -> None:
    (person.home / ".claude").mkdir()
    variables = {**person.variables, "TMPDIR": str(person.home)}
    for words in (("autostart", "on"), ("statusline", "install")):
        assert person.asks(*words, variables=variables).returncode == 0

    said = person.meets(wanted="5 hours")

    assert "To " not in said


def test_a_note_that_cannot_be_read_keeps_nobody_from_starting(
    person: Person,
) -> None:
    notes = person.home / ".config" / "claude-tray" / "statusline.json"
    notes.parent.mkdir(parents=True)
    notes.write_text("nonsense")

    said = person.meets(wanted="5 hours")

    assert "claude-tray autostart on" in said
    assert "statusline install" not in said


def test_a_demo_shows_something_at_once_and_says_what_it_is(
    person: Person,
) -> None:
    said = person.meets("--demo", wanted="left")

    assert "demo" in said
    assert "autostart on" not in said
    assert not list(person.home.rglob("*.db"))


@pytest.mark.parametrize("words", [("status",), ("--no-tray",)])
def test_a_home_that_cannot_be_written_is_one_sentence(
    person: Person,
    words: tuple[str, ...],
) -> None:
    person.home.joinpath(".local").write_text("a file where a folder goes")

    done = person.asks(*words)

    assert done.returncode == 1
    assert done.stderr.startswith("claude-tray: ")
    assert "CLAUDE_TRAY_HOME" in done.stderr
    assert done.stderr.count("\n") == 1


def test_what_is_there_is_read_without_being_told_where(
    person: Person,
) -> None:
    ClaudeFolder(person.home / ".claude").append(a_line())

    done = person.asks("stats", "--json")

    assert done.returncode == 0
    assert json.loads(done.stdout)["total_tokens"] == 15
