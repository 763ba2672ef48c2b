from __future__ import annotations

from claude_tray.platform.notifications.notifier import DesktopNotification
from claude_tray.platform.notifications.tray_balloon import TrayBalloonSender


def test_a_balloon_is_shown_by_the_icon() -> None:
    shown: list[tuple[str, str]] = []
    sender = TrayBalloonSender(lambda body, title: shown.append((body, title)))

    sender.send(DesktopNotification("title", "body"))
    sender.withdraw()
    sender.close()

    assert shown == [("body", "title")]
