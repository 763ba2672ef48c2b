"""Shows every new snapshot, and the old one when the minute changes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from claude_tray.tray.view import view_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.engine.board import Board
    from claude_tray.tray.manner import Manner
    from claude_tray.tray.view import TrayView

_MINUTE: Final = 60.0


def follow(
    board: Board,
    show: Callable[[TrayView], None],
    manner: Callable[[], Manner],
) -> None:
    """
    Show what is posted until the board has ended.

    Args:
        board: Where snapshots are posted.
        show: Shows a view.
        manner: Returns how it is shown now.
    """
    edition, snapshot = 0, None
    while not board.has_ended:
        news = board.read_after(edition, _to_next_minute(snapshot is None))
        if news is not None:
            edition, snapshot = news
        if snapshot is not None and not board.has_ended:
            now = datetime.now(UTC)
            show(view_of(snapshot, now, manner=manner()))


def _to_next_minute(is_first: bool) -> float:  # noqa: FBT001 - a fact
    """Return the seconds until the countdown shows another minute."""
    if is_first:
        return _MINUTE
    return _MINUTE - datetime.now(UTC).timestamp() % _MINUTE + 0.05
