"""Run the real Claude Code against the made-up API."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import time
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING, Any, Self

from claude_tray.app.context import utc_now
from claude_tray.config.price_tables import load_price_table
from claude_tray.core.cost import compute_request_cost
from claude_tray.core.time import to_epoch_ms
from claude_tray.core.usage import STANDARD_TERMS

if TYPE_CHECKING:
    from tests.real_client.fake_api import FakeApi


CLIENT_VARIABLE = "CLAUDE_TRAY_REAL_CLIENT"
MODEL = "claude-sonnet-4-5-20250929"
SMALL_MODEL = "claude-haiku-4-5-20251001"
ROOT = Path(__file__).parents[2]
RUN_SECONDS = 120.0
# Heavy right-pointing angle quotation mark.
_PROMPT = "\N{HEAVY RIGHT-POINTING ANGLE QUOTATION MARK ORNAMENT}"


def find_client() -> str:
    """Return the client's program; empty if it is not installed."""
    path = os.environ.get(CLIENT_VARIABLE, "")
    return path if path and Path(path).exists() else ""


class RealClient:
    """
    A home folder with the real client, and claude-tray next to it.

    Args:
        home: Home folder; nothing outside is written.
        api: The made-up API.
    """

    def __init__(self, home: Path, api: FakeApi) -> None:
        self.home = home
        self.claude_folder = home / ".claude"
        self.project = home / "work" / "shop"
        self._program = find_client()
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            "PYTHONPATH": str(ROOT),
            "CLAUDE_TRAY_HOME": str(home / "own"),
            "ANTHROPIC_BASE_URL": api.url,
            "ANTHROPIC_AUTH_TOKEN": "made-up",
            "ANTHROPIC_MODEL": MODEL,
            "ANTHROPIC_DEFAULT_HAIKU_MODEL": SMALL_MODEL,
            "ANTHROPIC_SMALL_FAST_MODEL": SMALL_MODEL,
            "HTTPS_PROXY": api.url,
            "NO_PROXY": "127.0.0.1",
            "IS_SANDBOX": "1",
            "DISABLE_AUTOUPDATER": "1",
            "DISABLE_TELEMETRY": "1",
            "DISABLE_ERROR_REPORTING": "1",
        }
        self.project.mkdir(parents=True)
        self.claude_folder.mkdir()
        self._write_answers()

    def ask(self, prompt: str, *args: str) -> dict[str, Any]:
        """Run one prompt without a terminal; return what the client says."""
        done = subprocess.run(
            [
                *(self._program, "-p", prompt, *args),
                *("--output-format", "json"),
                "--dangerously-skip-permissions",
            ],
            cwd=self.project,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=RUN_SECONDS,
            check=False,
        )
        result: dict[str, Any] = json.loads(done.stdout)
        return result

    def run_tray_command(self, *args: str, stdin: str = "") -> str:
        """Run a command of claude-tray; return its output."""
        done = subprocess.run(
            [sys.executable, "-m", "claude_tray", *args],
            cwd=ROOT,
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=RUN_SECONDS,
            check=True,
        )
        return done.stdout

    def read_tray_json(self, *args: str) -> Any:
        return json.loads(self.run_tray_command(*args))

    def read_transcripts(self) -> bytes:
        """Return the text of all transcripts."""
        folder = self.claude_folder / "projects"
        return b"".join(
            path.read_bytes() for path in sorted(folder.rglob("*.jsonl"))
        )

    @property
    def terminal_command(self) -> str:
        """Shell command that starts the client in a terminal."""
        words = (self._program, "--dangerously-skip-permissions")
        return shlex.join(words)

    def _write_answers(self) -> None:
        """Answer what the client asks a new user."""
        (self.claude_folder / "settings.json").write_text(
            json.dumps({"skipDangerousModePermissionPrompt": True}, indent=2)
        )
        project = {
            "hasTrustDialogAccepted": True,
            "hasCompletedProjectOnboarding": True,
        }
        state = {
            "hasCompletedOnboarding": True,
            "theme": "dark",
            "hasSeenAutoDefaultNotice": True,
            "projects": {str(self.project): project},
        }
        (self.home / ".claude.json").write_text(json.dumps(state))


class TerminalClient:
    """
    The client in a tmux session.

    Args:
        client: Its home folder.
    """

    def __init__(self, client: RealClient) -> None:
        self._client = client
        # A server of its own: others go on.
        self._tmux = [str(which("tmux")), "-S", str(client.home / "tmux")]

    def __enter__(self) -> Self:
        self._run(
            *("new-session", "-d", "-s", "client", "-x", "150", "-y", "50"),
            *("-c", str(self._client.project)),
            self._client.terminal_command,
        )
        self.wait_for(_PROMPT)
        return self

    def __exit__(self, *_: object) -> None:
        subprocess.run(
            [*self._tmux, "kill-server"], check=False, capture_output=True
        )

    def type(self, text: str) -> None:
        """Type a line when the client is idle, and send it."""
        self.wait_until_idle()
        self._run("send-keys", "-t", "client", "-l", text)
        self.wait_for(text)
        time.sleep(1)
        self._run("send-keys", "-t", "client", "Enter")

    def read_screen(self) -> str:
        return self._run("capture-pane", "-p", "-t", "client")

    def wait_for(self, text: str, seconds: float = 60.0) -> None:
        """Wait until a text is on the screen."""
        end = time.monotonic() + seconds
        while text not in self.read_screen():
            assert time.monotonic() < end, self.read_screen()
            time.sleep(0.2)

    def wait_until_idle(self) -> None:
        """Wait until the screen stays as it is for two seconds."""
        screen = ""
        while screen != (screen := self.read_screen()):
            time.sleep(2)

    def leave(self) -> None:
        """End the client as a user does, and wait for it."""
        self.type("/exit")
        end = time.monotonic() + 30
        command = [*self._tmux, "has-session", "-t", "client"]
        while not subprocess.run(
            command, check=False, capture_output=True
        ).returncode:
            assert time.monotonic() < end, self.read_screen()
            time.sleep(0.2)

    def _run(self, *args: str) -> str:
        done = subprocess.run(
            [*self._tmux, *args],
            env=self._client.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout


def compute_bill(api: FakeApi, *, is_planned: bool | None = None) -> int:
    """Return the cost of the bill in nano-dollars."""
    prices, now_ms = load_price_table(), to_epoch_ms(utc_now())
    costs = [
        compute_request_cost(
            request.tokens, request.model, STANDARD_TERMS, now_ms, prices
        )
        for request in api.bill
        if is_planned is None or bool(request.tag) is is_planned
    ]
    assert None not in costs, [request.model for request in api.bill]
    return sum(cost for cost in costs if cost is not None)
