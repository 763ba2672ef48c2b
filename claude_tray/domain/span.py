"""
Where windows begin and end.

A window starts with the first record after the one before it has ended; how
its start follows from that record is a rule, unless Claude Code told it.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Final, NamedTuple

from claude_tray.domain.window import WINDOW_LENGTH, Rule, Source

WINDOW_MS: Final = WINDOW_LENGTH // WINDOW_LENGTH.resolution // 1000

_STEP_MS: Final = {
    Rule.EXACT: 1,
    Rule.TEN_MINUTES: 600_000,
    Rule.HOUR: 3_600_000,
}
# "auto" trusts what it learnt from this many resets, the latest.
_LATEST: Final = 20


class Span(NamedTuple):
    """A window's place in time, in milliseconds."""

    start_ms: int
    end_ms: int
    source: Source
    rule: Rule | None


class Official(NamedTuple):
    """A window that Claude Code told of."""

    start_ms: int
    end_ms: int


class Reckoning(NamedTuple):
    """
    How the windows of one account are found.

    Attributes:
        rule: What a start follows by.
        official: Windows that are known, oldest first.
        is_learnt: The rule was chosen by what agreed with official ones.
        margin_ms: How far the rule was off at most, where it was learnt.
    """

    rule: Rule = Rule.EXACT
    official: tuple[Official, ...] = ()
    is_learnt: bool = False
    margin_ms: int = 0

    @property
    def source(self) -> Source:
        return Source.LEARNT if self.is_learnt else Source.ESTIMATED


def span_begun_by(first_ms: int, last_end_ms: int, how: Reckoning) -> Span:
    """
    Return the window that a record opens.

    Args:
        first_ms: The first record that no earlier window holds.
        last_end_ms: The end of the window before; 0 without one.
        how: The rule and the known windows.
    """
    place = bisect_right(how.official, first_ms, key=lambda o: o.start_ms)
    if place and first_ms < how.official[place - 1].end_ms:
        known = how.official[place - 1]
        return Span(
            max(known.start_ms, last_end_ms),
            known.end_ms,
            Source.OFFICIAL,
            None,
        )
    start_ms = max(floored(first_ms, how.rule), last_end_ms)
    end_ms = start_ms + WINDOW_MS
    if place < len(how.official):
        # The next one is known to begin there, so this one was over.
        end_ms = min(end_ms, how.official[place].start_ms)
    return Span(start_ms, end_ms, how.source, how.rule)


def floored(first_ms: int, rule: Rule) -> int:
    """Return the start that a rule gives a window with this first record."""
    return first_ms - first_ms % _STEP_MS[rule]


def learn(pairs: list[tuple[int, int]]) -> Reckoning:
    """
    Return the rule that agreed best with official windows.

    Args:
        pairs: The official start and the first local record of windows that
            began here, oldest first. Without any the rule is exact.
    """
    latest = pairs[-_LATEST:]
    if not latest:
        return Reckoning()
    errors = {
        rule: [abs(start - floored(first, rule)) for start, first in latest]
        for rule in Rule
    }
    best = min(
        Rule, key=lambda rule: (sum(errors[rule]), list(Rule).index(rule))
    )
    return Reckoning(best, is_learnt=True, margin_ms=max(errors[best]))
