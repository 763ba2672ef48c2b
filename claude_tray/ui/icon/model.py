"""Describe the content of the icon as a value."""

from __future__ import annotations

from typing import Final, NamedTuple

ICON_STYLES: Final = ("meter", "ring", "pie", "text")
ICON_PANELS: Final = ("dark", "light", "tile", "mono")
ICON_STATES: Final = (
    "idle",
    "ok",
    "warning",
    "critical",
    "limit",
    "stale",
    "error",
    "syncing",
    "reading",
)
_HOUR: Final = 60
_MANY_HOURS: Final = 10
_DAY_HOURS: Final = 24
_SHORT_TEXT_CHARS: Final = 2
_MAX_PERCENT: Final = 99


class IconModel(NamedTuple):
    """
    Content of the icon.

    Attributes:
        minutes_left: Minutes until the reset, rounded up; None without a
            window.
        used_fraction: Used fraction of the 5-hour limit, 0 to 1; None if
            unknown.
        week_fraction: Used fraction of the weekly limit; None to leave out the
            second bar.
        state: One of ICON_STATES.
        style: One of ICON_STYLES.
        panel: Panel to draw for, one of ICON_PANELS; "mono" is black and
            transparent.
        text_kind: Content of the text: "time" or "percent".
        is_single_color: Show the state by shape alone, without colors.
        window_minutes: Length of the window.
        phase: Frame of the sync animation, 0 to 7.
        read_fraction: Progress of the first scan, 0 to 1.
    """

    minutes_left: int | None = None
    used_fraction: float | None = None
    week_fraction: float | None = None
    state: str = "ok"
    style: str = "meter"
    panel: str = "tile"
    text_kind: str = "time"
    is_single_color: bool = False
    window_minutes: int = 300
    phase: int = 0
    read_fraction: float = 0.0

    @property
    def left_fraction(self) -> float:
        """Return the remaining fraction of the window, 0 to 1."""
        if self.minutes_left is None:
            return 0.0
        return max(0.0, min(1.0, self.minutes_left / self.window_minutes))

    @property
    def is_running(self) -> bool:
        """Return whether a window is open."""
        return self.state not in ("idle", "error", "reading")

    def format_text(self, max_chars: int) -> str:
        """Return the text in at most 4 ("2:47") or 2 ("2h") characters."""
        if self.state == "error":
            return "!"
        if self.state == "reading":
            return "..."[:max_chars]
        if self.minutes_left is None:
            return f"{self.window_minutes // _HOUR}h"
        is_short = max_chars <= _SHORT_TEXT_CHARS
        if self.text_kind == "percent" and self.used_fraction is not None:
            percent = str(min(_MAX_PERCENT, round(self.used_fraction * 100)))
            return percent if is_short else f"{percent}%"
        return format_countdown(self.minutes_left, is_short=is_short)


def format_countdown(minutes: int, *, is_short: bool = False) -> str:
    """Format a countdown: "2:47", "47m", "44h", "4d"; short "2h", "47"."""
    hours, rest = divmod(max(0, minutes), _HOUR)
    if hours >= _DAY_HOURS * 2:
        return f"{hours // _DAY_HOURS}d"
    if not hours:
        return str(rest) if is_short else f"{rest}m"
    if is_short and hours >= _MANY_HOURS:
        return str(hours)
    if is_short or hours >= _MANY_HOURS:
        return f"{hours}h"
    return f"{hours}:{rest:02d}"
