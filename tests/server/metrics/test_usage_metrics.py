from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from claude_tray.core.status import AccountStatus, Severity, assess_account
from claude_tray.presentation.status_text import StatusDescription
from claude_tray.protocol.metrics import MetricSamples
from claude_tray.server.accounts.models import TokenScope
from claude_tray.server.metrics.exposition import expose_samples
from claude_tray.server.metrics.usage_metrics import (
    add_accounts,
    collect_all_samples,
)
from claude_tray.server.usage.assessments import AssessedAccount
from tests.support.assessment_states import NOW as STATE_NOW
from tests.support.assessment_states import STATES
from tests.support.prometheus import find_lint_errors, parse_metrics
from tests.support.request_json import make_request, make_row
from tests.support.server_api import (
    ApiClient,
    create_access_token,
    create_device_token,
    create_token,
)

if TYPE_CHECKING:
    from claude_tray.server.accounts.models import User
    from tests.support.assessment_states import AssessmentState


SONNET = "claude-sonnet-4-20250514"


def get_now() -> datetime:
    """Return the current time: a run of all tests takes many minutes."""
    return datetime.now(UTC)


def send(user: User, *rows: dict[str, Any], **agent: Any) -> None:
    body = make_request(*rows, **agent)
    response = ApiClient(create_device_token(user)).post("agent-sync/", body)
    assert response.status == 200, response.body


def scrape(user: User) -> str:
    response = ApiClient(create_access_token(user)).get("/metrics")
    assert response.status == 200
    text = response.body.decode()
    assert isinstance(text, str)
    return text


def select(text: str, name: str) -> dict[tuple[str, ...], float]:
    """Return the values of one metric by its labels' values."""
    return {
        tuple(value for _, value in sorted(labels)): value
        for (found, labels), value in parse_metrics(text).items()
        if found == name
    }


@pytest.mark.parametrize(
    "state",
    [s for s in STATES if s.account],
    ids=[s.name for s in STATES if s.account],
)
def test_metrics_are_those_of_every_surface(state: AssessmentState) -> None:
    assert state.account is not None
    assessment = assess_account(state.snapshot, state.account, STATE_NOW)
    samples = MetricSamples()
    words = StatusDescription(assessment.status, "", "")

    add_accounts(
        samples, [AssessedAccount("a", state.account, assessment, words)]
    )

    text = expose_samples(samples).body.decode()
    severity = list(Severity).index(state.severity)
    assert select(text, "claude_account_severity") == {("a",): severity}
    statuses = select(text, "claude_account_status")
    assert {s for s in AccountStatus if statuses["a", s.value]} == {
        state.status
    }
    used = select(text, "claude_limit_used_ratio")
    runs_out = select(text, "claude_limit_runs_out_timestamp_seconds")
    for limit in assessment.limits:
        labels, percent = ("a", limit.usage.name), limit.usage.percent
        ratio = None if percent is None else pytest.approx(percent / 100)
        assert used.get(labels) == ratio
        at = limit.runs_out_at
        assert runs_out.get(labels) == (at.timestamp() if at else None)
    binding = select(text, "claude_limit_binding")
    found = assessment.binding
    expected = {("a", found.usage.name)} if found else set()
    assert {labels for labels, value in binding.items() if value} == expected


def test_a_user_sees_usage_windows_and_machines(ana: User) -> None:
    rows = [
        make_row(
            get_now() - timedelta(minutes=20 + n),
            f"m{n}",
            SONNET,
            input_tokens=100,
            output_tokens=50,
            cache_read_input_tokens=20,
        )
        for n in range(4)
    ]
    send(
        ana,
        *rows,
        machine_name="laptop",
        account="a",
        as_of=get_now().isoformat(),
    )

    text = scrape(ana)

    tokens = select(text, "claude_tokens")
    assert tokens["input", SONNET] == 400
    # 400 at $3, 200 at $15, 80 at $0.30 a million.
    assert select(text, "claude_cost_usd") == {(SONNET,): 0.004224}
    assert select(text, "claude_window_cost_usd") == {("a",): 0.004224}
    start = select(text, "claude_window_start_timestamp_seconds")["a",]
    assert start == pytest.approx(
        (get_now() - timedelta(minutes=23)).timestamp(), abs=60
    )
    end = select(text, "claude_window_end_timestamp_seconds")["a",]
    assert end - start == 5 * 3600
    synced = select(text, "claude_machine_last_sync_timestamp_seconds")
    assert synced["m1", "laptop"] == pytest.approx(
        get_now().timestamp(), abs=120
    )
    # 600 tokens within the last 30 minutes, of which 23 have passed.
    burn = select(text, "claude_burn_rate_tokens_per_second")["a",]
    assert burn == pytest.approx(600 / (23 * 60), rel=0.05)
    assert find_lint_errors(text) == ""


@pytest.mark.parametrize(
    ("scope", "statuses"),
    [
        (TokenScope.METRICS, (200, 403)),
        (TokenScope.READ, (200, 200)),
        (TokenScope.SEND, (403, 403)),
    ],
)
def test_tokens_read_what_their_scope_says(
    ana: User, scope: TokenScope, statuses: tuple[int, int]
) -> None:
    client = ApiClient(create_token(ana, scope))

    answers = (client.get("/metrics"), client.get("accounts/"))

    assert tuple(answer.status for answer in answers) == statuses


def test_responses_are_not_shown_to_users(ana: User) -> None:
    assert "claude_tray_http" not in scrape(ana)


def test_names_that_occur_twice_are_no_repeated_series(ana: User) -> None:
    for number, speed in enumerate(("standard", "fast")):
        row = make_row(get_now() - timedelta(minutes=9), f"m{number}", SONNET)
        row["message"]["usage"]["speed"] = speed
        send(
            ana,
            row,
            session=f"s{number}",
            machine_id=f"id-{number}",
            machine_name="raspberrypi",
        )

    text = scrape(ana)

    assert len(select(text, "claude_machine_revoked")) == 2
    assert select(text, "claude_messages") == {(SONNET,): 2}
    assert find_lint_errors(text) == ""


def test_an_unknown_price_is_counted_beside_the_known_cost(ana: User) -> None:
    send(
        ana,
        make_row(
            get_now() - timedelta(minutes=9), "m1", SONNET, input_tokens=1000
        ),
        make_row(get_now() - timedelta(minutes=8), "m2", "acme-1"),
    )

    text = scrape(ana)

    assert select(text, "claude_cost_usd") == {
        # 1,000 at $3 and 1 at $15 a million.
        (SONNET,): 0.003015,
        ("acme-1",): 0,
    }
    assert select(text, "claude_unpriced_messages")["acme-1",] == 1


def test_all_users_are_told_apart(ana: User, bob: User) -> None:
    for user in (ana, bob):
        send(user, make_row(get_now() - timedelta(minutes=9), "m1", SONNET))
    bob.is_active = False
    bob.save()

    text = expose_samples(collect_all_samples(get_now())).body.decode()

    users = {labels[-1] for labels in select(text, "claude_messages")}
    assert ana.username in users
    assert bob.username not in users
    assert find_lint_errors(text) == ""
