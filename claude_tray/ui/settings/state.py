"""Hold the state from which the settings pages are built."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from claude_tray.config.schema import OPTIONS_BY_NAME, Settings
from claude_tray.core.cost import NANO_USD_PER_USD
from claude_tray.core.snapshot import SyncState
from claude_tray.i18n.translator import ENGLISH, Translator
from claude_tray.ui.settings.form_model import (
    ChoiceRow,
    FormOption,
    FormRow,
    StepperRow,
    SwitchRow,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from claude_tray.config.option import Widget


class SettingsState(NamedTuple):
    """
    Settings and everything else that the pages show.

    Attributes:
        settings: Current settings.
        translator: Language and formats.
        now: Time of the view.
        starts_at_login: Whether autostart is on; None if unknown.
        sync: State of sync.
        claude_folders: Claude Code's folders.
        own_files: Label and path of this program's files.
        is_dark: Whether the window is dark.
        server_url: Address of the server; empty without one.
        other_folders: Claude folders that are not followed.
    """

    settings: Settings = Settings()
    translator: Translator = ENGLISH
    now: datetime | None = None
    starts_at_login: bool | None = None
    sync: SyncState = SyncState()
    claude_folders: tuple[str, ...] = ()
    own_files: tuple[tuple[str, str], ...] = ()
    is_dark: bool = True
    server_url: str = ""
    other_folders: tuple[str, ...] = ()

    def get_value(self, key: str) -> Any:
        """Return the current value of a setting."""
        return getattr(self.settings, OPTIONS_BY_NAME[key].attribute)

    def build_row(self, key: str) -> FormRow:
        """Build the row that the table of options describes."""
        widget = get_widget(key)
        gettext = self.translator.gettext
        label = gettext(widget.label)
        hint = gettext(widget.hint) if widget.hint else ""
        if widget.steps:
            steps = [
                (value, _format_step(value, widget.unit, self.translator))
                for value in widget.steps
            ]
            return self.build_stepper(key, label, steps, hint)
        current = self.get_value(key)
        if widget.choices:
            options = tuple(
                FormOption(
                    format_set_action(key, value), name, value == current
                )
                for value, name in self.list_choices(key)
            )
            return ChoiceRow(label, options, hint)
        off, on = widget.switch_values
        is_on = current == on
        action = format_set_action(key, off if is_on else on)
        return SwitchRow(action, label, is_on, hint)

    def list_choices(self, key: str) -> list[tuple[str, str]]:
        """Return the value and the translated label of each choice."""
        return [
            (value, self.translator.gettext(label))
            for value, label in get_widget(key).choices
        ]

    def build_stepper(
        self,
        key: str,
        label: str,
        steps: Sequence[tuple[Any, str]],
        hint: str = "",
    ) -> StepperRow:
        """Build a row for a setting with ordered steps (value and label)."""
        current = self.get_value(key)
        values = [value for value, _ in steps]
        index = _find_nearest_index(values, current)
        value_text = (
            steps[index][1] if values[index] == current else str(current)
        )
        previous, next_ = index - 1, index + 1
        return StepperRow(
            label,
            value_text,
            format_set_action(key, values[previous]) if previous >= 0 else "",
            format_set_action(key, values[next_])
            if next_ < len(values)
            else "",
            hint,
        )


def get_widget(key: str) -> Widget:
    """Return the widget of an option."""
    return OPTIONS_BY_NAME[key].widget


def _format_step(value: float, unit: str, translator: Translator) -> str:
    gettext = translator.gettext
    if unit == "seconds":
        return gettext("{n} s", n=value)
    if unit == "minutes":
        return gettext("{n} min", n=int(value) // 60)
    if unit == "percent":
        return translator.format_percent(value)
    if not value:
        return gettext("none")
    return translator.format_money(round(value * NANO_USD_PER_USD))


def format_set_action(key: str, value: object) -> str:
    """Return the action that sets a setting to a value."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"set:{key}={text}"


def parse_set_action(action: str) -> tuple[str, object]:
    """Parse a `set:` action into key and value."""
    key, _, text = action.removeprefix("set:").partition("=")
    default = OPTIONS_BY_NAME[key].default
    if isinstance(default, bool):
        return key, text == "true"
    return key, type(default)(text)


def _find_nearest_index(values: list[Any], current: Any) -> int:
    """Return the index of the current value, or of the nearest number."""
    if current in values:
        return values.index(current)
    if isinstance(current, str):
        return 0
    return min(range(len(values)), key=lambda n: abs(values[n] - current))
