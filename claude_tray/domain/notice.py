"""What may be told, and what is remembered of what was."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

    from claude_tray.domain.snapshot import Retention, Snapshot

SAME_WINDOW_MS: Final = 120_000


class Kind(StrEnum):
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
    def weight(self) -> int:
        """The smaller, the graver."""
        return list(Kind).index(self)


# Once one is told, the others of its window are told with it.
COVERS: Final[dict[Kind, frozenset[Kind]]] = {
    Kind.LIMIT: frozenset({Kind.USED_AGAIN, Kind.RUN_OUT, Kind.USED}),
    Kind.USED_AGAIN: frozenset({Kind.RUN_OUT, Kind.USED}),
    Kind.WEEK_LIMIT: frozenset({Kind.WEEK_AGAIN, Kind.WEEK}),
    Kind.WEEK_AGAIN: frozenset({Kind.WEEK}),
}


class Notice(NamedTuple):
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

    kind: Kind
    account: str = ""
    name: str = ""
    reset_ms: int = 0
    percent: float = 0.0
    at_ms: int = 0
    spent: int = 0
    budget: int = 0
    retention: Retention | None = None


class Wants(NamedTuple):
    """
    What a person wants to be told.

    Attributes:
        is_on: Anything at all.
        kinds: Which kinds.
        warn: From which percentage on.
        again: The second time.
        week: Of the week.
        budget: A day's, in nano-dollars; 0 for none.
        quiet: From which minute of the day until which nothing is told; None
            for never.
    """

    is_on: bool = True
    kinds: frozenset[Kind] = frozenset(Kind)
    warn: float = 75.0
    again: float = 90.0
    week: float = 80.0
    budget: int = 0
    quiet: tuple[int, int] | None = None


class Moment(NamedTuple):
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
        return ms_of(self.now)


class Latch(NamedTuple):
    """What was told of a window; it dies with it."""

    account: str
    kind: Kind
    reset_ms: int


class Peak(NamedTuple):
    """The most that was used of a window."""

    account: str
    name: str
    reset_ms: int
    percent: float


class Memory(NamedTuple):
    """
    What is remembered.

    Attributes:
        latches: What was told.
        peaks: Of windows that are open, or whose end is still to be told.
        sent_ms: When something was told last.
        sent: What that was.
        muted_until_ms: Nothing is told until then.
        known: What was read once since the start, by account and kind. Of
            this run alone, as all that follows.
        fast_since: Since when each account has been too fast.
        problem_since_ms: Since when something is wrong; 0 for nothing.
        judged_ms: When was judged last.
    """

    latches: tuple[Latch, ...] = ()
    peaks: tuple[Peak, ...] = ()
    sent_ms: int = 0
    sent: Kind | None = None
    muted_until_ms: int = 0
    known: frozenset[tuple[str, Kind]] = frozenset()
    fast_since: tuple[tuple[str, int], ...] = ()
    problem_since_ms: int = 0
    judged_ms: int = 0

    def lasting(self) -> Memory:
        """Return what outlives the run."""
        return Memory(
            self.latches,
            self.peaks,
            self.sent_ms,
            self.sent,
            self.muted_until_ms,
        )


def ms_of(at: datetime) -> int:
    """Return a moment in milliseconds since 1970."""
    return int(at.timestamp() * 1000)


def is_same_window(one_ms: int, other_ms: int) -> bool:
    """Tell whether two resets are one: they jitter."""
    return abs(one_ms - other_ms) <= SAME_WINDOW_MS
