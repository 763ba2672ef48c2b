"""How forwarding stands, and what would be sent."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from claude_tray.cli.forwarding import plan_in
from claude_tray.cli.show import print_json
from claude_tray.errors import SyncError
from claude_tray.store import destinations, outbox
from claude_tray.store.connection import Reader
from claude_tray.sync.dispatch import Means, now_ms, work_of
from claude_tray.sync.patience import still_to_wait
from claude_tray.sync.policy import Kind, State
from claude_tray.sync.rehearsal import bodies
from claude_tray.wire.timestamps import iso_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.cli.context import Context
    from claude_tray.store.connection import Writer
    from claude_tray.store.destinations import Destination, SetAside

_SKEW_MS: Final = 120_000
_MOST_SHOWN: Final = 10
_KINDS: Final = {
    "": "not asked yet",
    Kind.CHANGES: "takes changes",
    Kind.SESSIONS: "takes whole sessions",
}


def status(context: Context, writer: Writer, *, is_json: bool) -> int:
    """Show how forwarding stands; 0 if it works or is off."""
    try:
        url, trouble = plan_in(context, writer).address.url, ""
    except SyncError as error:
        url, trouble = "", f"{error.summary} {error.hint}".strip()
    known = destinations.find(writer, url)
    aside = destinations.all_aside(writer, url)
    waiting = outbox.waiting(writer, url, known.acked_seq)
    told = _told(context, known, waiting, aside)
    if is_json:
        print_json(told | ({"problem": trouble} if trouble else {}))
    else:
        for line in _lines(told, known, trouble, aside):
            print(line)  # noqa: T201
    return 0


def dry_run(context: Context, writer: Writer, *, is_json: bool) -> int:
    """Show the requests that would be sent, and to where."""
    plan = plan_in(context, writer)
    moment = now_ms()
    means = Means(context.own.store, _keep_nothing, lambda: moment)
    shown: list[Any] = []
    for body in bodies(Reader(writer), work_of(plan, means)):
        request = json.loads(body)
        if is_json:
            shown.append({"url": plan.address.agent_sync, "body": request})
            continue
        print(f"POST {plan.address.agent_sync}")  # noqa: T201
        text = json.dumps(request, indent=2, ensure_ascii=False)
        print(text)  # noqa: T201
        shown.append(None)
    if is_json:
        print_json(shown)
    elif not shown:
        print(f"Nothing waits for {plan.address.agent_sync}.")  # noqa: T201
    return 0


def _keep_nothing(work: Callable[[Writer], None]) -> None:
    """Nothing is sent, so nothing is kept."""
    del work


def _told(
    context: Context,
    known: Destination,
    waiting: int,
    aside: list[SetAside],
) -> dict[str, Any]:
    return {
        "url": known.url or None,
        "enabled": context.settings.sync_enabled,
        "state": known.state,
        "reason": known.reason,
        "kind": known.kind or None,
        "last_ok_at": _iso(known.last_ok_ms),
        "failing_since": _iso(known.failing_since_ms),
        "not_before": _iso(known.not_before_ms or None),
        "clock_skew_ms": known.skew_ms,
        "waiting": waiting,
        "quarantined": [
            {
                "message_id": row.message_id,
                "code": row.code,
                "detail": row.detail,
                "at": _iso(row.at_ms),
            }
            for row in aside
        ],
    }


def _lines(
    told: dict[str, Any],
    known: Destination,
    trouble: str,
    aside: list[SetAside],
) -> list[str]:
    switch = "on" if told["enabled"] else "off (sync.enabled)"
    rest = [
        f"  {row.message_id or row.key}: {row.code} {row.detail}".rstrip()
        for row in aside[:_MOST_SHOWN]
    ]
    more = len(aside) - len(rest)
    return [
        f"Address    {known.url or trouble}",
        f"Receiver   {_KINDS[known.kind]}",
        f"Tray       {switch}",
        f"State      {_state(known)}",
        f"Last sync  {_local(known.last_ok_ms)}",
        f"Waiting    {told['waiting']}",
        f"Set aside  {len(aside)}",
        *rest,
        *([f"  and {more} more"] if more else []),
        *_clock(known),
    ]


def _state(known: Destination) -> str:
    if known.state == State.OK:
        return "ok"
    text = f"{known.state}: {known.reason}"
    wait = still_to_wait(known.not_before_ms, now_ms())
    if not wait:
        return text
    return f"{text}; again at {_local(known.not_before_ms)}"


def _clock(known: Destination) -> list[str]:
    skew = known.skew_ms or 0
    if abs(skew) <= _SKEW_MS:
        return []
    side = "ahead of" if skew > 0 else "behind"
    seconds = abs(skew) // 1000
    return [f"Clock      {seconds} s {side} the server's: set it"]


def _iso(at_ms: int | None) -> str | None:
    return None if at_ms is None else iso_of(at_ms)


def _local(at_ms: int | None) -> str:
    if at_ms is None:
        return "never"
    moment = datetime.fromtimestamp(at_ms / 1000, UTC).astimezone()
    return f"{moment:%Y-%m-%d %H:%M:%S}"
