from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

import pytest

from tests.support.session_bus import FakeNotificationServer, PrivateSessionBus

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if sys.platform != "linux" or shutil.which("dbus-daemon") is None:
        pytest.skip("needs dbus-daemon")
    with PrivateSessionBus() as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        yield


@pytest.fixture
def server(bus: None) -> Iterator[FakeNotificationServer]:
    del bus
    with FakeNotificationServer() as server:
        yield server
