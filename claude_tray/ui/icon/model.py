"""What the icon shows, as a value."""

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
    What is drawn.

    Attributes:
        minutes_left: Until the reset, begun ones counted; None without a window.
        used_fraction: The share of the 5-hour limit that is used, 0 to 1; None if it
            is not known.
        week_fraction: The share of the weekly limit; None for no second bar.
        state: One of STATES.
        style: One of STYLES.
        panel: What it is drawn for, one of PANELS; "mono" is black and clear.
        text_kind: What the text tells: "time" or "percent".
        is_single_color: State is told by shape alone, without colours.
        window_minutes: The window's, in minutes.
        phase: 0 to 7, of what moves while syncing.
        read_fraction: The share of history that is read, 0 to 1.
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
        """The share of the window that is left, 0 to 1."""
        if self.minutes_left is None:
            return 0.0
        return max(0.0, min(1.0, self.minutes_left / self.window_minutes))

    @property
    def is_running(self) -> bool:
        """Whether there is something to measure."""
        return self.state not in ("idle", "error", "reading")

    def format_text(self, max_chars: int) -> str:
        """Return the text for this much room: 4 letters "2:47", 2 "2h"."""
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
    """Return a countdown as "2:47", "47m", "44h" or "4d"; short: "2h", "47"."""
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
