from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from claude_tray.core.status import Severity, assess_account
from claude_tray.server.monitoring import format_assessments
from tests.support.assessment_states import NOW, STATES

if TYPE_CHECKING:
    from tests.support.assessment_states import AssessmentState


_SAMPLE = re.compile(r"(\w+)\{(.*)\} (\S+)")
_LABEL = re.compile(r'(\w+)="([^"]*)"')


def _parse(state: AssessmentState) -> dict[tuple[str, ...], float]:
    """Return the values by name, and by limit or status."""
    assessment = assess_account(state.snapshot, state.account, NOW)
    values = {}
    for line in format_assessments([("a", assessment)], NOW):
        if not line.startswith("#"):
            match = _SAMPLE.fullmatch(line)
            assert match is not None
            labels = dict(_LABEL.findall(match[2]))
            assert labels.pop("account") == "a"
            values[match[1], *labels.values()] = float(match[3])
    return values


@pytest.mark.parametrize("state", STATES, ids=[s.name for s in STATES])
def test_metrics_are_those_of_every_surface(state: AssessmentState) -> None:
    assessment = assess_account(state.snapshot, state.account, NOW)

    values = _parse(state)

    severity = list(Severity).index(state.severity)
    assert values["claude_account_severity", state.status.value] == severity
    for limit in assessment.limits:
        name = limit.usage.name
        assert values.get(("claude_limit_used_percent", name)) == (
            limit.usage.percent
        )
        runs_out = values.get(("claude_limit_runs_out_seconds", name))
        assert (runs_out is None) == (limit.runs_out_at is None)
        if runs_out is not None and limit.runs_out_at is not None:
            left = (limit.runs_out_at - NOW).total_seconds()
            assert abs(runs_out - left) < 1
    binding = [v for k, v in values.items() if "binding" in k[0]]
    expected = assessment.binding.usage.percent if assessment.binding else None
    assert binding == ([] if expected is None else [expected])
