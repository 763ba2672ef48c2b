"""Test the StatusNotifierItem icon on a real session bus."""

from __future__ import annotations

import gc
import os
import shutil
import sys
import threading
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("jeepney", reason="D-Bus")

from claude_tray.errors import NoTrayError
from claude_tray.ui.icon.model import IconModel
from claude_tray.ui.icon.render import draw_icon
from tests.support.desktop import wait_until
from tests.support.notifier_watcher import FakeStatusNotifierWatcher
from tests.support.session_bus import FakeNotificationServer, PrivateSessionBus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from claude_tray.ui.tray.backends.sni import StatusNotifierIcon


IS_LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("dbus-daemon") is None,
    reason="needs dbus-daemon",
)


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with PrivateSessionBus() as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        yield


@pytest.fixture
def icon(bus: None) -> Iterator[StatusNotifierIcon]:
    del bus
    from claude_tray.ui.tray.backends.sni import StatusNotifierIcon  # noqa: PLC0415

    icon: Any = StatusNotifierIcon(
        "claude-tray", partial(draw_icon, IconModel(167)), "2h 47m"
    )
    icon.menu = _make_menu("2h 47m left")
    shown = threading.Event()

    def show(_: object) -> None:
        icon.visible = True
        shown.set()

    icon.run_detached(setup=show)
    assert shown.wait(10)
    yield icon
    icon.stop()
    icon.join()


def _make_menu(*labels: str, act: Callable[[], None] = lambda: None) -> Any:
    from claude_tray.ui.tray.backends.pystray import Menu, MenuItem  # noqa: PLC0415

    return Menu(*(MenuItem(label, act) for label in labels))


def _wait_for_host(icon: Any) -> threading.Event:
    """Return an event that is set once a panel has the icon."""
    hosted = threading.Event()
    icon.on_hosted_changed = lambda: hosted.set() if icon.is_hosted else None
    if icon.is_hosted:
        hosted.set()
    return hosted


def test_icon_registers_with_each_panel_that_starts(icon: Any) -> None:
    assert not icon.is_hosted
    with FakeStatusNotifierWatcher() as first:
        assert first.registered.get(timeout=10) == "/StatusNotifierItem"
        assert _wait_for_host(icon).wait(10)
    panel_lost = threading.Event()
    icon.on_hosted_changed = panel_lost.set
    if icon.is_hosted:
        assert panel_lost.wait(10)

    with FakeStatusNotifierWatcher() as second:
        assert second.registered.get(timeout=10)
        assert second.registered.empty()


def test_registration_is_retried_while_a_panel_starts(
    icon: StatusNotifierIcon,
) -> None:
    with FakeStatusNotifierWatcher(rejections=2) as watcher:
        assert watcher.registered.get(timeout=20)
        assert _wait_for_host(icon).wait(10)


def test_hiding_disconnects_and_showing_reconnects(
    icon: Any,
) -> None:
    with FakeStatusNotifierWatcher() as watcher:
        watcher.registered.get(timeout=10)
        icon.visible = False
        assert not icon.is_hosted

        icon.visible = True

        assert watcher.registered.get(timeout=10)


def test_icon_can_stop_while_it_is_being_hidden(bus: None) -> None:
    del bus
    from claude_tray.ui.tray.backends.sni import StatusNotifierIcon  # noqa: PLC0415

    for _ in range(20):
        icon: Any = StatusNotifierIcon(
            "claude-tray", partial(draw_icon, IconModel(167)), "2h 47m"
        )
        shown = threading.Event()

        def show(icon: Any, shown: threading.Event = shown) -> None:
            icon.visible = True
            shown.set()

        icon.run_detached(setup=show)
        assert shown.wait(10)
        icon.visible = False
        icon.stop()
        icon.join()


def test_a_click_that_fails_does_not_end_later_ones(icon: Any) -> None:
    done = threading.Event()

    def fail(_: Any) -> None:
        message = "a program that is gone"
        raise OSError(message)

    callbacks = icon._callbacks  # noqa: SLF001 - where panels put clicks
    callbacks.put(fail)
    callbacks.put(lambda _: done.set())

    assert done.wait(10)


def test_only_changes_are_signaled(icon: Any) -> None:
    with FakeStatusNotifierWatcher() as watcher:
        watcher.registered.get(timeout=10)
        icon.title = "2h 46m"
        icon.menu = _make_menu("2h 46m left")
        icon.menu = _make_menu("2h 46m left")
        icon.menu = _make_menu("2h 46m left", "more")

        signals = [watcher.signals.get(timeout=10)[0] for _ in range(4)]

    assert signals == [
        "NewTitle",
        "NewToolTip",
        "ItemsPropertiesUpdated",
        "LayoutUpdated",
    ]


def test_notifications_are_escaped_replaced_and_closed(icon: Any) -> None:
    with FakeNotificationServer() as server:
        icon.notify("<b>5</b>", "Limit")
        number, *_, title, body, _, _, _ = server.shown.get(timeout=10)
        # The reply has the number that the next notification replaces.
        wait_until(lambda: icon._notification_id)  # noqa: SLF001 - not public
        icon.notify("6")
        again = server.shown.get(timeout=10)
        icon.remove_notification()
        icon.notify("7")
        server.shown.get(timeout=10)

    assert (title, body) == ("Limit", "&lt;b&gt;5&lt;/b&gt;")
    assert (again[0], again[4]) == (number, "2h 47m")
    assert server.closed == [number]


def test_many_updates_leak_no_memory(icon: Any) -> None:
    def update(number: int) -> None:
        model = IconModel(number % 300, (number % 100) / 100)
        icon.icon = partial(draw_icon, model)
        icon.title = f"{number} left"
        icon.menu = _make_menu(f"{number} left", *["more"] * (number % 3))

    with FakeStatusNotifierWatcher() as watcher:
        watcher.registered.get(timeout=10)
        for number in range(100):
            update(number)
        watcher.drain_signal_names()
        gc.collect()
        before = _read_resident_bytes()
        for number in range(1_000 if IS_LONG else 200):
            update(number)
            if number % 100 == 0:
                watcher.drain_signal_names()
        watcher.drain_signal_names()
        gc.collect()

        assert _read_resident_bytes() - before < 4 << 20


def test_without_a_bus_creation_raises(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from claude_tray.ui.tray.backends.sni import StatusNotifierIcon  # noqa: PLC0415

    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")

    with pytest.raises(NoTrayError):
        StatusNotifierIcon("claude-tray")


def _read_resident_bytes() -> int:
    """Return the resident memory of this process in bytes."""
    pages = Path("/proc/self/statm").read_text().split()[1]
    return int(pages) * 4096
