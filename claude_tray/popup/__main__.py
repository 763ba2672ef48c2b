"""The popup's own process: `python -m claude_tray.popup`."""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from claude_tray.popup.host import Host

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

    from claude_tray.popup.host import Surface
    from claude_tray.popup.order import Ask, Show


def main() -> int:
    """Obey the orders on stdin until it ends."""
    host = Host(_surface, _own_stdout(), (_now, time.monotonic))
    host.listen(sys.stdin)
    from claude_tray.popup.windows.choice import run  # noqa: PLC0415

    if not run(host):
        host.run_without_window()
    return 0


def _surface(show: Show, wish: Callable[[Ask], None]) -> Surface:
    # Late: only the one that is shown.
    if show.surface == "settings":
        from claude_tray.popup.preferences.window import (  # noqa: PLC0415
            Preferences,
        )

        return Preferences(show, wish, _now())
    from claude_tray.popup.stats import Stats  # noqa: PLC0415

    return Stats(show, wish, _now())


def _own_stdout() -> TextIO:
    """
    Keep stdout for wishes alone.

    A browser that is opened would write into it, and hold it open.
    """
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.close(nothing)
    return out


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    sys.exit(main())
