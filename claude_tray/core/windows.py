"""
Compute where 5-hour windows start and end.

A window starts with the first record after the previous window. A rule
derives the start from that record, unless Claude Code reported it.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.cost import ZERO_TOTALS, Totals
from claude_tray.core.limits import SAME_RESET_TOLERANCE_MS, round_reset_jitter
from claude_tray.core.time import to_epoch_ms

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


WINDOW_LENGTH: Final = timedelta(hours=5)


class WindowRule(StrEnum):
    """Rule that derives the start of a window from its first record."""

    EXACT = "exact"
    TEN_MINUTES = "ten-minutes"
    HOUR = "hour"


class ValueSource(StrEnum):
    """Source of a value; an unknown value is None and shown as a dash."""

    OFFICIAL = "official"
    INFERRED = "learnt"
    ESTIMATED = "estimated"


class InferredRule(NamedTuple):
    """
    Rule inferred from reported resets.

    Attributes:
        rule: Rule with the fewest mismatches.
        sample_count: Number of resets that it explains, of the latest ones.
        max_error: Largest deviation from these.
    """

    rule: WindowRule
    sample_count: int
    max_error: timedelta


class Window(NamedTuple):
    """
    Five hours in which usage counts against one limit; days for others.

    Attributes:
        start: Start, in UTC.
        end: Reset of the limit, in UTC; five hours after the start unless the
            limit was reset early.
        source: Source of the start.
        rule: Rule that gave the start; None for an official one.
        totals: Totals of its records.
    """

    start: datetime
    end: datetime
    source: ValueSource
    rule: WindowRule | None
    totals: Totals = ZERO_TOTALS

    def is_open(self, now: datetime) -> bool:
        return self.start <= now < self.end


WINDOW_MS: Final = WINDOW_LENGTH // WINDOW_LENGTH.resolution // 1000

RULE_STEP_MS: Final = {
    WindowRule.EXACT: 1,
    WindowRule.TEN_MINUTES: 600_000,
    WindowRule.HOUR: 3_600_000,
}
# "auto" infers the rule from the latest resets, as many as this.
MAX_INFERENCE_SAMPLES: Final = 20
# From so many resets on, an inferred rule explains a start by itself.
_MIN_TRUSTED_SAMPLES: Final = 4


class WindowBounds(NamedTuple):
    """Start and end of a window, in milliseconds since 1970."""

    start_ms: int
    end_ms: int
    source: ValueSource
    rule: WindowRule | None


class OfficialWindow(NamedTuple):
    """Window reported by Claude Code, in milliseconds since 1970."""

    start_ms: int
    end_ms: int


class WindowRules(NamedTuple):
    """
    Rule and official windows of one account.

    Attributes:
        rule: Rule that derives a start.
        official_windows: Reported windows, oldest first, without overlaps.
        inferred_rule: Evidence for the rule; None if it was not inferred.
    """

    rule: WindowRule = WindowRule.EXACT
    official_windows: tuple[OfficialWindow, ...] = ()
    inferred_rule: InferredRule | None = None

    @property
    def source(self) -> ValueSource:
        return (
            ValueSource.INFERRED
            if self.inferred_rule
            else ValueSource.ESTIMATED
        )

    def find_official_window(self, now_ms: int) -> OfficialWindow | None:
        """Return the official window that contains a time."""
        index = bisect_right(
            self.official_windows, now_ms, key=lambda window: window.start_ms
        )
        candidate = self.official_windows[index - 1] if index else None
        return candidate if candidate and now_ms < candidate.end_ms else None


def build_official_windows(
    resets_ms: Iterable[int], length_ms: int = WINDOW_MS
) -> tuple[OfficialWindow, ...]:
    """
    Return the windows that end at reported resets, oldest first.

    If a window starts before the previous one was due to end, the previous
    one was reset early and ends there.

    Args:
        resets_ms: Reported resets of one limit.
        length_ms: Length of its windows.
    """
    windows: list[OfficialWindow] = []
    for reset_ms in sorted(map(round_reset_jitter, resets_ms)):
        window = OfficialWindow(reset_ms - length_ms, reset_ms)
        if (
            windows
            and reset_ms - windows[-1].end_ms <= SAME_RESET_TOLERANCE_MS
        ):
            continue
        if windows and window.start_ms < windows[-1].end_ms:
            windows[-1] = windows[-1]._replace(end_ms=window.start_ms)
        windows.append(window)
    return tuple(windows)


def compute_window_bounds(
    first_ms: int, last_end_ms: int, rules: WindowRules
) -> WindowBounds:
    """
    Return the window that a record starts.

    Args:
        first_ms: Time of the first record after the previous window.
        last_end_ms: End of the previous window; 0 without one.
        rules: Rule and official windows.
    """
    index = bisect_right(
        rules.official_windows, first_ms, key=lambda window: window.start_ms
    )
    if index and first_ms < rules.official_windows[index - 1].end_ms:
        official = rules.official_windows[index - 1]
        return WindowBounds(
            max(official.start_ms, last_end_ms),
            official.end_ms,
            ValueSource.OFFICIAL,
            None,
        )
    start_ms = max(compute_rule_start(first_ms, rules.rule), last_end_ms)
    end_ms = start_ms + WINDOW_MS
    if index < len(rules.official_windows):
        # The next official window starts there, so this one ended early.
        end_ms = min(end_ms, rules.official_windows[index].start_ms)
    return WindowBounds(start_ms, end_ms, rules.source, rules.rule)


def compute_rule_start(first_ms: int, rule: WindowRule) -> int:
    """Return the start of a window with this first record."""
    return first_ms - first_ms % RULE_STEP_MS[rule]


def infer_rule(pairs: Iterable[tuple[int, int]]) -> WindowRules:
    """
    Return the rule that matches the official windows best.

    Args:
        pairs: Official start and first local record of windows, oldest
            first. Pairs that no rule explains are ignored, and of the others
            those that the result does not explain: another device started
            those windows. Without any pair the rule is EXACT.
    """
    local_pairs = [pair for pair in pairs if _is_explained_by_any_rule(*pair)][
        -MAX_INFERENCE_SAMPLES:
    ]
    if not local_pairs:
        return WindowRules()
    errors = {
        rule: [
            abs(start - compute_rule_start(first, rule))
            for start, first in local_pairs
        ]
        for rule in WindowRule
    }
    best = min(WindowRule, key=lambda rule: _compute_mismatch(errors[rule]))
    # The others were started elsewhere.
    matches = [
        error for error in errors[best] if error <= SAME_RESET_TOLERANCE_MS
    ]
    max_error = timedelta(milliseconds=max(matches))
    return WindowRules(best, (), InferredRule(best, len(matches), max_error))


def is_started_remotely(
    window: Window,
    first_ms: int | None,
    chosen_rule: WindowRule | None,
    rules: WindowRules,
) -> bool:
    """
    Return whether another device started a window with an official start.

    It did if the official start is earlier than any local record, unless a
    rule explains that: Claude has rounded starts down to ten minutes since
    spring 2026, and a learned rule may differ from that.

    Args:
        window: The open window; its start is official.
        first_ms: Its first local record, None without any.
        chosen_rule: Rule set by the user, None for "auto".
        rules: Rules of the account.
    """
    if first_ms is None:
        return True
    candidates = {
        WindowRule.EXACT,
        WindowRule.TEN_MINUTES,
        chosen_rule or WindowRule.EXACT,
    }
    inferred = rules.inferred_rule
    if inferred and inferred.sample_count >= _MIN_TRUSTED_SAMPLES:
        candidates.add(inferred.rule)
    start_ms = to_epoch_ms(window.start)
    return not any(
        is_explained_by(rule, start_ms, first_ms) for rule in candidates
    )


def is_explained_by(rule: WindowRule, start_ms: int, first_ms: int) -> bool:
    """Return whether a window with this first record may start there."""
    return (
        abs(start_ms - compute_rule_start(first_ms, rule))
        <= SAME_RESET_TOLERANCE_MS
    )


def _is_explained_by_any_rule(start_ms: int, first_ms: int) -> bool:
    return any(
        is_explained_by(rule, start_ms, first_ms) for rule in WindowRule
    )


def _compute_mismatch(errors: list[int]) -> tuple[int, int]:
    """Return the number of mismatches and the median error."""
    mismatches = sum(error > SAME_RESET_TOLERANCE_MS for error in errors)
    return mismatches, sorted(errors)[len(errors) // 2]


_FIRST_PARTY_ID: Final = "msg_"
_HOSTED_IDS: Final = ("msg_bdrk_", "msg_vrtx_")
_FIRST_PARTY_MODEL: Final = "claude-"
_HOSTED_MODEL_MARK: Final = "@"


def counts_for_windows(message_id: str, model: str) -> bool:
    """
    Return whether a response counts against the limits of a subscription.

    Those of other providers and of gateways do not: their IDs and names of
    models differ. Amazon Bedrock writes "msg_bdrk_" and
    "us.anthropic.claude-", Google Vertex "msg_vrtx_" and "claude-x@date".

    Args:
        message_id: ID of the response; empty if unknown.
        model: Model ID.
    """
    return (
        (not message_id or message_id.startswith(_FIRST_PARTY_ID))
        and not message_id.startswith(_HOSTED_IDS)
        and model.startswith(_FIRST_PARTY_MODEL)
        and _HOSTED_MODEL_MARK not in model
    )
