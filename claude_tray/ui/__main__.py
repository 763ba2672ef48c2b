"""Run a window in its own process: `python -m claude_tray.ui`."""

from __future__ import annotations

import os
import signal
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from claude_tray.platform.logging_setup import log_internal_error
from claude_tray.ui.toolkit.window_host import WindowContent, WindowHost

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

    from claude_tray.ui.toolkit.messages import ShowCommand, UserAction


def main() -> int:
    """
    Run commands from stdin until it ends.

    Returns:
        1 after an error, which is logged and shown in one sentence.
    """
    # Ctrl+C in a terminal is for the process that shows the window.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return _run()
    except Exception as error:  # noqa: BLE001 - a sentence, no traceback
        text = log_internal_error(error).describe()
        sys.stderr.write(f"claude-tray: {text}\n")
        return 1


def _run() -> int:
    host = WindowHost(
        _create_content, _reserve_stdout(), (_utc_now, time.monotonic)
    )
    host.start_command_reader(sys.stdin)
    from claude_tray.ui.toolkit.factory import run_window

    if not run_window(host):
        host.run_without_window()
    return 0


def _create_content(
    command: ShowCommand, on_action: Callable[[UserAction], None]
) -> WindowContent:
    # Late: the host is shown sooner.
    from claude_tray.ui.popup.popup_window import PopupWindow

    return PopupWindow(command, on_action, _utc_now())


def _reserve_stdout() -> TextIO:
    """
    Redirect stdout to null; return a stream to the original.

    A browser started from here would otherwise write to the tray's pipe and keep
    it open.
    """
    output = os.fdopen(os.dup(1), "w", encoding="utf-8")
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, 1)
    os.close(devnull)
    return output


def _utc_now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    sys.exit(main())
