from __future__ import annotations

from claude_tray.core.cost_check import CostCheck

CENT = 10_000_000


def _check(
    transcripts: int, other: int, reported: int, compactions: int = 0
) -> CostCheck:
    return CostCheck(5, transcripts, other, compactions, reported)


def test_transcripts_and_other_requests_are_the_total() -> None:
    assert _check(190 * CENT, 23 * CENT, 213 * CENT).difference == 0


def test_a_difference_has_a_sign() -> None:
    assert _check(190 * CENT, 0, 200 * CENT).difference == -10 * CENT
    assert _check(190 * CENT, 20 * CENT, 200 * CENT).difference == 10 * CENT


def test_rounding_errors_are_no_difference() -> None:
    assert _check(1_000, 0, 99_999).difference == 0
    assert _check(0, 0, 100_001).difference == -100_001
    assert _check(1_000_999_999, 0, 1_000_000_000).difference == 0


def test_compactions_are_not_in_claude_codes_cost() -> None:
    check = _check(79 * CENT, 0, 0, compactions=79 * CENT)

    assert (check.total, check.difference) == (0, 0)


def test_checks_add_up() -> None:
    one, other = _check(1, 2, 3, 4), _check(10, 20, 30, 40)

    assert one.plus(other) == CostCheck(5, 11, 22, 44, 33)
