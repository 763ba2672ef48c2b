"""Stand in for a running Claude Code: a process and the file about it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Self

from claude_tray.platform.system import current_system

if TYPE_CHECKING:
    from pathlib import Path


class StandInSession:
    """
    A process that does nothing, and its file, written as Claude Code does.

    Args:
        folder: Claude folder.
        session_id: ID of the session.
        project: Its working directory.
        title: Its name.
    """

    def __init__(
        self, folder: Path, session_id: str, project: str, title: str
    ) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", "import sys; sys.stdin.read()"],
            stdin=subprocess.PIPE,
        )
        self._path = folder / "sessions" / f"{self._process.pid}.json"
        self._path.parent.mkdir(parents=True, exist_ok=True)
        starts = current_system().get_process_starts([self._process.pid])
        self._content = {
            "pid": self._process.pid,
            "sessionId": session_id,
            "cwd": project,
            "startedAt": time.time_ns() // 10**6,
            "procStart": (starts or {})[self._process.pid],
            "kind": "interactive",
            "name": title,
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def write(self, status: str, waiting_for: str = "") -> None:
        """Write what the session does."""
        content = {
            **self._content,
            "status": status,
            "statusUpdatedAt": time.time_ns() // 10**6,
        }
        if waiting_for:
            content["waitingFor"] = waiting_for
        self._path.write_text(json.dumps(content))

    def leave(self) -> None:
        """Delete the file and end, as after /exit."""
        self._path.unlink()
        self.kill()

    def kill(self) -> None:
        """End the process; its file remains."""
        self._process.kill()
        self._process.communicate()
