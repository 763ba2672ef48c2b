"""What speaks for telling something: values against their thresholds."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.domain.notice import (
    Kind,
    Memory,
    Moment,
    Notice,
    Wants,
    ms_of,
)
from claude_tray.domain.snapshot import SyncPhase
from claude_tray.domain.standing import (
    is_stale,
    open_window,
    refusal_of,
    week_of,
)

if TYPE_CHECKING:
    from datetime import datetime

    from claude_tray.domain.snapshot import ProfileState

WEEK_AGAIN: Final = 95.0
_FULL: Final = 100.0
_ENOUGH_USED: Final = 25.0
_YOUNG: Final = timedelta(minutes=30)
_WORTH_TELLING: Final = timedelta(minutes=15)
_STEADY_MS: Final = 5 * 60_000
_PROBLEM_MS: Final = 60_000
_DAY_MS: Final = 24 * 60 * 60_000
_YEARS_MS: Final = 3650 * _DAY_MS


class Sign(NamedTuple):
    """
    A value that is told once it has passed its threshold.

    Attributes:
        notice: What would be told.
        value: In percent, or 1 for a fact.
        threshold: From where on it is told.
    """

    notice: Notice
    value: float
    threshold: float

    @property
    def is_passed(self) -> bool:
        return self.value >= self.threshold


def signs_of(moment: Moment, memory: Memory, wants: Wants) -> list[Sign]:
    """Return all signs that can be read now; what is old has none."""
    several = len(moment.snapshot.profiles) > 1
    signs: list[Sign] = []
    for state in moment.snapshot.profiles:
        name = state.name if several else ""
        reader = _Reader(moment, memory, wants, state, name)
        signs += [*reader.refusals(), *reader.window(), *reader.week()]
    return [*signs, *_of_all(moment, memory, wants)]


def too_fast(state: ProfileState, now: datetime) -> bool:
    """Tell whether the limit comes a good while before the reset."""
    window, pace = open_window(state, now), state.pace
    if window is None or pace is None or pace.limit_at is None:
        return False
    return (
        window.end - pace.limit_at >= _WORTH_TELLING
        and now - window.start >= _YOUNG
        and state.used is not None
        and state.used.percent >= _ENOUGH_USED
        and not is_stale(state, now)
    )


class _Reader(NamedTuple):
    """Reads the signs of one account."""

    moment: Moment
    memory: Memory
    wants: Wants
    state: ProfileState
    name: str

    def refusals(self) -> list[Sign]:
        refusal = refusal_of(self.state, self.moment.now)
        if refusal is None:
            return []
        kind = Kind.WEEK_LIMIT if refusal.is_weekly else Kind.LIMIT
        return [self._sign(kind, ms_of(refusal.until), _FULL, _FULL)]

    def window(self) -> list[Sign]:
        now, used = self.moment.now, self.state.used
        window = open_window(self.state, now)
        if window is None or used is None or is_stale(self.state, now):
            return []
        reset, percent = ms_of(window.end), used.percent
        signs = [
            self._sign(Kind.USED, reset, percent, self.wants.warn),
            self._sign(Kind.USED_AGAIN, reset, percent, self.wants.again),
        ]
        since = dict(self.memory.fast_since).get(self.state.path)
        pace = self.state.pace
        if since is not None and pace is not None and pace.limit_at:
            is_steady = self.moment.now_ms - since >= _STEADY_MS
            sign = self._sign(Kind.RUN_OUT, reset, float(is_steady), 1.0)
            at_ms = ms_of(pace.limit_at)
            notice = sign.notice._replace(at_ms=at_ms, percent=percent)
            signs.append(sign._replace(notice=notice))
        return signs

    def week(self) -> list[Sign]:
        now = self.moment.now
        week = week_of(self.state, now)
        if week is None or week.resets_at is None or is_stale(self.state, now):
            return []
        reset, percent = ms_of(week.resets_at), week.percent
        return [
            self._sign(Kind.WEEK, reset, percent, self.wants.week),
            self._sign(Kind.WEEK_AGAIN, reset, percent, WEEK_AGAIN),
        ]

    def _sign(
        self,
        kind: Kind,
        reset_ms: int,
        value: float,
        threshold: float,
    ) -> Sign:
        account = self.state.path
        notice = Notice(kind, account, self.name, reset_ms, value)
        return Sign(notice, value, threshold)


def _of_all(moment: Moment, memory: Memory, wants: Wants) -> list[Sign]:
    signs = []
    spent = moment.snapshot.today.priced_cost
    if wants.budget:
        notice = Notice(
            Kind.BUDGET,
            reset_ms=ms_of(moment.midnight),
            spent=spent,
            budget=wants.budget,
        )
        signs.append(Sign(notice, spent / wants.budget, 1.0))
    since = memory.problem_since_ms
    if since and moment.now_ms - since >= _PROBLEM_MS:
        # Once in a run; the next one forgets it.
        notice = Notice(Kind.PROBLEM, reset_ms=moment.now_ms + _YEARS_MS)
        signs.append(Sign(notice, 1.0, 1.0))
    sync = moment.snapshot.sync
    is_late = sync.phase in (SyncPhase.DELAYED, SyncPhase.STOPPED)
    if is_late and sync.last_ok_at is not None:
        at_ms = ms_of(sync.last_ok_at)
        notice = Notice(
            Kind.NOT_SYNCED,
            reset_ms=moment.now_ms + _DAY_MS,
            at_ms=at_ms,
        )
        signs.append(Sign(notice, float(moment.now_ms - at_ms), _DAY_MS))
    return [*signs, *_retention(moment)]


def _retention(moment: Moment) -> list[Sign]:
    """Tell once and for all that Claude Code deletes, and what is saved."""
    retention = moment.snapshot.retention
    if retention is None or moment.snapshot.reading is not None:
        return []
    reset_ms = moment.now_ms + _YEARS_MS
    notice = Notice(Kind.SAVED, reset_ms=reset_ms, retention=retention)
    return [Sign(notice, float(retention.files), 1.0)]
