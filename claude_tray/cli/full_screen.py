"""Show a report on the full screen, renewed until a key ends it."""

from __future__ import annotations

import io
import time
from contextlib import redirect_stderr
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.app.context import utc_now
from claude_tray.platform.keyboard import read_keys
from claude_tray.text import make_visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.i18n.translator import Translator


REFRESH_SECONDS: Final = 5.0
# A resized terminal is redrawn after this time.
_POLL_SECONDS: Final = 0.25


class WatchedReport(NamedTuple):
    """
    A report that is shown again and again.

    Attributes:
        load: Returns the current report, given whether to read new transcripts
            first. Its warnings are the last line.
        draw: Returns what rich prints for a report on a console.
        print_report: Prints a report into a pipe.
        poll_seconds: After this time it is loaded without new transcripts;
            None if never.
    """

    load: Callable[[bool], Any]
    draw: Callable[[Any, Any], list[Any]]
    print_report: Callable[[Any], None]
    poll_seconds: float | None = None


def watch_report(watched: WatchedReport, translator: Translator) -> None:
    """
    Show a report on the full screen, renewed every 5 seconds at least.

    It ends with the key q, or by KeyboardInterrupt. Into a pipe, reports are
    printed one after the other.
    """
    # Late: the import takes a while.
    from rich.console import Console
    from rich.live import Live

    console = Console(highlight=False)
    if not console.is_terminal:
        while True:
            watched.print_report(watched.load(True))  # noqa: FBT003
            time.sleep(REFRESH_SECONDS)
    loader = _Loader(watched)
    shown: Any = None
    with (
        Live(console=console, screen=True, auto_refresh=False) as live,
        read_keys() as wait_for_key,
    ):
        while True:
            loader.update()
            state = loader.report, loader.warnings, loader.at, console.size
            if state != shown:
                drawn = watched.draw(loader.report, console)
                screen = _fit(drawn, loader.warnings, console, translator)
                live.update(screen, refresh=True)
                shown = state
            if wait_for_key(_POLL_SECONDS) in {"q", "Q"}:
                return


class _Loader:
    """
    Load a report when it is due.

    Attributes:
        report: The current one.
        warnings: What loading it with new transcripts printed.
        at: When that was, by the monotonic clock.
    """

    def __init__(self, watched: WatchedReport) -> None:
        self._watched = watched
        self._load_all()

    def _load_all(self) -> None:
        with redirect_stderr(io.StringIO()) as output:
            self.report = self._watched.load(True)  # noqa: FBT003
        self.warnings = output.getvalue()
        self.at = self._polled_at = time.monotonic()

    def update(self) -> None:
        """Load what is due; without a change, the report stays equal."""
        now, poll_seconds = time.monotonic(), self._watched.poll_seconds
        if now - self.at >= REFRESH_SECONDS:
            self._load_all()
        elif (
            poll_seconds is not None and now - self._polled_at >= poll_seconds
        ):
            self.report = self._watched.load(False)  # noqa: FBT003
            self._polled_at = now


def _fit(
    drawn: list[Any], warnings: str, console: Any, translator: Translator
) -> Any:
    """Cut what does not fit the screen; the last line says how to end it."""
    from rich.console import Group
    from rich.segment import Segment, Segments
    from rich.text import Text

    clock = translator.format_clock(utc_now())
    footer = translator.gettext("{time}, q ends", time=clock)
    last = make_visible(warnings.strip().rpartition("\n")[2]) or footer
    rest = Text(last, "dim", no_wrap=True, overflow="ellipsis")
    options = console.options.update(height=None)
    room = max(1, console.height - 1)
    lines = console.render_lines(Group(*drawn), options, pad=False)
    lines = lines[: room - 1]
    lines += [[] for _ in range(room - len(lines))]
    lines += console.render_lines(rest, options, pad=False)[:1]
    segments = [
        segment for line in lines for segment in (*line, Segment.line())
    ]
    return Segments(segments[:-1])
