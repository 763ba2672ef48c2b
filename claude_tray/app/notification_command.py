"""Run the user's own command for each notification, beside everything else."""

from __future__ import annotations

import json
import logging
import sys
import threading
import time
from collections import deque
from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.app.context import utc_now
from claude_tray.core.notifications import model, samples
from claude_tray.errors import ClaudeTrayError
from claude_tray.platform import atomic_write, small_file, user_command
from claude_tray.presentation import context, notification_text
from claude_tray.protocol import notification_event

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from claude_tray.app.context import AppContext


_log = logging.getLogger(__name__)

TIMEOUT_SECONDS: Final = 30.0
STATE_FILE: Final = "notification-command.json"
# Quitting waits for this.
_CLOSE_SECONDS: Final = 2.0
# Notifications are minutes apart: more are waiting only if commands hang.
_MAX_WAITING: Final = 8


class CommandFailure(NamedTuple):
    """
    Why the command failed when it ran last.

    Attributes:
        problem: One English sentence.
        failed_at: Seconds since the epoch.
    """

    problem: str
    failed_at: float


def load_command_failure(path: Path) -> CommandFailure | None:
    """Return the stored failure; None if the last run was successful."""
    try:
        value = json.loads(small_file.read_small_file(path))
        return CommandFailure(str(value["problem"]), float(value["failed_at"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def build_test_event(kind: model.NotificationKind, app: AppContext) -> bytes:
    """Return the JSON of a made-up notification."""
    now = utc_now()
    sample = samples.build_sample(kind, now, now + timedelta(hours=2))
    view = context.ViewContext(now, translator=app.translator)
    texts = notification_text.format_notification(sample, view)
    event = notification_event.build_notification_event(
        sample, texts, now, is_test=True
    )
    return notification_event.encode_notification_event(event)


def run_test(
    app: AppContext,
    kind: model.NotificationKind = model.NotificationKind.READY,
    *,
    is_visible: bool = False,
) -> None:
    """
    Run the user's command with a made-up notification, and wait for it.

    Args:
        app: Settings and language.
        kind: Kind of the notification.
        is_visible: It prints to our own standard output and error.

    Raises:
        SettingsError: There is no such program.
        DesktopError: It cannot be started, hangs or fails.
    """
    data = build_test_event(kind, app)
    sys.stdout.flush()
    process = user_command.start_command(
        app.settings.notifications_command, data, is_visible=is_visible
    )
    try:
        user_command.wait_for_command(process, TIMEOUT_SECONDS)
    except KeyboardInterrupt:
        user_command.end_command(process)
        raise
    # What failed before works now.
    (app.paths.state_folder / STATE_FILE).unlink(missing_ok=True)


class NotificationCommand:
    """
    Run one command after another on a thread that ends when none is waiting.

    Args:
        get_command: Returns the user's program and arguments; empty for none.
        path: File with the failure of the last run.
        timeout: Seconds that a run may take.
    """

    def __init__(
        self,
        get_command: Callable[[], Sequence[str]],
        path: Path,
        timeout: float = TIMEOUT_SECONDS,
    ) -> None:
        self._get_command = get_command
        self._path = path
        self._timeout = timeout
        self._lock = threading.Lock()
        self._waiting: deque[bytes] = deque()
        self._thread: threading.Thread | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._is_closed = False
        self._logged = ""

    def submit(self, data: bytes) -> None:
        """
        Run the command soon; do nothing without one.

        Args:
            data: Its standard input.
        """
        if not self._get_command():
            return
        with self._lock:
            if self._is_closed:
                return
            if len(self._waiting) >= _MAX_WAITING:
                _log.warning("Too many notification commands are waiting")
                return
            self._waiting.append(data)
            if self._thread is None:
                # A daemon: a command that hangs must not keep the program.
                self._thread = threading.Thread(
                    target=self._run, name="notification-command", daemon=True
                )
                self._thread.start()

    def close(self) -> None:
        """Start no more commands; end one that does not end soon."""
        with self._lock:
            self._is_closed = True
            self._waiting.clear()
            thread = self._thread
        if thread is None:
            return
        thread.join(_CLOSE_SECONDS)
        process = self._process
        if process is not None and thread.is_alive():
            user_command.end_command(process)
            thread.join(_CLOSE_SECONDS)

    def _run(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._thread = None
                    return
                data = self._waiting.popleft()
            command = self._get_command()
            if command:
                self._run_one(command, data)

    def _run_one(self, command: Sequence[str], data: bytes) -> None:
        try:
            self._process = user_command.start_command(command, data)
            user_command.wait_for_command(self._process, self._timeout)
        except ClaudeTrayError as error:
            if not self._is_closed:
                self._report(error.describe())
        else:
            self._report("")
        finally:
            self._process = None

    def _report(self, problem: str) -> None:
        """Log another problem once; store it for the doctor."""
        if problem and problem != self._logged:
            _log.warning("Notification command failed error=%s", problem)
        self._logged = problem
        try:
            if problem:
                failure = CommandFailure(problem, time.time())
                text = json.dumps(failure._asdict())
                atomic_write.write_atomically(self._path, text.encode(), 0o600)
            else:
                self._path.unlink(missing_ok=True)
        except OSError as error:
            _log.info("Cannot store the command's state error=%s", error)
