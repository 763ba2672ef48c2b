"""Values of the queries as the wire has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.domain.price import dollars
from claude_tray.wire.sums import sums_of, tokens_of, totals_of
from claude_tray.wire.timestamps import iso, iso_of

if TYPE_CHECKING:
    from datetime import date, datetime

    from claude_tray.domain.totals import Totals
    from claude_tray.server.usage.queries.listings import (
        AccountUse,
        MachineUse,
        ModelUse,
        ProjectUse,
        SessionUse,
    )
    from claude_tray.server.usage.queries.machines import MachineInfo
    from claude_tray.server.usage.queries.messages import Reply
    from claude_tray.wire import server_api as server_wire
    from claude_tray.wire import usage_api as wire


def project(use: ProjectUse) -> wire.ProjectRow:
    return {
        "name": use.name,
        "path": use.path,
        "total_sessions": use.sessions,
        **totals_of(use.totals),
        "first_message_at": _time(use.first_ms),
        "last_message_at": _time(use.last_ms),
    }


def session(use: SessionUse) -> wire.SessionRow:
    return {
        "session_id": use.session_id,
        "project": use.project,
        **totals_of(use.totals),
        "models": list(use.models),
        "machines": list(use.machines),
        "first_message_at": _time(use.first_ms),
        "last_message_at": _time(use.last_ms),
    }


def message(reply: Reply) -> wire.MessageRow:
    """Return a reply; its ids are not kept by a server."""
    return {
        "timestamp": iso_of(reply.at_ms),
        "message_id": "",
        "request_id": "",
        "model": reply.model,
        **tokens_of(reply.tokens),
        "cost_usd": dollars(reply.cost),
    }


def model(use: ModelUse) -> wire.ModelRow:
    return {"model": use.name, **sums_of(use.totals)}


def machine_share(use: MachineUse) -> wire.MachineRow:
    tokens = use.totals.tokens
    return {
        "machine_id": use.machine_id,
        "name": use.name,
        "total_messages": use.totals.messages,
        "total_tokens": tokens.input + tokens.output,
    }


def machine(info: MachineInfo) -> server_wire.MachineState:
    return {
        "machine_id": info.machine_id,
        "name": info.name,
        "version": info.version,
        "last_sync_at": moment(info.last_sync_at),
        "as_of": moment(info.as_of),
        "clock_skew_ms": info.clock_skew_ms,
        "is_revoked": info.revoked_at is not None,
    }


def account(use: AccountUse) -> server_wire.AccountRow:
    return {
        "account": use.key,
        **sums_of(use.totals),
        "last_message_at": _time(use.last_ms),
    }


def day(date: date, totals: Totals) -> wire.DayRow:
    return {"date": date.isoformat(), **sums_of(totals)}


def bucket(start_ms: int, totals: Totals) -> server_wire.Bucket:
    return {"start": iso_of(start_ms), **sums_of(totals)}


def moment(at: datetime | None) -> str | None:
    """Return a moment in UTC with Z, None for none."""
    return None if at is None else iso(at)


def _time(at_ms: int | None) -> str | None:
    return None if at_ms is None else iso_of(at_ms)
