from __future__ import annotations

from datetime import timedelta

import pytest

from claude_tray.core.windows import (
    WINDOW_MS,
    OfficialWindow,
    ValueSource,
    Window,
    WindowRule,
    WindowRules,
    build_official_windows,
    compute_window_bounds,
    counts_for_windows,
    infer_rule,
)
from tests.support.builders import at, ms

FIVE_HOURS = 5 * 3_600_000


def test_a_window_is_five_hours_long() -> None:
    assert WINDOW_MS == FIVE_HOURS


@pytest.mark.parametrize(
    ("rule", "start"),
    [
        (WindowRule.EXACT, "09:47:31"),
        (WindowRule.TEN_MINUTES, "09:40"),
        (WindowRule.HOUR, "09:00"),
    ],
)
def test_rule_derives_the_start(rule: WindowRule, start: str) -> None:
    bounds = compute_window_bounds(ms("09:47:31"), 0, WindowRules(rule))

    assert bounds.start_ms == ms(start)
    assert bounds.end_ms == ms(start) + FIVE_HOURS
    assert (bounds.source, bounds.rule) == (ValueSource.ESTIMATED, rule)


def test_window_never_starts_before_the_previous_end() -> None:
    bounds = compute_window_bounds(
        ms("09:47"), ms("09:30"), WindowRules(WindowRule.HOUR)
    )

    assert bounds.start_ms == ms("09:30")


def test_official_window_overrides_the_rule() -> None:
    official = OfficialWindow(ms("09:10"), ms("14:10"))

    bounds = compute_window_bounds(
        ms("11:00"), 0, WindowRules(WindowRule.EXACT, (official,))
    )

    assert bounds == (ms("09:10"), ms("14:10"), ValueSource.OFFICIAL, None)


def test_window_ends_at_the_next_official_start() -> None:
    official = OfficialWindow(ms("11:00"), ms("16:00"))

    bounds = compute_window_bounds(
        ms("09:00"), 0, WindowRules(WindowRule.EXACT, (official,))
    )

    assert (bounds.start_ms, bounds.end_ms) == (ms("09:00"), ms("11:00"))


def test_rule_applies_after_an_official_window() -> None:
    official = OfficialWindow(ms("04:00"), ms("09:00"))

    bounds = compute_window_bounds(
        ms("09:00"), ms("09:00"), WindowRules(official_windows=(official,))
    )

    assert bounds.start_ms == ms("09:00")
    assert bounds.rule is WindowRule.EXACT


def test_best_rule_is_inferred_with_its_error() -> None:
    pairs: list[tuple[int, int]] = [
        (ms("09:00"), ms("09:07")),
        (ms("15:10"), ms("15:13")),
    ]

    rules = infer_rule(pairs)

    assert rules.rule is WindowRule.TEN_MINUTES
    assert rules.source is ValueSource.INFERRED
    assert rules.inferred_rule == (WindowRule.TEN_MINUTES, 2, timedelta())


def test_rule_is_exact_without_samples() -> None:
    assert infer_rule([]) == WindowRules(WindowRule.EXACT)


def test_window_started_remotely_is_ignored_for_inference() -> None:
    pairs: list[tuple[int, int]] = [
        (ms("09:00"), ms("09:07")),
        (ms("15:10"), ms("15:33")),
    ]

    assert infer_rule(pairs).inferred_rule == (
        WindowRule.TEN_MINUTES,
        1,
        timedelta(),
    )
    assert infer_rule(pairs[1:]) == WindowRules(WindowRule.EXACT)


def test_a_window_that_the_rule_does_not_explain_teaches_nothing() -> None:
    pairs: list[tuple[int, int]] = [
        (ms("09:50"), ms("09:59")),
        (ms("15:10"), ms("15:13")),
        # Started elsewhere at 21:00; only rounding to the hour explains it.
        (ms("21:00"), ms("21:40")),
    ]

    assert infer_rule(pairs).inferred_rule == (
        WindowRule.TEN_MINUTES,
        2,
        timedelta(0),
    )


def test_only_latest_resets_are_used_for_inference() -> None:
    old = [(ms("09:00"), ms("09:47"))] * 30
    new = [(ms("15:10"), ms("15:13"))] * 20

    assert infer_rule(old + new).rule is WindowRule.TEN_MINUTES


def test_resets_within_jitter_are_one_window() -> None:
    ends = [ms("14:00"), ms("20:10:02"), ms("20:09:58"), ms("14:01:59")]

    assert build_official_windows(ends) == (
        OfficialWindow(ms("09:00"), ms("14:00")),
        OfficialWindow(ms("15:10"), ms("20:10")),
    )


def test_early_reset_shortens_the_previous_window() -> None:
    ends = [ms("14:00"), ms("16:30")]

    assert build_official_windows(ends) == (
        OfficialWindow(ms("09:00"), ms("11:30")),
        OfficialWindow(ms("11:30"), ms("16:30")),
    )


def test_official_window_is_found_by_time() -> None:
    rules = WindowRules(
        official_windows=build_official_windows([ms("14:00"), ms("16:30")])
    )

    assert rules.find_official_window(ms("08:59")) is None
    assert rules.find_official_window(ms("11:29")) == rules.official_windows[0]
    assert rules.find_official_window(ms("11:30")) == rules.official_windows[1]
    assert rules.find_official_window(ms("16:30")) is None


@pytest.mark.parametrize(
    ("clock", "is_open"),
    [("08:59", False), ("09:00", True), ("13:59", True), ("14:00", False)],
)
def test_a_window_is_open_until_its_end(clock: str, *, is_open: bool) -> None:
    window = Window(at("09:00"), at("14:00"), ValueSource.ESTIMATED, None)

    assert window.is_open(at(clock)) is is_open


@pytest.mark.parametrize(
    ("message_id", "model"),
    [
        ("msg_01A", "claude-opus-5-5"),
        ("", "claude-opus-4-1-20250805"),
        ("msg_01A", "claude-opus-5[1m]"),
    ],
)
def test_first_party_responses_count_for_windows(
    message_id: str, model: str
) -> None:
    assert counts_for_windows(message_id, model)


@pytest.mark.parametrize(
    ("message_id", "model"),
    [
        ("chatcmpl-1", "glm-4.6"),
        ("msg_01A", "glm-4.6"),
        ("chatcmpl-1", "claude-opus-5-5"),
        ("msg_bdrk_01A", "claude-opus-5-5"),
        ("msg_vrtx_01A", "claude-opus-5-5"),
        ("msg_01A", "us.anthropic.claude-opus-5-5-v1:0"),
        ("msg_01A", "anthropic/claude-opus-5.5"),
        ("msg_01A", "claude-opus-4-1@20250805"),
    ],
)
def test_responses_of_others_do_not_count_for_windows(
    message_id: str, model: str
) -> None:
    assert not counts_for_windows(message_id, model)
