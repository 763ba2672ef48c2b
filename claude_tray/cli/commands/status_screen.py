"""Print the report of `status` in colors, as wide as the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.cli.commands.status_picture import LineSpace
from claude_tray.cli.commands.status_report import (
    StatusReport,
    draw_status_report,
    format_status_report,
)

if TYPE_CHECKING:
    from claude_tray.i18n.translator import Translator


def print_report(report: StatusReport, translator: Translator) -> None:
    """Print a report; without colors and as plain lines into a pipe."""
    # Late: the import takes a while.
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    space = LineSpace(encoding=console.encoding)
    if not console.is_terminal:
        print(format_status_report(report, translator, space), flush=True)
        return
    space = space._replace(width=console.width)
    for line in draw_status_report(report, translator, space):
        console.print(Text.assemble(*line))
