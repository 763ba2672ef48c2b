from __future__ import annotations

import gc
import queue
import sys
from typing import TYPE_CHECKING, Final

import pytest

from claude_tray.errors import DesktopError
from claude_tray.platform.notifications.desktop_notifier import (
    DesktopNotifierSender,
)
from claude_tray.platform.notifications.notifier import (
    DesktopNotification,
    NotificationAction,
)

if TYPE_CHECKING:
    from tests.support.session_bus import FakeNotificationServer


LIMIT: Final = DesktopNotification(
    "Limit",
    "<b>5 & 6</b>",
    (NotificationAction("show", "Show"), NotificationAction("mute", "Mute")),
    is_urgent=True,
)


def test_the_installed_library_shows_notifications(
    server: FakeNotificationServer,
) -> None:
    pytest.importorskip("desktop_notifier")
    chosen: queue.SimpleQueue[str] = queue.SimpleQueue()
    sender = DesktopNotifierSender(chosen.put, escapes_markup=True)

    sender.send(DesktopNotification("Ready", "again"))
    first = server.shown.get(timeout=10)
    sender.send(LIMIT)
    second = server.shown.get(timeout=10)
    server.click(second[0])
    keys = [chosen.get(timeout=10)]
    # The library has forgotten the one that was clicked.
    sender.withdraw()
    sender.send(LIMIT)
    third = server.shown.get(timeout=10)
    sender.withdraw()
    sender.withdraw()
    sender.close()

    assert keys == ["show"]
    assert second[6][-3::2] == ["Show", "Mute"]
    assert second[4:6] == ("Limit", "&lt;b&gt;5 &amp; 6&lt;/b&gt;")
    assert second[3].endswith(".png")
    assert server.closed == [first[0], third[0]]


# After a failed connection the library keeps its socket open.
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning",
)
def test_a_failure_of_the_library_raises(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("desktop_notifier")
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
    sender = DesktopNotifierSender(lambda _: None, escapes_markup=True)

    with pytest.raises(DesktopError, match="desktop-notifier failed"):
        sender.send(LIMIT)

    sender.close()
    del sender
    gc.collect()


def test_a_missing_library_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "desktop_notifier", None)

    with pytest.raises(DesktopError, match="not installed"):
        DesktopNotifierSender(lambda _: None, escapes_markup=True)
