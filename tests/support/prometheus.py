"""Check metrics with Prometheus' own programs, or with its Python parser."""

from __future__ import annotations

import shutil
import subprocess
from collections import Counter
from typing import TYPE_CHECKING

from prometheus_client.parser import text_string_to_metric_families

if TYPE_CHECKING:
    from prometheus_client.core import Metric


Series = tuple[str, frozenset[tuple[str, str]]]


def parse_metrics(text: str) -> dict[Series, float]:
    """Return the values by name and labels; fail if a series is repeated."""
    families = list(text_string_to_metric_families(text))
    samples = [
        ((s.name, frozenset(s.labels.items())), s.value)
        for family in families
        for s in family.samples
    ]
    repeated = [
        series
        for series, count in Counter(key for key, _ in samples).items()
        if count > 1
    ]
    assert repeated == []
    return dict(samples)


def parse_families(text: str) -> dict[str, Metric]:
    """Return the metrics by name."""
    return {f.name: f for f in text_string_to_metric_families(text)}


def find_lint_errors(text: str) -> str:
    """Return what `promtool check metrics` says; "" without it."""
    program = shutil.which("promtool")
    if program is None:
        return ""
    result = subprocess.run(
        [program, "check", "metrics"],
        input=text.encode(),
        capture_output=True,
        check=False,
    )
    return result.stdout.decode() + result.stderr.decode()
