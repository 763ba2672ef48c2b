"""What is remembered changes as time and windows go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.domain.notice import (
    Kind,
    Memory,
    Moment,
    Peak,
    is_same_window,
    ms_of,
)
from claude_tray.domain.notice_signs import Sign, too_fast
from claude_tray.domain.standing import open_window, refusal_of

if TYPE_CHECKING:
    from collections.abc import Iterable

OLD_NEWS_MS: Final = 5 * 60 * 60_000
# A reset may still jitter a little after it has passed.
_AFTERLIFE_MS: Final = 5 * 60_000
_HYSTERESIS: Final = 5.0
_WORTH_A_READY: Final = 90.0
_FULL: Final = 100.0
# Their latches last for a time of their own, not for a window.
DAILY: Final = frozenset({Kind.PROBLEM, Kind.NOT_SYNCED, Kind.SAVED})


def observed(
    memory: Memory,
    moment: Moment,
    *,
    is_first: bool,
    slept: bool,
) -> Memory:
    """Take in what the moment shows; nothing is told yet."""
    now_ms, now = moment.now_ms, moment.now
    since = {} if slept else dict(memory.fast_since)
    fast = {
        state.path: since.get(state.path, now_ms)
        for state in moment.snapshot.profiles
        if too_fast(state, now)
    }
    is_wrong = moment.snapshot.is_unreadable
    return memory._replace(
        latches=tuple(
            latch
            for latch in memory.latches
            if latch.reset_ms + _AFTERLIFE_MS > now_ms
            and not (is_first and latch.kind is Kind.PROBLEM)
        ),
        peaks=_peaks(memory, moment, is_first=is_first),
        fast_since=tuple(fast.items()),
        problem_since_ms=(
            (memory.problem_since_ms or now_ms) if is_wrong else 0
        ),
        judged_ms=now_ms,
    )


def _peaks(
    memory: Memory,
    moment: Moment,
    *,
    is_first: bool,
) -> tuple[Peak, ...]:
    now_ms, now = moment.now_ms, moment.now
    several = len(moment.snapshot.profiles) > 1
    over = (
        [] if is_first else [p for p in memory.peaks if p.reset_ms <= now_ms]
    )
    open_ = {p.account: p for p in memory.peaks if p.reset_ms > now_ms}
    for state in moment.snapshot.profiles:
        window = open_window(state, now)
        if window is None:
            continue
        percent = state.used.percent if state.used else 0.0
        refusal = refusal_of(state, now)
        if refusal is not None and not refusal.is_weekly:
            percent = max(percent, _FULL)
        reset = ms_of(window.end)
        before = open_.get(state.path)
        if before is not None and is_same_window(before.reset_ms, reset):
            percent = max(percent, before.percent)
        name = state.name if several else ""
        open_[state.path] = Peak(state.path, name, reset, percent)
    worth = [
        peak
        for peak in over
        if peak.percent >= _WORTH_A_READY
        and now_ms - peak.reset_ms < OLD_NEWS_MS
    ]
    return (*worth, *open_.values())


def carried(memory: Memory, signs: Iterable[Sign], now_ms: int) -> Memory:
    """Let latches go with a window whose end moved, or let them go."""
    latches = list(memory.latches)
    for sign in signs:
        notice = sign.notice
        for latch in list(latches):
            if (latch.account, latch.kind) != (notice.account, notice.kind):
                continue
            if is_same_window(latch.reset_ms, notice.reset_ms):
                continue
            if latch.reset_ms <= now_ms or notice.kind in DAILY:
                continue
            latches.remove(latch)
            if sign.value > sign.threshold - _HYSTERESIS:
                latches.append(latch._replace(reset_ms=notice.reset_ms))
    return memory._replace(latches=tuple(latches))
