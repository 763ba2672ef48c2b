"""Show the report of `status` in colors: once, or on the full screen."""

from __future__ import annotations

import io
import time
from contextlib import redirect_stderr
from typing import TYPE_CHECKING, Any, Final

from claude_tray.cli.commands.status_picture import LineSpace
from claude_tray.cli.commands.status_report import (
    StatusReport,
    draw_status_report,
    format_status_report,
)
from claude_tray.platform.keyboard import read_keys
from claude_tray.text import make_visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.i18n.translator import Translator


_REFRESH_SECONDS: Final = 5.0
# A resized terminal is redrawn after this time.
_POLL_SECONDS: Final = 0.25


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


def watch_report(
    load: Callable[[], StatusReport], translator: Translator
) -> None:
    """
    Show a report on the full screen, renewed every 5 seconds.

    It ends with the key q, or by KeyboardInterrupt. Into a pipe, reports are
    printed one after the other.

    Args:
        load: Returns the current report; its warnings are the last line.
        translator: Language of the report.
    """
    # Late: the import takes a while.
    from rich.console import Console
    from rich.live import Live

    console = Console(highlight=False)
    if not console.is_terminal:
        while True:
            print_report(load(), translator)
            time.sleep(_REFRESH_SECONDS)
    report = load()
    with (
        Live(console=console, screen=True, auto_refresh=False) as live,
        read_keys() as wait_for_key,
    ):
        warnings, loaded_at, size = "", time.monotonic(), None
        while True:
            is_due = time.monotonic() - loaded_at >= _REFRESH_SECONDS
            if is_due:
                with redirect_stderr(io.StringIO()) as output:
                    report = load()
                warnings, loaded_at = output.getvalue(), time.monotonic()
            if is_due or size != console.size:
                size = console.size
                screen = _draw_screen(report, translator, console, warnings)
                live.update(screen, refresh=True)
            if wait_for_key(_POLL_SECONDS) in {"q", "Q"}:
                return


def _draw_screen(
    report: StatusReport, translator: Translator, console: Any, warnings: str
) -> Any:
    """Draw what fits the screen; the last line says how to end it."""
    from rich.text import Text

    space = LineSpace(console.width, console.encoding)
    lines = [
        line
        for parts in draw_status_report(report, translator, space)
        for line in Text.assemble(*parts).wrap(console, console.width)
    ]
    time_text = translator.format_clock(report.snapshot.taken_at)
    footer = translator.gettext("{time}, q ends", time=time_text)
    last = make_visible(warnings.strip().rpartition("\n")[2]) or footer
    room = max(0, console.height - 2)
    rest = Text(last, "dim", no_wrap=True, overflow="ellipsis")
    blank = [Text()] * (console.height - 1 - len(lines[:room]))
    return Text("\n").join([*lines[:room], *blank, rest])
