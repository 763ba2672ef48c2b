from __future__ import annotations

import re
import string
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from claude_tray.core.cost import Totals
from claude_tray.core.usage import TokenCounts
from claude_tray.protocol.metrics import DEFINITIONS, MetricSamples
from claude_tray.server.metrics.exposition import expose_samples
from claude_tray.server.metrics.response_counts import count_response
from claude_tray.server.metrics.usage_metrics import add_machines, add_models
from claude_tray.server.usage.queries.listings import ModelUsage
from claude_tray.server.usage.queries.machines import MachineInfo
from tests.support.builders import at
from tests.support.prometheus import (
    find_lint_errors,
    parse_families,
    parse_metrics,
)

if TYPE_CHECKING:
    from collections.abc import Sequence


HOSTILE = (
    '\\"\n\r\t{}=,# \u2028\N{RIGHT-TO-LEFT OVERRIDE}\x1b[31m\N{PILE OF POO}'
)
TEXTS = st.text(
    st.characters(exclude_categories=["Cs"]) | st.sampled_from(HOSTILE),
    max_size=20,
)


def make_machine(machine_id: str, name: str) -> MachineInfo:
    return MachineInfo(1, machine_id, name, "1", at("12:00"), None, 1500, None)


def expose(samples: MetricSamples, accept: str = "") -> str:
    return expose_samples(samples, accept).body.decode()


@given(st.lists(st.tuples(TEXTS, TEXTS), unique_by=lambda pair: pair[0]))
def test_any_names_give_one_series_each_and_come_back_unchanged(
    names: Sequence[tuple[str, str]],
) -> None:
    samples = MetricSamples(has_users=True)
    samples.select_user(HOSTILE)

    add_machines(samples, [make_machine(*pair) for pair in names])

    labels = {
        tuple(dict(labels)[x] for x in ("user", "machine", "name"))
        for name, labels in parse_metrics(expose(samples))
        if name == "claude_machine_revoked"
    }
    assert labels == {(HOSTILE, *pair) for pair in names}


def test_promtool_accepts_hostile_names_and_has_no_complaint() -> None:
    samples = MetricSamples(has_users=True)
    samples.select_user(HOSTILE)
    add_machines(samples, [make_machine(HOSTILE, HOSTILE)])
    count_response("GET", 200)

    body, _ = expose_samples(samples, has_responses=True)

    assert find_lint_errors(body.decode()) == ""


def test_two_machines_of_one_name_are_two_series() -> None:
    samples = MetricSamples()

    add_machines(
        samples, [make_machine(m, "raspberrypi") for m in ("id-a", "id-b")]
    )

    values = parse_metrics(expose(samples))
    name = "claude_machine_clock_skew_seconds"
    assert [v for (n, _), v in values.items() if n == name] == [1.5, 1.5]


def test_a_repeated_series_is_written_once() -> None:
    # As models that differ only in their terms would be.
    usage = ModelUsage("opus", Totals(1, TokenCounts(input=5)))
    samples = MetricSamples()

    add_models(samples, [usage, usage])

    assert expose(samples).count("claude_messages{") == 1


def test_stored_values_are_gauges_and_responses_are_a_counter() -> None:
    samples = MetricSamples()
    for definition in DEFINITIONS:
        samples.set(
            definition.name, 1, **dict.fromkeys(definition.labels, "x")
        )
    count_response("GET", 200)
    before = parse_families(
        expose_samples(samples, has_responses=True).body.decode()
    )
    count_response("GET", 200)
    after = parse_families(
        expose_samples(samples, has_responses=True).body.decode()
    )

    responses = "claude_tray_http_responses"
    assert {f.type for n, f in before.items() if n != responses} == {"gauge"}
    assert set(before) == {d.name for d in DEFINITIONS} | {responses}
    assert before[responses].type == "counter"
    labels = {"method": "GET", "status": "200"}
    counts = [
        next(s.value for s in family[responses].samples if s.labels == labels)
        for family in (before, after)
    ]
    assert counts[1] == counts[0] + 1


def test_invented_methods_share_one_series() -> None:
    for letter in string.ascii_uppercase:
        count_response(f"{letter}XYZ", 400)

    body = expose_samples(MetricSamples(), has_responses=True).body.decode()

    methods = {
        dict(labels)["method"]
        for name, labels in parse_metrics(body)
        if name == "claude_tray_http_responses_total"
    }
    assert {m for m in methods if m.endswith("XYZ")} == set()
    assert "OTHER" in methods


def test_the_scraper_chooses_the_format() -> None:
    samples = MetricSamples()
    samples.set("claude_messages", 3, model="opus")

    classic = expose_samples(samples)
    accept = "application/openmetrics-text;version=1.0.0,*/*;q=0.1"
    openmetrics = expose_samples(samples, accept)

    assert classic.content_type.startswith("text/plain; version=0.0.4")
    assert openmetrics.content_type.startswith("application/openmetrics-text")
    assert openmetrics.body.endswith(b"# EOF\n")


def test_the_documentation_names_every_metric() -> None:
    page = Path(__file__).parents[3] / "docs" / "monitoring.md"

    rows = re.findall(
        r"^\| (`claude_.*?) \|", page.read_text("utf-8"), re.MULTILINE
    )

    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert named == {d.name for d in DEFINITIONS} | {
        "claude_tray_http_responses_total"
    }
