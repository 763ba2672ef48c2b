from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.running_tray import RunningTray

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def tray(tmp_path: Path) -> Iterator[RunningTray]:
    with RunningTray(tmp_path) as tray:
        yield tray
