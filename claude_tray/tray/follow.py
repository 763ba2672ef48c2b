"""Shows every new snapshot, and the old one when the minute changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from claude_tray.domain.snapshot import SyncPhase
from claude_tray.tray.view import view_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.engine.board import Board
    from claude_tray.tray.manner import Manner
    from claude_tray.tray.view import TrayView

_MINUTE: Final = 60.0
_FRAME: Final = 0.5
_FRAME_SPAN: Final = timedelta(seconds=_FRAME)
_WORTH_MOVING: Final = timedelta(seconds=2)
_PHASES: Final = 8


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
    edition, snapshot, syncing = 0, None, Syncing()
    wait = _MINUTE
    while not board.has_ended:
        news = board.read_after(edition, wait)
        if news is not None:
            edition, snapshot = news
        if snapshot is not None and not board.has_ended:
            now = datetime.now(UTC)
            is_running = snapshot.sync.phase is SyncPhase.RUNNING
            phase = syncing.phase(now, is_running=is_running)
            how = manner()._replace(phase=phase)
            show(view_of(snapshot, now, manner=how))
            wait = _FRAME if is_running else _to_next_minute(now)


class Syncing:
    """What moves in the icon while forwarding takes long."""

    def __init__(self) -> None:
        self._since: datetime | None = None

    def phase(self, now: datetime, *, is_running: bool) -> int | None:
        """Return 0 to 7; None while there is nothing worth a movement."""
        self._since = (self._since or now) if is_running else None
        if self._since is None or now - self._since < _WORTH_MOVING:
            return None
        return (now - self._since) // _FRAME_SPAN % _PHASES


def _to_next_minute(now: datetime) -> float:
    """Return the seconds until the countdown shows another minute."""
    return _MINUTE - now.timestamp() % _MINUTE + 0.05
