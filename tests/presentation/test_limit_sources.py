from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from claude_tray.core.limits import LimitSource
from claude_tray.core.status import LimitProjection, Severity
from claude_tray.core.windows import (
    InferredRule,
    ValueSource,
    Window,
    WindowRule,
)
from claude_tray.presentation.context import ViewContext
from claude_tray.presentation.limit_sources import (
    explain_limit,
    explain_window,
)
from tests.support.assessment_states import NOW, make_account
from tests.support.limits import make_limit_usage

AS_OF = NOW - timedelta(minutes=5)
CONTEXT = ViewContext(NOW, zone=UTC)


def make_window(source: ValueSource) -> Window:
    return Window(
        NOW - timedelta(hours=1), NOW + timedelta(hours=4), source, None
    )


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (LimitSource.STATUSLINE, "to the status line"),
        (LimitSource.CACHE, "for its own /usage"),
        (LimitSource.MESSAGE, "A limit message"),
        (LimitSource.DESKTOP, "Claude Desktop"),
        (LimitSource.MACHINE, "Another computer"),
    ],
)
def test_each_source_is_named_with_its_time(
    source: LimitSource, expected: str
) -> None:
    usage = make_limit_usage("five_hour", 40, None, AS_OF, source)
    projection = LimitProjection(usage, Severity.OK)

    label, (sentence,) = explain_limit(projection, CONTEXT)

    assert label == "Official"
    assert expected in sentence
    assert sentence.endswith(f"at {AS_OF:%H:%M}.")


def test_an_old_percentage_is_said_to_be_a_minimum() -> None:
    usage = make_limit_usage("five_hour", 40, None, AS_OF)
    projection = LimitProjection(usage, Severity.OK, is_minimum=True)

    assert explain_limit(projection, CONTEXT).sentences[-1] == (
        "More was used since, so it is a minimum."
    )


def test_a_reset_is_official_learned_or_estimated() -> None:
    rule = InferredRule(WindowRule.HOUR, 3, timedelta(minutes=2))
    learned = CONTEXT._replace(
        account=replace(make_account(), inferred_rule=rule)
    )

    official = explain_window(make_window(ValueSource.OFFICIAL), CONTEXT)
    inferred = explain_window(make_window(ValueSource.INFERRED), learned)
    estimated = explain_window(make_window(ValueSource.ESTIMATED), CONTEXT)

    assert official.label == "Official"
    assert inferred == (
        "Learned",
        ("Computed by the rule that matched 3 earlier resets, ±2m.",),
    )
    assert estimated.label == "Estimated"
    assert "no reset was reported yet" in estimated.sentences[0]
