"""Define the kinds of notifications, their settings and their state."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.limits import SAME_RESET_TOLERANCE_MS, LimitKind
from claude_tray.core.time import to_epoch_ms

if TYPE_CHECKING:
    from datetime import datetime

    from claude_tray.core.prompt_cache import RestingSession
    from claude_tray.core.snapshot import BlockingLimit, Retention, Snapshot

    NotificationKey = tuple[str, "NotificationKind", str]


class NotificationKind(StrEnum):
    """
    Kinds of notifications, most severe first.

    LIMIT and WEEK_LIMIT: the 5-hour limit or another one blocks Claude Code.
    MODEL_LIMIT: one blocks a model. USED_AGAIN and WEEK_AGAIN: the second
    warning of a limit. RUN_OUT and WEEK_RUN_OUT: at the current pace the limit
    is reached before the reset. READY: a used-up limit has reset. NOT_SYNCED:
    the last sync is a day old. COLD_CACHE: the prompt cache of a session that
    rests will soon have expired. SAVED: Claude Code will delete transcripts
    whose statistics are in the store.
    """

    LIMIT = "limit"
    WEEK_LIMIT = "week-limit"
    MODEL_LIMIT = "model-limit"
    USED_AGAIN = "used-again"
    RUN_OUT = "run-out"
    WEEK_AGAIN = "week-again"
    USED = "used"
    WEEK = "week"
    WEEK_RUN_OUT = "week-run-out"
    READY = "ready"
    BUDGET = "budget"
    PROBLEM = "problem"
    NOT_SYNCED = "not-synced"
    COLD_CACHE = "cold-cache"
    SAVED = "saved"

    @property
    def rank(self) -> int:
        """Position by severity; 0 is the most severe."""
        return list(NotificationKind).index(self)

    @property
    def rules(self) -> KindRules:
        return KIND_RULES[self]


class KindRules(NamedTuple):
    """
    Behavior of one kind of notification.

    Attributes:
        setting: Name of the boolean setting in `[notifications]` that turns it
            on; empty if it is always on.
        supersedes: Less severe kinds that count as sent with it.
        is_urgent: Play a sound, and keep it on screen until it is closed.
        is_sent_at_start: Send it even if its condition already held when the
            program started.
        expires_by_itself: Its sent marker has a lifetime of its own instead of
            lasting until the window resets.
    """

    setting: str = ""
    supersedes: frozenset[NotificationKind] = frozenset()
    is_urgent: bool = False
    is_sent_at_start: bool = False
    expires_by_itself: bool = False


_WEEK_KINDS: Final = frozenset(
    {
        NotificationKind.WEEK_AGAIN,
        NotificationKind.WEEK,
        NotificationKind.WEEK_RUN_OUT,
    }
)
KIND_RULES: Final[dict[NotificationKind, KindRules]] = {
    NotificationKind.LIMIT: KindRules(
        "limit",
        supersedes=frozenset(
            {
                NotificationKind.USED_AGAIN,
                NotificationKind.RUN_OUT,
                NotificationKind.USED,
            }
        ),
        is_urgent=True,
        is_sent_at_start=True,
    ),
    NotificationKind.WEEK_LIMIT: KindRules(
        "limit",
        supersedes=_WEEK_KINDS,
        is_urgent=True,
        is_sent_at_start=True,
    ),
    NotificationKind.MODEL_LIMIT: KindRules(
        "limit", supersedes=_WEEK_KINDS, is_sent_at_start=True
    ),
    NotificationKind.USED_AGAIN: KindRules(
        "run_out",
        supersedes=frozenset(
            {NotificationKind.RUN_OUT, NotificationKind.USED}
        ),
    ),
    NotificationKind.RUN_OUT: KindRules("run_out", is_sent_at_start=True),
    NotificationKind.WEEK_AGAIN: KindRules(
        "week", supersedes=_WEEK_KINDS - {NotificationKind.WEEK_AGAIN}
    ),
    NotificationKind.USED: KindRules("run_out"),
    NotificationKind.WEEK: KindRules(
        "week", supersedes=frozenset({NotificationKind.WEEK_RUN_OUT})
    ),
    NotificationKind.WEEK_RUN_OUT: KindRules("week"),
    NotificationKind.READY: KindRules("reset"),
    NotificationKind.BUDGET: KindRules("budget"),
    NotificationKind.PROBLEM: KindRules(
        is_sent_at_start=True, expires_by_itself=True
    ),
    NotificationKind.NOT_SYNCED: KindRules(
        is_sent_at_start=True, expires_by_itself=True
    ),
    NotificationKind.COLD_CACHE: KindRules(
        "cold_cache", is_sent_at_start=True
    ),
    NotificationKind.SAVED: KindRules(
        is_sent_at_start=True, expires_by_itself=True
    ),
}


class Notification(NamedTuple):
    """
    One notification to send.

    Attributes:
        kind: Kind of notification.
        account: Path of the account; empty if it concerns all accounts.
        name: Name of the account; empty if there is only one.
        reset_ms: End of the window, week or day that it belongs to; of a
            prompt cache, its expiry.
        percent: Used percentage of the limit.
        at_ms: Projected time of the limit, or time of the last sync.
        spent: Nano-dollars spent today.
        budget: Daily budget in nano-dollars.
        retention: Transcripts that Claude Code will delete.
        limit: The limit that it is about; None for the 5-hour limit.
        session: The session whose prompt cache it is about.
    """

    kind: NotificationKind
    account: str = ""
    name: str = ""
    reset_ms: int = 0
    percent: float = 0.0
    at_ms: int = 0
    spent: int = 0
    budget: int = 0
    retention: Retention | None = None
    limit: BlockingLimit | None = None
    session: RestingSession | None = None

    def without_project(self) -> Notification:
        """Return it as it may leave the computer."""
        session = self.session and self.session._replace(project="")
        return self._replace(session=session)

    @property
    def key(self) -> NotificationKey:
        """What is sent once for a period."""
        if self.session is not None:
            return self.account, self.kind, self.session.uuid
        is_other = self.limit and self.kind is not NotificationKind.READY
        scope = self.limit.scope if self.limit and is_other else ""
        return self.account, self.kind, scope


class NotificationSettings(NamedTuple):
    """
    Which notifications to send, and when.

    Attributes:
        is_enabled: Send notifications at all.
        kinds: Kinds to send.
        warn_percent: First threshold of the 5-hour limit.
        warn_again_percent: Second threshold of the 5-hour limit.
        week_percent: First threshold of the weekly limit.
        budget: Daily budget in nano-dollars; 0 for none.
        quiet_minutes: Start and end of the quiet hours in minutes of the local
            day; None for none.
        cold_cache_ms: How long before its expiry a prompt cache is announced.
    """

    is_enabled: bool = True
    kinds: frozenset[NotificationKind] = frozenset(NotificationKind) - {
        NotificationKind.COLD_CACHE
    }
    warn_percent: float = 75.0
    warn_again_percent: float = 90.0
    week_percent: float = 80.0
    budget: int = 0
    quiet_minutes: tuple[int, int] | None = None
    cold_cache_ms: int = 180_000


class EvaluationContext(NamedTuple):
    """
    Snapshot and time to evaluate the triggers for.

    Attributes:
        snapshot: Snapshot to evaluate.
        now: Current time, which may be later than the snapshot.
        minute: Minute of the local day.
        midnight: End of the local day.
    """

    snapshot: Snapshot
    now: datetime
    minute: int
    midnight: datetime

    @property
    def now_ms(self) -> int:
        return to_epoch_ms(self.now)


class SentMarker(NamedTuple):
    """
    Notification already sent for a window; dropped when it ends.

    Attributes:
        account: Path of the account; may be empty.
        kind: Kind of notification.
        reset_ms: End of the window, week or day.
        scope: Name of the model or amount that the limit is for, or the ID of
            a session.
    """

    account: str
    kind: NotificationKind
    reset_ms: int
    scope: str = ""

    @property
    def key(self) -> NotificationKey:
        return self.account, self.kind, self.scope


class PeakUsage(NamedTuple):
    """Highest used percentage seen in a limit's period."""

    account: str
    name: str
    reset_ms: int
    percent: float
    kind: LimitKind = LimitKind.FIVE_HOUR
    scope: str = ""

    @property
    def key(self) -> tuple[str, LimitKind, str]:
        return self.account, self.kind, self.scope

    @property
    def is_window(self) -> bool:
        """Return whether this is the 5-hour limit."""
        return self.kind is LimitKind.FIVE_HOUR


class NotificationState(NamedTuple):
    """
    State between two evaluations.

    The fields from `known_keys` on belong to one run and are not stored.

    Attributes:
        sent_markers: Notifications already sent.
        peaks: Open windows, and ended ones whose reset is not yet notified.
        last_sent_ms: Time of the last notification.
        last_sent_kind: Kind of the last notification.
        muted_until_ms: End of the mute.
        known_keys: Key of every trigger evaluated so far.
        ahead_of_pace_since: Account, and since when it is ahead of pace.
        problem_since_ms: Start of the current problem; 0 for none.
        evaluated_ms: Time of the last evaluation; 0 before the first.
    """

    sent_markers: tuple[SentMarker, ...] = ()
    peaks: tuple[PeakUsage, ...] = ()
    last_sent_ms: int = 0
    last_sent_kind: NotificationKind | None = None
    muted_until_ms: int = 0
    known_keys: frozenset[NotificationKey] = frozenset()
    ahead_of_pace_since: tuple[tuple[str, int], ...] = ()
    problem_since_ms: int = 0
    evaluated_ms: int = 0

    def without_transient(self) -> NotificationState:
        """Return the state without the fields of this run."""
        return NotificationState(
            self.sent_markers,
            self.peaks,
            self.last_sent_ms,
            self.last_sent_kind,
            self.muted_until_ms,
        )


def is_same_window(first_ms: int, second_ms: int) -> bool:
    """Compare the ends of two windows, allowing for jitter."""
    return abs(first_ms - second_ms) <= SAME_RESET_TOLERANCE_MS
