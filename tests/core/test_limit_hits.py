from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_tray.core.limit_hits import (
    MAX_BLOCK_MS,
    LimitHit,
    assess_hits,
    build_samples_from_hits,
    covers_model,
    select_latest_hits,
)
from claude_tray.core.limits import LimitKind, LimitSample, LimitSource
from claude_tray.core.time import Millis
from tests.support.builders import ms

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

HOUR = 3_600_000
FIVE_HOUR, SEVEN_DAY, MODEL, SPEND, UNKNOWN = (
    LimitKind.FIVE_HOUR,
    LimitKind.SEVEN_DAY,
    LimitKind.MODEL,
    LimitKind.SPEND,
    LimitKind.UNKNOWN,
)
OPUS, SONNET = "claude-opus-5-5", "claude-sonnet-5-5"


def make_hit(
    kind: LimitKind = FIVE_HOUR,
    clock: str = "09:00",
    resets: int | None = ms("13:00"),
    scope: str = "",
) -> LimitHit:
    return LimitHit(
        kind, ms(clock), None if resets is None else Millis(resets), scope
    )


def find_blocking(
    hits: Iterable[LimitHit],
    now: int,
    samples: Iterable[LimitSample] = (),
    models: Collection[str] = (),
) -> tuple[LimitHit, ...]:
    latest = select_latest_hits(hits, now)
    return assess_hits(latest, samples, dict.fromkeys(latest, models)).blocking


def test_a_limit_blocks_until_its_reset() -> None:
    hit = make_hit()

    assert find_blocking([hit], ms("12:59")) == (hit,)
    assert find_blocking([hit], ms("13:00")) == ()
    assert hit.known_end_ms == ms("13:00")


@pytest.mark.parametrize("resets", [None, ms("09:00", 3), ms("08:00")])
def test_a_five_hour_limit_never_blocks_longer(resets: int | None) -> None:
    hit = make_hit(resets=resets)

    assert find_blocking([hit], ms("13:59")) == (hit,)
    assert find_blocking([hit], ms("14:00")) == ()
    assert hit.known_end_ms is None


@given(
    st.sampled_from(LimitKind),
    st.none() | st.integers(-(10**15), 10**15),
    st.integers(0, 60 * 24 * HOUR),
)
def test_no_limit_blocks_longer_than_its_window(
    kind: LimitKind, resets: int | None, elapsed: int
) -> None:
    hit = make_hit(kind, resets=resets)

    blocking = find_blocking([hit], hit.at_ms + elapsed)

    assert not blocking or elapsed < MAX_BLOCK_MS[kind]
    if resets is not None and hit.at_ms < resets <= hit.at_ms + elapsed:
        assert not blocking


@pytest.mark.parametrize("kind", [FIVE_HOUR, SEVEN_DAY, SPEND, UNKNOWN])
def test_a_later_response_ends_a_limit_of_all_models(kind: LimitKind) -> None:
    hit = make_hit(kind)
    latest = select_latest_hits([hit], ms("10:00"))

    effects = assess_hits(latest, [], {hit: [SONNET]})

    assert effects.blocking == ()
    assert effects.lifted == (hit,)


def test_only_its_own_model_ends_a_limit_of_one_model() -> None:
    hit = make_hit(MODEL, scope="Opus")

    assert find_blocking([hit], ms("10:00"), models=[SONNET]) == (hit,)
    assert find_blocking([hit], ms("10:00"), models=[SONNET, OPUS]) == ()


@pytest.mark.parametrize(
    ("scope", "model"),
    [("Opus", OPUS), ("Fable 5", "claude-fable-5-2"), ("", OPUS)],
)
def test_a_scope_covers_the_models_of_its_family(
    scope: str, model: str
) -> None:
    assert covers_model(scope, model)


@pytest.mark.parametrize("scope", ["Sonnet", "Cowork"])
def test_a_scope_covers_no_other_models(scope: str) -> None:
    assert not covers_model(scope, OPUS)


def test_the_latest_message_about_a_limit_counts() -> None:
    first, second = make_hit(), make_hit(clock="10:00", resets=ms("14:30"))

    assert find_blocking([second, first], ms("11:00")) == (second,)


def test_a_message_without_a_reset_keeps_the_reset_of_the_one_before() -> None:
    first, second = make_hit(), make_hit(clock="10:00", resets=None)

    (blocking,) = find_blocking([first, second], ms("11:00"))

    assert blocking.known_end_ms == ms("13:00")


def test_limits_of_all_models_come_first() -> None:
    opus = make_hit(MODEL, resets=ms("09:00", 5), scope="Opus")
    week = make_hit(SEVEN_DAY, resets=ms("09:00", 3))
    five = make_hit()

    assert find_blocking([opus, five, week], ms("10:00")) == (week, five, opus)


def make_report(
    percent: float | None,
    resets: int | None,
    observed: int,
    source: LimitSource = LimitSource.STATUSLINE,
) -> LimitSample:
    return LimitSample("ana", "five_hour", percent, resets, observed, source)


@pytest.mark.parametrize(
    "sample",
    [
        make_report(3, ms("13:00"), ms("09:30")),
        make_report(100, ms("15:00"), ms("09:30"), LimitSource.CACHE),
    ],
)
def test_a_newer_report_lifts_a_limit(sample: LimitSample) -> None:
    assert find_blocking([make_hit()], ms("10:00"), [sample]) == ()


@pytest.mark.parametrize(
    "sample",
    [
        make_report(100, ms("13:00"), ms("09:30")),
        make_report(3, ms("13:00"), ms("08:59")),
        make_report(100, ms("13:00"), ms("09:00"), LimitSource.MESSAGE),
        make_report(None, None, ms("09:30"), LimitSource.CACHE),
    ],
)
def test_other_reports_lift_no_limit(sample: LimitSample) -> None:
    assert find_blocking([make_hit()], ms("10:00"), [sample]) == (make_hit(),)


def test_messages_are_samples_of_100_percent_if_they_name_a_reset() -> None:
    hits = [
        make_hit(),
        make_hit(SEVEN_DAY, resets=None),
        make_hit(resets=ms("09:00", 3)),
        make_hit(MODEL, resets=ms("09:00", 3), scope="Opus"),
        make_hit(MODEL, resets=ms("09:00", 3)),
        make_hit(UNKNOWN),
        make_hit(SPEND, scope="Extra usage"),
    ]

    samples = build_samples_from_hits(hits, "ana")

    assert [(s.name, s.percent, s.source) for s in samples] == [
        ("five_hour", 100, LimitSource.MESSAGE),
        ("Opus", 100, LimitSource.MESSAGE),
    ]
