"""Find the action of a key that only the popup has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.core.periods import Period
from claude_tray.presentation import help_sheet, usage_chart, usage_list

if TYPE_CHECKING:
    from claude_tray.ui.popup.selection import PopupSelection


_ACTIONS: Final = {
    **{
        key: f"period:{period}"
        for key, period in zip(help_sheet.PERIOD_KEYS, Period, strict=True)
    },
    **{
        key: f"by:{grouping}"
        for key, grouping in zip(
            help_sheet.GROUPING_KEYS, usage_list.Grouping, strict=True
        )
    },
    help_sheet.RECEIPT_KEY: "receipt",
    "/": "search:",
    "?": "help",
}
_PERIOD_STEPS: Final = {"Right": 1, "Left": -1}
_MAX_SEARCH_LENGTH: Final = 60


def find_action(
    name: str,
    selection: PopupSelection,
    *,
    focus: str,
    is_menu_open: bool,
    is_rtl: bool,
) -> str | None:
    """
    Return the action of a key; None if the popup gives it none of its own.

    Args:
        name: Name of the key, letters in upper case.
        selection: What is selected.
        focus: Name of the focused button; may be empty.
        is_menu_open: Whether the menu is open, which has the keys then.
        is_rtl: Whether lines start at the right.
    """
    if is_menu_open:
        return None
    if selection.shows_receipt and not selection.shows_help:
        is_back = name in ("Escape", help_sheet.RECEIPT_KEY)
        return "back" if is_back else None
    action = None
    if selection.search is not None:
        action = _edit_search(name, selection.search, has_focus=bool(focus))
    if action is None and name in _PERIOD_STEPS:
        step = _PERIOD_STEPS[name]
        action = f"step:{-step if is_rtl else step}"
    if action is None and name == "Ctrl+C" and focus.startswith("row:"):
        action = f"copy-{focus}"
    return action or _find_switch(name, selection) or _ACTIONS.get(name)


def _find_switch(name: str, selection: PopupSelection) -> str | None:
    """Return the action of keys whose effect depends on the selection."""
    if name == "Escape" and selection.go_back() != selection:
        return "back"
    if name != "W":
        return None
    kinds = list(usage_chart.ChartKind)
    kinds.remove(selection.chart)
    return f"chart:{kinds[0]}"


def _edit_search(name: str, text: str, *, has_focus: bool) -> str | None:
    """Return the search for more or less text; None for other keys."""
    if name == "Return" and not has_focus:
        return "row:0"
    if name == "BackSpace":
        return f"search:{text[:-1]}"
    if name == "Space" and not has_focus:
        return f"search:{text} "
    if len(name) == 1 and len(text) < _MAX_SEARCH_LENGTH:
        return f"search:{text}{name.lower()}"
    return None
