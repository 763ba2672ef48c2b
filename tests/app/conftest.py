from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

from claude_tray.app.shutdown import ShutdownSignal
from tests.support.running_tray import RunningTray

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def tray(tmp_path: Path) -> Iterator[RunningTray]:
    with RunningTray(tmp_path) as tray:
        yield tray


@pytest.fixture
def shutdown() -> Iterator[ShutdownSignal]:
    numbers = (signal.SIGTERM, signal.SIGINT)
    handlers = [signal.getsignal(number) for number in numbers]
    yield ShutdownSignal()
    for number, handler in zip(numbers, handlers, strict=True):
        signal.signal(number, handler)
