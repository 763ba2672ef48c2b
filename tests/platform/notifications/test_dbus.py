from __future__ import annotations

import queue
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pytest

pytest.importorskip("jeepney", reason="D-Bus")

from claude_tray.errors import DesktopError
from claude_tray.platform.notifications.dbus import DBusNotificationSender
from claude_tray.platform.notifications.notifier import (
    DesktopNotification,
    NotificationAction,
    Notifier,
)

if TYPE_CHECKING:
    from tests.support.session_bus import FakeNotificationServer


LIMIT: Final = DesktopNotification(
    "Limit",
    "<b>5 & 6</b>",
    (NotificationAction("show", "Show"), NotificationAction("mute", "Mute")),
    is_urgent=True,
)


def test_a_notification_is_shown_replaced_and_clicked(
    server: FakeNotificationServer,
) -> None:
    chosen: queue.SimpleQueue[str] = queue.SimpleQueue()
    notifier = Notifier([lambda: DBusNotificationSender(chosen.put)])

    notifier.send(LIMIT)
    number, name, replaces, icon, title, body, actions, hints, _ = (
        server.shown.get(timeout=10)
    )
    server.click(number)
    server.click(number, "mute")
    first_keys = [chosen.get(timeout=10), chosen.get(timeout=10)]
    notifier.send(DesktopNotification("Ready", "again"))
    again = server.shown.get(timeout=10)
    server.click(number)
    notifier.close()

    assert first_keys == ["show", "mute"]
    assert chosen.empty()
    assert Path(url2pathname(urlsplit(icon).path)).read_bytes()[1:4] == b"PNG"
    assert (name, replaces, title) == ("Claude Tray", 0, "Limit")
    assert body == "&lt;b&gt;5 &amp; 6&lt;/b&gt;"
    assert actions == ["default", "Show", "show", "Show", "mute", "Mute"]
    assert hints["urgency"] == ("y", 2)
    assert (again[0], again[2]) == (number, number)
    assert again[6] == []
    assert again[7]["urgency"] == ("y", 1)


def test_a_click_on_another_notification_is_ignored(
    server: FakeNotificationServer,
) -> None:
    clicks: list[str] = []
    sender = DBusNotificationSender(clicks.append)
    sender.send(LIMIT)

    server.click(99)
    server.click(1, "quit")
    sender.send(LIMIT)
    sender.close()

    assert clicks == []


def test_a_notification_is_withdrawn_by_its_id(
    server: FakeNotificationServer,
) -> None:
    notifier = Notifier([lambda: DBusNotificationSender(lambda _: None)])
    notifier.withdraw()
    notifier.send(LIMIT)
    number = server.shown.get(timeout=10)[0]
    notifier.withdraw()
    notifier.send(LIMIT)
    again = server.shown.get(timeout=10)
    notifier.close()

    assert again[2] == 0
    assert server.closed == [number, again[0]]


def test_a_desktop_without_notifications_raises(bus: None) -> None:
    del bus
    sender = DBusNotificationSender(lambda _: None)

    with pytest.raises(DesktopError, match="notification service failed"):
        sender.send(LIMIT)

    sender.close()


def test_a_missing_bus_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")

    with pytest.raises(DesktopError):
        DBusNotificationSender(lambda _: None)
