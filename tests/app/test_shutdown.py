from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

import pytest

from claude_tray.app.shutdown import ShutdownSignal

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def shutdown() -> Iterator[ShutdownSignal]:
    numbers = (signal.SIGTERM, signal.SIGINT)
    handlers = [signal.getsignal(number) for number in numbers]
    yield ShutdownSignal()
    for number, handler in zip(numbers, handlers, strict=True):
        signal.signal(number, handler)


def test_a_request_before_the_callback_is_set_is_not_lost(
    shutdown: ShutdownSignal,
) -> None:
    calls: list[str] = []
    shutdown.request()

    shutdown.on_request(lambda: calls.append("quit"))

    assert calls == ["quit"]


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_a_signal_requests_the_end(shutdown: ShutdownSignal) -> None:
    os.kill(os.getpid(), signal.SIGTERM)

    assert shutdown.is_requested.wait(30)
