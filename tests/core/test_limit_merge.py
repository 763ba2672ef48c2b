from __future__ import annotations

from itertools import permutations
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_tray.core.limit_merge import (
    compute_clock_lead,
    compute_known_at,
    filter_plausible,
    find_newest_reports,
    is_reported_absent,
    merge_limit_samples,
)
from claude_tray.core.limits import (
    FIVE_HOUR,
    SEVEN_DAY,
    LimitSample,
    LimitSource,
)

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
NOW = 1_800_000_000_000
RESET = NOW + 2 * HOUR


class Seen(NamedTuple):
    """Part of a sample that is shown."""

    percent: float | None
    resets_ms: int | None = RESET
    as_of_ms: int = NOW
    name: str = FIVE_HOUR
    account: str = "ana"


def make_sample(
    percent: float | None,
    resets_ms: int | None = RESET,
    observed_at_ms: int = NOW,
    *,
    name: str = FIVE_HOUR,
    account: str = "ana",
    session: str = "",
    active_at_ms: int | None = None,
    source: LimitSource = LimitSource.STATUSLINE,
) -> LimitSample:
    return LimitSample(
        account,
        name,
        percent,
        resets_ms,
        observed_at_ms,
        source,
        session,
        active_at_ms,
    )


def make_cached(percent: float | None, at_ms: int) -> LimitSample:
    resets_ms = None if percent is None else RESET
    return make_sample(percent, resets_ms, at_ms, source=LimitSource.CACHE)


def make_absent(at_ms: int = NOW, **fields: Any) -> LimitSample:
    return make_sample(None, None, at_ms)._replace(**fields)


def list_seen(samples: list[LimitSample]) -> list[Seen]:
    return [
        Seen(s.percent, s.resets_ms, s.observed_at_ms, s.name, s.account)
        for s in samples
    ]


IDLE = NOW - 2 * HOUR
CASES: dict[str, tuple[list[LimitSample], list[Seen]]] = {
    "nothing was reported": ([], []),
    "one value": ([make_sample(38)], [Seen(38)]),
    "jitter of two seconds is rounded away": (
        [make_sample(12, RESET - 2000)],
        [Seen(12)],
    ),
    "jitter of two minutes is the same value": (
        [
            make_sample(12, RESET - 2 * MINUTE, NOW - MINUTE),
            make_sample(12, RESET),
        ],
        [Seen(12, RESET, NOW - MINUTE)],
    ),
    "a session corrects itself downwards, with the same reset": (
        [make_sample(60, observed_at_ms=NOW - 1000), make_sample(2)],
        [Seen(2)],
    ),
    "an idle session repeats an older value": (
        [
            make_sample(38, observed_at_ms=NOW - HOUR, session="busy"),
            make_sample(90, session="idle", active_at_ms=IDLE),
        ],
        [Seen(38, as_of_ms=NOW - HOUR)],
    ),
    "a session that has answered since is believed": (
        [
            make_sample(38, observed_at_ms=NOW - HOUR, session="one"),
            make_sample(20, session="two", active_at_ms=NOW - MINUTE),
        ],
        [Seen(20, as_of_ms=NOW - MINUTE)],
    ),
    "an idle session that reports another value has learned it": (
        [
            make_sample(5, observed_at_ms=IDLE, session="idle"),
            make_sample(38, observed_at_ms=NOW - HOUR, session="busy"),
            make_sample(2, session="idle", active_at_ms=IDLE),
        ],
        [Seen(2)],
    ),
    "a session without a transcript repeats its value": (
        [
            make_sample(90, observed_at_ms=IDLE, session="one"),
            make_sample(3, observed_at_ms=NOW - HOUR, session="two"),
            make_sample(90, session="one"),
        ],
        [Seen(3, as_of_ms=NOW - HOUR)],
    ),
    "a resumed session knows a window that began after its last response": (
        [
            make_sample(38, observed_at_ms=NOW - HOUR, session="one"),
            make_sample(4, session="two", active_at_ms=NOW - DAY),
        ],
        [Seen(4)],
    ),
    "a newer cache overrides the statusline, downwards": (
        [
            make_sample(60, observed_at_ms=NOW - HOUR, session="one"),
            make_cached(2, NOW),
        ],
        [Seen(2)],
    ),
    "an older cache does not": (
        [make_sample(2, session="one"), make_cached(60, NOW - HOUR)],
        [Seen(2)],
    ),
    "a session that was idle when the cache was fetched does not either": (
        [
            make_cached(2, NOW - HOUR),
            make_sample(60, session="one", active_at_ms=IDLE),
        ],
        [Seen(2, as_of_ms=NOW - HOUR)],
    ),
    "a limit message is newer than the percentage before it": (
        [
            make_sample(97, observed_at_ms=NOW - HOUR, session="one"),
            make_sample(100, source=LimitSource.MESSAGE),
        ],
        [Seen(100)],
    ),
    "a reset moves earlier": (
        [
            make_sample(40, NOW + 4 * HOUR, NOW - HOUR),
            make_sample(45, NOW + HOUR),
        ],
        [Seen(45, NOW + HOUR)],
    ),
    "a reset moves later": (
        [
            make_sample(80, observed_at_ms=NOW - HOUR),
            make_sample(3, NOW + 5 * HOUR),
        ],
        [Seen(3, NOW + 5 * HOUR)],
    ),
    "after an early reset an idle session repeats the old window": (
        [
            make_sample(80, observed_at_ms=IDLE, session="idle"),
            make_sample(3, NOW + 4 * HOUR, NOW - HOUR, session="busy"),
            make_sample(80, session="idle", active_at_ms=IDLE),
        ],
        [Seen(3, NOW + 4 * HOUR, NOW - HOUR)],
    ),
    "an expired value hides an older one that would still apply": (
        [
            make_sample(80, observed_at_ms=NOW - HOUR),
            make_sample(96, NOW, NOW - MINUTE),
        ],
        [],
    ),
    "a percentage without a reset keeps the reset that is known": (
        [
            make_sample(80, observed_at_ms=NOW - HOUR),
            make_sample(82, None, source=LimitSource.DESKTOP),
        ],
        [Seen(82)],
    ),
    "a percentage without any reset": (
        [make_sample(82, None, source=LimitSource.DESKTOP)],
        [Seen(82, None)],
    ),
    "nothing used has no reset": (
        [
            make_sample(80, observed_at_ms=NOW - HOUR),
            make_sample(0, None, source=LimitSource.DESKTOP),
        ],
        [Seen(0, None)],
    ),
    "more than everything": ([make_sample(104)], [Seen(104)]),
    "two accounts are never mixed": (
        [make_sample(10), make_sample(90, account="ben")],
        [Seen(10), Seen(90, account="ben")],
    ),
    "limits are in order": (
        [
            make_sample(1, name="Opus"),
            make_sample(2, name=SEVEN_DAY),
            make_sample(3),
        ],
        [Seen(3), Seen(2, name=SEVEN_DAY), Seen(1, name="Opus")],
    ),
    "clocks may differ by a few minutes": (
        [make_sample(1, NOW + 5 * HOUR + 5 * MINUTE)],
        [Seen(1, NOW + 5 * HOUR + 5 * MINUTE)],
    ),
    "a reset that is too far ahead is another clock's": (
        [make_sample(1, NOW + 6 * HOUR, session="x"), make_sample(20)],
        [Seen(20)],
    ),
    "a report from the future is ignored": (
        [make_sample(1, observed_at_ms=NOW + 6 * MINUTE), make_sample(20)],
        [Seen(20)],
    ),
    "a week may reset in a week": (
        [make_sample(1, NOW + 7 * DAY, name=SEVEN_DAY)],
        [Seen(1, NOW + 7 * DAY, name=SEVEN_DAY)],
    ),
    "less than nothing": ([make_sample(-1)], []),
    "no number": ([make_sample(float("nan"))], []),
    "an absent limit is not listed": ([make_absent()], []),
}


@pytest.mark.parametrize("case", CASES)
def test_the_newest_informed_report_wins_in_any_order(case: str) -> None:
    samples, expected = CASES[case]

    for order in permutations(samples):
        assert list_seen(merge_limit_samples(order, NOW)) == expected


@pytest.mark.parametrize("case", CASES)
def test_merged_samples_may_be_merged_again(case: str) -> None:
    samples, expected = CASES[case]

    merged = merge_limit_samples(merge_limit_samples(samples, NOW), NOW)

    assert list_seen(merged) == expected


class Event(NamedTuple):
    """A source learns the truth, or a session repeats what it knows."""

    reporter: str
    is_repetition: bool
    percent: int
    window: int


REPORTERS = ("cache", "message", "desktop", "s1", "s2", "s3")
SOURCES = {
    "cache": LimitSource.CACHE,
    "message": LimitSource.MESSAGE,
    "desktop": LimitSource.DESKTOP,
}
events = st.lists(
    st.builds(
        Event,
        st.sampled_from(REPORTERS),
        st.booleans(),
        st.integers(0, 100),
        st.integers(0, 3),
    ),
    max_size=12,
)


@given(events)
def test_over_any_interleaving_the_newest_informed_report_is_shown(
    history: list[Event],
) -> None:
    """Simulate sources that learn the server's value at different times."""
    samples: list[LimitSample] = []
    known: dict[str, tuple[float, int, int]] = {}
    newest: tuple[float, int] | None = None
    for number, event in enumerate(history):
        at_ms = NOW + number * 5 * MINUTE
        source = SOURCES.get(event.reporter, LimitSource.STATUSLINE)
        session = event.reporter if source not in SOURCES.values() else ""
        if not event.is_repetition:
            resets_ms = NOW + 2 * HOUR + event.window * 20 * MINUTE
            known[event.reporter] = float(event.percent), resets_ms, at_ms
            newest = float(event.percent), resets_ms
        elif event.reporter not in known or not session:
            continue
        percent, resets_ms, active_ms = known[event.reporter]
        samples.append(
            make_sample(
                percent,
                resets_ms,
                at_ms,
                session=session,
                active_at_ms=active_ms if session else None,
                source=source,
            )
        )

    now = NOW + 12 * 5 * MINUTE
    merged = merge_limit_samples(samples, now)

    assert [(s.percent, s.resets_ms) for s in merged] == (
        [newest] if newest else []
    )


@given(events)
def test_folding_reports_one_by_one_changes_nothing(
    history: list[Event],
) -> None:
    """Compare all samples with what a store keeps of them."""
    samples = [
        make_sample(
            event.percent,
            NOW + 2 * HOUR + event.window * 20 * MINUTE,
            NOW + number * MINUTE,
            session=event.reporter,
            active_at_ms=NOW if event.is_repetition else None,
        )
        for number, event in enumerate(history)
    ]
    kept: list[LimitSample] = []
    for sample in samples:
        own = [s for s in kept if s.session == sample.session]
        others = [s for s in kept if s.session != sample.session]
        (last,) = [
            s
            for s in find_last_words([*own, sample])
            if s.session == sample.session
        ]
        kept = [*others, last]

    now = NOW + HOUR
    assert merge_limit_samples(kept, now) == merge_limit_samples(samples, now)


def find_last_words(samples: list[LimitSample]) -> list[LimitSample]:
    newest = find_newest_reports(samples, NOW + HOUR)
    return list(newest.values())


def test_an_account_without_a_limit() -> None:
    def is_absent(*samples: LimitSample, now: int = NOW) -> bool:
        newest = find_newest_reports(samples, now)
        return is_reported_absent(newest, "ana", FIVE_HOUR, now)

    present = make_sample(38, observed_at_ms=NOW - HOUR, session="one")

    assert not is_absent()
    assert not is_absent(present)
    assert is_absent(make_absent())
    assert is_absent(present, make_absent(session="one"))
    assert is_absent(present, make_absent(session="two"))
    assert is_absent(present, make_absent(source=LimitSource.CACHE))
    # It returns at once.
    assert not is_absent(make_absent(NOW - 1), make_sample(1))
    # Nobody has confirmed it for a month.
    assert not is_absent(make_absent(), now=NOW + 31 * DAY)


def test_a_window_that_has_ended_may_be_left_out() -> None:
    def is_absent(*samples: LimitSample) -> bool:
        newest = find_newest_reports(samples, NOW)
        return is_reported_absent(newest, "ana", FIVE_HOUR, NOW)

    ended = make_sample(
        38, NOW - HOUR, NOW - 2 * HOUR, session="one", active_at_ms=IDLE
    )
    silent = make_absent(session="one", active_at_ms=IDLE)

    assert not is_absent(ended, silent)
    # A response since then would have named the limit.
    assert is_absent(ended, silent._replace(active_at_ms=NOW - MINUTE))
    assert is_absent(ended, make_cached(None, NOW))
    # The only report of a session that was idle for longer than a window.
    assert not is_absent(make_absent(active_at_ms=NOW - 5 * HOUR))
    assert is_absent(make_absent(active_at_ms=NOW - 4 * HOUR))


def test_a_response_confirms_a_value() -> None:
    first = make_sample(38, observed_at_ms=NOW - HOUR, session="one")
    again = make_sample(38, session="one", active_at_ms=NOW - MINUTE)
    (merged,) = merge_limit_samples([first, again], NOW)

    assert merged.observed_at_ms == NOW - MINUTE
    assert compute_known_at(first._replace(active_at_ms=NOW)) == NOW - HOUR


def test_implausible_samples_are_dropped() -> None:
    true = make_sample(38, observed_at_ms=NOW - HOUR)
    repeated = make_sample(96, NOW - HOUR, NOW)
    other_clock = make_sample(5, NOW + 6 * HOUR, NOW)

    assert filter_plausible([true, repeated, other_clock]) == [true]


def test_a_sample_without_a_reset_lasts_as_long_as_its_window() -> None:
    sample = make_sample(5, None)

    assert len(merge_limit_samples([sample], NOW + 5 * HOUR - 1)) == 1
    assert merge_limit_samples([sample], NOW + 5 * HOUR) == []


def test_clock_lead_is_computed_from_resets_too_far_ahead() -> None:
    assert compute_clock_lead([]) == 0
    assert (
        compute_clock_lead([make_sample(1, NOW + 5 * HOUR + 5 * MINUTE)]) == 0
    )
    late = [
        make_sample(1, NOW + 7 * HOUR),
        make_sample(1, NOW + 6 * HOUR),
        make_sample(1),
    ]
    assert compute_clock_lead(late) == 2 * HOUR
