"""Print the tray's lines in a terminal."""

from __future__ import annotations

import re
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from claude_tray.text import make_visible

if TYPE_CHECKING:
    from claude_tray.ui.tray.view_model import TrayView


_NUMBER: Final = re.compile(r"\d+")
_CLEAR_LINE: Final = "\r\x1b[K"


class TerminalLine:
    """Redraw one line in a terminal; in a pipe, print a line per change."""

    def __init__(self) -> None:
        self._is_live = sys.stdout.isatty()
        self._last_printed: tuple[str, ...] = ()

    def show(self, view: TrayView) -> None:
        text = make_visible(" | ".join(view.lines))
        if self._is_live:
            print(f"{_CLEAR_LINE}{text}", end="", flush=True)  # noqa: T201
        elif (
            text_without_numbers := _strip_numbers(view)
        ) != self._last_printed:
            self._last_printed = text_without_numbers
            # A full disk or a closed pipe must not stop the counting.
            with suppress(OSError):
                print(text, flush=True)  # noqa: T201

    def end(self) -> None:
        """End the live line, so that the shell prompt starts a new one."""
        if self._is_live:
            print()  # noqa: T201


def _strip_numbers(view: TrayView) -> tuple[str, ...]:
    """Return the lines without the minutes, which change constantly."""
    return (_NUMBER.sub("", view.lines[0]), *view.lines[1:])
