from __future__ import annotations

from datetime import timedelta

import pytest

from claude_tray.core.snapshot import AccountSnapshot
from claude_tray.core.windows import (
    InferredRule,
    ValueSource,
    Window,
    WindowRule,
)
from claude_tray.presentation.context import ViewContext
from claude_tray.presentation.countdown import format_reset_source
from tests.support.builders import at

RULE = InferredRule(WindowRule.TEN_MINUTES, 14, timedelta(seconds=90))


@pytest.mark.parametrize(
    ("source", "rule", "expected"),
    [
        (ValueSource.OFFICIAL, RULE, ""),
        (ValueSource.INFERRED, RULE, "Inferred from 14 resets, ±2m"),
        (
            ValueSource.INFERRED,
            RULE._replace(sample_count=1),
            "Inferred from 1 reset, ±2m",
        ),
        (ValueSource.ESTIMATED, None, "Estimated reset time"),
    ],
)
def test_reset_source_shows_how_reliable_the_reset_is(
    source: ValueSource, rule: InferredRule | None, expected: str
) -> None:
    window = Window(at("10:00"), at("15:00"), source, None)
    account = AccountSnapshot("default", "", window, inferred_rule=rule)

    assert format_reset_source(ViewContext(at("12:00"), account)) == expected
