"""How forwarding stands, and what would be sent."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from claude_tray.app.sync_control import load_sync_config
from claude_tray.cli.output import print_json
from claude_tray.core.time import format_iso_ms, from_epoch_ms
from claude_tray.errors import SyncError
from claude_tray.store.connection import Reader
from claude_tray.store.outbox import (
    count_pending,
    list_quarantined,
    load_destination,
)
from claude_tray.sync.client import current_time_ms
from claude_tray.sync.dry_run import preview_requests
from claude_tray.sync.receiver import DestinationStatus
from claude_tray.sync.request import ReceiverKind
from claude_tray.sync.retry import remaining_backoff

if TYPE_CHECKING:
    from claude_tray.app.context import AppContext
    from claude_tray.store.connection import Writer
    from claude_tray.store.outbox import Destination, QuarantinedRow


_MAX_SKEW_MS: Final = 120_000
_MAX_SHOWN: Final = 10
_RECEIVER_KIND_TEXTS: Final = {
    "": "not asked yet",
    ReceiverKind.INCREMENTAL: "takes changes",
    ReceiverKind.REPLACING: "takes whole sessions",
}


def show_sync_status(
    context: AppContext, writer: Writer, *, is_json: bool
) -> int:
    """Show how forwarding stands; 0 if it works or is off."""
    try:
        url, problem = load_sync_config(context, writer).endpoint.url, ""
    except SyncError as error:
        url, problem = "", f"{error.summary} {error.hint}".strip()
    destination = load_destination(writer, url)
    quarantined = list_quarantined(writer, url)
    pending_count = count_pending(writer, url, destination.acked_seq)
    values = _build_sync_status_json(
        context, destination, pending_count, quarantined
    )
    if is_json:
        print_json(values | ({"problem": problem} if problem else {}))
    else:
        for line in _format_lines(values, destination, problem, quarantined):
            print(line)
    return 0


def show_dry_run(context: AppContext, writer: Writer, *, is_json: bool) -> int:
    """Show the requests that would be sent, and to where."""
    config = load_sync_config(context, writer)
    started_ms = current_time_ms()
    printed: list[Any] = []
    for body in preview_requests(Reader(writer), config, lambda: started_ms):
        request = json.loads(body)
        if is_json:
            printed.append(
                {"url": config.endpoint.agent_sync_url, "body": request}
            )
            continue
        print(f"POST {config.endpoint.agent_sync_url}")
        text = json.dumps(request, indent=2, ensure_ascii=False)
        print(text)
        printed.append(None)
    if is_json:
        print_json(printed)
    elif not printed:
        print(f"Nothing waits for {config.endpoint.agent_sync_url}.")
    return 0


def _build_sync_status_json(
    context: AppContext,
    destination: Destination,
    pending_count: int,
    quarantined: list[QuarantinedRow],
) -> dict[str, Any]:
    return {
        "url": destination.url or None,
        "enabled": context.settings.sync_enabled,
        "state": destination.status,
        "reason": destination.reason,
        "kind": destination.kind or None,
        "last_ok_at": _format_iso(destination.last_ok_ms),
        "failing_since": _format_iso(destination.failing_since_ms),
        "not_before": _format_iso(destination.not_before_ms or None),
        "clock_skew_ms": destination.clock_skew_ms,
        "waiting": pending_count,
        "quarantined": [
            {
                "message_id": row.message_id,
                "code": row.code,
                "detail": row.detail,
                "at": _format_iso(row.at_ms),
            }
            for row in quarantined
        ],
    }


def _format_lines(
    values: dict[str, Any],
    destination: Destination,
    problem: str,
    quarantined: list[QuarantinedRow],
) -> list[str]:
    switch = "on" if values["enabled"] else "off (sync.enabled)"
    rows = [
        f"  {row.message_id or row.key}: {row.code} {row.detail}".rstrip()
        for row in quarantined[:_MAX_SHOWN]
    ]
    more = len(quarantined) - len(rows)
    return [
        f"Address    {destination.url or problem}",
        f"Receiver   {_RECEIVER_KIND_TEXTS[destination.kind]}",
        f"Tray       {switch}",
        f"State      {_format_state(destination)}",
        f"Last sync  {_format_local_time(destination.last_ok_ms)}",
        f"Waiting    {values['waiting']}",
        f"Quarantine {len(quarantined)}",
        *rows,
        *([f"  and {more} more"] if more else []),
        *_format_clock_skew(destination),
    ]


def _format_state(destination: Destination) -> str:
    if destination.status == DestinationStatus.OK:
        return "ok"
    text = f"{destination.status}: {destination.reason}"
    seconds = remaining_backoff(destination.not_before_ms, current_time_ms())
    if not seconds:
        return text
    return f"{text}; again at {_format_local_time(destination.not_before_ms)}"


def _format_clock_skew(destination: Destination) -> list[str]:
    skew = destination.clock_skew_ms or 0
    if abs(skew) <= _MAX_SKEW_MS:
        return []
    side = "ahead of" if skew > 0 else "behind"
    seconds = abs(skew) // 1000
    return [f"Clock      {seconds} s {side} the server's: set it"]


def _format_iso(at_ms: int | None) -> str | None:
    return None if at_ms is None else format_iso_ms(at_ms)


def _format_local_time(at_ms: int | None) -> str:
    if at_ms is None:
        return "never"
    local_time = from_epoch_ms(at_ms).astimezone()
    return f"{local_time:%Y-%m-%d %H:%M:%S}"
