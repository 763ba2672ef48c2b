"""Build the menu entries that set the program up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.core.setup import SetupSwitch
from claude_tray.presentation.welcome import (
    SuggestionKey,
    Welcome,
    WelcomeSuggestion,
    WelcomeSwitch,
    list_change_lines,
)
from claude_tray.ui.toolkit.messages import (
    ActionKind,
    UserAction,
    build_switch_action,
)
from claude_tray.ui.tray.menu_model import MenuEntry, ToggleKind, ViewOptions

if TYPE_CHECKING:
    Entries = tuple[MenuEntry | None, ...]

_MAX_LINE_LENGTH: Final = 72


def build_welcome_entries(welcome: Welcome, options: ViewOptions) -> Entries:
    """Build the entries that stand in the place of limits and totals."""
    entries: list[MenuEntry | None] = [
        MenuEntry(welcome.headline),
        MenuEntry(welcome.sentence),
        None,
    ]
    for switch in welcome.switches:
        entries += _build_switch_entries(switch, options)
    entries += [
        *([None] if welcome.switches else []),
        *(
            build_suggestion_entry(suggestion, options)
            for suggestion in welcome.suggestions
        ),
    ]
    return tuple(entries)


def build_suggestion_entry(
    suggestion: WelcomeSuggestion, options: ViewOptions
) -> MenuEntry:
    """Build the entry of a suggestion; its sentence opens a submenu."""
    actions = {
        SuggestionKey.LIMITS: build_switch_action(
            SetupSwitch.LIMITS, is_on=True
        ),
        SuggestionKey.DEMO: UserAction(ActionKind.START_DEMO),
        SuggestionKey.FOLDER: UserAction(
            ActionKind.FOLLOW_FOLDER, folder=suggestion.folder
        ),
    }
    button = MenuEntry(
        options.format_label(suggestion.button), actions[suggestion.key]
    )
    if not suggestion.sentence:
        return button
    return MenuEntry(
        suggestion.sentence,
        entries=(*_build_change_entries(suggestion, options), button),
    )


def _build_switch_entries(
    switch: WelcomeSwitch, options: ViewOptions
) -> list[MenuEntry | None]:
    """Build a switch, and below it why it could not be turned."""
    action = build_switch_action(switch.key, is_on=not switch.is_on)
    label = options.format_label(switch.label)
    entry = MenuEntry(label, action, ToggleKind.CHECK, switch.is_on)
    if switch.key is SetupSwitch.LIMITS:
        entry = _build_limits_entry(switch, label, options)
    problem = [MenuEntry(switch.problem)] if switch.problem else []
    return [entry, *problem]


def _build_limits_entry(
    switch: WelcomeSwitch, label: str, options: ViewOptions
) -> MenuEntry:
    """Build the submenu that shows the change before it is made."""
    gettext = options.translator.gettext
    if switch.is_on:
        button, text = gettext("Undo"), gettext("Your limits are connected")
    else:
        button, text = gettext("Connect"), switch.hint
    return MenuEntry(
        label,
        entries=(
            MenuEntry(text),
            *_build_change_entries(switch, options),
            None,
            MenuEntry(
                options.format_label(button),
                build_switch_action(switch.key, is_on=not switch.is_on),
            ),
        ),
    )


def _build_change_entries(
    source: WelcomeSwitch | WelcomeSuggestion, options: ViewOptions
) -> Entries:
    lines = list_change_lines(source.changes, options.translator)
    # All of it is shown: it must not change more than the user has seen.
    return tuple(
        MenuEntry(line[start : start + _MAX_LINE_LENGTH])
        for line in lines
        for start in range(0, len(line), _MAX_LINE_LENGTH)
    )
