from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.session_bus import FakeNotificationServer


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if sys.platform != "linux" or shutil.which("dbus-daemon") is None:
        pytest.skip("needs dbus-daemon")
    # Late: it imports jeepney, which only Linux has.
    from tests.support.session_bus import PrivateSessionBus  # noqa: PLC0415

    with PrivateSessionBus() as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        yield


@pytest.fixture
def server(bus: None) -> Iterator[FakeNotificationServer]:
    del bus
    from tests.support.session_bus import FakeNotificationServer  # noqa: PLC0415

    with FakeNotificationServer() as server:
        yield server
