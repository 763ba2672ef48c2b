"""What is told, to whom and when: what all lines of the tray are made from."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from claude_tray.domain.standing import (
    Refusal,
    Standing,
    open_window,
    refusal_of,
    standing_of,
    week_of,
)

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from claude_tray.domain.snapshot import ProfileState, Snapshot, Used
    from claude_tray.domain.totals import Totals
    from claude_tray.domain.window import Window
    from claude_tray.words.tongue import Tongue

DOT = " \N{MIDDLE DOT} "


class Telling(NamedTuple):
    """
    One account of a snapshot, told at a moment.

    Attributes:
        snapshot: What is known.
        state: The account; None where there is none.
        now: The moment it is shown at, which may be later.
        zone: Whose clock is shown; None is this machine's.
        tongue: In which language.
        is_left: Percentages tell what is left instead of what is used.
        system: sys.platform, for the form of commands.
    """

    snapshot: Snapshot
    state: ProfileState | None
    now: datetime
    zone: tzinfo | None
    tongue: Tongue
    is_left: bool = False
    system: str = "linux"

    @property
    def standing(self) -> Standing:
        return standing_of(self.snapshot, self.state, self.now)

    @property
    def window(self) -> Window | None:
        return open_window(self.state, self.now)

    @property
    def refusal(self) -> Refusal | None:
        return refusal_of(self.state, self.now) if self.state else None

    @property
    def week(self) -> Used | None:
        return week_of(self.state, self.now)

    def clock(self, moment: datetime) -> str:
        return self.tongue.clock(moment, self.zone)

    def day_and_clock(self, moment: datetime) -> str:
        return self.tongue.weekday_and_clock(moment, self.zone)

    def share(self, percent: float) -> str:
        """Return a percentage as the person wants it: used, or left."""
        told = max(0.0, 100.0 - percent) if self.is_left else percent
        return self.tongue.percent(told)

    def figures(self, totals: Totals) -> dict[str, str]:
        """Return what sentences about cost and tokens are filled with."""
        return {
            "cost": self.tongue.cost_of(totals),
            "tokens": self.tongue.tokens(totals.tokens.total),
        }
