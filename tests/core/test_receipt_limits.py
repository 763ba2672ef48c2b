from __future__ import annotations

import pytest

from claude_tray.core.limits import FIVE_HOUR, SEVEN_DAY
from claude_tray.core.receipt_limits import (
    FIVE_HOUR_RECEIPT,
    WEEK_RECEIPT,
    find_receipt_limit,
)


@pytest.mark.parametrize("name", ["week", "Weekly", SEVEN_DAY, "weekly_all"])
def test_the_week_has_several_names(name: str) -> None:
    assert find_receipt_limit(name) == WEEK_RECEIPT


@pytest.mark.parametrize("name", [FIVE_HOUR, "5h", "session"])
def test_the_five_hours_have_several_names(name: str) -> None:
    assert find_receipt_limit(name) == FIVE_HOUR_RECEIPT


@pytest.mark.parametrize("name", ["opus", "Opus 4.5", "seven_day_opus"])
def test_a_limit_of_a_model_counts_its_family(name: str) -> None:
    limit = find_receipt_limit(name)

    assert limit is not None
    assert limit.name == "Opus"
    assert limit.counts("claude-opus-4-5-20251101")
    assert not limit.counts("claude-sonnet-4-5")


@pytest.mark.parametrize(
    "name", ["", "spend", "extra_usage", "seven_day_oauth_apps", "Cowork", "x"]
)
def test_other_limits_have_no_receipt(name: str) -> None:
    assert find_receipt_limit(name) is None
