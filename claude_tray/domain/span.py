"""
Where windows begin and end.

A window starts with the first record after the one before it has ended; how
its start follows from that record is a rule, unless Claude Code told it.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.domain.limit import SAME_MS, steadied
from claude_tray.domain.window import WINDOW_LENGTH, Learnt, Rule, Source

if TYPE_CHECKING:
    from collections.abc import Iterable

WINDOW_MS: Final = WINDOW_LENGTH // WINDOW_LENGTH.resolution // 1000

STEP_MS: Final = {
    Rule.EXACT: 1,
    Rule.TEN_MINUTES: 600_000,
    Rule.HOUR: 3_600_000,
}
# "auto" trusts what it learnt from this many resets, the latest.
LATEST: Final = 20


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
        official: Windows that are known, oldest first, none over another.
        learnt: What the rule was chosen by; None where it was not learnt.
    """

    rule: Rule = Rule.EXACT
    official: tuple[Official, ...] = ()
    learnt: Learnt | None = None

    @property
    def source(self) -> Source:
        return Source.LEARNT if self.learnt else Source.ESTIMATED

    def official_at(self, now_ms: int) -> Official | None:
        """Return the known window that holds a moment."""
        place = bisect_right(self.official, now_ms, key=lambda o: o.start_ms)
        known = self.official[place - 1] if place else None
        return known if known and now_ms < known.end_ms else None


def officials(ends: Iterable[int]) -> tuple[Official, ...]:
    """
    Return the windows that end at resets that were told, oldest first.

    A window that begins before the one before it should have ended cut that
    one short: there are early resets.
    """
    windows: list[Official] = []
    for end in sorted(map(steadied, ends)):
        window = Official(end - WINDOW_MS, end)
        if windows and end - windows[-1].end_ms <= SAME_MS:
            continue
        if windows and window.start_ms < windows[-1].end_ms:
            windows[-1] = windows[-1]._replace(end_ms=window.start_ms)
        windows.append(window)
    return tuple(windows)


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
    return first_ms - first_ms % STEP_MS[rule]


def learn(pairs: Iterable[tuple[int, int]]) -> Reckoning:
    """
    Return the rule that agreed best with official windows.

    Args:
        pairs: The official start and the first local record of windows,
            oldest first. One that no rule explains was begun elsewhere and
            tells nothing. Without any the rule is exact.
    """
    begun_here = [pair for pair in pairs if _is_explained(*pair)][-LATEST:]
    if not begun_here:
        return Reckoning()
    errors = {
        rule: [
            abs(start - floored(first, rule)) for start, first in begun_here
        ]
        for rule in Rule
    }
    best = min(Rule, key=lambda rule: _badness(errors[rule]))
    margin = timedelta(milliseconds=max(errors[best]))
    return Reckoning(best, (), Learnt(best, len(begun_here), margin))


def explains(rule: Rule, start_ms: int, first_ms: int) -> bool:
    """Tell whether a window with this first record may start there."""
    return abs(start_ms - floored(first_ms, rule)) <= SAME_MS


def _is_explained(start_ms: int, first_ms: int) -> bool:
    return any(explains(rule, start_ms, first_ms) for rule in Rule)


def _badness(errors: list[int]) -> tuple[int, int]:
    """Return how often a rule was wrong, then by how much in the middle."""
    wrong = sum(error > SAME_MS for error in errors)
    return wrong, sorted(errors)[len(errors) // 2]
