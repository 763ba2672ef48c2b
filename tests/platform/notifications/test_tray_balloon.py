from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.platform.notifications.notifier import (
    DesktopNotification,
    NotificationAction,
)
from claude_tray.platform.notifications.tray_balloon import TrayBalloonSender

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_click_on_a_balloon_of_the_icon_is_its_first_action() -> None:
    shown: list[tuple[str, str]] = []
    clicks: list[Callable[[], None]] = []
    chosen: list[str] = []

    def show(body: str, title: str, on_click: Callable[[], None]) -> None:
        shown.append((body, title))
        clicks.append(on_click)

    sender = TrayBalloonSender(show, chosen.append)
    actions = (
        NotificationAction("open", "Open"),
        NotificationAction("mute", "Mute"),
    )
    sender.send(DesktopNotification("title", "body", actions))
    sender.send(DesktopNotification("another", "body"))
    sender.withdraw()
    sender.close()
    for click in clicks:
        click()

    assert shown == [("body", "title"), ("body", "another")]
    assert chosen == ["open"]
