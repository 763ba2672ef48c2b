from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

import pytest

from claude_tray.errors import DesktopError
from claude_tray.platform.notifications.dbus import DBusNotificationSender
from claude_tray.platform.notifications.notifier import (
    DesktopNotification,
    Notifier,
)

if TYPE_CHECKING:
    from tests.support.session_bus import FakeNotificationServer


LIMIT: Final = DesktopNotification(
    "Limit", "<b>5 & 6</b>", "Show", is_urgent=True
)


def test_a_notification_is_shown_replaced_and_clicked(
    server: FakeNotificationServer,
) -> None:
    clicked = threading.Event()
    notifier = Notifier([lambda: DBusNotificationSender(clicked.set)])

    notifier.send(LIMIT)
    number, name, replaces, _, title, body, actions, hints, _ = (
        server.shown.get(timeout=10)
    )
    notifier.send(DesktopNotification("Ready", "again"))
    again = server.shown.get(timeout=10)
    server.click(number)

    assert clicked.wait(10)
    notifier.close()
    assert (name, replaces, title) == ("Claude Tray", 0, "Limit")
    assert body == "&lt;b&gt;5 &amp; 6&lt;/b&gt;"
    assert actions == ["default", "Show"]
    assert hints["urgency"] == ("y", 2)
    assert (again[0], again[2]) == (number, number)
    assert again[6] == []
    assert again[7]["urgency"] == ("y", 1)


def test_a_click_on_another_notification_is_ignored(
    server: FakeNotificationServer,
) -> None:
    clicks: list[None] = []
    sender = DBusNotificationSender(lambda: clicks.append(None))
    sender.send(LIMIT)

    server.click(99)
    sender.send(LIMIT)
    sender.close()

    assert clicks == []


def test_a_desktop_without_notifications_raises(bus: None) -> None:
    del bus
    sender = DBusNotificationSender(lambda: None)

    with pytest.raises(DesktopError, match="notification service failed"):
        sender.send(LIMIT)

    sender.close()


def test_a_missing_bus_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")

    with pytest.raises(DesktopError):
        DBusNotificationSender(lambda: None)
