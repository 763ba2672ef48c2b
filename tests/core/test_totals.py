from __future__ import annotations

from claude_tray.core.tokens import TokenCounts
from claude_tray.core.totals import ZERO_TOTALS, Totals
from tests.support.builders import nano_usd


def test_totals_add_up() -> None:
    one = Totals(1, TokenCounts(1), nano_usd(7), 0, 1)

    assert one.plus(one) == Totals(2, TokenCounts(2), nano_usd(14), 0, 2)
    assert ZERO_TOTALS.plus(one) == one


def test_the_cost_is_unknown_while_any_part_is() -> None:
    known = Totals(1, TokenCounts(1), nano_usd(7))

    assert known.cost == 7
    assert known.plus(Totals(unpriced=1)).cost is None


def test_incomplete_records_make_totals_a_lower_bound() -> None:
    complete, incomplete = Totals(97), Totals(3, incomplete=3)

    assert not complete.is_lower_bound
    assert complete.plus(incomplete).is_lower_bound
    assert complete.plus(incomplete).incomplete_percent == 3
    assert Totals(1, unpriced=1).is_lower_bound
    assert ZERO_TOTALS.incomplete_percent == 0
