"""What is told, to whom and when: what all lines of the tray are made from."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from claude_tray.config.settings import Settings
from claude_tray.core.status import (
    AccountStatus,
    BlockingLimit,
    classify_status,
    find_blocking_limit,
    get_open_window,
    get_weekly_usage,
)
from claude_tray.i18n.translator import ENGLISH, Translator
from claude_tray.platform.desktop_style import LINUX_STYLE, DesktopStyle

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from claude_tray.core.snapshot import AccountSnapshot, LimitUsage, Snapshot
    from claude_tray.core.totals import Totals
    from claude_tray.core.windows import Window


class ViewOptions(NamedTuple):
    """
    What the view takes beside the snapshot.

    Attributes:
        settings: What a person chose.
        translator: How they are spoken to.
        style: UI conventions of the desktop.
        is_dark: The panel's colour where the system tells it, else None.
        starts_at_login: Whether it does; None if that cannot be told.
        is_muted: Nothing is told until the reset.
        available_version: A newer version; empty for none.
        phase: Of what moves while forwarding takes long, 0 to 7; else None.
    """

    settings: Settings = Settings()
    translator: Translator = ENGLISH
    style: DesktopStyle = LINUX_STYLE
    is_dark: bool | None = None
    starts_at_login: bool | None = None
    is_muted: bool = False
    available_version: str = ""
    phase: int | None = None


SEPARATOR = " \N{MIDDLE DOT} "


class AccountContext(NamedTuple):
    """
    One account of a snapshot, told at a moment.

    Attributes:
        snapshot: What is known.
        state: The account; None where there is none.
        now: The moment it is shown at, which may be later.
        zone: Whose clock is shown; None is this machine's.
        translator: In which language.
        shows_remaining: Percentages tell what is left instead of what is used.
        style: UI conventions of the desktop.
    """

    snapshot: Snapshot
    state: AccountSnapshot | None
    now: datetime
    zone: tzinfo | None
    translator: Translator
    shows_remaining: bool = False
    style: DesktopStyle = LINUX_STYLE

    @property
    def status(self) -> AccountStatus:
        return classify_status(self.snapshot, self.state, self.now)

    @property
    def window(self) -> Window | None:
        return get_open_window(self.state, self.now)

    @property
    def blocking_limit(self) -> BlockingLimit | None:
        return (
            find_blocking_limit(self.state, self.now) if self.state else None
        )

    @property
    def week(self) -> LimitUsage | None:
        return get_weekly_usage(self.state, self.now)

    def format_clock(self, when: datetime) -> str:
        return self.translator.format_clock(when, self.zone)

    def format_day_and_clock(self, when: datetime) -> str:
        return self.translator.format_weekday_and_clock(when, self.zone)

    def format_percent(self, percent: float) -> str:
        """Return a percentage as the person wants it: used, or left."""
        shown_percent = (
            max(0.0, 100.0 - percent) if self.shows_remaining else percent
        )
        return self.translator.format_percent(shown_percent)

    def format_totals(self, totals: Totals) -> dict[str, str]:
        """Return what sentences about cost and tokens are filled with."""
        return {
            "cost": self.translator.format_cost(totals),
            "tokens": self.translator.format_tokens(totals.tokens.total),
        }
