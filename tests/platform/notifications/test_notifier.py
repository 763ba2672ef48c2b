"""Messages on a real session bus, and the ways around its absence."""

from __future__ import annotations

import gc
import os
import shutil
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from claude_tray.errors import DesktopError
from claude_tray.platform.notifications.dbus import DBusNotificationSender
from claude_tray.platform.notifications.desktop_notifier import (
    DesktopNotifierSender,
)
from claude_tray.platform.notifications.macos import (
    AppleScriptSender,
    build_notification_command,
)
from claude_tray.platform.notifications.notifier import (
    DesktopNotification,
    Notifier,
)
from claude_tray.platform.notifications.tray_balloon import TrayBalloonSender
from claude_tray.platform.notifier_factory import (
    build_notifier,
)
from tests.support.session_bus import FakeNotificationServer, PrivateSessionBus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from claude_tray.platform.notifications.notifier import NotificationSender


pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("dbus-daemon") is None,
    reason="needs dbus-daemon",
)
LIMIT = DesktopNotification("Limit", "<b>5 & 6</b>", "Show", is_urgent=True)


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with PrivateSessionBus() as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        yield


@pytest.fixture
def server(bus: None) -> Iterator[FakeNotificationServer]:
    del bus
    with FakeNotificationServer() as server:
        yield server


class FailingBackend:
    """A means that does not work."""

    def __init__(self) -> None:
        self.is_closed = False

    def send(self, message: DesktopNotification) -> None:
        raise DesktopError(message.title)

    def close(self) -> None:
        self.is_closed = True


def test_a_message_is_shown_replaced_and_clicked(
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


def test_a_click_on_another_message_is_not_ours(
    server: FakeNotificationServer,
) -> None:
    clicks: list[None] = []
    sender = DBusNotificationSender(lambda: clicks.append(None))
    sender.send(LIMIT)

    server.click(99)
    sender.send(LIMIT)
    sender.close()

    assert clicks == []


def test_a_desktop_without_notifications_says_so(bus: None) -> None:
    del bus
    sender = DBusNotificationSender(lambda: None)

    with pytest.raises(DesktopError, match="shows no notifications"):
        sender.send(LIMIT)

    sender.close()


def test_without_a_bus_there_is_no_such_sender(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")

    with pytest.raises(DesktopError):
        DBusNotificationSender(lambda: None)


def test_the_next_means_is_tried_where_one_fails(
    server: FakeNotificationServer,
) -> None:
    failing = FailingBackend()

    def missing() -> NotificationSender:
        raise DesktopError("not installed")  # noqa: EM101, TRY003

    makers: list[Callable[[], NotificationSender]] = [
        missing,
        lambda: failing,
        lambda: DBusNotificationSender(lambda: None),
    ]
    notifier = Notifier(makers)
    notifier.send(LIMIT)
    notifier.close()

    assert server.shown.get(timeout=10)[4] == "Limit"
    assert failing.is_closed


def test_where_nothing_works_nothing_breaks(
    caplog: pytest.LogCaptureFixture,
) -> None:
    notifier = Notifier([FailingBackend])
    notifier.send(LIMIT)
    notifier.send(LIMIT)
    notifier.close()

    assert caplog.text.count("Could not show title=Limit") == 2


def test_who_was_told_nothing_has_no_thread() -> None:
    Notifier([FailingBackend]).close()


def test_the_library_is_taken_where_it_is_installed(
    server: FakeNotificationServer,
) -> None:
    pytest.importorskip("desktop_notifier")
    clicked = threading.Event()
    sender = DesktopNotifierSender(clicked.set, escapes_markup=True)

    sender.send(LIMIT)
    first = server.shown.get(timeout=10)
    sender.send(DesktopNotification("Ready", "again"))
    second = server.shown.get(timeout=10)
    server.click(second[0])

    assert clicked.wait(10)
    sender.close()
    assert first[4:6] == ("Limit", "&lt;b&gt;5 &amp; 6&lt;/b&gt;")
    assert server.closed == [first[0]]


# Of a connection that failed the library keeps the socket.
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning",
)
def test_a_library_that_fails_leaves_it_to_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("desktop_notifier")
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
    sender = DesktopNotifierSender(lambda: None, escapes_markup=True)

    with pytest.raises(DesktopError, match="desktop-notifier failed"):
        sender.send(LIMIT)

    sender.close()
    del sender
    gc.collect()


def test_without_the_library_it_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "desktop_notifier", None)

    with pytest.raises(DesktopError, match="not installed"):
        DesktopNotifierSender(lambda: None, escapes_markup=True)


def test_this_system_shows_it_one_way_or_the_other(
    server: FakeNotificationServer,
) -> None:
    notifier = build_notifier(lambda: None, lambda *_: None)
    notifier.send(LIMIT)
    notifier.close()

    assert server.shown.get(timeout=10)[4] == "Limit"


def test_macos_gets_texts_as_words_and_not_as_a_script(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    output_file = tmp_path / "told"
    script = tmp_path / "osascript"
    script.write_text(f'#!/bin/sh\nprintf "%s|" "$@" >{output_file}\n')
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    message = DesktopNotification('-e "quoted"', "line\nbreak")

    AppleScriptSender().send(message)

    assert output_file.read_text().endswith('|--|-e "quoted"|line\nbreak|')
    assert build_notification_command(message)[0] == "osascript"
    AppleScriptSender().close()
    script.write_text("#!/bin/sh\nexit 3\n")
    with pytest.raises(DesktopError):
        AppleScriptSender().send(message)


def test_a_balloon_is_shown_by_the_icon() -> None:
    shown: list[tuple[str, str]] = []
    sender = TrayBalloonSender(lambda body, title: shown.append((body, title)))

    sender.send(DesktopNotification("title", "body"))
    sender.close()

    assert shown == [("body", "title")]
