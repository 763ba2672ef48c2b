"""Define the rows, groups and pages of a form."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from claude_tray.ui.icon.model import IconModel
    from claude_tray.ui.toolkit.widgets import Button


class SwitchRow(NamedTuple):
    """
    A setting that is on or off.

    Attributes:
        action: Action of a press.
        label: Name of the setting.
        is_on: Current value.
        hint: Explanation; may be empty.
    """

    action: str
    label: str
    is_on: bool
    hint: str = ""


class FormOption(NamedTuple):
    """An option: action of a press, label, and whether it is selected."""

    action: str
    label: str
    is_selected: bool


class ChoiceRow(NamedTuple):
    """A setting with a few options, all visible."""

    label: str
    options: tuple[FormOption, ...]
    hint: str = ""


class StepperRow(NamedTuple):
    """
    A setting with many ordered values, one visible.

    Attributes:
        label: Name of the setting.
        value: Current value as text.
        decrease_action: Action of a step back; empty at the first value.
        increase_action: Action of a step forward; empty at the last value.
        hint: Explanation; may be empty.
    """

    label: str
    value: str
    decrease_action: str
    increase_action: str
    hint: str = ""


class InfoRow(NamedTuple):
    """A fact; `status` selects its color: "ok", "critical" or none."""

    label: str
    value: str
    status: str = ""


class ButtonsRow(NamedTuple):
    """Buttons for actions."""

    buttons: tuple[Button, ...]


class IconChoiceRow(NamedTuple):
    """Icon styles, each drawn as the icon would look."""

    options: tuple[tuple[FormOption, IconModel], ...]


FormRow = (
    SwitchRow | ChoiceRow | StepperRow | InfoRow | ButtonsRow | IconChoiceRow
)


class FormGroup(NamedTuple):
    """Rows below a title."""

    title: str
    rows: tuple[FormRow, ...]


class SettingsPage(NamedTuple):
    """A page: its name in actions, its label and its groups."""

    name: str
    label: str
    groups: tuple[FormGroup, ...]
