"""
Decide which report of each limit is true now: the newest informed one.

Sources report at different times, and an idle session repeats what it learned
with its last response. So reports are ordered by the time at which they were
known to be true, not by the time at which they were made. The newest one wins,
whether its percentage rose or fell and its reset moved later or earlier.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.core.limits import (
    CLOCK_TOLERANCE_MS,
    FIVE_HOUR,
    MAX_PERCENT,
    SAME_RESET_TOLERANCE_MS,
    SEVEN_DAY,
    LimitSample,
    LimitSource,
    get_max_length_ms,
    identify_limit,
    round_reset_jitter,
)

if TYPE_CHECKING:
    from collections.abc import Iterable


_NAME_ORDER: Final = (FIVE_HOUR, SEVEN_DAY)


def compute_known_at(sample: LimitSample) -> int:
    """
    Return when a sample was known to be true, in milliseconds since 1970.

    Only the statusline repeats old values: it knows what the session's last
    response said, and a value that differs from the session's earlier one is
    new.
    """
    if sample.source is not LimitSource.STATUSLINE:
        return sample.observed_at_ms
    since_ms = sample.observed_at_ms
    if sample.since_ms is not None:
        since_ms = min(sample.since_ms, sample.observed_at_ms)
    if sample.active_at_ms is None:
        return since_ms
    active_ms = min(sample.active_at_ms, sample.observed_at_ms)
    if (
        sample.resets_ms is not None
        and sample.resets_ms - active_ms
        > get_max_length_ms(sample) + CLOCK_TOLERANCE_MS
    ):
        # The window began later: learned when the session was resumed.
        return since_ms
    return max(since_ms, active_ms) if sample.is_change else active_ms


def follow_report(
    previous: LimitSample | None, sample: LimitSample
) -> LimitSample:
    """
    Return a sample with what the session's earlier report adds to it.

    Args:
        previous: The last report by the same source and session of the same
            limit; None without one.
        sample: The report after it.
    """
    if previous is None:
        return sample._replace(since_ms=sample.observed_at_ms)
    if _is_silent_about(previous, sample):
        return previous
    if _is_same_value(previous, sample):
        return sample._replace(
            since_ms=previous.since_ms, is_change=previous.is_change
        )
    return sample._replace(since_ms=sample.observed_at_ms, is_change=True)


def _is_same_value(one: LimitSample, other: LimitSample) -> bool:
    return (
        one.percent == other.percent
        and one.money == other.money
        and (
            one.resets_ms == other.resets_ms
            or (
                one.resets_ms is not None
                and other.resets_ms is not None
                and abs(one.resets_ms - other.resets_ms)
                <= SAME_RESET_TOLERANCE_MS
            )
        )
    )


def _is_silent_about(previous: LimitSample, sample: LimitSample) -> bool:
    """
    Return whether a limit is only missing because its window has ended.

    Claude Code may leave out a window after its reset until the next response.
    """
    return (
        sample.source is LimitSource.STATUSLINE
        and sample.is_absent
        and not previous.is_absent
        and _get_end_ms(previous) <= sample.observed_at_ms
        and (sample.active_at_ms or 0) <= compute_known_at(previous)
    )


def find_newest_reports(
    samples: Iterable[LimitSample], now_ms: int
) -> dict[tuple[str, str], LimitSample]:
    """
    Return the newest informed report of each limit.

    Keys are the account and the name as `identify_limit` returns it.

    The limit may be absent, or its reset may have passed.

    Args:
        samples: Samples of any accounts, in any order, with repetitions.
        now_ms: Current time; samples from the future are ignored.
    """
    last_words: dict[tuple[str, str, str, str], LimitSample] = {}
    for sample in sorted(samples, key=_build_time_key):
        if (
            sample.observed_at_ms > now_ms + CLOCK_TOLERANCE_MS
            or not _is_plausible_at(sample, sample.observed_at_ms)
        ):
            continue
        key = sample.account, sample.name, sample.source, sample.session
        previous = last_words.get(key)
        last_words[key] = (
            sample
            if previous is None and sample.since_ms is not None
            else follow_report(previous, sample)
        )
    newest: dict[tuple[str, str], LimitSample] = {}
    for sample in last_words.values():
        if not _is_informative(sample):
            continue
        limit = sample.account, identify_limit(sample.name).name
        if limit not in newest or _build_rank(sample) > _build_rank(
            newest[limit]
        ):
            newest[limit] = sample
    return {
        limit: _add_reset(sample, last_words.values(), now_ms)
        for limit, sample in newest.items()
    }


def merge_limit_samples(
    samples: Iterable[LimitSample], now_ms: int
) -> list[LimitSample]:
    """
    Return the current limits, each account's 5-hour limit first.

    `observed_at_ms` is the time at which a value was known to be true. The
    result may be merged again with newer samples.

    Args:
        samples: Samples of any accounts, in any order, with repetitions.
        now_ms: Current time; limits that reset before it are dropped.
    """
    return select_current(find_newest_reports(samples, now_ms), now_ms)


def select_current(
    newest: dict[tuple[str, str], LimitSample], now_ms: int
) -> list[LimitSample]:
    """Return the limits that exist and apply, as `merge_limit_samples`."""
    current = [
        sample._replace(
            observed_at_ms=compute_known_at(sample),
            resets_ms=None
            if sample.resets_ms is None
            else round_reset_jitter(sample.resets_ms),
        )
        for sample in newest.values()
        if not sample.is_absent and _is_plausible_at(sample, now_ms)
    ]
    return sorted(current, key=_build_sort_key)


def is_reported_absent(
    newest: dict[tuple[str, str], LimitSample],
    account: str,
    name: str,
    now_ms: int,
) -> bool:
    """Return whether an account is known to have no such limit."""
    sample = newest.get((account, name))
    return (
        sample is not None
        and sample.is_absent
        and now_ms - sample.observed_at_ms < _MAX_ABSENCE_MS
    )


# An absence that nothing has confirmed for so long is no longer believed.
_MAX_ABSENCE_MS: Final = 31 * 86_400_000


def filter_plausible(samples: Iterable[LimitSample]) -> list[LimitSample]:
    """
    Return the samples that may have been true when they were reported.

    An idle session repeats a reset that has passed; a reset too far ahead
    comes from a wrong clock.
    """
    return [
        sample
        for sample in samples
        if _is_plausible_at(sample, sample.observed_at_ms)
    ]


def compute_clock_lead(samples: Iterable[LimitSample]) -> int:
    """
    Return how far a reset lies beyond the length of its window.

    In milliseconds, 0 if none does: this machine's clock is slow by that much.
    """
    excess = (
        sample.resets_ms - sample.observed_at_ms - get_max_length_ms(sample)
        for sample in samples
        if sample.resets_ms is not None
    )
    return max((ms for ms in excess if ms > CLOCK_TOLERANCE_MS), default=0)


def _is_plausible_at(sample: LimitSample, at_ms: int) -> bool:
    length_ms = get_max_length_ms(sample)
    remaining_ms = _get_end_ms(sample) - at_ms
    is_reset_plausible = 0 < remaining_ms <= length_ms + CLOCK_TOLERANCE_MS
    return is_reset_plausible and (
        sample.percent is None or 0 <= sample.percent <= MAX_PERCENT
    )


def _get_end_ms(sample: LimitSample) -> int:
    """Return when a sample expires; one without a reset is kept as long."""
    if sample.resets_ms is not None:
        return sample.resets_ms
    return sample.observed_at_ms + get_max_length_ms(sample)


def _is_informative(sample: LimitSample) -> bool:
    """
    Return False if a limit may only be missing because its window has ended.

    That is so if the session was idle for longer than the window lasts.
    """
    return (
        not sample.is_absent
        or sample.is_change
        or sample.active_at_ms is None
        or sample.observed_at_ms - sample.active_at_ms
        < get_max_length_ms(sample)
    )


def _add_reset(
    sample: LimitSample, others: Iterable[LimitSample], now_ms: int
) -> LimitSample:
    """Add the reset that others know to a report of a percentage only."""
    if sample.resets_ms is not None or not sample.percent:
        return sample
    with_reset = [
        other
        for other in others
        if other.account == sample.account
        and identify_limit(other.name) == identify_limit(sample.name)
        and other.resets_ms is not None
        and _is_plausible_at(other, now_ms)
    ]
    if not with_reset:
        return sample
    newest = max(with_reset, key=_build_rank)
    return sample._replace(resets_ms=newest.resets_ms)


def _build_rank(sample: LimitSample) -> tuple[int, bool, int, float, int, str]:
    """Return what orders reports; ties are broken in favor of a limit."""
    return (
        compute_known_at(sample),
        not sample.is_absent,
        sample.observed_at_ms,
        sample.percent or 0.0,
        sample.resets_ms or 0,
        sample.session,
    )


def _build_time_key(sample: LimitSample) -> tuple[int, float, int]:
    return (
        sample.observed_at_ms,
        -1.0 if sample.percent is None else sample.percent,
        sample.resets_ms or 0,
    )


def _build_sort_key(sample: LimitSample) -> tuple[str, int, str]:
    is_known = sample.name in _NAME_ORDER
    rank = _NAME_ORDER.index(sample.name) if is_known else len(_NAME_ORDER)
    return sample.account, rank, sample.name
