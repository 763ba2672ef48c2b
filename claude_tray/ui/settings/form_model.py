"""What a page of the settings is made of, as values."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from claude_tray.ui.icon.model import IconModel
    from claude_tray.ui.toolkit.widgets import Button


class SwitchRow(NamedTuple):
    """
    On or off.

    Attributes:
        action: What a press does.
        label: What is switched.
        is_on: How it stands.
        hint: What it means; may be empty.
    """

    action: str
    label: str
    is_on: bool
    hint: str = ""


class FormOption(NamedTuple):
    """One of several: what choosing it does, and what it is called."""

    action: str
    label: str
    is_selected: bool


class ChoiceRow(NamedTuple):
    """One of a few."""

    label: str
    options: tuple[FormOption, ...]
    hint: str = ""


class StepperRow(NamedTuple):
    """
    One of many, in an order.

    Attributes:
        label: Of what.
        value: The one in force, in words.
        decrease_action: What a step back does; empty at the end.
        increase_action: What a step ahead does; empty at the end.
        hint: What it means; may be empty.
    """

    label: str
    value: str
    decrease_action: str
    increase_action: str
    hint: str = ""


class InfoRow(NamedTuple):
    """Something that is so; `state` colours it, "ok" or "critical"."""

    label: str
    value: str
    status: str = ""


class ButtonsRow(NamedTuple):
    """Things to be done."""

    buttons: tuple[Button, ...]


class IconChoiceRow(NamedTuple):
    """One of a few icons, shown as they will be."""

    options: tuple[tuple[FormOption, IconModel], ...]


FormRow = (
    SwitchRow | ChoiceRow | StepperRow | InfoRow | ButtonsRow | IconChoiceRow
)


class FormGroup(NamedTuple):
    """Rows below a title."""

    title: str
    rows: tuple[FormRow, ...]


class SettingsPage(NamedTuple):
    """A page: what it is called by, its title, its groups."""

    name: str
    label: str
    groups: tuple[FormGroup, ...]
