from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from claude_tray.core import receipt_weights
from claude_tray.core.accounts import Account
from claude_tray.core.fit import build_estimate, list_turns
from claude_tray.core.limits import FIVE_HOUR, LimitSample
from claude_tray.core.usage import TokenCounts
from claude_tray.store import activities, fit_basis, metadata, receipts
from claude_tray.store.limit_reports import save_samples
from tests.support.builders import PRICES, make_record, ms
from tests.support.store_records import save_records

if TYPE_CHECKING:
    from claude_tray.store.connection import Writer

ACCOUNT = Account("", "claude", "/c", None)
NOW_MS = ms("12:00", 2)
TODAY_MS = ms("00:00", 2)
HOUR_MS = 3_600_000


@pytest.fixture
def used(writer: Writer) -> Writer:
    """A turn of each 30 minutes takes four points; 24 are reported."""
    for n in range(6):
        add_turn(writer, n)
    return writer


def add_turn(writer: Writer, n: int, day: int = 2) -> None:
    tokens = TokenCounts(output=1_000)
    clock = f"{9 + n % 6 // 2:02}:{30 * (n % 2) + 1:02}"
    save_records(writer, make_record(clock, day=day, tokens=tokens))
    report(writer, ms(clock, day) + 60_000, 4.0 * (n % 6 + 1), day)


def report(writer: Writer, at_ms: int, percent: float, day: int = 2) -> None:
    reset_ms = ms("14:00", day)
    sample = LimitSample("", FIVE_HOUR, percent, reset_ms, at_ms)
    save_samples(writer, [sample._replace(session="session-a")])


def test_what_fits_is_that_of_the_whole_month(used: Writer) -> None:
    fit_basis.update_basis(used, ACCOUNT, PRICES, NOW_MS)
    whole = activities.load_fit_history(used, ACCOUNT, PRICES, NOW_MS)

    fit = fit_basis.load_fit(
        used, ACCOUNT, PRICES, whole.window, (TODAY_MS, NOW_MS)
    )

    assert fit is not None
    assert fit.left == pytest.approx(whole.left)
    expected = build_estimate(t.points for t in list_turns(whole.usage))
    assert fit.turns == expected == fit.turns_today
    assert fit.turns is not None
    assert fit.turns.count_fits(fit.left) == 19


def test_without_an_open_window_all_of_the_limit_is_left(
    used: Writer,
) -> None:
    """What turns take is known all the same."""
    fit_basis.update_basis(used, ACCOUNT, PRICES, NOW_MS)
    now_ms = ms("20:00", 2)

    fit = fit_basis.load_fit(used, ACCOUNT, PRICES, None, (TODAY_MS, now_ms))

    assert fit is not None
    assert fit.left == 100
    assert fit.turns is not None
    assert fit.turns_today == fit.turns


def test_new_usage_counts_at_once(used: Writer) -> None:
    fit_basis.update_basis(used, ACCOUNT, PRICES, NOW_MS)
    window = receipts.load_history(used, ACCOUNT, PRICES, NOW_MS).find_window(
        NOW_MS
    )
    tokens = TokenCounts(output=1_000)
    save_records(used, make_record("11:50", day=2, tokens=tokens))

    fit = fit_basis.load_fit(used, ACCOUNT, PRICES, window, (TODAY_MS, NOW_MS))

    assert fit is not None
    assert fit.left == pytest.approx(72, abs=0.5)


@pytest.mark.parametrize(
    ("turns", "minutes"), [(6, 10), (receipt_weights.MIN_INTERVALS + 6, 60)]
)
def test_it_is_learned_again_after_a_while_with_new_usage(
    used: Writer, turns: int, minutes: int
) -> None:
    """That of a short history is soon learned again."""
    for n in range(6, turns):
        add_turn(used, n, day=3 + n // 6)
    age_ms, first_ms = minutes * 60_000, ms("12:00", 10)

    def update(now_ms: int) -> int:
        fit_basis.update_basis(used, ACCOUNT, PRICES, now_ms)
        basis = fit_basis.load_basis(used, ACCOUNT)
        assert basis is not None
        return basis.at_ms

    assert update(first_ms) == first_ms
    assert update(first_ms + 2 * HOUR_MS) == first_ms
    save_records(used, make_record("12:01", day=10))
    assert update(first_ms + age_ms - 1) == first_ms
    assert update(first_ms + age_ms) == first_ms + age_ms
    # The clock was set back.
    save_records(used, make_record("12:02", day=10))
    assert update(first_ms) == first_ms


def test_weights_are_as_they_were_learned(used: Writer) -> None:
    """Also their errors, which say how precise a share is."""
    for n in range(6, receipt_weights.MIN_INTERVALS + 12):
        add_turn(used, n, day=3 + n // 6)
    now_ms = ms("12:00", 10)
    fit_basis.update_basis(used, ACCOUNT, PRICES, now_ms)

    basis = fit_basis.load_basis(used, ACCOUNT)

    learned = receipts.load_history(used, ACCOUNT, PRICES, now_ms).weights
    assert learned is not None
    assert learned.is_learned
    assert basis is not None
    assert basis.weights is not None
    amounts = dict.fromkeys(learned.by_feature, 2.5)
    assert basis.weights.weigh(amounts) == learned.weigh(amounts)
    assert basis.weights.compute_error(amounts) > 0
    assert basis.weights.compute_error(amounts) == learned.compute_error(
        amounts
    )


@pytest.mark.parametrize("text", ["", "[]", "{}", "1", '{"at_ms": 1}', "\0"])
def test_a_basis_of_another_version_is_none(writer: Writer, text: str) -> None:
    metadata.set_value(writer, "fit ", text)

    assert fit_basis.load_basis(writer, ACCOUNT) is None
    bounds = TODAY_MS, NOW_MS
    assert fit_basis.load_fit(writer, ACCOUNT, PRICES, None, bounds) is None


@pytest.mark.parametrize("change", ["row", "column"])
def test_weights_with_errors_of_other_features_are_not_taken(
    used: Writer, change: str
) -> None:
    for n in range(6, receipt_weights.MIN_INTERVALS + 12):
        add_turn(used, n, day=3 + n // 6)
    fit_basis.update_basis(used, ACCOUNT, PRICES, ms("12:00", 10))
    basis = json.loads(metadata.get_value(used, "fit "))
    covariance = basis["learned"]["covariance"]
    if change == "row":
        covariance.append([0.0] * len(covariance))
    else:
        covariance[0].append(0.0)
    metadata.set_value(used, "fit ", json.dumps(basis))

    assert fit_basis.load_basis(used, ACCOUNT) is None


def test_without_percentages_nothing_is_learned(writer: Writer) -> None:
    save_records(writer, make_record("11:00", day=2))
    fit_basis.update_basis(writer, ACCOUNT, PRICES, NOW_MS)

    basis = fit_basis.load_basis(writer, ACCOUNT)
    assert basis is not None
    assert basis.weights is None
    bounds = TODAY_MS, NOW_MS
    assert fit_basis.load_fit(writer, ACCOUNT, PRICES, None, bounds) is None
