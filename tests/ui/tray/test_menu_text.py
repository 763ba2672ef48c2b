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
from claude_tray.i18n.translator import ENGLISH
from claude_tray.ui.tray.menu_text import reset_source_text
from tests.support.builders import at

LEARNED = InferredRule(WindowRule.TEN_MINUTES, 14, timedelta(seconds=90))


@pytest.mark.parametrize(
    ("source", "learned", "expected"),
    [
        (ValueSource.OFFICIAL, LEARNED, ""),
        (ValueSource.INFERRED, LEARNED, "Learnt from 14 resets, ±2m"),
        (
            ValueSource.INFERRED,
            LEARNED._replace(sample_count=1),
            "Learnt from 1 reset, ±2m",
        ),
        (ValueSource.ESTIMATED, None, "Estimated, no reset was told"),
    ],
)
def test_it_is_said_how_sure_a_reset_is(
    source: ValueSource,
    learned: InferredRule | None,
    expected: str,
) -> None:
    window = Window(at("10:00"), at("15:00"), source, None)
    state = AccountSnapshot("default", "", window, inferred_rule=learned)

    assert reset_source_text(window, state, ENGLISH) == expected
