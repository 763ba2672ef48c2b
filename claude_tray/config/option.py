"""Describe options of the settings file and collect their declarations."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.config import validators
from claude_tray.core.usage import TOKEN_KINDS
from claude_tray.errors import gettext_noop

if TYPE_CHECKING:
    from collections.abc import Callable


STATUSLINE_PARTS: Final = (
    ("left", gettext_noop("Time left")),
    ("used", gettext_noop("Used")),
    ("week", gettext_noop("Week")),
    ("cost", gettext_noop("Cost")),
    ("model", gettext_noop("Model")),
    ("context", gettext_noop("Context")),
    ("project", gettext_noop("Project")),
)


STATUSLINE_LABEL: Final = "list of " + ", ".join(
    f"`{part}`" for part, _ in STATUSLINE_PARTS
)
OPTIONAL_PRICES: Final = ", ".join(
    f"`{kind.name}`"
    for kind in TOKEN_KINDS
    if kind.input_price_factor is not None
)


class OptionKind(StrEnum):
    """What a form offers to change an option."""

    SWITCH = "switch"
    CHOICE = "choice"
    LANGUAGE = "language"
    NUMBER = "number"
    MONEY = "money"
    TEXT = "text"
    LIST = "list"
    COMMAND = "command"
    PARTS = "parts"
    HOURS = "hours"
    CURRENCY = "currency"
    FOLDERS = "folders"
    ACCOUNTS = "accounts"
    PRICES = "prices"


class Widget(NamedTuple):
    """
    Describe the field of an option in a form. Texts are msgids.

    Attributes:
        label: Label of the field.
        hint: Second line; may be empty.
        choices: Value and label of each choice.
        unit: Unit of a number: "seconds", "minutes", "percent" or
            "money".
        switch_values: Values for off and on.
        kind: What the form offers; None for a choice or a switch.
        limits: Smallest and largest number.
    """

    label: str
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    unit: str = ""
    switch_values: tuple[Any, Any] = (False, True)
    kind: OptionKind | None = None
    limits: tuple[int, int] = (0, 0)


class Option(NamedTuple):
    """
    One option of the settings file.

    Attributes:
        name: Dotted name in the file; the field of `Settings` has underscores
            instead of dots.
        default: Value without the option.
        parse: Converts a value of the file; raises SettingsError.
        type_label: Accepted values, for the documentation.
        description: What it decides, for the documentation.
        widget: Its field in forms.
    """

    name: str
    default: Any
    parse: Callable[[str, object], Any]
    type_label: str
    description: str
    widget: Widget

    @property
    def attribute(self) -> str:
        return self.name.replace(".", "_")

    @property
    def kind(self) -> OptionKind:
        """Return what a form offers to change the option."""
        if self.widget.kind is not None:
            return self.widget.kind
        has_choices = bool(self.widget.choices)
        return OptionKind.CHOICE if has_choices else OptionKind.SWITCH


class OptionTable:
    """
    Collect options in the order of their declaration.

    Each method declares one option and returns its default, so that a class
    body can assign it to the field of the option.
    """

    def __init__(self) -> None:
        self.options: list[Option] = []

    def option(
        self,
        name: str,
        default: Any,
        parse: Callable[[str, object], Any],
        type_label: str,
        description: str,
        widget: Widget,
    ) -> Any:
        """Declare an option of any type."""
        self.options.append(
            Option(name, default, parse, type_label, description, widget)
        )
        return default

    def choice(
        self, name: str, default: str, description: str, widget: Widget
    ) -> str:
        """Declare a choice between the values of the widget."""
        values = [value for value, _ in widget.choices]
        values = values or list(reversed(widget.switch_values))
        parse = validators.build_choice_parser(*values)
        type_label = ", ".join(f"`{value}`" for value in values)
        self.option(name, default, parse, type_label, description, widget)
        return default

    def switch(
        self,
        name: str,
        description: str,
        widget: Widget,
        *,
        default: bool,
    ) -> bool:
        """Declare an option that is on or off."""
        parse, type_label = validators.parse_bool, "`true`, `false`"
        self.option(name, default, parse, type_label, description, widget)
        return default

    def integer(
        self,
        name: str,
        default: int,
        limits: tuple[int, int],
        description: str,
        widget: Widget,
    ) -> int:
        """Declare a number from the first to the second limit."""
        parse = validators.build_int_parser(*limits)
        type_label = f"{limits[0]} to {limits[1]}"
        widget = widget._replace(kind=OptionKind.NUMBER, limits=limits)
        self.option(name, default, parse, type_label, description, widget)
        return default

    def text(
        self, name: str, default: str, description: str, widget: Widget
    ) -> str:
        """Declare any string."""
        if widget.kind is None:
            widget = widget._replace(kind=OptionKind.TEXT)
        parse = validators.parse_text
        self.option(name, default, parse, "string", description, widget)
        return default
