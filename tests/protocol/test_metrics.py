from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from claude_tray.core.snapshot import Snapshot
from claude_tray.core.status import assess_account
from claude_tray.protocol.account_metrics import add_account
from claude_tray.protocol.metrics import (
    DEFINITIONS,
    MetricSamples,
    format_prometheus_text,
)
from tests.support.assessment_states import NOW, make_account, money
from tests.support.prometheus import (
    find_lint_errors,
    parse_families,
    parse_metrics,
)

if TYPE_CHECKING:
    from collections.abc import Sequence


HOSTILE = '\\"\n\r\t{}=,# \u2028\x1b[31m\N{PILE OF POO}'
TEXTS = st.text(
    st.characters(exclude_categories=["Cs"]) | st.sampled_from(HOSTILE),
    max_size=20,
)


@settings(deadline=None)
@given(st.lists(TEXTS, unique=True), st.floats(allow_nan=False))
def test_names_and_values_come_back_unchanged(
    names: Sequence[str], value: float
) -> None:
    samples = MetricSamples()
    for name in names:
        samples.set("claude_project_cost_usd", value, project=name)

    parsed = parse_metrics(format_prometheus_text(samples))

    assert parsed == {
        ("claude_project_cost_usd", frozenset({("project", name)})): value
        for name in names
    }


def test_promtool_accepts_every_metric() -> None:
    samples = MetricSamples()
    for definition in DEFINITIONS:
        labels = dict.fromkeys(definition.labels, HOSTILE)
        samples.set(definition.name, 1.5, **labels)

    text = format_prometheus_text(samples)

    assert find_lint_errors(text) == ""
    families = parse_families(text)
    assert set(families) == {d.name for d in DEFINITIONS}
    assert {family.type for family in families.values()} == {"gauge"}


def test_no_sample_is_no_line() -> None:
    assert format_prometheus_text(MetricSamples()) == ""


def test_amounts_and_counts_are_sums() -> None:
    sums = {d.name for d in DEFINITIONS if d.is_sum}

    assert {"claude_tokens", "claude_today_cost_usd", "claude_sessions"} < sums
    assert not sums & {
        "claude_limit_used_ratio",
        "claude_burn_rate_tokens_per_second",
        "claude_burn_rate_usd_per_second",
        "claude_limit_amount_used",
    }


def test_limits_of_money_have_amounts() -> None:
    account = make_account(money("15.20", "50"), name="work")
    samples = MetricSamples()
    snapshot = Snapshot(NOW, (account,))

    add_account(
        samples, "work", account, assess_account(snapshot, account, NOW)
    )

    labels = frozenset(
        {("account", "work"), ("limit", "extra_usage"), ("currency", "USD")}
    )
    parsed = parse_metrics(format_prometheus_text(samples))
    assert parsed["claude_limit_amount_used", labels] == 15.2
    assert parsed["claude_limit_amount_max", labels] == 50
