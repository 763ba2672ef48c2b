"""GET /readyz and GET /metrics: readiness and Prometheus metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from claude_tray.core.cost import NANO_USD_PER_USD, Totals
from claude_tray.core.snapshot import Snapshot
from claude_tray.core.status import (
    Assessment,
    LimitProjection,
    Severity,
    assess_account,
)
from claude_tray.core.usage import TOKEN_KINDS
from claude_tray.protocol.server_api import ReadinessStatus
from claude_tray.server.accounts.permissions import require_user
from claude_tray.server.api.openapi import describe_endpoint
from claude_tray.server.errors import DatabaseUnavailableError
from claude_tray.server.middleware import get_response_counts
from claude_tray.server.usage.queries import machines
from claude_tray.server.usage.queries.account_states import (
    StoredAccountState,
    list_account_states,
    load_assessed_account,
)
from claude_tray.server.usage.queries.filters import Filters
from claude_tray.server.usage.queries.listings import list_model_usage
from claude_tray.server.usage.server_identity import check_writable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from rest_framework.request import Request


class ReadyView(APIView):
    """Ready once all migrations are applied and the database is writable."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = ()

    @describe_endpoint(
        "ready", ReadinessStatus, is_public=True, error_statuses=(507,)
    )
    def get(self, request: Request) -> Response:  # noqa: ARG002
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            raise DatabaseUnavailableError(is_disk_full=False)
        check_writable()
        body: ReadinessStatus = {"status": "ready"}
        return Response(body)


_CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


class MetricsView(APIView):
    """The user's own usage, and the response counts of this process."""

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponse:
        now, user = timezone.now(), require_user(request).pk
        accounts = list_account_states(user, now)
        lines = [
            *_format_usage(user),
            *_format_windows(accounts, now),
            *_format_limits(accounts, now),
            *_format_machines(user, now),
            *_format_request_counts(),
        ]
        return HttpResponse(
            "\n".join(lines) + "\n", content_type=_CONTENT_TYPE
        )


def _format_usage(user: int) -> Iterator[str]:
    name = "claude_tokens_total"
    yield from _format_header(name, "counter", "Tokens by model and kind.")
    models = list_model_usage(Filters(user))
    for usage in models:
        for kind, count in zip(TOKEN_KINDS, usage.totals.tokens, strict=True):
            yield _format_sample(name, count, model=usage.name, kind=kind.name)
    name = "claude_cost_usd_total"
    yield from _format_header(
        name, "counter", "List-price equivalent by model."
    )
    for usage in models:
        yield from _format_cost(name, usage.totals, model=usage.name)
    name = "claude_messages_total"
    yield from _format_header(name, "counter", "Responses by model.")
    for usage in models:
        yield _format_sample(name, usage.totals.messages, model=usage.name)


def _format_windows(
    accounts: Sequence[StoredAccountState], now: datetime
) -> Iterator[str]:
    name = "claude_window_seconds_left"
    yield from _format_header(
        name, "gauge", "Seconds until the 5-hour window resets."
    )
    for account in accounts:
        if window := account.snapshot.window:
            seconds_left = int((window.end - now).total_seconds())
            yield _format_sample(name, seconds_left, account=account.key)
    name = "claude_window_cost_usd"
    yield from _format_header(
        name, "gauge", "List-price equivalent of the window."
    )
    for account in accounts:
        if window := account.snapshot.window:
            yield from _format_cost(name, window.totals, account=account.key)


def _format_limits(
    accounts: Sequence[StoredAccountState], now: datetime
) -> Iterator[str]:
    assessed = []
    for account in accounts:
        state = load_assessed_account(account, now)
        snapshot = Snapshot(now, (state,), today=state.today)
        assessed.append((account.key, assess_account(snapshot, state, now)))
    yield from format_assessments(assessed, now)


def format_assessments(
    assessed: Sequence[tuple[str, Assessment]], now: datetime
) -> Iterator[str]:
    """Format the limits of accounts, given with their keys."""
    name = "claude_account_severity"
    yield from _format_header(
        name, "gauge", "0 is ok, 1 a warning, 2 critical; with the status."
    )
    for key, assessment in assessed:
        severity = _SEVERITIES.index(assessment.severity)
        status = assessment.status.value
        yield _format_sample(name, severity, account=key, status=status)
    for name, help_text, get_value in _LIMIT_METRICS:
        yield from _format_header(name, "gauge", help_text)
        for key, assessment in assessed:
            limits = assessment.limits
            if name in _BINDING_METRICS:
                limits = limits[:1]
            for limit in limits:
                value = get_value(limit, now)
                if value is not None:
                    labels = {"account": key, "limit": limit.usage.name}
                    yield _format_sample(name, value, **labels)


def _compute_seconds(at: datetime | None, now: datetime) -> int | None:
    return None if at is None else int((at - now).total_seconds())


_SEVERITIES: Final = tuple(Severity)
_BINDING_METRICS: Final = ("claude_binding_limit_used_percent",)
_LIMIT_METRICS: Final[
    tuple[
        tuple[str, str, Callable[[LimitProjection, datetime], float | None]],
        ...,
    ]
] = (
    (
        "claude_limit_used_percent",
        "Used percentage as reported by Claude Code.",
        lambda limit, _: limit.usage.percent,
    ),
    (
        "claude_binding_limit_used_percent",
        "Used percentage of the limit that is reached first.",
        lambda limit, _: limit.usage.percent,
    ),
    (
        "claude_limit_severity",
        "0 is ok, 1 a warning, 2 critical.",
        lambda limit, _: _SEVERITIES.index(limit.severity),
    ),
    (
        "claude_limit_reset_seconds",
        "Seconds until the reset.",
        lambda limit, now: _compute_seconds(limit.usage.resets_at, now),
    ),
    (
        "claude_limit_runs_out_seconds",
        "Seconds until 100 % at this pace, if before the reset.",
        lambda limit, now: _compute_seconds(limit.runs_out_at, now),
    ),
)


def _format_machines(user: int, now: datetime) -> Iterator[str]:
    name = "claude_machine_last_sync_seconds"
    yield from _format_header(
        name, "gauge", "Seconds since the last sync of a machine."
    )
    for machine in machines.list_machines(user):
        if machine.last_sync_at is not None:
            seconds_ago = int((now - machine.last_sync_at).total_seconds())
            yield _format_sample(
                name, seconds_ago, machine=machine.name or machine.machine_id
            )


def _format_request_counts() -> Iterator[str]:
    name = "claude_tray_http_answers_total"
    yield from _format_header(name, "counter", "Responses of this process.")
    for (method, status), count in sorted(get_response_counts().items()):
        yield _format_sample(name, count, method=method, status=str(status))


def _format_cost(name: str, totals: Totals, **labels: str) -> Iterable[str]:
    """Yield a cost, unless a part of it is unknown."""
    if totals.cost is not None:
        yield _format_sample(name, totals.cost / NANO_USD_PER_USD, **labels)


def _format_header(
    name: str, metric_type: str, help_text: str
) -> tuple[str, str]:
    return f"# HELP {name} {help_text}", f"# TYPE {name} {metric_type}"


def _format_sample(name: str, value: float, **labels: str) -> str:
    label_text = ",".join(
        f'{k}="{_escape_label(v)}"' for k, v in labels.items()
    )
    return f"{name}{{{label_text}}} {value}"


def _escape_label(text: str) -> str:
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    return text.replace("\n", "\\n")
