from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from claude_tray.core.limits import LimitKind
from claude_tray.core.notifications.model import Notification, NotificationKind
from claude_tray.core.notifications.samples import build_sample
from claude_tray.core.snapshot import BlockingLimit
from claude_tray.core.time import to_epoch_ms
from claude_tray.presentation.context import ViewContext
from claude_tray.presentation.notification_text import format_notification
from claude_tray.protocol.notification_event import (
    NotificationEvent,
    build_notification_event,
    encode_notification_event,
)
from tests.support.builders import at

if TYPE_CHECKING:
    from datetime import datetime

BERLIN = ZoneInfo("Europe/Berlin")
# The clock of Berlin goes back at 03:00 in the night of this day.
BEFORE_CHANGE = at("12:00").replace(month=10, day=24, year=2026)


def _build(
    notification: Notification, now: datetime = BEFORE_CHANGE
) -> NotificationEvent:
    return build_notification_event(notification, ("T", "B"), now, BERLIN)


def test_times_have_the_offset_of_their_own_day() -> None:
    reset = BEFORE_CHANGE + timedelta(days=2)
    notification = Notification(
        NotificationKind.WEEK,
        "/home/ana/.claude-work",
        "work",
        to_epoch_ms(reset),
        80.04,
        limit=BlockingLimit(reset, LimitKind.SEVEN_DAY),
    )

    event = _build(notification)

    assert event["sent_at"] == "2026-10-24T14:00:00+02:00"
    assert event["resets_at"] == "2026-10-26T13:00:00+01:00"
    assert (event["limit"], event["scope"]) == ("seven_day", None)
    assert (event["account"], event["percent"]) == ("work", 80.0)
    assert "/home" not in json.dumps(event)


def test_a_block_without_a_known_end_has_no_reset() -> None:
    notification = Notification(
        NotificationKind.MODEL_LIMIT,
        reset_ms=to_epoch_ms(BEFORE_CHANGE),
        percent=100.0,
        limit=BlockingLimit(None, LimitKind.MODEL, "Opus"),
    )

    event = _build(notification)

    assert event["resets_at"] is None
    assert (event["limit"], event["scope"]) == ("model", "Opus")


def test_names_cannot_act_on_a_terminal() -> None:
    name = "\x1b[31m\ud800\N{RIGHT-TO-LEFT OVERRIDE}"
    notification = Notification(
        NotificationKind.MODEL_LIMIT,
        name=name,
        limit=BlockingLimit(None, LimitKind.MODEL, name),
    )

    event = build_notification_event(
        notification, (name, f"a\n{name}"), BEFORE_CHANGE, BERLIN
    )

    shown = "␛[31m\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}"
    assert event["account"] == event["scope"] == event["title"] == shown
    assert event["body"] == f"a\n{shown}"
    assert shown.encode() in encode_notification_event(event)


def test_a_reset_limit_has_no_percentage() -> None:
    notification = Notification(
        NotificationKind.READY, reset_ms=to_epoch_ms(BEFORE_CHANGE)
    )

    event = _build(notification)

    assert event["percent"] is None
    assert event["resets_at"] == "2026-10-24T14:00:00+02:00"


@pytest.mark.parametrize("kind", NotificationKind)
def test_every_kind_is_one_line_with_all_fields(
    kind: NotificationKind,
) -> None:
    reset = BEFORE_CHANGE + timedelta(hours=3)
    sample = build_sample(kind, BEFORE_CHANGE, reset)
    texts = format_notification(sample, ViewContext(BEFORE_CHANGE))
    event = build_notification_event(sample, texts, BEFORE_CHANGE, BERLIN)

    line = encode_notification_event(event)

    assert line.count(b"\n") == 1
    assert json.loads(line) == event
    assert set(event) == set(NotificationEvent.__annotations__)
    assert event["title"]
    assert event["body"]
    assert (event["spent_usd"] is not None) == (
        kind is NotificationKind.BUDGET
    )
    assert (event["runs_out_at"] is not None) == (
        kind in {NotificationKind.RUN_OUT, NotificationKind.WEEK_RUN_OUT}
    )
