"""What a view is made from: figures, a moment, a tongue, choices."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.domain.standing import (
    is_share_old,
    limit_ahead,
    open_window,
    share_of,
    stopped_until,
)
from claude_tray.words.tongue import ENGLISH, Tongue

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from claude_tray.domain.snapshot import ProfileState, Used
    from claude_tray.domain.window import Window
    from claude_tray.popup.figures import Figures

WHOLE_PERCENT: Final = 100.0
_HALF_A_DAY: Final = timedelta(hours=12)


class Moment(NamedTuple):
    """
    What there is to tell, when and how.

    Attributes:
        figures: What is known.
        now: The moment it is shown at.
        tongue: How a person is spoken to.
        zone: Whose clock is shown; None is this machine's.
        account: The number of the account that is looked at.
        shows_left: Percentages tell what is left, not what is used.
        plan: The plan's name, if a person told it.
    """

    figures: Figures
    now: datetime
    tongue: Tongue = ENGLISH
    zone: tzinfo | None = None
    account: int = 0
    shows_left: bool = False
    plan: str = ""

    @property
    def state(self) -> ProfileState | None:
        """The account that is looked at."""
        profiles = self.figures.snapshot.profiles
        return profiles[self.account] if profiles else None

    @property
    def window(self) -> Window | None:
        """Its open window."""
        return open_window(self.state, self.now)

    @property
    def used(self) -> Used | None:
        """The share of the 5-hour limit, if it is known and still holds."""
        return share_of(self.state, self.now)

    @property
    def is_stale(self) -> bool:
        """Whether more was used since the share was told."""
        used, state = self.used, self.state
        if used is None or state is None:
            return False
        return is_share_old(state, used, self.now)

    @property
    def stopped_until(self) -> datetime | None:
        """When Claude Code works again, while a limit is reached."""
        return stopped_until(self.state, self.now)

    @property
    def limit_at(self) -> datetime | None:
        """When the limit comes, if it does before the reset."""
        return limit_ahead(self.state, self.now)

    @property
    def is_week_over(self) -> bool:
        """Whether it is the week's limit that is reached."""
        until, window = self.stopped_until, self.window
        if until is None:
            return False
        end = window.end if window else self.now + timedelta(hours=5)
        return until > end + timedelta(minutes=2)

    def clock(self, moment: datetime) -> str:
        """Return a time of day, with the weekday if it may be mistaken."""
        if abs(moment - self.now) < _HALF_A_DAY:
            return self.tongue.clock(moment, self.zone)
        return self.tongue.weekday_and_clock(moment, self.zone)

    def share(self, percent: float) -> str:
        """Return a share of a limit as a person wants to read it."""
        if self.shows_left:
            left = max(0.0, WHOLE_PERCENT - percent)
            text = self.tongue.percent(left)
            return self.tongue.say("{percent} left", percent=text)
        return self.tongue.percent(percent)


def plan_name(plan: str) -> str:
    """Return what people call a plan of the settings; nothing for "auto"."""
    return {"pro": "Pro", "max5": "Max 5x", "max20": "Max 20x"}.get(plan, "")
