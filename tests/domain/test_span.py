from __future__ import annotations

import pytest

from claude_tray.domain.span import (
    WINDOW_MS,
    Official,
    Reckoning,
    learn,
    span_begun_by,
)
from claude_tray.domain.window import Rule, Source
from tests.support.builders import ms

FIVE_HOURS = 5 * 3_600_000


def test_a_window_is_five_hours_long() -> None:
    assert WINDOW_MS == FIVE_HOURS


@pytest.mark.parametrize(
    ("rule", "start"),
    [
        (Rule.EXACT, "09:47:31"),
        (Rule.TEN_MINUTES, "09:40"),
        (Rule.HOUR, "09:00"),
    ],
)
def test_the_rule_gives_the_start(rule: Rule, start: str) -> None:
    span = span_begun_by(ms("09:47:31"), 0, Reckoning(rule))

    assert span.start_ms == ms(start)
    assert span.end_ms == ms(start) + FIVE_HOURS
    assert (span.source, span.rule) == (Source.ESTIMATED, rule)


def test_a_window_never_begins_before_the_last_has_ended() -> None:
    span = span_begun_by(ms("09:47"), ms("09:30"), Reckoning(Rule.HOUR))

    assert span.start_ms == ms("09:30")


def test_a_window_that_was_told_wins() -> None:
    told = Official(ms("09:10"), ms("14:10"))

    span = span_begun_by(ms("11:00"), 0, Reckoning(Rule.EXACT, (told,)))

    assert span == (ms("09:10"), ms("14:10"), Source.OFFICIAL, None)


def test_a_window_ends_where_one_that_was_told_begins() -> None:
    told = Official(ms("11:00"), ms("16:00"))

    span = span_begun_by(ms("09:00"), 0, Reckoning(Rule.EXACT, (told,)))

    assert (span.start_ms, span.end_ms) == (ms("09:00"), ms("11:00"))


def test_after_a_window_that_was_told_the_rule_holds_again() -> None:
    told = Official(ms("04:00"), ms("09:00"))

    span = span_begun_by(ms("09:00"), ms("09:00"), Reckoning(official=(told,)))

    assert span.start_ms == ms("09:00")
    assert span.rule is Rule.EXACT


def test_the_rule_that_agreed_best_is_learnt_with_its_margin() -> None:
    pairs: list[tuple[int, int]] = [
        (ms("09:00"), ms("09:07")),
        (ms("15:10"), ms("15:13")),
    ]

    how = learn(pairs)

    assert how.rule is Rule.TEN_MINUTES
    assert how.source is Source.LEARNT
    assert how.margin_ms == 0


def test_with_nothing_to_learn_from_a_window_starts_exactly() -> None:
    assert learn([]) == Reckoning(Rule.EXACT)
