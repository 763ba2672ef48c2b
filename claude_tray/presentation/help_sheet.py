"""List the keys of the popup for its help sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from claude_tray.i18n.translator import Translator

# Keys of the periods and groupings, in their order.
PERIOD_KEYS: Final = ("1", "2", "3", "4", "5", "6")
GROUPING_KEYS: Final = ("P", "M", "S", "K", "D")
RECEIPT_KEY: Final = "R"


class KeyHelp(NamedTuple):
    """Keys, as "1-6", and what they do."""

    keys: str
    text: str


def list_key_help(translator: Translator) -> tuple[KeyHelp, ...]:
    """Return all keys, the most useful ones first."""
    gettext = translator.gettext
    return (
        KeyHelp("1 \N{EN DASH} 6", gettext("Choose the period")),
        KeyHelp(" ".join(GROUPING_KEYS), gettext("Group the list")),
        KeyHelp("W", gettext("Switch between window and week")),
        KeyHelp(RECEIPT_KEY, gettext("Show what used the limit")),
        KeyHelp("Tab  \N{UPWARDS ARROW} \N{DOWNWARDS ARROW}", gettext("Move")),
        KeyHelp("Enter", gettext("Open a project, copy a session's command")),
        KeyHelp("Ctrl+C", gettext("Copy the row, or the summary")),
        KeyHelp("/", gettext("Search the list")),
        KeyHelp("F5", gettext("Refresh now")),
        KeyHelp("Ctrl+D", gettext("Open dashboard")),
        KeyHelp("Ctrl+,", gettext("Settings")),
        KeyHelp("Esc", gettext("Go back, or close")),
        KeyHelp("?", gettext("Show these keys")),
    )
