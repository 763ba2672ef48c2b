"""
Whether something is told now: a function of what was and what is.

Nothing nags: each thing is told once for a window, at most one in ten minutes
unless a graver one comes, and what was so before the first look counts as
told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.domain.notice import (
    COVERS,
    Kind,
    Latch,
    Memory,
    Moment,
    Notice,
    Wants,
    is_same_window,
    ms_of,
)
from claude_tray.domain.notice_memory import (
    DAILY,
    OLD_NEWS_MS,
    carried,
    observed,
)
from claude_tray.domain.notice_signs import Sign, signs_of
from claude_tray.domain.standing import open_window

if TYPE_CHECKING:
    from collections.abc import Iterable

_APART_MS: Final = 10 * 60_000
_ASLEEP_MS: Final = 5 * 60_000
# They are told also if they were so before the first look.
_ALWAYS: Final = frozenset(
    {
        Kind.LIMIT,
        Kind.WEEK_LIMIT,
        Kind.PROBLEM,
        Kind.NOT_SYNCED,
        Kind.SAVED,
    },
)


def judge(
    memory: Memory,
    moment: Moment,
    wants: Wants,
) -> tuple[Memory, Notice | None]:
    """
    Return what is remembered from now on, and what is to be told.

    Args:
        memory: What was remembered.
        moment: What is known, and when.
        wants: What the person wants to be told.
    """
    is_first = not memory.judged_ms
    slept = moment.now_ms - memory.judged_ms > _ASLEEP_MS and not is_first
    memory = observed(memory, moment, is_first=is_first, slept=slept)
    signs = signs_of(moment, memory, wants)
    memory = carried(memory, signs, moment.now_ms)
    due = [
        sign.notice
        for sign in signs
        if sign.is_passed and not _is_told(memory, sign.notice)
    ]
    memory, due = _first_looks(memory, signs, due)
    due += _ready(memory, moment)
    due = [notice for notice in due if notice.kind in wants.kinds]
    if not due or not _may_speak(memory, moment, wants):
        return memory, None
    gravest = min(due, key=lambda notice: notice.kind.weight)
    if _is_too_soon(memory, gravest, moment.now_ms):
        return memory, None
    told = due if slept else [gravest]
    return _with_told(memory, gravest, told, moment.now_ms), gravest


def muted(memory: Memory, moment: Moment) -> Memory:
    """Return a memory that tells nothing until the reset, or for 5 hours."""
    now = moment.now
    ends = [
        ms_of(window.end)
        for state in moment.snapshot.profiles[:1]
        if (window := open_window(state, now)) is not None
    ]
    until = ends[0] if ends else moment.now_ms + OLD_NEWS_MS
    return memory._replace(muted_until_ms=until)


def is_muted(memory: Memory, now_ms: int) -> bool:
    return now_ms < memory.muted_until_ms


def _ready(memory: Memory, moment: Moment) -> list[Notice]:
    """Return windows that are over, of people who have not noticed."""
    last = {
        state.path: ms_of(state.last_record_at)
        for state in moment.snapshot.profiles
        if state.last_record_at is not None
    }
    return [
        Notice(Kind.READY, peak.account, peak.name, peak.reset_ms)
        for peak in memory.peaks
        if peak.reset_ms <= moment.now_ms
        and last.get(peak.account, 0) < peak.reset_ms
    ]


def _is_told(memory: Memory, notice: Notice) -> bool:
    is_daily = notice.kind in DAILY
    return any(
        (latch.account, latch.kind) == (notice.account, notice.kind)
        and (is_daily or is_same_window(latch.reset_ms, notice.reset_ms))
        for latch in memory.latches
    )


def _first_looks(
    memory: Memory,
    signs: Iterable[Sign],
    due: list[Notice],
) -> tuple[Memory, list[Notice]]:
    """Count as told what was so before it was first looked at."""
    seen = {(s.notice.account, s.notice.kind) for s in signs} - memory.known
    old = [
        notice
        for notice in due
        if (notice.account, notice.kind) in seen
        and notice.kind not in _ALWAYS
        and notice.kind is not Kind.RUN_OUT
    ]
    latches = (*memory.latches, *map(_latch, old))
    known = memory.known | seen
    left = [notice for notice in due if notice not in old]
    return memory._replace(latches=latches, known=known), left


def _may_speak(memory: Memory, moment: Moment, wants: Wants) -> bool:
    if not wants.is_on or is_muted(memory, moment.now_ms):
        return False
    if wants.quiet is None:
        return True
    begin, end = wants.quiet
    if begin <= end:
        return not begin <= moment.minute < end
    return end <= moment.minute < begin


def _is_too_soon(memory: Memory, notice: Notice, now_ms: int) -> bool:
    if memory.sent is None or not 0 <= now_ms - memory.sent_ms < _APART_MS:
        return False
    return notice.kind.weight >= memory.sent.weight


def _with_told(
    memory: Memory,
    sent: Notice,
    told: list[Notice],
    now_ms: int,
) -> Memory:
    covered = [sent._replace(kind=kind) for kind in COVERS.get(sent.kind, ())]
    latches = {*memory.latches, *map(_latch, (*told, *covered))}
    over = {n.account for n in told if n.kind is Kind.READY}
    return memory._replace(
        latches=tuple(sorted(latches)),
        peaks=tuple(
            peak
            for peak in memory.peaks
            if peak.account not in over or peak.reset_ms > now_ms
        ),
        sent_ms=now_ms,
        sent=sent.kind,
    )


def _latch(notice: Notice) -> Latch:
    return Latch(notice.account, notice.kind, notice.reset_ms)
