from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.popup_process import PopupUnderTest
from tests.support.screen import BareScreen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def popup(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[PopupUnderTest]:
    with BareScreen(tmp_path) as screen:
        for name, value in screen.env.items():
            monkeypatch.setenv(name, value)
        popup = PopupUnderTest(screen, tmp_path)
        try:
            yield popup
        finally:
            popup.process.stop()
