"""
Define the JSON that the user's own notification command gets.

Hidden characters are shown, because names come from folders and are printed.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, TypedDict

from claude_tray.core.cost import NanoUsd, format_usd
from claude_tray.core.limits import LimitKind
from claude_tray.core.notifications.model import Notification, NotificationKind
from claude_tray.core.time import from_epoch_ms
from claude_tray.text import make_visible

if TYPE_CHECKING:
    from datetime import datetime, tzinfo


EVENT_VERSION: Final = 1
# Kinds about a limit. All of them have a reset, and all but the last a
# percentage.
_LIMIT_KINDS: Final = frozenset(
    {
        NotificationKind.LIMIT,
        NotificationKind.WEEK_LIMIT,
        NotificationKind.MODEL_LIMIT,
        NotificationKind.USED_AGAIN,
        NotificationKind.RUN_OUT,
        NotificationKind.WEEK_AGAIN,
        NotificationKind.USED,
        NotificationKind.WEEK,
        NotificationKind.WEEK_RUN_OUT,
        NotificationKind.READY,
    }
)
_BLOCK_KINDS: Final = frozenset(
    {
        NotificationKind.LIMIT,
        NotificationKind.WEEK_LIMIT,
        NotificationKind.MODEL_LIMIT,
    }
)
_RUN_OUT_KINDS: Final = frozenset(
    {NotificationKind.RUN_OUT, NotificationKind.WEEK_RUN_OUT}
)


class NotificationEvent(TypedDict):
    """
    A notification as the user's command reads it from its standard input.

    Times are ISO 8601 with the offset of the local time zone, amounts decimal
    numbers as strings. None is what the kind has not, or what is unknown.

    `kind` is that of `NotificationKind`. `limit` is a `LimitKind`, and `scope`
    the readable name of its model, surface or budget. `percent` is used, 0 to
    100. `resets_at` has passed if the kind is "ready". `runs_out_at` is the
    time at which the limit is reached at the current pace. `urgent` stays on
    the screen. `test` is true if `claude-tray notify` made it up.
    """

    version: int
    kind: str
    title: str
    body: str
    urgent: bool
    test: bool
    sent_at: str
    account: str | None
    limit: str | None
    scope: str | None
    percent: float | None
    resets_at: str | None
    runs_out_at: str | None
    spent_usd: str | None
    budget_usd: str | None


def build_notification_event(
    notification: Notification,
    texts: tuple[str, str],
    now: datetime,
    zone: tzinfo | None = None,
    *,
    is_test: bool = False,
) -> NotificationEvent:
    """
    Build the JSON of a notification.

    Args:
        notification: What is announced.
        texts: Its title and body, as they are shown.
        now: Current time.
        zone: Zone of its times; None is the machine's own.
        is_test: It is made up.
    """
    title, body = texts
    kind, limit = notification.kind, notification.limit
    is_limit = kind in _LIMIT_KINDS
    is_budget = kind is NotificationKind.BUDGET
    limit_kind = limit.kind if limit else LimitKind.FIVE_HOUR
    return NotificationEvent(
        version=EVENT_VERSION,
        kind=kind.value,
        title=make_visible(title),
        body=make_visible(body, keep="\n"),
        urgent=kind.rules.is_urgent,
        test=is_test,
        sent_at=_format_local(now, zone),
        account=make_visible(notification.name) or None,
        limit=limit_kind.value if is_limit else None,
        scope=make_visible(limit.scope if limit else "") or None,
        percent=round(notification.percent, 1)
        if is_limit and kind is not NotificationKind.READY
        else None,
        resets_at=_format_ms(_get_reset_ms(notification), zone)
        if is_limit or is_budget
        else None,
        runs_out_at=_format_ms(notification.at_ms, zone)
        if kind in _RUN_OUT_KINDS
        else None,
        spent_usd=format_usd(NanoUsd(notification.spent))
        if is_budget
        else None,
        budget_usd=format_usd(NanoUsd(notification.budget))
        if is_budget
        else None,
    )


def _get_reset_ms(notification: Notification) -> int | None:
    """Return the reset; None for a block with an assumed end."""
    limit = notification.limit
    is_block = notification.kind in _BLOCK_KINDS
    if is_block and limit is not None and limit.until is None:
        return None
    return notification.reset_ms


def encode_notification_event(event: NotificationEvent) -> bytes:
    """Return the event as one line of JSON."""
    return json.dumps(event, ensure_ascii=False).encode() + b"\n"


def _format_ms(at_ms: int | None, zone: tzinfo | None) -> str | None:
    return None if at_ms is None else _format_local(from_epoch_ms(at_ms), zone)


def _format_local(at: datetime, zone: tzinfo | None) -> str:
    return at.astimezone(zone).isoformat(timespec="seconds")
