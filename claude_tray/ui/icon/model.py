"""Describe the content of the icon as a value."""

from __future__ import annotations

from typing import Final, NamedTuple
from unicodedata import normalize

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
# Symbols that the icon's typefaces have.
ICON_CURRENCIES: Final = ("$", "€", "£", "¥")
_HOUR: Final = 60
_MANY_HOURS: Final = 10
_DAY_HOURS: Final = 24
_SHORT_TEXT_CHARS: Final = 2
_MAX_PERCENT: Final = 99
_DAY_HOURS_CHARS: Final = 5
_MANY_DAYS: Final = 10
_MANY_UNITS: Final = 10
_STEPS: Final = ((1_000_000, "m"), (1000, "k"))


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
        cost_cents: Cost of today, in hundredths of the currency, shown
            instead of a time; None for a time.
        currency: Symbol of the cost; left out if it has no picture.
        has_badge: Another account is worse off.
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
    cost_cents: int | None = None
    currency: str = "$"
    has_badge: bool = False

    @property
    def left_fraction(self) -> float:
        """Return the remaining fraction of the window, 0 to 1."""
        if self.minutes_left is None:
            return (
                0.0 if self.used_fraction is None else 1 - self.used_fraction
            )
        return max(0.0, min(1.0, self.minutes_left / self.window_minutes))

    @property
    def is_running(self) -> bool:
        """Return whether a window is open."""
        return self.state not in ("idle", "error", "reading")

    @property
    def shows_share(self) -> bool:
        """Return whether the text is the used percentage."""
        has_no_end = self.minutes_left is None and self.is_running
        is_shown = has_no_end or (
            self.text_kind == "percent" and self.minutes_left is not None
        )
        return self.used_fraction is not None and is_shown

    def format_text(self, max_chars: int) -> str:
        """Return the text in at most 5 ("3d4h"), 4 ("2:47") or 2 characters."""
        is_short = max_chars <= _SHORT_TEXT_CHARS
        if self.state == "error":
            return "!"
        if self.state == "reading":
            return "..."[:max_chars]
        if self.cost_cents is not None:
            return format_cost(
                self.cost_cents, self.currency, is_short=is_short
            )
        if self.shows_share and self.used_fraction is not None:
            percent = str(min(_MAX_PERCENT, round(self.used_fraction * 100)))
            return percent if is_short else f"{percent}%"
        if self.minutes_left is None:
            # A limit without a known end shows its pause symbol alone.
            is_idle = self.state != "limit"
            return f"{self.window_minutes // _HOUR}h" if is_idle else "!"
        return format_countdown(
            self.minutes_left,
            is_short=is_short,
            has_day_hours=max_chars >= _DAY_HOURS_CHARS,
        )


def format_cost(
    cents: int, symbol: str = "$", *, is_short: bool = False
) -> str:
    """Format a cost: "$4.2", "$42", "$1k"; short "$4", "42", "1k"."""
    # Japanese writes the wide form of the yen sign.
    symbol = normalize("NFKC", symbol)
    symbol = symbol if symbol in ICON_CURRENCIES else ""
    units = cents // 100
    for step, suffix in _STEPS:
        if units >= step:
            shortened = f"{units // step}{suffix}"
            return shortened if is_short else f"{symbol}{shortened}"
    if units >= _MANY_UNITS:
        return str(units) if is_short else f"{symbol}{units}"
    return (
        f"{symbol}{units}"
        if is_short
        else f"{symbol}{units}.{cents % 100 // 10}"
    )


def format_countdown(
    minutes: int, *, is_short: bool = False, has_day_hours: bool = False
) -> str:
    """Format a countdown: "2:47", "47m", "44h", "4d"; short "2h", "47"."""
    hours, rest = divmod(max(0, minutes), _HOUR)
    if hours >= _DAY_HOURS * 2:
        days, day_hours = divmod(hours, _DAY_HOURS)
        has_room = has_day_hours and days < _MANY_DAYS
        return f"{days}d{day_hours}h" if has_room else f"{days}d"
    if not hours:
        return str(rest) if is_short else f"{rest}m"
    if is_short and hours >= _MANY_HOURS:
        return str(hours)
    if is_short or hours >= _MANY_HOURS:
        return f"{hours}h"
    return f"{hours}:{rest:02d}"
