from __future__ import annotations

from claude_tray.domain.totals import NOTHING, Totals
from claude_tray.domain.usage import TokenCounts
from tests.support.builders import nano


def test_totals_add_up() -> None:
    one = Totals(1, TokenCounts(1), nano(7), 0, 1)

    assert one.plus(one) == Totals(2, TokenCounts(2), nano(14), 0, 2)
    assert NOTHING.plus(one) == one


def test_the_cost_is_unknown_while_any_part_is() -> None:
    known = Totals(1, TokenCounts(1), nano(7))

    assert known.cost == 7
    assert known.plus(Totals(unpriced=1)).cost is None


def test_what_is_incomplete_makes_the_rest_a_lower_bound() -> None:
    whole, torn = Totals(97), Totals(3, incomplete=3)

    assert not whole.is_lower_bound
    assert whole.plus(torn).is_lower_bound
    assert whole.plus(torn).incomplete_percent == 3
    assert Totals(1, unpriced=1).is_lower_bound
    assert NOTHING.incomplete_percent == 0
