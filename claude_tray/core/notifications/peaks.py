"""Remember how far each limit was used, to announce that it has reset."""

from __future__ import annotations

from typing import Final

from claude_tray.core.current_limits import (
    FULL_PERCENT,
    find_blocking_limit,
    get_open_window,
    is_limit_of,
    list_blocking_limits,
)
from claude_tray.core.notifications.model import (
    EvaluationContext,
    Notification,
    NotificationKind,
    NotificationState,
    PeakUsage,
    is_same_window,
)
from claude_tray.core.snapshot import AccountSnapshot, BlockingLimit
from claude_tray.core.status import project_limits
from claude_tray.core.time import to_epoch_ms

MAX_AGE_MS: Final = 5 * 60 * 60_000
# The reset of other limits is announced if they were used up.
_READY_MIN_WINDOW_PERCENT: Final = 90.0
# Reports of several sources differ a little; a reset lowers them by more.
_JITTER_PERCENT: Final = 5.0
_UNKNOWN_PERCENT: Final = -1.0


def update_peaks(
    state: NotificationState, context: EvaluationContext
) -> tuple[PeakUsage, ...]:
    """Return the peaks of open periods, and of ended ones that matter."""
    now_ms = context.now_ms
    is_multi_account = len(context.snapshot.accounts) > 1
    ended = [p for p in state.peaks if p.reset_ms <= now_ms]
    current = {p.key: p for p in state.peaks if p.reset_ms > now_ms}
    for account in context.snapshot.accounts:
        name = account.name if is_multi_account else ""
        if not account.has_window:
            # There is no such limit any more, so it does not reset either.
            window_key = PeakUsage(account.path, name, 0, 0).key
            current.pop(window_key, None)
            ended = [peak for peak in ended if peak.key != window_key]
        for peak in _list_peaks(account, name, context):
            previous = current.get(peak.key)
            if previous is not None and _is_lifted_early(previous, peak):
                # It was reset since the last evaluation.
                ended.append(previous._replace(reset_ms=state.evaluated_ms))
            current[peak.key] = _merge_peaks(previous, peak)
    notable = [
        peak
        for peak in ended
        if peak.percent >= _get_min_percent(peak)
        and now_ms - peak.reset_ms < MAX_AGE_MS
    ]
    return (*notable, *current.values())


def _merge_peaks(previous: PeakUsage | None, peak: PeakUsage) -> PeakUsage:
    """Return the higher of two peaks, the new one after a reset."""
    if previous is None or not is_same_window(
        previous.reset_ms, peak.reset_ms
    ):
        return peak
    is_known = peak.percent != _UNKNOWN_PERCENT
    if is_known and peak.percent < previous.percent - _JITTER_PERCENT:
        return peak
    return peak._replace(percent=max(peak.percent, previous.percent))


def _list_peaks(
    account: AccountSnapshot, name: str, context: EvaluationContext
) -> list[PeakUsage]:
    """Return how far each limit of an account is used now."""
    now = context.now
    blocks = list_blocking_limits(account, now)
    peaks = {}
    window = get_open_window(account, now)
    if window is not None:
        peak = PeakUsage(
            account.path, name, to_epoch_ms(window.end), _UNKNOWN_PERCENT
        )
        peaks[peak.key] = peak
    for projection in project_limits(account, now):
        usage = projection.usage
        reset = window.end if usage.is_window and window else usage.resets_at
        if usage.percent is None or reset is None:
            continue
        peak = PeakUsage(
            account.path,
            name,
            to_epoch_ms(reset),
            usage.percent,
            usage.kind,
            usage.scope,
        )
        if any(is_limit_of(usage, block) for block in blocks):
            peak = peak._replace(percent=max(peak.percent, FULL_PERCENT))
        peaks[peak.key] = peak
    return list(peaks.values())


def _is_lifted_early(previous: PeakUsage, peak: PeakUsage) -> bool:
    """Return whether a limit that was used up has room before its reset."""
    has_room = 0 <= peak.percent < FULL_PERCENT - _JITTER_PERCENT
    return previous.percent >= FULL_PERCENT and has_room


def _get_min_percent(peak: PeakUsage) -> float:
    return _READY_MIN_WINDOW_PERCENT if peak.is_window else FULL_PERCENT


def build_ready_notifications(
    state: NotificationState, context: EvaluationContext
) -> list[Notification]:
    """
    Return ended periods after which the account has not been used.

    None while another limit still blocks, or while it is not known whether
    the account was used; one for each account.
    """
    if context.snapshot.problem:
        return []
    ready = {}
    accounts = {account.path: account for account in context.snapshot.accounts}
    for peak in state.peaks:
        account = accounts.get(peak.account)
        if peak.reset_ms > context.now_ms:
            continue
        if account is not None:
            last, block = (
                account.last_record_at,
                find_blocking_limit(account, context.now),
            )
            is_used = last is not None and to_epoch_ms(last) >= peak.reset_ms
            is_blocked = block is not None and not block.is_scoped
            if is_used or is_blocked:
                continue
        is_other = not peak.is_window
        limit = (
            BlockingLimit(None, peak.kind, peak.scope) if is_other else None
        )
        ready[peak.account] = Notification(
            NotificationKind.READY,
            peak.account,
            peak.name,
            peak.reset_ms,
            limit=limit,
        )
    return list(ready.values())
