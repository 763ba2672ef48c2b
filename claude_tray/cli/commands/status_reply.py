"""Build what `status` prints, for a command that asks the running tray."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Final

from claude_tray.cli.commands import status, status_picture, status_report
from claude_tray.cli.shared import format_json

if TYPE_CHECKING:
    from claude_tray.app.context import AppContext
    from claude_tray.app.instance_messages import PrintStatus


# As rich writes them; see "SGR" in console_codes(4).
_STYLE_CODES: Final = {
    "bold": "1",
    "dim": "2",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "cyan": "36",
}
# What `status` has without options. The tray has read the transcripts.
_ARGUMENTS: Final = argparse.Namespace(no_refresh=True, profile=None)


def build_reply(context: AppContext, request: PrintStatus) -> str | None:
    """
    Return what `status` prints, without the end of its last line.

    Returns:
        None if the command has to print it by itself.

    Raises:
        StoreError: The store cannot be used.
    """
    if not context.paths.database.exists():
        return None
    if request.is_json:
        snapshot = status.load_snapshot(_ARGUMENTS, context)
        return format_json(status.build_status_json(snapshot), indent=2)
    report = status.load_report(_ARGUMENTS, context)
    translator = context.translator
    space = status_picture.LineSpace(encoding=request.encoding)
    if not request.width:
        return status_report.format_status_report(report, translator, space)
    space = space._replace(width=request.width)
    lines = status_report.draw_status_report(report, translator, space)
    return format_styled_lines(lines, request.width)


def format_styled_lines(
    lines: list[status_picture.Line], width: int
) -> str | None:
    """
    Format lines for a terminal, as rich does; None if one has to be wrapped.

    Importing rich takes longer than everything else, and 6 MiB.
    """
    drawn = []
    for line in _split(lines):
        text = "".join(piece for piece, _ in line)
        if (
            status_picture.measure(text) > width
            or min(text, default=" ") < " "
        ):
            return None
        drawn.append("".join(_format_piece(*piece) for piece in line))
    return "\n".join(drawn) if drawn else None


def _split(lines: list[status_picture.Line]) -> list[status_picture.Line]:
    """Split the notes that have several lines; they are one piece each."""
    parts: list[status_picture.Line] = []
    for line in lines:
        if len(line) != 1:
            parts.append(line)
            continue
        text, style = line[0]
        parts += [((part, style),) for part in text.split("\n")]
    return parts


def _format_piece(text: str, style: str) -> str:
    if not text or not style:
        return text
    return f"\x1b[{_STYLE_CODES[style]}m{text}\x1b[0m"
