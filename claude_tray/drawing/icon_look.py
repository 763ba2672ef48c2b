"""What the icon shows, as a value."""

from __future__ import annotations

from typing import Final, NamedTuple

STYLES: Final = ("meter", "ring", "pie", "text")
PANELS: Final = ("dark", "light", "tile", "mono")
STATES: Final = (
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
_SHORT: Final = 2
_LARGEST_PERCENT: Final = 99


class Icon(NamedTuple):
    """
    What is drawn.

    Attributes:
        minutes: Until the reset, begun ones counted; None without a window.
        used: The share of the 5-hour limit that is used, 0 to 1; None if it
            is not known.
        week: The share of the weekly limit; None for no second bar.
        state: One of STATES.
        style: One of STYLES.
        panel: What it is drawn for, one of PANELS; "mono" is black and clear.
        number: What the text tells: "time" or "percent".
        is_single: State is told by shape alone, without colours.
        length: The window's, in minutes.
        phase: 0 to 7, of what moves while syncing.
        read: The share of history that is read, 0 to 1.
    """

    minutes: int | None = None
    used: float | None = None
    week: float | None = None
    state: str = "ok"
    style: str = "meter"
    panel: str = "tile"
    number: str = "time"
    is_single: bool = False
    length: int = 300
    phase: int = 0
    read: float = 0.0

    @property
    def left(self) -> float:
        """The share of the window that is left, 0 to 1."""
        if self.minutes is None:
            return 0.0
        return max(0.0, min(1.0, self.minutes / self.length))

    @property
    def is_running(self) -> bool:
        """Whether there is something to measure."""
        return self.state not in ("idle", "error", "reading")

    def text(self, letters: int) -> str:
        """Return the text for this much room: 4 letters "2:47", 2 "2h"."""
        if self.state == "error":
            return "!"
        if self.state == "reading":
            return "..."[:letters]
        if self.minutes is None:
            return f"{self.length // _HOUR}h"
        is_short = letters <= _SHORT
        if self.number == "percent" and self.used is not None:
            percent = str(min(_LARGEST_PERCENT, round(self.used * 100)))
            return percent if is_short else f"{percent}%"
        return time_text(self.minutes, is_short=is_short)


def time_text(minutes: int, *, is_short: bool = False) -> str:
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
