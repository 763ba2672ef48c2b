"""Describe options of the settings file and collect their declarations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.config import validators
from claude_tray.core.usage import TOKEN_KINDS

if TYPE_CHECKING:
    from collections.abc import Callable


STATUSLINE_PARTS: Final = (
    "left",
    "used",
    "week",
    "cost",
    "model",
    "context",
    "project",
)
PERCENT_STEPS: Final = (*range(50, 95, 5), 95, 99)
BUDGET_STEPS: Final = (
    *(0.0, 1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 25.0),
    *(30.0, 40.0, 50.0, 75.0, 100.0, 150.0, 200.0),
)


STATUSLINE_LABEL: Final = "list of " + ", ".join(
    f"`{part}`" for part in STATUSLINE_PARTS
)
OPTIONAL_PRICES: Final = ", ".join(
    f"`{kind.name}`"
    for kind in TOKEN_KINDS
    if kind.input_price_factor is not None
)


class Widget(NamedTuple):
    """
    Describe the row of an option in the settings window.

    A widget with `choices` is a row of buttons, one with `steps` a stepper,
    and any other a switch. Texts are msgids.

    Attributes:
        label: Label of the row.
        hint: Second line; may be empty.
        choices: Value and label of each button.
        steps: Values of a stepper, ascending.
        unit: How a step is shown: "seconds", "minutes" (of a value in
            seconds), "percent" or "money".
        switch_values: Values for off and on.
    """

    label: str
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    steps: tuple[int, ...] | tuple[float, ...] = ()
    unit: str = ""
    switch_values: tuple[Any, Any] = (False, True)


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
        widget: Its row in the settings window; None if it has no plain one.
    """

    name: str
    default: Any
    parse: Callable[[str, object], Any]
    type_label: str
    description: str
    widget: Widget | None = None

    @property
    def attribute(self) -> str:
        return self.name.replace(".", "_")


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
        widget: Widget | None = None,
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
        widget: Widget | None = None,
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
        self.option(name, default, parse, type_label, description, widget)
        return default

    def text(self, name: str, default: str, description: str) -> str:
        """Declare any string."""
        self.option(
            name, default, validators.parse_text, "string", description
        )
        return default
