"""
Build one line for the bars of desktops and terminals.

Bars run markup in what a command prints, each its own kind: what is text must
stay text there.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.core.cost import format_usd
from claude_tray.core.current_limits import FULL_PERCENT
from claude_tray.core.time import format_iso
from claude_tray.presentation.countdown import build_countdown
from claude_tray.presentation.limit_text import SEPARATOR, format_limit_value
from claude_tray.presentation.status_lines import build_tooltip_lines
from claude_tray.presentation.welcome import is_waiting
from claude_tray.text import escape_json_text, make_visible, shorten

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from claude_tray.core.snapshot import LimitUsage, Snapshot
    from claude_tray.presentation.context import ViewContext


FIELDS: Final = (
    "used",
    "left",
    "resets_at",
    "state",
    "week",
    "today_cost",
    "sessions",
)
# A reply of the tray has at most 4,096 bytes, a character up to 4 of them.
_MAX_TEXT: Final = 80
_MAX_TOOLTIP: Final = 600
_PANGO_ENTITIES: Final = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
)


class StatusValues(NamedTuple):
    """
    What a bar shows of an account.

    Attributes:
        text: As "2h 47m · 38%"; one line.
        tooltip: Some lines, those of the icon's tooltip.
        percent: Used percentage of the limit in the text, 0 to 100; None if
            unknown.
        fields: Value of each of `FIELDS`; empty if unknown.
    """

    text: str
    tooltip: str
    percent: int | None
    fields: dict[str, str]


def build_status_values(
    snapshot: Snapshot, context: ViewContext
) -> StatusValues:
    """Build the values of the context's account."""
    main = context.assess(snapshot).main
    share = main.limit
    # Before the first message, it is not known whether there is a window.
    parts = [build_countdown(snapshot, context).left]
    if is_waiting(snapshot):
        parts = ["\N{EN DASH}"]
    if share is not None:
        parts.append(format_limit_value(share, context))
    # Without a countdown, the main figure is the share itself.
    text = SEPARATOR.join(dict.fromkeys(filter(None, parts)))
    tooltip = "\n".join(build_tooltip_lines(snapshot, context))
    percent = share.usage.percent if share else None
    return StatusValues(
        shorten(make_visible(text), _MAX_TEXT),
        shorten(make_visible(tooltip, keep="\n"), _MAX_TOOLTIP),
        None if percent is None else round(min(FULL_PERCENT, percent)),
        _build_fields(snapshot, context),
    )


def _build_fields(snapshot: Snapshot, context: ViewContext) -> dict[str, str]:
    assessment, usage = context.assess(snapshot), context.usage
    used = usage.percent if usage else None
    left = None if used is None else max(0.0, FULL_PERCENT - used)
    cost = assessment.main.cost
    is_cost_known = cost.is_known and (cost.priced_cost or not cost.unpriced)
    return {
        "used": _format_number(used),
        "left": _format_number(left),
        "resets_at": _format_reset(context, usage),
        "state": assessment.status.value,
        "week": _format_number(
            context.weekly_usage.percent if context.weekly_usage else None
        ),
        "today_cost": (format_usd(cost.priced_cost) or "")
        if is_cost_known
        else "",
        "sessions": str(snapshot.sessions.running),
    }


def _format_reset(context: ViewContext, usage: LimitUsage | None) -> str:
    at: datetime | None = usage.resets_at if usage else None
    if context.window is not None:
        at = context.window.end
    return format_iso(at) if at else ""


def _format_number(percent: float | None) -> str:
    """Format a percentage for scripts: one decimal, if it has any."""
    return "" if percent is None else f"{round(percent, 1):g}"


def format_waybar(values: StatusValues) -> str:
    """Return the JSON of a waybar module; its texts are Pango markup."""
    module: dict[str, Any] = {
        "text": values.text.translate(_PANGO_ENTITIES),
        "tooltip": values.tooltip.translate(_PANGO_ENTITIES),
        "class": values.fields["state"],
    }
    if values.percent is not None:
        module["percentage"] = values.percent
    return escape_json_text(json.dumps(module, ensure_ascii=False))


def format_polybar(values: StatusValues) -> str:
    """Return the text; none of it can begin a tag of polybar."""
    return values.text.replace("%{", "% {")


def format_tmux(values: StatusValues) -> str:
    """Return the text; tmux shows "##" as "#" and runs none of it."""
    return values.text.replace("#", "##")


BAR_FORMATS: Final[dict[str, Callable[[StatusValues], str]]] = {
    "waybar": format_waybar,
    "polybar": format_polybar,
    "tmux": format_tmux,
}


def format_status_line(
    values: StatusValues, option: str, value: str
) -> str | None:
    """
    Return the line that `status` prints for an option.

    Args:
        values: What it shows.
        option: "format" or "field".
        value: Name of the format or field.

    Returns:
        None if there is no such option or name.
    """
    if option == "field":
        return values.fields.get(value)
    if option == "format" and value in BAR_FORMATS:
        return BAR_FORMATS[value](values)
    return None
