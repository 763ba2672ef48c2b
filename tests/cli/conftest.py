from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from claude_tray.cli.main import main
from tests.support.builders import ClaudeFolder


class Answer:
    """What a command printed, and its exit status."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status = status
        self.out = out
        self.err = err

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Terminal:
    """Runs commands in an empty place."""

    def __init__(
        self,
        folder: Path,
        capture: pytest.CaptureFixture[str],
    ) -> None:
        self.own = folder / "own"
        self.claude = ClaudeFolder(folder / "claude")
        self._capture = capture

    def run(self, *words: str) -> Answer:
        if "--claude-path" not in words:
            words += ("--claude-path", str(self.claude.path))
        if words[0] == "doctor":
            return _apart(words)
        status = main(words)
        out, err = self._capture.readouterr()
        return Answer(status, out, err)

    def settings(self, text: str) -> None:
        path = self.own / "config" / "settings.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def _apart(words: tuple[str, ...]) -> Answer:
    """
    Run a command in a process of its own.

    The doctor listens to all that its process does, and cannot be taken out
    of it again.
    """
    answer = subprocess.run(
        [sys.executable, "-m", "claude_tray", *words],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    return Answer(answer.returncode, answer.stdout, answer.stderr)


@pytest.fixture
def terminal(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Terminal:
    for name in ("CLAUDE_PATH", "CLAUDE_CONFIG_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CLAUDE_TRAY_HOME", str(tmp_path / "own"))
    return Terminal(tmp_path, capsys)
