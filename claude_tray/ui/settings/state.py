"""What the pages are made from: settings, and how things stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from claude_tray.config.schema import SETTING_KEYS_BY_NAME
from claude_tray.config.settings import Settings
from claude_tray.core.snapshot import SyncState
from claude_tray.i18n.translator import ENGLISH, Translator
from claude_tray.ui.settings.form_model import (
    ChoiceRow,
    FormOption,
    StepperRow,
    SwitchRow,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


class SettingsState(NamedTuple):
    """
    How things stand.

    Attributes:
        settings: What a person chose.
        translator: How they are spoken to.
        now: The moment.
        starts_at_login: Whether it does; None if that cannot be told.
        sync: How forwarding stands.
        claude_folders: Claude Code's.
        own_files: Names of own files and where they lie.
        is_dark: The colours in force.
        server_url: Where counts are sent to; empty: nowhere.
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

    def get_value(self, key: str) -> Any:
        return getattr(self.settings, SETTING_KEYS_BY_NAME[key].attribute)

    def build_switch(self, key: str, label: str, hint: str = "") -> SwitchRow:
        """Return a setting that is on or off."""
        is_on = bool(self.get_value(key))
        return SwitchRow(format_set_action(key, not is_on), label, is_on, hint)

    def build_choice(
        self,
        key: str,
        label: str,
        options: Sequence[tuple[str, str]],
        hint: str = "",
    ) -> ChoiceRow:
        """Return a setting that is one of a few, by value and label."""
        current = self.get_value(key)
        return ChoiceRow(
            label,
            tuple(
                FormOption(
                    format_set_action(key, value), name, value == current
                )
                for value, name in options
            ),
            hint,
        )

    def build_stepper(
        self,
        key: str,
        label: str,
        steps: Sequence[tuple[Any, str]],
        hint: str = "",
    ) -> StepperRow:
        """Return a setting that is one of many, by value and label."""
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


def format_set_action(key: str, value: object) -> str:
    """Return the action that sets a key."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"set:{key}={text}"


def parse_set_action(action: str) -> tuple[str, object]:
    """Return the key and the value that an action sets."""
    key, _, text = action.removeprefix("set:").partition("=")
    default = getattr(Settings(), SETTING_KEYS_BY_NAME[key].attribute)
    if isinstance(default, bool):
        return key, text == "true"
    return key, type(default)(text)


def _find_nearest_index(values: list[Any], current: Any) -> int:
    if current in values:
        return values.index(current)
    if isinstance(current, str):
        return 0
    return min(range(len(values)), key=lambda n: abs(values[n] - current))
