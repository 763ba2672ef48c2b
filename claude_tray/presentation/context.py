"""Define the view context: which account is shown, when, and in which form."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.current_limits import (
    FULL_PERCENT,
    find_blocking_limit,
    get_current_usage,
    get_open_window,
    get_weekly_usage,
)
from claude_tray.core.status import (
    Assessment,
    LimitProjection,
    MainFigure,
    assess_account,
    project_limits,
    select_main_figure,
)
from claude_tray.i18n.translator import ENGLISH, Translator

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from claude_tray.core.cost import Totals
    from claude_tray.core.snapshot import (
        AccountSnapshot,
        BlockingLimit,
        LimitUsage,
        Pace,
        Snapshot,
    )
    from claude_tray.core.windows import Window


# A clock time this close cannot be mistaken for one of another day.
_CLOCK_ONLY_WITHIN: Final = timedelta(hours=12)


class ViewContext(NamedTuple):
    """
    Everything that shapes a view besides the snapshot.

    Attributes:
        now: Time of the view; may be later than the snapshot's.
        account: Account on display; None if there is none.
        zone: Time zone of displayed times; None is the machine's own.
        translator: Language, number and time formats.
        shows_remaining: Show percentages as "left" instead of "used".
        plan: Plan name such as "Max 5x"; empty if unknown.
    """

    now: datetime
    account: AccountSnapshot | None = None
    zone: tzinfo | None = None
    translator: Translator = ENGLISH
    shows_remaining: bool = False
    plan: str = ""

    @property
    def window(self) -> Window | None:
        """The account's open window."""
        return get_open_window(self.account, self.now)

    @property
    def usage(self) -> LimitUsage | None:
        """Usage of the 5-hour limit, if reported and not yet reset."""
        return get_current_usage(self.account, self.now)

    @property
    def weekly_usage(self) -> LimitUsage | None:
        """Usage of the weekly limit for all models, if not yet reset."""
        return get_weekly_usage(self.account, self.now)

    @property
    def pace(self) -> Pace | None:
        return self.account.pace if self.account else None

    @property
    def limits(self) -> tuple[LimitProjection, ...]:
        """All current limits, the binding one first."""
        return project_limits(self.account, self.now)

    @property
    def window_limit(self) -> LimitProjection | None:
        """The 5-hour limit, if its percentage is known and current."""
        return next(
            (
                projection
                for projection in self.limits
                if projection.usage.is_window
                and projection.usage.percent is not None
            ),
            None,
        )

    @property
    def is_billed_by_use(self) -> bool:
        """Whether there is no subscription: responses are billed."""
        return self.plan == _PLAN_NAMES["api"]

    @property
    def main_figure(self) -> MainFigure:
        """The figure that is shown first."""
        return select_main_figure(self.account, self.now)

    @property
    def is_usage_stale(self) -> bool:
        """Return whether more was used since the percentage was reported."""
        limit = self.window_limit
        return limit is not None and limit.is_minimum

    @property
    def blocking_limit(self) -> BlockingLimit | None:
        """The limit that blocks Claude Code, or one model, at this time."""
        return find_blocking_limit(self.account, self.now)

    def assess(self, snapshot: Snapshot) -> Assessment:
        """Assess the account on display."""
        return assess_account(snapshot, self.account, self.now)

    def format_clock(self, at: datetime) -> str:
        """Format a time of day, as "15:00"."""
        return self.translator.format_clock(at, self.zone)

    def format_weekday_and_clock(self, at: datetime) -> str:
        """Format a time of the coming days, as "Thu 09:00"."""
        return self.translator.format_weekday_and_clock(at, self.zone)

    def format_time(self, at: datetime) -> str:
        """Format a time of day; add the weekday if it is ambiguous."""
        if self.is_clock_enough(at):
            return self.format_clock(at)
        return self.format_weekday_and_clock(at)

    def is_clock_enough(self, at: datetime) -> bool:
        """Return whether a time is clear without its weekday."""
        is_near = abs(at - self.now) < _CLOCK_ONLY_WITHIN
        return is_near or self._is_today(at)

    def format_percent(self, percent: float) -> str:
        """Format used % as used or remaining %, without a word."""
        if self.shows_remaining:
            percent = max(0.0, FULL_PERCENT - percent)
        return self.translator.format_percent(percent)

    def format_usage(self, percent: float) -> str:
        """Format used % as "38%" or "62% left"."""
        text = self.format_percent(percent)
        if self.shows_remaining:
            return self.translator.gettext("{percent} left", percent=text)
        return text

    def format_totals(self, totals: Totals) -> dict[str, str]:
        """Return the values of {cost} and {tokens} in sentences."""
        return {
            "cost": self.translator.format_cost(totals),
            "tokens": self.translator.format_total_tokens(totals),
        }

    def _is_today(self, at: datetime) -> bool:
        local, now = at.astimezone(self.zone), self.now.astimezone(self.zone)
        return local.date() == now.date()


def format_plan_name(plan: str) -> str:
    """Return the display name of `limits.plan`; empty for "auto"."""
    return _PLAN_NAMES.get(plan, "")


_PLAN_NAMES: Final = {
    "pro": "Pro",
    "max": "Max",
    "ultra": "Ultra",
    "team": "Team",
    "api": "API",
    "max5": "Max 5x",
    "max20": "Max 20x",
}
