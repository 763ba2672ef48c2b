"""Show every new snapshot, and the last one again every minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from claude_tray.core.snapshot import SyncPhase
from claude_tray.presentation.countdown import truncate_to_minute
from claude_tray.ui.tray.view_model import TrayView, build_tray_view

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.ingest.snapshot_channel import SnapshotChannel
    from claude_tray.ui.tray.menu_model import ViewOptions


_MINUTE: Final = timedelta(minutes=1)
_FRAME_SECONDS: Final = 0.5
_FRAME_DURATION: Final = timedelta(seconds=_FRAME_SECONDS)
# Most syncs are shorter.
_ANIMATION_DELAY: Final = timedelta(seconds=2)
_PHASE_COUNT: Final = 8


def run_refresh_loop(
    channel: SnapshotChannel,
    show: Callable[[TrayView], None],
    get_options: Callable[[], ViewOptions],
) -> None:
    """
    Show snapshots until the channel is closed.

    Args:
        channel: Source of snapshots.
        show: Shows a view.
        get_options: Returns the current view options.
    """
    version, snapshot, animation = 0, None, SyncAnimation()
    wait = _MINUTE.total_seconds()
    while not channel.is_closed:
        update = channel.wait_for_newer(version, wait)
        if update is not None:
            version, snapshot = update
        if snapshot is not None and not channel.is_closed:
            now = datetime.now(UTC)
            is_running = snapshot.sync.phase is SyncPhase.RUNNING
            phase = animation.compute_phase(now, is_running=is_running)
            options = get_options()._replace(phase=phase)
            show(build_tray_view(snapshot, now, options=options))
            wait = (
                _FRAME_SECONDS
                if is_running
                else _compute_next_minute_wait(now)
            )


class SyncAnimation:
    """Animates the icon while a sync takes long."""

    def __init__(self) -> None:
        self._started_at: datetime | None = None

    def compute_phase(self, now: datetime, *, is_running: bool) -> int | None:
        """Return the frame, 0 to 7, or None if nothing is to be animated."""
        self._started_at = (self._started_at or now) if is_running else None
        if (
            self._started_at is None
            or now - self._started_at < _ANIMATION_DELAY
        ):
            return None
        return (now - self._started_at) // _FRAME_DURATION % _PHASE_COUNT


def _compute_next_minute_wait(now: datetime) -> float:
    """Return the seconds until the clock shows the next minute."""
    next_minute = truncate_to_minute(now) + _MINUTE
    # A little later, because a wait may end early.
    return (next_minute - now).total_seconds() + 0.05
