from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.app.terminal import TerminalLine
from claude_tray.ui.icon.model import IconModel
from claude_tray.ui.tray.view_model import TrayView

if TYPE_CHECKING:
    import pytest


def test_a_pipe_gets_a_line_per_change_but_not_per_minute(
    capsys: pytest.CaptureFixture[str],
) -> None:
    line = TerminalLine()

    for text, cost in (
        ("4h 55m left", "$1.00"),
        ("4h 54m left", "$1.00"),
        ("4h 53m left", "$2.00"),
    ):
        line.show(_build_view(text, cost))
    line.end()

    assert capsys.readouterr().out == (
        "4h 55m left | $1.00\n4h 53m left | $2.00\n"
    )


def _build_view(*lines: str) -> TrayView:
    return TrayView(IconModel(None), "", (), lines)
