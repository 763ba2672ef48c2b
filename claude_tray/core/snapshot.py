"""Everything a person is shown, at one moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003 - msgspec resolves SyncState's types
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from claude_tray.core.time import from_epoch_ms
from claude_tray.core.totals import ZERO_TOTALS, Totals, rank_by_cost
from claude_tray.core.windows import ValueSource

if TYPE_CHECKING:
    from collections.abc import Iterable

    from claude_tray.core.limits import LimitSample
    from claude_tray.core.pricing import NanoUsd
    from claude_tray.core.windows import InferredRule, Window


@dataclass(frozen=True, slots=True)
class LimitUsage:
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
    source: ValueSource
    as_of: datetime


def build_limit_usage(sample: LimitSample) -> LimitUsage:
    """Return a limit sample as it is shown."""
    return LimitUsage(
        sample.name,
        sample.percent,
        from_epoch_ms(sample.resets_ms),
        ValueSource.OFFICIAL,
        from_epoch_ms(sample.observed_at_ms),
    )


@dataclass(frozen=True, slots=True)
class Pace:
    """
    Where the window is heading.

    Attributes:
        tokens_per_minute: Input and output of the last 30 minutes.
        cost_per_hour: Dollars, of the last 30 minutes; None if unknown.
        percent_at_reset: Projected; None without an official percentage.
        limit_at: When 100 % is reached at this pace, if before the reset.
        typical_tokens: Median and 90th percentile of the person's own earlier
            windows (input + output); None with fewer than five of them.
        typical_cost: Likewise of their cost; None also if a price is unknown.
        window_tokens_per_minute: Input and output of the whole window.
        window_cost_per_hour: Dollars, of the whole window.
    """

    tokens_per_minute: float
    cost_per_hour: float | None
    percent_at_reset: float | None = None
    limit_at: datetime | None = None
    typical_tokens: tuple[int, int] | None = None
    typical_cost: tuple[NanoUsd, NanoUsd] | None = None
    window_tokens_per_minute: float = 0.0
    window_cost_per_hour: float | None = None


@dataclass(frozen=True, slots=True)
class AccountSnapshot:
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
        inferred_rule: What windows that nobody told of are reckoned by; None with a
            chosen rule, or with nothing to learn from.
    """

    name: str
    path: str
    window: Window | None = None
    used: LimitUsage | None = None
    weekly: tuple[LimitUsage, ...] = ()
    pace: Pace | None = None
    started_elsewhere_at: datetime | None = None
    limit_reached_until: datetime | None = None
    last_record_at: datetime | None = None
    is_provisional: bool = False
    today: Totals = ZERO_TOTALS
    inferred_rule: InferredRule | None = None


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
        pending: How many changes are not there yet.
        quarantined: How many records the server will not take.
        problem: Why it does not work; empty where it does.
        failing_since: When it began to fail; None while it works.
    """

    phase: SyncPhase = SyncPhase.OFF
    last_ok_at: datetime | None = None
    pending: int = 0
    quarantined: int = 0
    problem: str = ""
    failing_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class RankedUsage:
    """One line of a ranking: a project or a model and what it used."""

    name: str
    totals: Totals


MAX_RANKED: Final = 8


def rank_usage(
    totals_by_name: Iterable[tuple[str, Totals]],
) -> tuple[RankedUsage, ...]:
    """Return the most expensive projects or models, MAX_RANKED at most."""
    ranked = rank_by_cost(totals_by_name)[:MAX_RANKED]
    return tuple(RankedUsage(name, totals) for name, totals in ranked)


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
        accounts: One for each account; the one used last stands first.
        today: Since local midnight, all profiles.
        last_7_days: Today and the six local days before it.
        last_30_days: Likewise.
        projects: The greatest by cost of the last 30 days, eight at most.
        models: Likewise.
        unpriced_models: Those whose cost is unknown in the last 30 days.
        scan_progress: 0 to 1 while history is being read for the first time.
        problem: One sentence when the transcripts or the store cannot be
            used, with what to do about it; empty when all is well.
        is_unreadable: The problem is one that a person has to solve, and not
            that there is nothing to read yet.
        unfollowed_folders: Claude folders that a statusline named and nobody follows.
        retention: None while Claude Code is about to delete nothing.
    """

    taken_at: datetime
    accounts: tuple[AccountSnapshot, ...] = ()
    today: Totals = ZERO_TOTALS
    last_7_days: Totals = ZERO_TOTALS
    last_30_days: Totals = ZERO_TOTALS
    projects: tuple[RankedUsage, ...] = ()
    models: tuple[RankedUsage, ...] = ()
    unpriced_models: tuple[str, ...] = ()
    sync: SyncState = field(default_factory=SyncState)
    scan_progress: float | None = None
    problem: str = ""
    is_unreadable: bool = False
    is_demo: bool = False
    unfollowed_folders: tuple[str, ...] = ()
    retention: Retention | None = None

    @property
    def latest_account(self) -> AccountSnapshot | None:
        """The account that was used last."""
        return self.accounts[0] if self.accounts else None
