"""What the tray shows, as lines in a terminal."""

from __future__ import annotations

import sys
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from claude_tray.tray.follow import follow
from claude_tray.tray.view import lines_of

if TYPE_CHECKING:
    from claude_tray.engine.board import Board
    from claude_tray.tray.view import TrayView

_MINUTE: Final = 60.0
_CLEAR_LINE: Final = "\r\x1b[K"


def show_in_terminal(board: Board, is_asked: threading.Event) -> None:
    """
    Show one live line where a person looks, else one for each change.

    Args:
        board: Where snapshots are posted.
        is_asked: Set when it is to end.
    """
    is_live = sys.stdout.isatty()
    printed: list[str] = []

    def show(_: TrayView) -> None:
        nonlocal printed
        snapshot = board.newest()
        if snapshot is None:
            return
        lines = lines_of(snapshot, datetime.now(UTC))
        if is_live:
            text = f"{_CLEAR_LINE}{' | '.join(lines)}"
            print(text, end="", flush=True)  # noqa: T201
        elif lines[1:] != printed:
            printed = lines[1:]
            print(" | ".join(lines), flush=True)  # noqa: T201

    follower = threading.Thread(
        target=follow,
        args=(board, show),
        name="follow",
    )
    follower.start()
    while not is_asked.wait(_MINUTE):
        pass
    board.end()
    follower.join()
    if is_live:
        print()  # noqa: T201
