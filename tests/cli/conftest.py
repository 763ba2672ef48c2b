from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from claude_tray.cli.main import main
from tests.support.builders import ClaudeFolder


class CliResult:
    """Output and exit status of a command."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status = status
        self.out = out
        self.err = err

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Terminal:
    """Run commands with empty folders."""

    def __init__(
        self,
        folder: Path,
        capture: pytest.CaptureFixture[str],
    ) -> None:
        self.app_home = folder / "own"
        self.claude = ClaudeFolder(folder / "claude")
        self._capture = capture

    def run(self, *args: str) -> CliResult:
        if "--claude-path" not in args:
            args += ("--claude-path", str(self.claude.path))
        if args[0] == "doctor":
            return _run_in_subprocess(args)
        status = main(args)
        out, err = self._capture.readouterr()
        return CliResult(status, out, err)

    def write_settings(self, text: str) -> None:
        path = self.app_home / "config" / "settings.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def _run_in_subprocess(args: tuple[str, ...]) -> CliResult:
    """
    Run a command in its own process.

    The doctor installs an audit hook, which cannot be removed again.
    """
    result = subprocess.run(
        [sys.executable, "-m", "claude_tray", *args],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    return CliResult(result.returncode, result.stdout, result.stderr)


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
