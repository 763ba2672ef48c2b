from __future__ import annotations

from datetime import timedelta

import pytest

from claude_tray.domain.span import (
    WINDOW_MS,
    Official,
    Reckoning,
    learn,
    officials,
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
    assert how.learnt == (Rule.TEN_MINUTES, 2, timedelta())


def test_with_nothing_to_learn_from_a_window_starts_exactly() -> None:
    assert learn([]) == Reckoning(Rule.EXACT)


def test_a_window_that_was_begun_elsewhere_teaches_nothing() -> None:
    pairs: list[tuple[int, int]] = [
        (ms("09:00"), ms("09:07")),
        (ms("15:10"), ms("15:33")),
    ]

    assert learn(pairs).learnt == (Rule.TEN_MINUTES, 1, timedelta())
    assert learn(pairs[1:]) == Reckoning(Rule.EXACT)


def test_one_odd_reset_does_not_outweigh_the_others() -> None:
    pairs: list[tuple[int, int]] = [
        (ms("09:50"), ms("09:59")),
        (ms("15:10"), ms("15:13")),
        (ms("21:00"), ms("21:19")),
    ]

    margin = timedelta(minutes=10)
    assert learn(pairs).learnt == (Rule.TEN_MINUTES, 3, margin)


def test_only_the_latest_resets_teach() -> None:
    old = [(ms("09:00"), ms("09:47"))] * 30
    new = [(ms("15:10"), ms("15:13"))] * 20

    assert learn(old + new).rule is Rule.TEN_MINUTES


def test_resets_that_were_told_are_windows_that_jitter_but_once() -> None:
    ends = [ms("14:00"), ms("20:10:02"), ms("20:09:58"), ms("14:01:59")]

    assert officials(ends) == (
        Official(ms("09:00"), ms("14:00")),
        Official(ms("15:10"), ms("20:10")),
    )


def test_a_window_after_an_early_reset_cuts_the_one_before_short() -> None:
    ends = [ms("14:00"), ms("16:30")]

    assert officials(ends) == (
        Official(ms("09:00"), ms("11:30")),
        Official(ms("11:30"), ms("16:30")),
    )


def test_the_window_that_holds_a_moment_is_found() -> None:
    how = Reckoning(official=officials([ms("14:00"), ms("16:30")]))

    assert how.official_at(ms("08:59")) is None
    assert how.official_at(ms("11:29")) == how.official[0]
    assert how.official_at(ms("11:30")) == how.official[1]
    assert how.official_at(ms("16:30")) is None
