from __future__ import annotations

from claude_tray.core.budget import decide_budget
from claude_tray.core.fit import Fit
from claude_tray.core.status import assess_account
from claude_tray.protocol.budget_api import BudgetItem, build_budget_item
from tests.support.assessment_states import (
    NOW,
    five_hour,
    make_account,
    make_snapshot,
)


def test_an_answer_has_the_documented_fields() -> None:
    account = make_account(five_hour(50.123, "11:41"))
    assessment = assess_account(make_snapshot(account), account, NOW)
    fit = Fit(40.456, None, None, None, ())
    budget = decide_budget(account, assessment, fit, 45, NOW)

    item = build_budget_item(budget, assessment, "work", "Perhaps.", NOW)

    assert set(item) == set(BudgetItem.__annotations__)
    assert [limit["name"] for limit in item["limits"]] == ["five_hour"]
    rest = {key: value for key, value in item.items() if key != "limits"}
    assert rest == {
        "as_of": "2026-03-01T12:13:00.000Z",
        "account": "work",
        "state": "tight",
        "exit_status": 10,
        "text": "Perhaps.",
        "need_percentage": 45,
        "limit": "five_hour",
        "left_percentage": 49.88,
        "is_maximum": True,
        "expected_left_percentage": 40.46,
        "resets_at": "2026-03-01T15:00:00.000Z",
        "turns_left": None,
        "blocking_limit": None,
    }
