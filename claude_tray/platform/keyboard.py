"""Read single keys from a terminal, without waiting for Enter."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def read_keys() -> Iterator[Callable[[float], str]]:
    """
    Yield a function that waits for a key, at most for some seconds.

    It returns the key, or an empty text. Keys are not echoed; the terminal is
    as before afterward. Without a terminal it only waits.
    """
    if not sys.stdin.isatty():
        yield _wait
    elif sys.platform == "win32":
        yield _poll_windows_console
    else:
        import termios
        import tty

        descriptor = sys.stdin.fileno()
        before = termios.tcgetattr(descriptor)
        # Keys that were pressed earlier count.
        tty.setcbreak(descriptor, termios.TCSADRAIN)
        try:
            yield _select_key
        finally:
            termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


def _wait(seconds: float) -> str:
    time.sleep(seconds)
    return ""


def _select_key(seconds: float) -> str:
    import os
    from select import select

    descriptor = sys.stdin.fileno()
    if not select([descriptor], [], [], seconds)[0]:
        return ""
    key = os.read(descriptor, 1)
    if not key:
        # The terminal is gone: it would be ready for ever.
        raise KeyboardInterrupt
    return key.decode(errors="replace")


def _poll_windows_console(seconds: float) -> str:
    import msvcrt

    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if msvcrt.kbhit():  # type: ignore[attr-defined, unused-ignore]
            return str(msvcrt.getwch())  # type: ignore[attr-defined, unused-ignore]
        time.sleep(0.05)
    return ""
