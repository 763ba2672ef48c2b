"""
Merge reports of usage limits into the limits that apply now.

Resets jitter by two seconds, idle sessions repeat old reports and several
sources report the same limit; samples merge in any order.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from claude_tray.core.time import Millis


FIVE_HOUR: Final = "five_hour"
SEVEN_DAY: Final = "seven_day"
# Resets jitter by 2 seconds: two that differ by less than this are the same.
SAME_RESET_TOLERANCE_MS: Final = 120_000
_MINUTE_MS: Final = 60_000
# Observed between reports of the same reset.
_JITTER_MS: Final = 2_000
_DAY_MS: Final = 24 * 60 * _MINUTE_MS
# A reset is at most one window length ahead, apart from clock differences of
# a few minutes.
_CLOCK_TOLERANCE_MS: Final = 5 * _MINUTE_MS
_MAX_LENGTH_MS: Final = {
    FIVE_HOUR: 5 * 60 * _MINUTE_MS,
    SEVEN_DAY: 7 * _DAY_MS,
}
_DEFAULT_MAX_LENGTH_MS: Final = 31 * _DAY_MS
# Usage beyond 100 % is paid extra usage; anything above this is garbage.
_MAX_PERCENT: Final = 10_000
_FULL_PERCENT: Final = 100.0
_NAME_ORDER: Final = (FIVE_HOUR, SEVEN_DAY)


class LimitSample(NamedTuple):
    """
    Reported usage of one limit.

    Attributes:
        account: Account key.
        name: "five_hour", "seven_day", or the name of another window.
        percent: Used percentage, 0 to 100; more with extra usage.
        resets_ms: Time of the reset, in milliseconds since 1970.
        observed_at_ms: Time of the report.
    """

    account: str
    name: str
    percent: float
    resets_ms: int
    observed_at_ms: int


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
        sample.resets_ms - sample.observed_at_ms - _get_max_length_ms(sample)
        for sample in samples
    )
    return max((ms for ms in excess if ms > _CLOCK_TOLERANCE_MS), default=0)


def merge_limit_samples(
    samples: Iterable[LimitSample], now_ms: int
) -> list[LimitSample]:
    """
    Return the current limits, each account's 5-hour limit first.

    The result may be merged again with newer samples.

    Args:
        samples: Samples of any accounts, in any order, with repetitions.
        now_ms: Current time; limits that reset before it are dropped.
    """
    groups: dict[tuple[str, str], list[LimitSample]] = {}
    for sample in samples:
        if _is_plausible_at(sample, now_ms):
            groups.setdefault((sample.account, sample.name), []).append(sample)
    merged = [_merge_newest_window(group) for group in groups.values()]
    return sorted(merged, key=_build_sort_key)


def _is_plausible_at(sample: LimitSample, at_ms: int) -> bool:
    remaining_ms = sample.resets_ms - at_ms
    is_reset_plausible = (
        0 < remaining_ms <= _get_max_length_ms(sample) + _CLOCK_TOLERANCE_MS
    )
    return is_reset_plausible and 0 <= sample.percent <= _MAX_PERCENT


def _get_max_length_ms(sample: LimitSample) -> int:
    return _MAX_LENGTH_MS.get(sample.name, _DEFAULT_MAX_LENGTH_MS)


def _merge_newest_window(samples: list[LimitSample]) -> LimitSample:
    """Return the highest percentage reported for the window that resets last."""
    last_reset_ms = max(sample.resets_ms for sample in samples)
    same_window = [
        other
        for other in samples
        if last_reset_ms - other.resets_ms <= SAME_RESET_TOLERANCE_MS
    ]
    highest = max(
        same_window, key=lambda sample: (sample.percent, sample.observed_at_ms)
    )
    return highest._replace(resets_ms=round_reset_jitter(last_reset_ms))


def round_reset_jitter(at_ms: int) -> int:
    """Return a reset rounded to the minute if it is within the jitter."""
    minute = (at_ms + _MINUTE_MS // 2) // _MINUTE_MS * _MINUTE_MS
    return minute if abs(minute - at_ms) <= _JITTER_MS else at_ms


def _build_sort_key(sample: LimitSample) -> tuple[str, int, str]:
    is_known = sample.name in _NAME_ORDER
    rank = _NAME_ORDER.index(sample.name) if is_known else len(_NAME_ORDER)
    return sample.account, rank, sample.name


class LimitKind(StrEnum):
    """Limit that was reached."""

    FIVE_HOUR = "five_hour"
    SEVEN_DAY = "seven_day"
    MODEL = "model"


class LimitHit(NamedTuple):
    """
    Message that a limit was reached.

    Attributes:
        kind: Limit that was reached.
        at_ms: Time of the message.
        resets_ms: Time of the reset; None if the message has none.
    """

    kind: LimitKind
    at_ms: Millis
    resets_ms: Millis | None


def compute_current_limits(
    samples: Iterable[LimitSample],
    hits: Sequence[LimitHit],
    account: str,
    now_ms: int,
) -> tuple[list[LimitSample], int | None]:
    """
    Return an account's current limits, and until when one blocks.

    Args:
        samples: Its samples.
        hits: Its limit hits.
        account: Account key.
        now_ms: Current time.
    """
    current_samples = merge_limit_samples(
        [*samples, *build_samples_from_hits(hits, account)], now_ms
    )
    return current_samples, find_blocked_until(hits, current_samples, now_ms)


def build_samples_from_hits(
    hits: Iterable[LimitHit], account: str
) -> list[LimitSample]:
    """Return limit hits of an account as samples of 100 %."""
    return [
        LimitSample(
            account, hit.kind.value, _FULL_PERCENT, hit.resets_ms, hit.at_ms
        )
        for hit in hits
        if hit.kind is not LimitKind.MODEL and hit.resets_ms is not None
    ]


def find_blocked_until(
    hits: Iterable[LimitHit],
    current_samples: Iterable[LimitSample],
    now_ms: int,
) -> int | None:
    """
    Return until when a limit blocks, in milliseconds; None if none does.

    A limit that was lifted early shows a later reset in a newer sample.

    Args:
        hits: Limit hits of one account.
        current_samples: Its current limits, as merge_limit_samples returns.
        now_ms: Current time.
    """
    reset_by_limit = {
        sample.name: sample.resets_ms for sample in current_samples
    }
    resets_ms = [
        hit.resets_ms
        for hit in hits
        if hit.kind is not LimitKind.MODEL
        and hit.resets_ms is not None
        and hit.resets_ms > now_ms
        and reset_by_limit.get(hit.kind, 0)
        <= hit.resets_ms + SAME_RESET_TOLERANCE_MS
    ]
    return max(resets_ms, default=None)
