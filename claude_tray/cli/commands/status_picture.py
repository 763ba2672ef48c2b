"""
Draw limits, the open window and running sessions in lines of text.

The lines know nothing of the terminal but its width, so that a terminal, a
full screen and a pipe show the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.cli.tables import format_bar
from claude_tray.core import display_names, live_sessions
from claude_tray.core.status import AccountStatus
from claude_tray.presentation.limit_meters import (
    LimitMeter,
    build_limit_meters,
)
from claude_tray.presentation.limit_text import SEPARATOR
from claude_tray.presentation.live_text import (
    format_session_model,
    format_session_state,
)
from claude_tray.text import make_visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from claude_tray.core.live_sessions import SessionInUse
    from claude_tray.i18n.translator import Translator
    from claude_tray.presentation.context import ViewContext


# Usage of the open window, one bar for each 10 minutes.
STEP_MS: Final = 600_000
_GAP: Final = "  "
_MIN_BAR: Final = 10
_MAX_BAR: Final = 30
_MAX_SESSIONS: Final = 8
_MAX_NAME: Final = 20
_LEVELS: Final = "▁▂▃▄▅▆▇█"
_ASCII_LEVELS: Final = "_.:-=+*#"
_STYLES: Final = {
    AccountStatus.OK: "green",
    AccountStatus.WARNING: "yellow",
    AccountStatus.CRITICAL: "red",
}
_STATE_STYLES: Final = {
    live_sessions.SessionState.WAITING: "yellow",
    live_sessions.SessionState.WORKING: "green",
    live_sessions.SessionState.IDLE: "dim",
}

# Pieces of text with their styles, as rich names them; empty for none.
Line = tuple[tuple[str, str], ...]


class LineSpace(NamedTuple):
    """
    What lines are drawn for.

    Attributes:
        width: Columns.
        encoding: Of the output; without UTF-8, bars are of ASCII.
    """

    width: int = 80
    encoding: str = "utf-8"

    @property
    def has_blocks(self) -> bool:
        return self.encoding.lower().startswith("utf")


def draw_meters(context: ViewContext, space: LineSpace) -> list[Line]:
    """
    Draw a bar for each limit, with a mark where the time stands.

    What follows the value is on a line of its own where it does not fit.
    """
    meters = [_make_visible(meter) for meter in build_limit_meters(context)]
    if not meters:
        return []
    name = max(measure(meter.name) for meter in meters)
    value = max(measure(meter.value) for meter in meters)
    end = max(measure(meter.end_text) for meter in meters)
    fixed = name + value + 2 * len(_GAP)
    room = space.width - fixed - end - len(_GAP)
    is_split = room < _MIN_BAR
    bar = max(1, min(_MAX_BAR, space.width - fixed if is_split else room))
    lines: list[Line] = []
    for meter in meters:
        head: Line = (
            (_pad(meter.name, name) + _GAP, ""),
            *_draw_bar(meter, bar, space),
            (_GAP + " " * (value - measure(meter.value)), ""),
            (meter.value, "bold"),
        )
        if not is_split:
            lines.append((*head, (_GAP + meter.end_text, "dim")))
            continue
        lines.append(head)
        if meter.end_text:
            lines.append(_indent(meter.end_text, name, space))
    return lines


def draw_window(
    context: ViewContext, steps: Sequence[int], space: LineSpace
) -> list[Line]:
    """
    Draw the usage of the open window as a sparkline.

    Args:
        context: Account and time.
        steps: Tokens of each 10 minutes from the start to now.
        space: Where it is drawn.
    """
    window, highest = context.window, max(steps, default=0)
    if window is None or not highest:
        return []
    levels = _LEVELS if space.has_blocks else _ASCII_LEVELS
    top = len(levels) - 1
    drawn = "".join(levels[-(-step * top // highest)] for step in steps)
    gettext = context.translator.gettext
    start = context.format_clock(window.start)
    times = gettext(
        "since {start}, at most {tokens} tokens in 10 min",
        start=start,
        tokens=context.translator.format_tokens(highest),
    )
    name = gettext("Window")
    label: Line = ((name + _GAP, ""), (drawn, "cyan"))
    room = space.width - measure(name + drawn) - 2 * len(_GAP)
    if measure(times) <= room:
        return [(*label, (_GAP + times, "dim"))]
    return [label, _indent(times, measure(name), space)]


def draw_sessions(
    sessions: Sequence[SessionInUse], translator: Translator, space: LineSpace
) -> list[Line]:
    """List the sessions that run, those that wait for the user first."""
    running = [
        s for s in sessions if s.state is not live_sessions.SessionState.ENDED
    ]
    shown = running[:_MAX_SESSIONS]
    labels = display_names.build_unique_labels(
        [session.project for session in shown]
    )
    lines: list[Line] = [
        _draw_session(session, labels[session.project], translator, space)
        for session in shown
    ]
    if more := len(running) - len(shown):
        text = translator.ngettext(
            "and {n} more session", "and {n} more sessions", more
        )
        lines.append(((text, "dim"),))
    return lines


def _draw_session(
    session: SessionInUse,
    project: str,
    translator: Translator,
    space: LineSpace,
) -> Line:
    mark = "●" if space.has_blocks else "*"
    details = [project, session.title, format_session_model(session)]
    if session.context_percent is not None:
        percent = translator.format_percent(session.context_percent)
        details.append(
            translator.gettext("{percent} context", percent=percent)
        )
    state = make_visible(format_session_state(session, translator))
    text = SEPARATOR.join([state, *filter(None, details)])
    return (
        (mark + " ", _STATE_STYLES[session.state]),
        (_shorten(make_visible(text), space.width - 2), ""),
    )


def _draw_bar(meter: LimitMeter, width: int, space: LineSpace) -> Line:
    """Draw the used part, the rest, and the mark of the elapsed time."""
    if meter.fraction is None:
        return ((" " * width, ""),)
    used = format_bar(meter.fraction, width, space.encoding)
    track = "░" if space.has_blocks else "-"
    bar, style = used + track * (width - len(used)), _STYLES[meter.status]
    if meter.elapsed_fraction is None:
        return ((used, style), (bar[len(used) :], "dim"))
    at = min(width - 1, int(meter.elapsed_fraction * width))
    mark = "│" if space.has_blocks else "|"
    full = min(len(used), at)
    return (
        (bar[:full], style),
        (bar[full:at], "dim"),
        (mark, "bold"),
        (bar[at + 1 : len(used)], style),
        (bar[max(at + 1, len(used)) :], "dim"),
    )


def _make_visible(meter: LimitMeter) -> LimitMeter:
    """Return a meter without control characters and with a short name."""
    return meter._replace(
        name=_shorten(make_visible(meter.name), _MAX_NAME),
        end_text=make_visible(meter.end_text),
    )


def _indent(text: str, width: int, space: LineSpace) -> Line:
    """Return a line below a label of a width."""
    return ((_shorten(" " * width + _GAP + text, space.width), "dim"),)


def _pad(text: str, width: int) -> str:
    return text + " " * (width - measure(text))


def measure(text: str) -> int:
    """Return the columns that a text takes."""
    # Late: --json needs none of it.
    from rich.cells import cell_len

    return cell_len(text)


def _shorten(text: str, width: int) -> str:
    from rich.cells import set_cell_size

    if measure(text) <= width:
        return text
    return set_cell_size(text, max(0, width - 1)).rstrip() + "…"
