"""GET /metrics: limits and cost for Prometheus, one's own only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.views import APIView

from claude_tray.domain.price import NANO_USD_PER_USD
from claude_tray.server.accounts.person import person_of
from claude_tray.server.middleware.counting import counted
from claude_tray.server.usage.queries import listings, machines, windows
from claude_tray.server.usage.queries.filters import Filters

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from rest_framework.request import Request

    from claude_tray.domain.totals import Totals

_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_KINDS: Final = (
    "input",
    "output",
    "cache_write_5m",
    "cache_write_1h",
    "cache_read",
)


class MetricsView(APIView):
    """What one's own usage amounts to, and how this process answers."""

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponse:
        now, user = timezone.now(), person_of(request).pk
        lines = [
            *_usage(user),
            *_windows(user, now),
            *_machines(user, now),
            *_answers(),
        ]
        return HttpResponse("\n".join(lines) + "\n", content_type=_TYPE)


def _usage(user: int) -> Iterator[str]:
    name = "claude_tokens_total"
    yield from _head(name, "counter", "Tokens by model and kind.")
    models = listings.models(Filters(user))
    for use in models:
        for kind, count in zip(_KINDS, use.totals.tokens, strict=True):
            yield _line(name, count, model=use.name, kind=kind)
    name = "claude_cost_usd_total"
    yield from _head(name, "counter", "List-price equivalent by model.")
    for use in models:
        yield from _cost(name, use.totals, model=use.name)
    name = "claude_messages_total"
    yield from _head(name, "counter", "Replies by model.")
    for use in models:
        yield _line(name, use.totals.messages, model=use.name)


def _windows(user: int, now: datetime) -> Iterator[str]:
    states = windows.states(user, now)
    name = "claude_window_seconds_left"
    yield from _head(name, "gauge", "Until the 5-hour window resets.")
    for state in states:
        if window := state.profile.window:
            left = int((window.end - now).total_seconds())
            yield _line(name, left, account=state.key)
    name = "claude_window_cost_usd"
    yield from _head(name, "gauge", "List-price equivalent of the window.")
    for state in states:
        if window := state.profile.window:
            yield from _cost(name, window.totals, account=state.key)
    name = "claude_limit_used_percent"
    yield from _head(name, "gauge", "As Claude Code told it.")
    for state in states:
        profile = state.profile
        for used in (profile.used, *profile.weekly):
            if used is not None:
                labels = {"account": state.key, "limit": used.name}
                yield _line(name, used.percent, **labels)


def _machines(user: int, now: datetime) -> Iterator[str]:
    name = "claude_machine_last_sync_seconds"
    yield from _head(name, "gauge", "Since a machine sent last.")
    for machine in machines.listing(user):
        if machine.last_sync_at is not None:
            ago = int((now - machine.last_sync_at).total_seconds())
            yield _line(name, ago, machine=machine.name or machine.machine_id)


def _answers() -> Iterator[str]:
    name = "claude_tray_http_answers_total"
    yield from _head(name, "counter", "Answers of this process.")
    for (method, status), count in sorted(counted().items()):
        yield _line(name, count, method=method, status=str(status))


def _cost(name: str, totals: Totals, **labels: str) -> Iterable[str]:
    """Give out a cost, unless any part of it is unknown."""
    if totals.cost is not None:
        yield _line(name, totals.cost / NANO_USD_PER_USD, **labels)


def _head(name: str, kind: str, text: str) -> tuple[str, str]:
    return f"# HELP {name} {text}", f"# TYPE {name} {kind}"


def _line(name: str, value: float, **labels: str) -> str:
    told = ",".join(f'{k}="{_quoted(v)}"' for k, v in labels.items())
    return f"{name}{{{told}}} {value}"


def _quoted(text: str) -> str:
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    return text.replace("\n", "\\n")
