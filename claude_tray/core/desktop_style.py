"""Describe the UI conventions of a desktop."""

from __future__ import annotations

from typing import Final, NamedTuple


class DesktopStyle(NamedTuple):
    """
    UI conventions of one desktop.

    Attributes:
        has_title_case_menus: English menu labels are in title case.
        has_windows_labels: Menus say "Start with Windows" and "Exit".
        settings_suffix: Follows the label of the settings entry.
        has_template_icons: The menu bar colors a monochrome icon.
        command_modifier: Tk's name of the key for shortcuts.
    """

    has_title_case_menus: bool = True
    has_windows_labels: bool = False
    settings_suffix: str = ""
    has_template_icons: bool = False
    command_modifier: str = "Control"


LINUX_STYLE: Final = DesktopStyle()
# Apple ends entries that open a window with an ellipsis; elsewhere it
# announces a question.
MACOS_STYLE: Final = DesktopStyle(
    settings_suffix="\N{HORIZONTAL ELLIPSIS}",
    has_template_icons=True,
    command_modifier="Command",
)
WINDOWS_STYLE: Final = DesktopStyle(
    has_title_case_menus=False, has_windows_labels=True
)
