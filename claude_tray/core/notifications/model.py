"""What may be told, and what is remembered of what was."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

    from claude_tray.core.snapshot import Retention, Snapshot


SAME_WINDOW_MS: Final = 120_000


class NotificationKind(StrEnum):
    """
    What is told, the gravest first.

    LIMIT and WEEK_LIMIT: Claude Code refuses to work. USED_AGAIN and
    WEEK_AGAIN: the second warning. RUN_OUT: at this pace the limit comes
    before the reset. READY: it works again. NOT_SYNCED: for a day. SAVED:
    transcripts will be deleted, and it is known what becomes of their numbers.
    """

    LIMIT = "limit"
    WEEK_LIMIT = "week-limit"
    USED_AGAIN = "used-again"
    RUN_OUT = "run-out"
    WEEK_AGAIN = "week-again"
    USED = "used"
    WEEK = "week"
    READY = "ready"
    BUDGET = "budget"
    PROBLEM = "problem"
    NOT_SYNCED = "not-synced"
    SAVED = "saved"

    @property
    def rank(self) -> int:
        """The smaller, the graver."""
        return list(NotificationKind).index(self)


# Once one is told, the others of its window are told with it.
SUPERSEDES: Final[dict[NotificationKind, frozenset[NotificationKind]]] = {
    NotificationKind.LIMIT: frozenset(
        {
            NotificationKind.USED_AGAIN,
            NotificationKind.RUN_OUT,
            NotificationKind.USED,
        }
    ),
    NotificationKind.USED_AGAIN: frozenset(
        {NotificationKind.RUN_OUT, NotificationKind.USED}
    ),
    NotificationKind.WEEK_LIMIT: frozenset(
        {NotificationKind.WEEK_AGAIN, NotificationKind.WEEK}
    ),
    NotificationKind.WEEK_AGAIN: frozenset({NotificationKind.WEEK}),
}


class Notification(NamedTuple):
    """
    One thing to tell.

    Attributes:
        kind: What it is.
        account: Whose; empty where it concerns all.
        name: What the account is called; empty where there is but one.
        reset_ms: The end of the window, week or day it belongs to.
        percent: What is used.
        at_ms: When the limit comes, or when the last sync was.
        spent: In nano-dollars, of a budget.
        budget: Likewise.
        retention: What will soon be deleted.
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


class NotificationSettings(NamedTuple):
    """
    What a person wants to be told.

    Attributes:
        is_enabled: Anything at all.
        kinds: Which kinds.
        warn_percent: From which percentage on.
        warn_again_percent: The second time.
        week_percent: Of the week.
        budget: A day's, in nano-dollars; 0 for none.
        quiet_minutes: From which minute of the day until which nothing is told; None
            for never.
    """

    is_enabled: bool = True
    kinds: frozenset[NotificationKind] = frozenset(NotificationKind)
    warn_percent: float = 75.0
    warn_again_percent: float = 90.0
    week_percent: float = 80.0
    budget: int = 0
    quiet_minutes: tuple[int, int] | None = None


class EvaluationContext(NamedTuple):
    """
    When is judged, and by what.

    Attributes:
        snapshot: What is known.
        now: May be later than the snapshot.
        minute: Of the local day.
        midnight: When the local day ends.
    """

    snapshot: Snapshot
    now: datetime
    minute: int
    midnight: datetime

    @property
    def now_ms(self) -> int:
        return datetime_to_ms(self.now)


class SentMarker(NamedTuple):
    """What was told of a window; it dies with it."""

    account: str
    kind: NotificationKind
    reset_ms: int


class PeakUsage(NamedTuple):
    """The most that was used of a window."""

    account: str
    name: str
    reset_ms: int
    percent: float


class NotificationState(NamedTuple):
    """
    What is remembered.

    Attributes:
        sent_markers: What was told.
        peaks: Of windows that are open, or whose end is still to be told.
        last_sent_ms: When something was told last.
        last_sent_kind: What that was.
        muted_until_ms: Nothing is told until then.
        known_keys: What was read once since the start, by account and kind. Of
            this run alone, as all that follows.
        ahead_of_pace_since: Since when each account has been too fast.
        problem_since_ms: Since when something is wrong; 0 for nothing.
        evaluated_ms: When was judged last.
    """

    sent_markers: tuple[SentMarker, ...] = ()
    peaks: tuple[PeakUsage, ...] = ()
    last_sent_ms: int = 0
    last_sent_kind: NotificationKind | None = None
    muted_until_ms: int = 0
    known_keys: frozenset[tuple[str, NotificationKind]] = frozenset()
    ahead_of_pace_since: tuple[tuple[str, int], ...] = ()
    problem_since_ms: int = 0
    evaluated_ms: int = 0

    def without_transient(self) -> NotificationState:
        """Return what outlives the run."""
        return NotificationState(
            self.sent_markers,
            self.peaks,
            self.last_sent_ms,
            self.last_sent_kind,
            self.muted_until_ms,
        )


def datetime_to_ms(at: datetime) -> int:
    """Return a moment in milliseconds since 1970."""
    return int(at.timestamp() * 1000)


def is_same_window(one_ms: int, other_ms: int) -> bool:
    """Tell whether two resets are one: they jitter."""
    return abs(one_ms - other_ms) <= SAME_WINDOW_MS
