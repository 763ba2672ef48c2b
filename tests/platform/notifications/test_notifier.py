from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.errors import DesktopError
from claude_tray.platform.notifications.notifier import (
    DesktopNotification,
    Notifier,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from claude_tray.platform.notifications.notifier import NotificationSender
    from tests.support.session_bus import FakeNotificationServer


LIMIT = DesktopNotification("Limit", "body", is_urgent=True)


class FailingSender:
    """Fail to show every notification."""

    def __init__(self) -> None:
        self.is_closed = False

    def send(self, notification: DesktopNotification) -> None:
        raise DesktopError(notification.title)

    def withdraw(self) -> None:
        raise DesktopError("gone")  # noqa: EM101

    def close(self) -> None:
        self.is_closed = True


class VanishedSender(FailingSender):
    """Show every notification, but fail to remove it."""

    def send(self, notification: DesktopNotification) -> None:
        del notification


def test_the_next_sender_is_used_when_one_fails(
    server: FakeNotificationServer,
) -> None:
    failing = FailingSender()

    def missing() -> NotificationSender:
        raise DesktopError("not installed")  # noqa: EM101, TRY003

    # Late: it imports jeepney, which only Linux has.
    from claude_tray.platform.notifications.dbus import (  # noqa: PLC0415
        DBusNotificationSender,
    )

    factories: list[Callable[[], NotificationSender]] = [
        missing,
        lambda: failing,
        lambda: DBusNotificationSender(lambda _: None),
    ]
    notifier = Notifier(factories)
    notifier.send(LIMIT)
    notifier.close()

    assert server.shown.get(timeout=10)[4] == "Limit"
    assert failing.is_closed


def test_a_notification_that_no_sender_shows_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    notifier = Notifier([FailingSender])
    notifier.send(LIMIT)
    notifier.send(LIMIT)
    notifier.close()

    assert caplog.text.count("Could not show title=Limit") == 2


def test_a_notification_that_cannot_be_removed_does_no_harm() -> None:
    sender = VanishedSender()
    notifier = Notifier([lambda: sender])

    notifier.send(LIMIT)
    notifier.close()

    assert sender.is_closed


def test_an_unused_notifier_starts_no_thread() -> None:
    Notifier([FailingSender]).close()
