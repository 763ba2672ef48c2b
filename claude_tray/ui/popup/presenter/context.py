"""What a view is made from: figures, a moment, a tongue, choices."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.status import (
    get_blocked_until,
    get_current_usage,
    get_open_window,
    get_projected_limit_at,
    is_usage_stale,
)
from claude_tray.i18n.translator import ENGLISH, Translator

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from claude_tray.core.snapshot import AccountSnapshot, LimitUsage
    from claude_tray.core.windows import Window
    from claude_tray.ui.popup.queries import PopupData


FULL_PERCENT: Final = 100.0
_HALF_DAY: Final = timedelta(hours=12)


class PopupContext(NamedTuple):
    """
    What there is to tell, when and how.

    Attributes:
        data: What is known.
        now: The moment it is shown at.
        translator: How a person is spoken to.
        zone: Whose clock is shown; None is this machine's.
        account_index: The number of the account that is looked at.
        shows_remaining: Percentages tell what is left, not what is used.
        plan: The plan's name, if a person told it.
    """

    data: PopupData
    now: datetime
    translator: Translator = ENGLISH
    zone: tzinfo | None = None
    account_index: int = 0
    shows_remaining: bool = False
    plan: str = ""

    @property
    def account_state(self) -> AccountSnapshot | None:
        """The account that is looked at."""
        profiles = self.data.snapshot.accounts
        return profiles[self.account_index] if profiles else None

    @property
    def window(self) -> Window | None:
        """Its open window."""
        return get_open_window(self.account_state, self.now)

    @property
    def usage(self) -> LimitUsage | None:
        """The share of the 5-hour limit, if it is known and still holds."""
        return get_current_usage(self.account_state, self.now)

    @property
    def is_usage_stale(self) -> bool:
        """Whether more was used since the share was told."""
        usage, account_state = self.usage, self.account_state
        if usage is None or account_state is None:
            return False
        return is_usage_stale(account_state, usage, self.now)

    @property
    def blocked_until(self) -> datetime | None:
        """When Claude Code works again, while a limit is reached."""
        return get_blocked_until(self.account_state, self.now)

    @property
    def projected_limit_at(self) -> datetime | None:
        """When the limit comes, if it does before the reset."""
        return get_projected_limit_at(self.account_state, self.now)

    @property
    def is_weekly_limit_reached(self) -> bool:
        """Whether it is the week's limit that is reached."""
        until, window = self.blocked_until, self.window
        if until is None:
            return False
        end = window.end if window else self.now + timedelta(hours=5)
        return until > end + timedelta(minutes=2)

    def format_time(self, time: datetime) -> str:
        """Return a time of day, with the weekday if it may be mistaken."""
        if abs(time - self.now) < _HALF_DAY:
            return self.translator.format_clock(time, self.zone)
        return self.translator.format_weekday_and_clock(time, self.zone)

    def format_usage(self, percent: float) -> str:
        """Return a share of a limit as a person wants to read it."""
        if self.shows_remaining:
            remaining = max(0.0, FULL_PERCENT - percent)
            text = self.translator.format_percent(remaining)
            return self.translator.gettext("{percent} left", percent=text)
        return self.translator.format_percent(percent)


def format_plan_name(plan: str) -> str:
    """Return what people call a plan of the settings; nothing for "auto"."""
    return {"pro": "Pro", "max5": "Max 5x", "max20": "Max 20x"}.get(plan, "")
