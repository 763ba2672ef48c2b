from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

if sys.platform != "linux":
    pytest.skip("GTK's files and the portal", allow_module_level=True)

pytest.importorskip("jeepney", reason="D-Bus")

from claude_tray.platform.color_scheme import (
    is_desktop_dark,
    parse_portal_scheme,
)
from claude_tray.platform.dbus import DBUS, MethodCall, MethodReply, SessionBus
from tests.support.desktop import wait_until

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _no_portal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)


@pytest.mark.parametrize(
    ("text", "dark"),
    [
        ("[Settings]\ngtk-application-prefer-dark-theme=1\n", True),
        ("[Settings]\ngtk-application-prefer-dark-theme = true\n", True),
        ("[Settings]\ngtk-application-prefer-dark-theme=0\n", False),
        ("[Settings]\ngtk-theme-name=Adwaita-dark\n", True),
        ("[Settings]\ngtk-theme-name=Adwaita\n", False),
        ("", False),
    ],
)
def test_gtk_settings_select_the_theme(
    text: str,
    dark: bool,  # noqa: FBT001 - the expected value
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path / "gtk-3.0"
    folder.mkdir()
    (folder / "settings.ini").write_text(text)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.delenv("GTK_THEME", raising=False)

    assert is_desktop_dark() is dark


def test_the_environment_overrides_the_gtk_settings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, dark in (("Adwaita:dark", True), ("Adwaita", False)):
        monkeypatch.setenv("GTK_THEME", name)

        assert is_desktop_dark() is dark


@pytest.mark.parametrize(
    ("answer", "dark"),
    [
        ((("v", ("u", 1)),), True),
        ((("u", 1),), True),
        ((("v", ("u", 2)),), False),
        ((("v", ("u", 0)),), None),
        ((), None),
    ],
)
def test_replies_of_the_portal_are_parsed(
    answer: tuple[object, ...],
    dark: bool | None,  # noqa: FBT001 - the expected value
) -> None:
    assert parse_portal_scheme(answer) is dark


def test_gtk_settings_are_used_without_a_portal(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    nobody = f"unix:path={tmp_path / 'nobody'}"
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", nobody)
    monkeypatch.setenv("GTK_THEME", "Adwaita:dark")

    assert is_desktop_dark()


@pytest.mark.skipif(not shutil.which("dbus-daemon"), reason="lacks D-Bus")
def test_a_real_portal_is_queried(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    address = f"unix:path={tmp_path / 'bus'}"
    command = ["dbus-daemon", "--session", "--nofork", "--address", address]
    with subprocess.Popen(command) as daemon:
        wait_until((tmp_path / "bus").exists)
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        schemes = iter((1, 2))
        bus = SessionBus(
            lambda _: MethodReply("v", (("v", ("u", next(schemes))),)),
            lambda *_: None,
        )
        owned = threading.Event()
        bus.call(
            MethodCall(
                DBUS,
                "/org/freedesktop/DBus",
                "RequestName",
                "su",
                ("org.freedesktop.portal.Desktop", 4),
            ),
            lambda *_: owned.set(),
        )
        live_server = threading.Thread(target=bus.run)
        live_server.start()
        try:
            assert owned.wait(10)
            assert [is_desktop_dark(), is_desktop_dark()] == [True, False]
        finally:
            bus.close()
            live_server.join()
            daemon.terminate()
