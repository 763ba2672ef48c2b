"""Everything a person is shown, at one moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from claude_tray.domain.totals import NOTHING, Totals

if TYPE_CHECKING:
    from datetime import datetime

    from claude_tray.domain.price import NanoUsd
    from claude_tray.domain.window import Learnt, Source, Window


@dataclass(frozen=True, slots=True)
class Used:
    """
    A share of a limit that is used up, as Claude Code told it.

    Attributes:
        name: "five_hour", "seven_day", or a further window's own name.
        percent: 0 to 100, may exceed 100.
        resets_at: When it starts again from zero; None where it was not told.
        source: Always OFFICIAL today; percentages are never estimated.
        as_of: When Claude Code told it.
    """

    name: str
    percent: float
    resets_at: datetime | None
    source: Source
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Pace:
    """
    Where the window is heading.

    Attributes:
        tokens_per_minute: Input and output of the last 30 minutes.
        cost_per_hour: Dollars, of the last 30 minutes; None if unknown.
        percent_at_reset: Projected; None without an official percentage.
        limit_at: When 100 % is reached at this pace, if before the reset.
        usual_tokens: Median and 90th percentile of the person's own earlier
            windows (input + output); None with fewer than five of them.
        usual_cost: Likewise of their cost; None also if a price is unknown.
        window_tokens_per_minute: Input and output of the whole window.
        window_cost_per_hour: Dollars, of the whole window.
    """

    tokens_per_minute: float
    cost_per_hour: float | None
    percent_at_reset: float | None = None
    limit_at: datetime | None = None
    usual_tokens: tuple[int, int] | None = None
    usual_cost: tuple[NanoUsd, NanoUsd] | None = None
    window_tokens_per_minute: float = 0.0
    window_cost_per_hour: float | None = None


@dataclass(frozen=True, slots=True)
class ProfileState:
    """
    One Claude account as its folders show it.

    Attributes:
        name: How a person tells it from the others.
        path: Its first folder.
        window: The open window, or None.
        used: The share of the 5-hour limit; None when it is not known.
        weekly: Official weekly windows, in the order they were told.
        pace: None without an open window or in its first 15 minutes.
        started_elsewhere_at: The window's official start, if no local record
            is as early; None otherwise.
        limit_reached_until: Set while Claude Code refuses to work.
        last_record_at: The newest record's time.
        is_provisional: History is still being read, so the start of the
            window may yet move.
        today: What this account used since local midnight. Money may be added
            up over accounts, percentages never.
        learnt: What windows that nobody told of are reckoned by; None with a
            chosen rule, or with nothing to learn from.
    """

    name: str
    path: str
    window: Window | None = None
    used: Used | None = None
    weekly: tuple[Used, ...] = ()
    pace: Pace | None = None
    started_elsewhere_at: datetime | None = None
    limit_reached_until: datetime | None = None
    last_record_at: datetime | None = None
    is_provisional: bool = False
    today: Totals = NOTHING
    learnt: Learnt | None = None


class SyncPhase(StrEnum):
    """What forwarding is doing."""

    OFF = "off"
    IDLE = "idle"
    RUNNING = "running"
    DELAYED = "delayed"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class SyncState:
    """
    How forwarding to a server stands.

    Attributes:
        phase: What it is doing.
        last_ok_at: When it last worked.
        waiting: How many changes are not there yet.
        quarantined: How many records the server will not take.
        problem: Why it does not work; empty where it does.
        failing_since: When it began to fail; None while it works.
    """

    phase: SyncPhase = SyncPhase.OFF
    last_ok_at: datetime | None = None
    waiting: int = 0
    quarantined: int = 0
    problem: str = ""
    failing_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """One line of a ranking: a project or a model and what it used."""

    name: str
    totals: Totals


@dataclass(frozen=True, slots=True)
class Retention:
    """
    Transcripts that Claude Code will soon delete.

    Attributes:
        days: After how many days it deletes them.
        files: Those that go within three days.
        saved: Those of them whose numbers are all in the store.
    """

    days: int
    files: int
    saved: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """
    The state of a person's usage when it was taken.

    Attributes:
        taken_at: The moment all of it holds for.
        profiles: One for each account; the one used last stands first.
        today: Since local midnight, all profiles.
        last_7_days: Today and the six local days before it.
        last_30_days: Likewise.
        projects: The greatest by cost of the last 30 days, eight at most.
        models: Likewise.
        unpriced_models: Those whose cost is unknown in the last 30 days.
        reading: 0 to 1 while history is being read for the first time.
        problem: One sentence when the transcripts or the store cannot be
            used, with what to do about it; empty when all is well.
        is_unreadable: The problem is one that a person has to solve, and not
            that there is nothing to read yet.
        offered: Claude folders that a statusline named and nobody follows.
        retention: None while Claude Code is about to delete nothing.
    """

    taken_at: datetime
    profiles: tuple[ProfileState, ...] = ()
    today: Totals = NOTHING
    last_7_days: Totals = NOTHING
    last_30_days: Totals = NOTHING
    projects: tuple[Share, ...] = ()
    models: tuple[Share, ...] = ()
    unpriced_models: tuple[str, ...] = ()
    sync: SyncState = field(default_factory=SyncState)
    reading: float | None = None
    problem: str = ""
    is_unreadable: bool = False
    is_demo: bool = False
    offered: tuple[str, ...] = ()
    retention: Retention | None = None

    @property
    def profile(self) -> ProfileState | None:
        """The account that was used last."""
        return self.profiles[0] if self.profiles else None
