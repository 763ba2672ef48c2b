"""Start a window's process and exchange messages with it."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from claude_tray.errors import DesktopError, gettext_noop
from claude_tray.platform.system import current_system
from claude_tray.ui.toolkit.messages import (
    HideCommand,
    ShowCommand,
    TransientState,
    UserAction,
    WindowCommand,
    WindowHidden,
    WindowUnavailable,
    encode_line,
    parse_message,
)

if TYPE_CHECKING:
    from collections.abc import Callable


# A Debian package installs outside Python's search path. PYTHONPATH would
# leak into grandchildren, so the path is passed as an argument.
_IMPORT_ROOT: Final = str(Path(__file__).resolve().parents[3])
_BOOTSTRAP: Final = (
    "import sys; sys.path.insert(0, sys.argv.pop(1));"
    " from claude_tray.{} import main; sys.exit(main())"
)


def build_program_command(*arguments: str) -> list[str]:
    """Return the command line of this program with arguments."""
    if getattr(sys, "frozen", False):
        return [sys.executable, *arguments]
    return [*build_module_command("cli.main"), *arguments]


def build_popup_command() -> list[str]:
    """Return the command line of a window's process."""
    if getattr(sys, "frozen", False):
        return build_program_command("popup", "--process")
    # Skipping the CLI parser starts the window sooner.
    return build_module_command("ui.__main__")


def build_module_command(module: str) -> list[str]:
    """Return the command line that runs `main` of a module of this program."""
    return [
        sys.executable,
        "-P",
        "-c",
        _BOOTSTRAP.format(module),
        _IMPORT_ROOT,
    ]


_log = logging.getLogger(__name__)

# A process that leaves its input unread for this long has been stopped.
_UNREAD_SECONDS: Final = 2.0
# Writing more would wait for the process: pipes hold 64 KiB.
_MAX_UNREAD_BYTES: Final = 16 << 10
# A display that does not respond within this time never will.
SHOW_TIMEOUT_SECONDS: Final = 20.0
# A window that is drawing may need this long to notice the end of its input.
_STOP_TIMEOUT_SECONDS: Final = 1.0


class PopupProcess:
    """
    Run a window in its own process; restart one that has ended.

    Args:
        on_action: Called on a reader thread with each action of the window.
        on_hidden: Called on that thread when the window is hidden or the
            process has ended.
        on_failed: Called on that thread when the process has ended by an
            error.

    Attributes:
        on_unavailable: Called on some thread when no window can be shown;
            its argument is whether the window opens nothing instead.
    """

    def __init__(
        self,
        on_action: Callable[[UserAction], None],
        on_hidden: Callable[[], None],
        on_failed: Callable[[], None] = lambda: None,
    ) -> None:
        self._on_failed = on_failed
        self._on_action = on_action
        self._on_hidden = on_hidden
        self._process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None
        self._state = TransientState()
        self._lock = threading.Lock()
        self._written_at = 0.0
        self._show_timer: threading.Timer | None = None
        self.on_unavailable: Callable[[bool], None] = lambda _: None

    @property
    def has_failed(self) -> bool:
        """Return whether the process ended by an error."""
        return self._process is not None and bool(self._process.poll())

    @property
    def pid(self) -> int | None:
        """The current process, or the last one."""
        return self._process.pid if self._process else None

    def show(self, command: ShowCommand) -> None:
        """
        Show the window; can be called from any thread.

        Raises:
            DesktopError: Its process cannot be started.
        """
        with self._lock:
            if not self._is_alive() or self._is_stuck():
                self._start()
                self._send(self._state)
            # The process may have expired between the check and the write.
            if not self._send(command):
                self._start()
                self._send(self._state)
                self._send(command)
            self._cancel_show_timer()
            self._show_timer = threading.Timer(
                SHOW_TIMEOUT_SECONDS, self._give_up
            )
            self._show_timer.daemon = True
            self._show_timer.start()

    def send_state(self, state: TransientState) -> None:
        """Send the state that is not in the store."""
        with self._lock:
            if state != self._state:
                self._state = state
                if self._is_alive() and not self._is_stuck():
                    self._send(state)

    def hide(self) -> None:
        """Hide the window; its process stays warm."""
        with self._lock:
            if self._is_alive():
                self._send(HideCommand())

    def stop(self) -> None:
        """End the process and join its reader thread."""
        with self._lock:
            process, self._process = self._process, None
            self._cancel_show_timer()
        if process is None:
            return
        _close_stdin(process)
        try:
            process.wait(_STOP_TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if self._reader is not None:
            self._reader.join()

    def _is_alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _is_stuck(self) -> bool:
        """Return whether the process no longer reads, as after SIGSTOP."""
        process = self._process
        if process is None or process.stdin is None or process.stdin.closed:
            return False
        unread = current_system().count_unread_bytes(process.stdin.fileno())
        waited = time.monotonic() - self._written_at
        return unread > _MAX_UNREAD_BYTES or (
            unread > 0 and waited > _UNREAD_SECONDS
        )

    def _start(self) -> None:
        if self._process is not None:
            if self._is_alive() and self._is_stuck():
                self._process.kill()
            _close_stdin(self._process)
        try:
            self._process = subprocess.Popen(  # noqa: S603 - this program
                build_popup_command(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
            )
        except OSError as error:
            self._process = None
            raise DesktopError(
                gettext_noop("The window cannot be opened: {reason}."),
                reason=error.strerror,
            ) from error
        previous_reader = self._reader
        self._reader = threading.Thread(
            target=self._read_actions,
            args=(self._process, previous_reader),
            name="popup",
        )
        self._reader.start()

    def _read_actions(
        self,
        process: subprocess.Popen[str],
        previous_reader: threading.Thread | None,
    ) -> None:
        """Forward actions until the process has ended."""
        # Keep the order of actions across a restart.
        if previous_reader is not None:
            previous_reader.join()
        if process.stdout is None:
            return
        with process.stdout as lines:
            for line in lines:
                self._handle_line(line)
        has_failed = process.wait() > 0
        if self._process in (process, None):
            self._cancel_show_timer()
            self._on_hidden()
            if has_failed and self._process is process:
                self._on_failed()

    def _handle_line(self, line: str) -> None:
        try:
            message = parse_message(line)
        except msgspec.DecodeError as error:
            _log.warning(
                "Ignored an invalid message of the window error=%s", error
            )
            return
        if isinstance(message, UserAction):
            self._on_action(message)
            return
        self._cancel_show_timer()
        if isinstance(message, WindowHidden):
            self._on_hidden()
        elif isinstance(message, WindowUnavailable):
            self.on_unavailable(False)  # noqa: FBT003 - a callback

    def _cancel_show_timer(self) -> None:
        if self._show_timer is not None:
            self._show_timer.cancel()

    def _give_up(self) -> None:
        """Kill a process that cannot reach the display."""
        process = self._process
        if process is not None:
            process.kill()
            self.on_unavailable(True)  # noqa: FBT003 - a callback

    def _send(self, command: WindowCommand) -> bool:
        process = self._process
        if process is None or process.stdin is None:
            return False
        try:
            process.stdin.write(encode_line(command))
            process.stdin.flush()
            self._written_at = time.monotonic()
        except (OSError, ValueError):
            # The process has just ended.
            return False
        return True


def _close_stdin(process: subprocess.Popen[str]) -> None:
    if process.stdin is not None:
        try:
            process.stdin.close()
        except OSError:
            _log.debug("The window process had already ended")
