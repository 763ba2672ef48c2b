"""Show the report of `status` in colors: once, or on the full screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from claude_tray.cli.commands.status_picture import LineSpace
from claude_tray.cli.commands.status_report import (
    StatusReport,
    draw_status_report,
    format_status_report,
)
from claude_tray.cli.full_screen import WatchedReport, watch_report

if TYPE_CHECKING:
    from collections.abc import Callable

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


def watch_status(
    load: Callable[[], StatusReport], translator: Translator
) -> None:
    """
    Show a report on the full screen, renewed every 5 seconds.

    Args:
        load: Returns the current report.
        translator: Language of the report.
    """

    def draw(report: StatusReport, console: Any) -> list[Any]:
        from rich.text import Text

        space = LineSpace(console.width, console.encoding)
        lines = draw_status_report(report, translator, space)
        return [Text.assemble(*line) for line in lines]

    watch_report(
        WatchedReport(
            lambda _: load(),
            draw,
            lambda report: print_report(report, translator),
        ),
        translator,
    )
