from __future__ import annotations

from claude_tray.core.cost import Totals
from claude_tray.core.cost_check import CostCheck
from claude_tray.protocol.cost_details import (
    add_cost_details,
    build_self_check,
)
from tests.support.builders import nano_usd


def test_local_output_has_the_part_of_other_requests() -> None:
    totals = Totals(
        messages=1, other_cost=nano_usd(150_000_000), other_tokens=9
    )

    assert add_cost_details({"messages": 1}, totals) == {
        "messages": 1,
        "cost_is_lower_bound": False,
        "other_requests": {"tokens": 9, "cost_usd": "0.15"},
    }


def test_unconfirmed_totals_are_a_lower_bound() -> None:
    details = add_cost_details({}, Totals(messages=1, unconfirmed=1))

    assert details["cost_is_lower_bound"]


def test_a_self_check_has_all_its_terms() -> None:
    check = CostCheck(0, 1_900_000_000, 230_000_000, 30_000_000, 2_200_000_000)

    assert build_self_check(check) == {
        "transcripts_usd": "1.90",
        "other_requests_usd": "0.23",
        "compactions_usd": "0.03",
        "claude_code_usd": "2.20",
        "difference_usd": "-0.10",
        "agrees": False,
    }
