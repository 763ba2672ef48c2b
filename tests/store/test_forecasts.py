from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claude_tray.core.accounts import Account
from claude_tray.core.forecasts import (
    HOUR_MS,
    HOURS_PER_WEEK,
    MINUTE_MS,
    ForecastMethod,
)
from claude_tray.core.limit_hits import LimitHit
from claude_tray.core.limits import FIVE_HOUR, LimitKind, LimitSample
from claude_tray.core.pace import NO_EXPERIENCE
from claude_tray.core.time import Millis, from_epoch_ms
from claude_tray.core.windows import WindowRule
from claude_tray.store.connection import Writer, open_writer, transaction
from claude_tray.store.forecasts import (
    learn_hourly_costs,
    load_experience,
    rate_forecasts,
    save_forecasts,
)
from claude_tray.store.limit_hits import save_hits
from claude_tray.store.limit_reports import has_limit_reports, save_samples
from claude_tray.store.snapshot import build_account_state
from tests.support.builders import make_record, ms
from tests.support.store_records import save_records
from tests.support.workload import scale_count

if TYPE_CHECKING:
    from claude_tray.core.usage import UsageRecord


ACCOUNT: Final = Account("", "home", "/home/ada/.claude", WindowRule.EXACT)
RESET_MS: Final = ms("14:00")
_ALL: Final = "SELECT hour, method, shown, error_ms FROM forecast"


def report(writer: Writer, percent: float, at_ms: int, reset_ms: int) -> None:
    """Store a report as the status line's samples are."""
    sample = LimitSample("", FIVE_HOUR, percent, reset_ms, at_ms)
    save_samples(writer, [sample])


def use(writer: Writer, first_ms: int, count: int, step: int = 1) -> None:
    """Store a record in each of some minutes."""
    save_records(
        writer,
        *(
            _move(make_record(), first_ms + n * step * MINUTE_MS)
            for n in range(count)
        ),
    )


def _move(record: UsageRecord, at_ms: int) -> UsageRecord:
    at = Millis(at_ms)
    return record._replace(at_ms=at, origin_ms=at, counted_ms=at)


def maintain(writer: Writer, now_ms: int) -> None:
    now = from_epoch_ms(now_ms)
    with transaction(writer):
        learn_hourly_costs(writer, now_ms)
        rate_forecasts(writer, now_ms)
        state = build_account_state(writer, ACCOUNT, now)
        save_forecasts(writer, ACCOUNT.key, state, now)


def get_account_id(writer: Writer) -> int:
    (account_id,) = writer.execute("SELECT id FROM profile").fetchone()
    return int(account_id)


def test_one_forecast_for_each_hour_in_use(writer: Writer) -> None:
    use(writer, ms("09:00"), 240)
    report(writer, 20, ms("09:55"), RESET_MS)

    for clock in ("09:59", "10:10", "10:50", "11:20", "13:00", "13:40"):
        maintain(writer, ms(clock))

    # In the first hour there is none; at 13:40 nothing was used for long.
    assert writer.execute(_ALL).fetchall() == [
        (1, "line", 1, None),
        (2, "line", 1, None),
        (4, "line", 1, None),
    ]


def test_nothing_is_stored_without_a_report_or_at_the_limit(
    writer: Writer,
) -> None:
    use(writer, ms("09:00"), 90)
    maintain(writer, ms("10:10"))
    report(writer, 100, ms("10:20"), RESET_MS)
    maintain(writer, ms("10:30"))

    assert writer.execute(_ALL).fetchall() == []


def test_forecasts_are_due_from_the_first_report_on(writer: Writer) -> None:
    use(writer, ms("09:00"), 120)
    assert not has_limit_reports(writer)

    report(writer, 80, ms("11:00"), RESET_MS)
    assert has_limit_reports(writer)

    maintain(writer, ms("11:00"))
    writer.execute("DELETE FROM limit_report")
    # The forecast is still to be rated.
    assert has_limit_reports(writer)


def test_a_limit_message_shows_how_far_off_a_forecast_was(
    writer: Writer,
) -> None:
    # Two hours bring 80 %: 100 % are expected at 11:30.
    use(writer, ms("09:00"), 120)
    report(writer, 80, ms("11:00"), RESET_MS)
    maintain(writer, ms("11:00"))
    use(writer, ms("11:00"), 1)
    hit = LimitHit(LimitKind.FIVE_HOUR, ms("11:42"), Millis(RESET_MS))
    save_hits(writer, [hit], "")

    maintain(writer, RESET_MS + 5 * MINUTE_MS)
    assert writer.execute(_ALL).fetchall() == [(2, "line", 1, None)]
    maintain(writer, RESET_MS + 11 * MINUTE_MS)

    ((_, _, _, error_ms),) = writer.execute(_ALL).fetchall()
    assert error_ms == pytest.approx(-12 * MINUTE_MS, abs=1000)


def test_a_full_report_stands_for_a_message(writer: Writer) -> None:
    use(writer, ms("09:00"), 120)
    report(writer, 80, ms("11:00"), RESET_MS)
    maintain(writer, ms("11:00"))
    report(writer, 100, ms("11:25"), RESET_MS)

    maintain(writer, RESET_MS + 11 * MINUTE_MS)

    ((_, _, _, error_ms),) = writer.execute(_ALL).fetchall()
    assert error_ms == pytest.approx(5 * MINUTE_MS, abs=1000)


def test_a_limit_that_was_not_reached_counts_as_the_reset(
    writer: Writer,
) -> None:
    use(writer, ms("09:00"), 120)
    report(writer, 80, ms("11:00"), RESET_MS)
    maintain(writer, ms("11:00"))

    maintain(writer, RESET_MS + 11 * MINUTE_MS)

    rows = writer.execute("SELECT error_percent, error_ms FROM forecast")
    ((percent, error_ms),) = rows.fetchall()
    assert percent == pytest.approx(20)
    assert error_ms == pytest.approx(ms("11:30") - RESET_MS, abs=1000)


def test_a_window_that_lasted_has_only_a_percentage(writer: Writer) -> None:
    use(writer, ms("09:00"), 120)
    report(writer, 20, ms("11:00"), RESET_MS)
    maintain(writer, ms("11:00"))

    maintain(writer, RESET_MS + 11 * MINUTE_MS)

    rows = writer.execute("SELECT error_percent, error_ms FROM forecast")
    ((percent, error_ms),) = rows.fetchall()
    assert percent == pytest.approx(30)
    assert error_ms is None


@pytest.mark.parametrize("end", ["used later", "reset early", "not reported"])
def test_an_unknown_end_is_no_record(writer: Writer, end: str) -> None:
    use(writer, ms("09:00"), 120)
    report(writer, 40, ms("11:00"), RESET_MS)
    maintain(writer, ms("11:00"))
    assert writer.execute(_ALL).fetchall()
    if end == "used later":
        use(writer, ms("13:30"), 1)
    elif end == "reset early":
        report(writer, 1, ms("12:00"), ms("17:00"))
    else:
        writer.execute("DELETE FROM told_limit")

    maintain(writer, RESET_MS + 11 * MINUTE_MS)

    resets = writer.execute("SELECT resets_ms FROM forecast").fetchall()
    assert (RESET_MS,) not in resets


def fill(
    writer: Writer, count: int, line_error: float, profile_error: float
) -> int:
    save_records(writer, make_record())
    account_id = get_account_id(writer)
    for number in range(count):
        for method, error in (
            ("line", line_error),
            ("profile", profile_error),
        ):
            writer.execute(
                "INSERT INTO forecast VALUES (?, ?, 1, ?, 0, 0, 1, 1, 1, ?, ?, ?)",
                (
                    account_id,
                    number * HOUR_MS,
                    method,
                    method == "line",
                    error,
                    round(error * MINUTE_MS),
                ),
            )
    return account_id


def test_experience_is_what_was_shown_and_the_better_method(
    writer: Writer,
) -> None:
    account_id = fill(writer, 60, 12, 3)
    writer.execute(
        "INSERT INTO hour_profile VALUES (?, 7, 2.5)", (account_id,)
    )

    experience = load_experience(writer, account_id)

    assert experience.method is ForecastMethod.PROFILE
    assert experience.record is not None
    assert experience.record.total == 40
    assert experience.record.time_ms == 12 * MINUTE_MS
    assert len(experience.hourly_costs) == HOURS_PER_WEEK
    assert experience.hourly_costs[7] == 2.5


def test_the_line_needs_no_profile(writer: Writer) -> None:
    account_id = fill(writer, 60, 3, 12)

    experience = load_experience(writer, account_id)

    assert experience.method is ForecastMethod.LINE
    assert experience.hourly_costs == ()


def test_no_account_has_no_experience(writer: Writer) -> None:
    assert load_experience(writer, None) == NO_EXPERIENCE


def test_the_table_stays_small(writer: Writer) -> None:
    account_id = fill(writer, 150, 1, 1)
    writer.execute("UPDATE forecast SET error_percent = NULL")

    rate_forecasts(writer, 200 * HOUR_MS)
    assert writer.execute("SELECT count(*) FROM forecast").fetchone() == (0,)

    fill_again = fill(writer, 150, 1, 1)
    assert fill_again == account_id
    use(writer, 151 * HOUR_MS, 1)
    report(writer, 1, 155 * HOUR_MS, 156 * HOUR_MS)
    writer.execute(
        "INSERT INTO forecast VALUES"
        " (?, ?, 1, 'line', ?, 0, 1, 1, 1, 1, NULL, NULL)",
        (account_id, 156 * HOUR_MS, 151 * HOUR_MS),
    )
    rate_forecasts(writer, 200 * HOUR_MS)
    resets = writer.execute(
        "SELECT count(DISTINCT resets_ms), min(resets_ms) FROM forecast"
    )
    assert resets.fetchone() == (100, 51 * HOUR_MS)


def test_nothing_is_learned_before_the_first_forecast(
    writer: Writer,
) -> None:
    for day in (2, 9, 16):
        save_records(writer, make_record("09:10", day=day))

    with transaction(writer):
        learn_hourly_costs(writer, ms("12:00", 22))

    assert writer.execute("SELECT * FROM hour_profile").fetchall() == []


def test_the_usual_week_is_learned_once_a_day(writer: Writer) -> None:
    now_ms = ms("12:00", 22)
    fill(writer, 1, 1, 1)
    writer.execute("DELETE FROM cell")
    # Three Mondays at nine.
    for day in (2, 9, 16):
        save_records(writer, make_record("09:10", day=day))
    with transaction(writer):
        learn_hourly_costs(writer, now_ms)
    ((hour, cost),) = writer.execute("SELECT hour, cost FROM hour_profile")
    (spent,) = writer.execute("SELECT max(cost) FROM message").fetchone()

    assert hour == ms("09:00", 2) // HOUR_MS % HOURS_PER_WEEK
    assert cost == pytest.approx(
        3 * spent / ((22 - 2 + 2.9 / 24) / 7), rel=0.01
    )

    save_records(writer, make_record("10:10", day=20))
    with transaction(writer):
        learn_hourly_costs(writer, now_ms + HOUR_MS)
    assert len(writer.execute("SELECT * FROM hour_profile").fetchall()) == 1
    with transaction(writer):
        learn_hourly_costs(writer, now_ms + 24 * HOUR_MS)
    assert len(writer.execute("SELECT * FROM hour_profile").fetchall()) == 2


def test_a_week_is_no_habit(writer: Writer) -> None:
    fill(writer, 1, 1, 1)
    writer.execute("DELETE FROM cell")
    save_records(writer, make_record("09:10", day=10))

    with transaction(writer):
        learn_hourly_costs(writer, ms("12:00", 20))

    assert writer.execute("SELECT * FROM hour_profile").fetchall() == []


@settings(max_examples=scale_count(25), deadline=None)
@given(
    st.lists(st.integers(0, 150), min_size=1, max_size=30),
    st.floats(1, 99),
    st.integers(0, 150),
    st.lists(st.integers(0, 20 * MINUTE_MS), max_size=5),
)
def test_the_stored_forecast_stays_without_new_use(
    tmp_path_factory: pytest.TempPathFactory,
    minutes: list[int],
    percent: float,
    reported: int,
    waits: list[int],
) -> None:
    path = tmp_path_factory.mktemp("forecast") / "usage.db"
    with closing(open_writer(path)) as writer:
        use(writer, ms("09:00"), 1)
        for minute in minutes:
            use(writer, ms("09:00") + minute * MINUTE_MS, 1)
        report(writer, percent, ms("09:00") + reported * MINUTE_MS, RESET_MS)
        now_ms = ms("09:00") + 151 * MINUTE_MS
        limit_ms = None
        for wait_ms in (0, *waits):
            now_ms += wait_ms
            maintain(writer, now_ms)
            state = build_account_state(writer, ACCOUNT, from_epoch_ms(now_ms))
            assert state.pace is not None
            forecast = state.pace.forecast
            assert forecast is not None
            if forecast.is_idle:
                break
            if limit_ms is not None and forecast.limit_ms is not None:
                moved = abs(forecast.limit_ms - limit_ms)
                assert moved <= forecast.margin_ms
            limit_ms = limit_ms or forecast.limit_ms
            assert (limit_ms is None) == (forecast.limit_ms is None)
