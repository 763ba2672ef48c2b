"""Report the state of sync, and the requests of a dry run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from claude_tray.app.sync_control import load_sync_config
from claude_tray.cli.shared import format_json, print_json
from claude_tray.core.time import format_iso_ms, from_epoch_ms
from claude_tray.errors import SyncError, gettext_noop
from claude_tray.i18n.line_breaks import measure_cells, pad_cells
from claude_tray.i18n.translator import ENGLISH, Translator
from claude_tray.store.connection import Reader, Writer
from claude_tray.store.outbox import (
    Destination,
    QuarantinedRow,
    count_pending,
    list_quarantined,
    load_destination,
)
from claude_tray.sync import client, dry_run, retry
from claude_tray.sync.receiver import DestinationStatus
from claude_tray.sync.request import ReceiverKind
from claude_tray.text import make_visible

if TYPE_CHECKING:
    from claude_tray.app.context import AppContext


_MAX_SKEW_MS: Final = 120_000
_MAX_SHOWN: Final = 10
_RECEIVER_KIND_TEXTS: Final = {
    "": gettext_noop("unknown until the first sync"),
    ReceiverKind.INCREMENTAL: gettext_noop("accepts changes"),
    ReceiverKind.REPLACING: gettext_noop("accepts whole sessions"),
}
_STATUS_TEXTS: Final = {
    DestinationStatus.OK: gettext_noop("ok"),
    DestinationStatus.DELAYED: gettext_noop("delayed"),
    DestinationStatus.SIGN_IN: gettext_noop("authentication failed"),
    DestinationStatus.MISCONFIGURED: gettext_noop("misconfigured"),
}


def show_sync_status(
    context: AppContext, writer: Writer, *, is_json: bool
) -> int:
    """Print the state of sync; return 0 even if it fails."""
    translator = ENGLISH if is_json else context.translator
    translate = translator.catalog.gettext
    try:
        url, problem = load_sync_config(context, writer).endpoint.url, ""
    except SyncError as error:
        url, problem = "", error.describe(translate)
    destination = load_destination(writer, url)
    quarantined = list_quarantined(writer, url)
    pending_count = count_pending(writer, url, destination.acked_seq)
    values = _build_sync_status_json(
        context, destination, pending_count, quarantined
    )
    if is_json:
        print_json(values | ({"problem": problem} if problem else {}))
    else:
        rows = _build_report_rows(
            destination,
            pending_count,
            problem,
            is_on=context.settings.sync_enabled,
            translator=translator,
        )
        _print_rows(rows)
        _print_quarantined(quarantined, translator)
    return 0


def show_dry_run(context: AppContext, writer: Writer, *, is_json: bool) -> int:
    """Print the requests that a sync would send."""
    config = load_sync_config(context, writer)
    started_ms = client.current_time_ms()
    printed: list[Any] = []
    for body in dry_run.preview_requests(
        Reader(writer), config, lambda: started_ms
    ):
        request = json.loads(body)
        if is_json:
            printed.append(
                {"url": config.endpoint.agent_sync_url, "body": request}
            )
            continue
        print(f"POST {config.endpoint.agent_sync_url}")
        print(format_json(request, indent=2))
        printed.append(None)
    if is_json:
        print_json(printed)
    elif not printed:
        print(
            context.translator.gettext(
                "Nothing to send to {url}.", url=config.endpoint.agent_sync_url
            )
        )
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


def _build_report_rows(
    destination: Destination,
    pending_count: int,
    problem: str,
    *,
    is_on: bool,
    translator: Translator,
) -> list[tuple[str, str]]:
    """Return the label and the value of each line."""
    gettext = translator.gettext
    receiver = _RECEIVER_KIND_TEXTS[destination.kind]
    last_sync = _format_local_time(destination.last_ok_ms)
    rows = [
        (gettext("Address"), destination.url or problem),
        (gettext("Server"), gettext(receiver)),
        (
            gettext("Sync in the tray"),
            gettext("on") if is_on else gettext("off (sync.enabled)"),
        ),
        (gettext("State"), _format_state(destination, translator)),
        (gettext("Last sync"), last_sync or gettext("never")),
        (gettext("Pending"), translator.format_integer(pending_count)),
    ]
    if skew := _format_clock_skew(destination, translator):
        rows.append((gettext("Clock"), skew))
    return rows


def _print_rows(rows: list[tuple[str, str]]) -> None:
    width = max(measure_cells(label) for label, _ in rows)
    for label, value in rows:
        print(f"{pad_cells(label, width)}  {make_visible(value)}")


def _print_quarantined(
    quarantined: list[QuarantinedRow], translator: Translator
) -> None:
    print(
        translator.gettext(
            "Quarantined: {count}",
            count=translator.format_integer(len(quarantined)),
        )
    )
    for row in quarantined[:_MAX_SHOWN]:
        text = f"{row.message_id or row.key}: {row.code} {row.detail}"
        print(f"  {make_visible(text.rstrip())}")
    if (more := len(quarantined) - _MAX_SHOWN) > 0:
        print("  " + translator.gettext("and {count} more", count=more))


def _format_state(destination: Destination, translator: Translator) -> str:
    gettext = translator.gettext
    status = gettext(_STATUS_TEXTS[DestinationStatus(destination.status)])
    if destination.status == DestinationStatus.OK:
        return status
    text = f"{status}: {destination.reason}"
    seconds = retry.remaining_backoff(
        destination.not_before_ms, client.current_time_ms()
    )
    if not seconds:
        return text
    return gettext(
        "{problem}; next attempt at {time}",
        problem=text,
        time=_format_local_time(destination.not_before_ms),
    )


def _format_clock_skew(
    destination: Destination, translator: Translator
) -> str:
    skew = destination.clock_skew_ms or 0
    if abs(skew) <= _MAX_SKEW_MS:
        return ""
    seconds = abs(skew) // 1000
    if skew > 0:
        return translator.gettext(
            "{seconds} s ahead of the server: set it", seconds=seconds
        )
    return translator.gettext(
        "{seconds} s behind the server: set it", seconds=seconds
    )


def _format_iso(at_ms: int | None) -> str | None:
    return None if at_ms is None else format_iso_ms(at_ms)


def _format_local_time(at_ms: int | None) -> str:
    """Format a local date and time; empty for None."""
    if at_ms is None:
        return ""
    return f"{from_epoch_ms(at_ms).astimezone():%Y-%m-%d %H:%M:%S}"
