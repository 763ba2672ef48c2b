"""Define the immutable snapshot of everything that is shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003 - msgspec resolves SyncState's types
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.cost import (
    UNKNOWN_TOTALS,
    ZERO_COST,
    ZERO_TOTALS,
    NanoUsd,
    Totals,
)
from claude_tray.core.limits import (
    LimitKind,
    LimitMoney,
    LimitSample,
    LimitSource,
    identify_limit,
)
from claude_tray.core.live_sessions import NO_SESSIONS, SessionCount
from claude_tray.core.time import from_epoch_ms

if TYPE_CHECKING:
    from claude_tray.core.forecasts import Forecast, ForecastRecord
    from claude_tray.core.prompt_cache import RestingSession
    from claude_tray.core.windows import InferredRule, Window


@dataclass(frozen=True, slots=True)
class LimitUsage:
    """
    Usage of one limit, as Claude Code reported it; never estimated.

    Attributes:
        name: "five_hour", "seven_day", or the name of another limit.
        kind: Kind of the limit.
        scope: Readable name of its model, surface or budget, or of a window
            that is not known; empty for "five_hour" and "seven_day".
        percent: Used percentage, 0 to 100; may exceed 100. None if only an
            amount without a limit was reported.
        resets_at: Time of the reset; None if not reported.
        source: Where it was reported.
        as_of: Time of the report.
        money: Amounts of a limit that counts money.
    """

    name: str
    kind: LimitKind
    scope: str
    percent: float | None
    resets_at: datetime | None
    source: LimitSource
    as_of: datetime
    money: LimitMoney | None = None

    @property
    def is_window(self) -> bool:
        """Return whether this is the 5-hour limit."""
        return self.kind is LimitKind.FIVE_HOUR

    @property
    def percent_or_zero(self) -> float:
        """Used percentage; 0 if there is only an amount."""
        return 0.0 if self.percent is None else self.percent

    def is_current(self, now: datetime) -> bool:
        """Return whether the limit has not been reset since."""
        return self.resets_at is None or self.resets_at > now


def build_limit_usage(sample: LimitSample) -> LimitUsage:
    """Return a limit sample as it is shown."""
    identity = identify_limit(sample.name)
    resets_ms = sample.resets_ms
    return LimitUsage(
        sample.name,
        identity.kind,
        identity.scope,
        sample.percent,
        None if resets_ms is None else from_epoch_ms(resets_ms),
        sample.source,
        from_epoch_ms(sample.observed_at_ms),
        sample.money,
    )


class BlockingLimit(NamedTuple):
    """
    Limit that blocks Claude Code.

    Attributes:
        until: Time of the reset; None if unknown.
        kind: Kind of the limit.
        scope: Readable name of its model, surface or budget; may be empty.
    """

    until: datetime | None
    kind: LimitKind
    scope: str = ""

    @property
    def is_window(self) -> bool:
        """It is the 5-hour limit."""
        return self.kind is LimitKind.FIVE_HOUR

    @property
    def is_scoped(self) -> bool:
        """It blocks one model, surface or window; others go on."""
        return self.kind in (LimitKind.MODEL, LimitKind.OTHER)


@dataclass(frozen=True, slots=True)
class Pace:
    """
    Burn rate of a window and its projection.

    Attributes:
        tokens_per_minute: Input + output of the last 30 minutes.
        cost_per_hour: Dollars, of the last 30 minutes; None if unknown.
        percent_at_reset: Projection; None without a reported percentage.
        limit_at: Time of 100 % at this pace, if before the reset.
        typical_tokens: Median and 90th percentile of input + output in the
            user's earlier windows; None with fewer than five windows.
        typical_cost: Same for their cost; None also if a price is unknown.
        window_tokens_per_minute: Input + output of the whole window.
        window_cost_per_hour: Dollars, of the whole window.
        forecast: How the projection was made, and its margin.
    """

    tokens_per_minute: float
    cost_per_hour: float | None
    percent_at_reset: float | None = None
    limit_at: datetime | None = None
    typical_tokens: tuple[int, int] | None = None
    typical_cost: tuple[NanoUsd, NanoUsd] | None = None
    window_tokens_per_minute: float = 0.0
    window_cost_per_hour: float | None = None
    forecast: Forecast | None = None


@dataclass(frozen=True, slots=True)
class AccountSnapshot:
    """
    State of one account.

    Attributes:
        name: Display name.
        path: Its first folder.
        window: The open window, or None.
        limits: Usage of all limits that are known now, the 5-hour limit
            first.
        pace: None without an open window and in its first 15 minutes.
        remote_start_at: Official start of the window if no local record
            is as early, else None.
        limit_reached_until: End of the block by a limit, if any.
        blocking_limits: Limits that block Claude Code, as its messages say.
        lifted_limits: Limits that blocked, until work went on before their
            reset.
        last_record_at: Time of the newest record.
        is_provisional: History is still being read, so the start of the
            window may change.
        today: Usage since local midnight. Costs may be added up over
            accounts, percentages never.
        inferred_rule: Rule inferred for estimated windows; None if the user
            chose a rule or there is nothing to infer from.
        forecast_record: How far off earlier forecasts were; None until there
            are some.
        has_window: False if the account is known to have no 5-hour limit.
        plan: Name of the subscription, as "Max"; empty if unknown.
        last_report_at: Time of the newest report by the status line; the
            limits are merged from all reports until then.
    """

    name: str
    path: str
    window: Window | None = None
    limits: tuple[LimitUsage, ...] = ()
    pace: Pace | None = None
    remote_start_at: datetime | None = None
    limit_reached_until: datetime | None = None
    blocking_limits: tuple[BlockingLimit, ...] = ()
    lifted_limits: tuple[BlockingLimit, ...] = ()
    last_record_at: datetime | None = None
    is_provisional: bool = False
    today: Totals = ZERO_TOTALS
    inferred_rule: InferredRule | None = None
    forecast_record: ForecastRecord | None = None
    has_window: bool = True
    plan: str = ""
    last_report_at: datetime | None = None

    @property
    def used(self) -> LimitUsage | None:
        """Usage of the 5-hour limit; None if unknown."""
        return next(
            (
                usage
                for usage in self.limits
                if usage.kind is LimitKind.FIVE_HOUR
                and usage.percent is not None
            ),
            None,
        )

    @property
    def weekly(self) -> tuple[LimitUsage, ...]:
        """Usage of all other limits that have a percentage."""
        return tuple(
            usage
            for usage in self.limits
            if usage.kind is not LimitKind.FIVE_HOUR
            and usage.percent is not None
        )


class SyncPhase(StrEnum):
    """Activity of the sync."""

    OFF = "off"
    IDLE = "idle"
    RUNNING = "running"
    DELAYED = "delayed"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class SyncState:
    """
    State of the sync with a server.

    Attributes:
        phase: Current activity.
        last_ok_at: Time of the last success.
        pending: Number of unsent changes.
        quarantined: Number of records rejected by the server.
        problem: Reason for the failure; empty if it works.
        failing_since: Time of the first failure since it last worked.
    """

    phase: SyncPhase = SyncPhase.OFF
    last_ok_at: datetime | None = None
    pending: int = 0
    quarantined: int = 0
    problem: str = ""
    failing_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class RankedUsage:
    """Usage of one project or model in a ranking."""

    name: str
    totals: Totals


# Number of projects and models in a snapshot.
MAX_RANKED: Final = 8


@dataclass(frozen=True, slots=True)
class Retention:
    """
    Transcripts that Claude Code will soon delete.

    Attributes:
        days: Age in days at which it deletes them.
        files: Number of files to be deleted within three days.
        saved: Number of those whose usage is completely stored.
    """

    days: int
    files: int
    saved: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """
    State of all usage at one time.

    Attributes:
        taken_at: Time of the snapshot.
        accounts: All accounts, the last used one first.
        today: Since local midnight, all accounts.
        last_7_days: Today and the six local days before.
        last_30_days: Today and the 29 local days before.
        projects: Most expensive projects of the last 30 days, eight at most.
        models: Most expensive models of the last 30 days, eight at most.
        unpriced_models: Models of the last 30 days without a known price.
        sync: State of the sync.
        scan_progress: 0 to 1 while history is being read for the first time.
        problem: One sentence if transcripts or database cannot be used, with
            what to do about it; empty otherwise.
        is_unreadable: The problem needs action by the user; False if there is
            just nothing to read yet.
        is_demo: The usage is invented.
        is_waiting: No usage was ever stored.
        unfollowed_folders: Claude folders seen in the statusline that are not
            followed.
        unanswered_requests: Requests of the last 30 days without a response;
            the totals count them as incomplete.
        retention: None if Claude Code will delete nothing soon.
        pending_cost: What open sessions cost beyond their transcripts.
        sessions: Number of sessions that run and wait for the user.
        resting: Sessions that run and do not work.
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
    is_waiting: bool = False
    unfollowed_folders: tuple[str, ...] = ()
    unanswered_requests: int = 0
    retention: Retention | None = None
    pending_cost: NanoUsd = ZERO_COST
    sessions: SessionCount = NO_SESSIONS
    resting: tuple[RestingSession, ...] = ()

    @classmethod
    def without_store(cls, taken_at: datetime, problem: str = "") -> Snapshot:
        """Return the state while no store can be read: nothing is known."""
        return cls(
            taken_at,
            today=UNKNOWN_TOTALS,
            last_7_days=UNKNOWN_TOTALS,
            last_30_days=UNKNOWN_TOTALS,
            problem=problem,
        )

    @property
    def latest_account(self) -> AccountSnapshot | None:
        """Account that was used last."""
        return self.accounts[0] if self.accounts else None
