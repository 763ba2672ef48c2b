from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.platform.notifications.notifier import DesktopNotification
from claude_tray.platform.notifier_factory import build_notifier

if TYPE_CHECKING:
    from tests.support.session_bus import FakeNotificationServer


def test_this_system_shows_notifications(
    server: FakeNotificationServer,
) -> None:
    notifier = build_notifier(lambda _: None, lambda *_: None)
    notifier.send(DesktopNotification("Limit", "body"))
    notifier.close()

    assert server.shown.get(timeout=10)[4] == "Limit"
