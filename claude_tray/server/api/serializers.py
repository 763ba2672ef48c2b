"""Convert values of the queries to wire types and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from django.utils.functional import Promise
from rest_framework.renderers import JSONRenderer

from claude_tray.core.pricing import format_usd
from claude_tray.core.time import format_iso, format_iso_ms
from claude_tray.protocol.usage_api import (
    build_token_counts,
    build_usage_sums,
    build_usage_totals,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from claude_tray.core.totals import Totals
    from claude_tray.protocol import server_api as server_wire
    from claude_tray.protocol import usage_api as wire
    from claude_tray.server.usage.queries.listings import (
        AccountUsage,
        MachineUsage,
        ModelUsage,
        ProjectUsage,
        SessionRecord,
        SessionUsage,
    )
    from claude_tray.server.usage.queries.machines import MachineInfo


def serialize_project(usage: ProjectUsage) -> wire.ProjectItem:
    return {
        "name": usage.name,
        "path": usage.path,
        "total_sessions": usage.sessions,
        **build_usage_totals(usage.totals),
        "first_message_at": _format_epoch_ms(usage.first_ms),
        "last_message_at": _format_epoch_ms(usage.last_ms),
    }


def serialize_session(usage: SessionUsage) -> wire.SessionItem:
    return {
        "session_id": usage.session_id,
        "project": usage.project,
        **build_usage_totals(usage.totals),
        "models": list(usage.models),
        "machines": list(usage.machines),
        "first_message_at": _format_epoch_ms(usage.first_ms),
        "last_message_at": _format_epoch_ms(usage.last_ms),
    }


def serialize_message(record: SessionRecord) -> wire.MessageItem:
    """Convert a record; the server does not store its IDs."""
    return {
        "timestamp": format_iso_ms(record.at_ms),
        "message_id": "",
        "request_id": "",
        "model": record.model,
        **build_token_counts(record.tokens),
        "cost_usd": format_usd(record.cost),
    }


def serialize_model(usage: ModelUsage) -> wire.ModelItem:
    return {"model": usage.name, **build_usage_sums(usage.totals)}


def serialize_machine_usage(usage: MachineUsage) -> wire.ProjectMachineItem:
    tokens = usage.totals.tokens
    return {
        "machine_id": usage.machine_id,
        "name": usage.name,
        "total_messages": usage.totals.messages,
        "total_tokens": tokens.input + tokens.output,
    }


def serialize_machine(info: MachineInfo) -> server_wire.MachineState:
    return {
        "machine_id": info.machine_id,
        "name": info.name,
        "version": info.version,
        "last_sync_at": format_timestamp(info.last_sync_at),
        "as_of": format_timestamp(info.as_of),
        "clock_skew_ms": info.clock_skew_ms,
        "is_revoked": info.revoked_at is not None,
    }


def serialize_account(usage: AccountUsage) -> server_wire.AccountItem:
    return {
        "account": usage.key,
        **build_usage_sums(usage.totals),
        "last_message_at": _format_epoch_ms(usage.last_ms),
    }


def serialize_day(date: date, totals: Totals) -> wire.DayItem:
    return {"date": date.isoformat(), **build_usage_sums(totals)}


def serialize_bucket(
    start_ms: int, totals: Totals
) -> server_wire.TimeseriesPoint:
    return {"start": format_iso_ms(start_ms), **build_usage_sums(totals)}


def format_timestamp(at: datetime | None) -> str | None:
    """Format a time in UTC, as "2026-03-01T14:05:00.000Z"; keep None."""
    return None if at is None else format_iso(at)


def _format_epoch_ms(at_ms: int | None) -> str | None:
    return None if at_ms is None else format_iso_ms(at_ms)


class MsgspecJsonRenderer(JSONRenderer):
    """Encode JSON ten times as fast as the standard library."""

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,  # noqa: ARG002
        renderer_context: Mapping[str, Any] | None = None,  # noqa: ARG002
    ) -> bytes:
        if data is None:
            return b""
        return msgspec.json.encode(data, enc_hook=_to_plain)


def _to_plain(value: object) -> object:
    """Convert the string and list types of REST framework's errors."""
    if isinstance(value, Promise | str):
        return str(value)
    if isinstance(value, list):
        return list(value)
    return dict(value)  # type: ignore[call-overload]
