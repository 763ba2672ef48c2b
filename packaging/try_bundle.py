"""
Start a built program on this machine's desktop and check that it works.

    python packaging/try_bundle.py PROGRAM [--seconds 20] [--pictures FOLDER]

Uses folders of its own: one transcript, and new settings. Starts the tray,
asks `status --json` until it has read the transcript, opens the popup, takes
a picture of the screen, and quits the tray. Exit status 1 with the reason if
something fails. Needs Pillow for the picture; on Linux a display with a panel.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

OUTPUT_TOKENS = 4321
COMMAND_TIMEOUT = 60.0


class TrialError(Exception):
    """The program does not do what it should."""


class Trial:
    """A program with folders of its own."""

    def __init__(self, program: Path, folder: Path) -> None:
        self._program = program
        self._claude = folder / "claude"
        self.own = folder / "own"
        self._env = os.environ | {
            "CLAUDE_TRAY_HOME": str(self.own),
            "CLAUDE_PATH": str(self._claude),
        }

    def write_transcript(self) -> None:
        """Write a response of five minutes ago."""
        at = datetime.now(UTC) - timedelta(minutes=5)
        usage = {"input_tokens": 10, "output_tokens": OUTPUT_TOKENS}
        line = {
            "type": "assistant",
            "sessionId": "trial",
            "cwd": "/srv/shop",
            "timestamp": at.isoformat().replace("+00:00", "Z"),
            "requestId": "req_1",
            "message": {
                "id": "msg_1",
                "role": "assistant",
                "model": "claude-sonnet-4-5",
                "usage": usage,
            },
        }
        folder = self._claude / "projects" / "-srv-shop"
        folder.mkdir(parents=True)
        (folder / "trial.jsonl").write_text(json.dumps(line) + "\n")

    def run(self, *args: str) -> str:
        """Run a command to its end; return its output."""
        done = subprocess.run(
            [self._program, *args],
            env=self._env,
            check=False,
            capture_output=True,
            encoding="utf-8",
            timeout=COMMAND_TIMEOUT,
            stdin=subprocess.DEVNULL,
        )
        if done.returncode:
            message = f"{args}: exit status {done.returncode}\n{done.stderr}"
            raise TrialError(message)
        return done.stdout

    @contextmanager
    def start_tray(self) -> Iterator[subprocess.Popen[bytes]]:
        tray = subprocess.Popen(
            [self._program], env=self._env, stdin=subprocess.DEVNULL
        )
        try:
            yield tray
        finally:
            tray.kill()
            tray.wait()

    def find_logged_errors(self) -> list[str]:
        """Return the lines of the log that report a failure."""
        return [
            line
            for path in self.own.rglob("*.log")
            for line in path.read_text(encoding="utf-8").splitlines()
            if " ERROR " in line or line.startswith("Traceback")
        ]


def check_program(trial: Trial, seconds: float, pictures: Path | None) -> None:
    """Try everything; raise TrialError or TimeoutExpired at the first fault."""
    print(trial.run("--version").strip())
    trial.write_transcript()
    with trial.start_tray() as tray:
        end = time.monotonic() + seconds
        while str(OUTPUT_TOKENS) not in trial.run("status", "--json"):
            _expect(time.monotonic() < end, "the transcript was not read")
            time.sleep(0.5)
        print("status --json has the transcript's tokens")
        trial.run("popup")
        time.sleep(max(0.0, end - time.monotonic()))
        _expect(tray.poll() is None, f"the tray ended: {tray.poll()}")
        print(f"the tray runs after {seconds:.0f} s")
        if pictures:
            take_picture(pictures)
        trial.run("--quit")
        tray.wait(COMMAND_TIMEOUT)
        _expect(tray.returncode == 0, f"exit status {tray.returncode}")
        print("the tray quits")
    errors = trial.find_logged_errors()
    _expect(not errors, "\n".join(["the log has errors:", *errors]))


def take_picture(folder: Path) -> None:
    """Save the screen. Some machines forbid it; the check goes on."""
    from PIL import ImageGrab  # noqa: PLC0415 - only this needs Pillow

    folder.mkdir(parents=True, exist_ok=True)
    try:
        ImageGrab.grab().save(folder / f"{sys.platform}.png")
    except OSError as error:
        print(f"no picture of the screen: {error}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=Path)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--pictures", type=Path)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        trial = Trial(args.program.resolve(), Path(folder))
        try:
            print(trial.run("--import-modules").strip())
            check_program(trial, args.seconds, args.pictures)
        except (TrialError, subprocess.TimeoutExpired) as error:
            print(f"{args.program}: {error}", file=sys.stderr)
            return 1
    return 0


def _expect(is_met: bool, message: str) -> None:  # noqa: FBT001 - a condition
    if not is_met:
        raise TrialError(message)


if __name__ == "__main__":
    sys.exit(main())
