from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from claude_tray.core.snapshot import Pace
from claude_tray.core.status import assess_account
from claude_tray.protocol.account_api import (
    AccountState,
    PaceItem,
    build_account_state,
)
from tests.support.assessment_states import NOW, STATES

if TYPE_CHECKING:
    from claude_tray.core.snapshot import AccountSnapshot
    from tests.support.assessment_states import AssessmentState


ACCOUNTS = [state for state in STATES if state.account]


def build(state: AssessmentState, **changes: object) -> AccountState:
    assert state.account is not None
    account: AccountSnapshot = replace(state.account, **changes)  # type: ignore[arg-type]
    assessment = assess_account(state.snapshot, account, NOW)
    words = {"label": "Ready", "sentence": "Go on."}
    return build_account_state(account, assessment, words, NOW)  # type: ignore[arg-type]


@pytest.mark.parametrize("state", ACCOUNTS, ids=[s.name for s in ACCOUNTS])
def test_a_state_has_the_status_of_every_surface(
    state: AssessmentState,
) -> None:
    body = build(state)

    assert set(body) == set(AccountState.__annotations__)
    assert body["status"] == state.status.value
    assert body["severity"] == state.severity.value


def test_a_pace_has_burn_rate_projection_and_typical_window() -> None:
    pace = Pace(20.0, 1.5, 60.0, typical_tokens=(1_000, 9_000))

    body = build(ACCOUNTS[0], pace=pace)

    assert body["pace"] is not None
    assert set(body["pace"]) == set(PaceItem.__annotations__)
    assert body["pace"]["tokens_per_minute"] == 20
    assert body["pace"]["cost_usd_per_hour"] == 1.5
    assert body["pace"]["limit_at"] is None
    assert body["typical_window"] == {
        "median_tokens": 1_000,
        "percentile_90_tokens": 9_000,
    }


def test_nothing_is_invented_without_usage() -> None:
    body = build(ACCOUNTS[0], window=None, pace=None, last_record_at=None)

    names = ("window", "pace", "typical_window", "last_message_at")
    assert [body[name] for name in names] == [None] * 4  # type: ignore[literal-required]
