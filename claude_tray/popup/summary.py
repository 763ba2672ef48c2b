"""The view as lines of text: to be pasted, or to be notified."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from claude_tray.popup.view import PopupView


def summary_of(view: PopupView) -> str:
    """Return all that matters; no project is named."""
    lines = [view.sentence]
    lines += [
        " ".join(filter(None, (week.name, week.value, week.resets)))
        for week in view.weeks
    ]
    lines += [
        f"{tile.name}: {tile.cost}, {tile.tokens}" for tile in view.tiles
    ]
    lines += [f"{row.name}: {row.cost}, {row.tokens}" for row in view.models]
    lines += view.notes
    return "\n".join(lines)
