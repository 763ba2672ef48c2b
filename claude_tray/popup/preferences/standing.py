"""What the pages are made from: settings, and how things stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from claude_tray.domain.snapshot import SyncState
from claude_tray.popup.preferences.form import (
    Choice,
    Option,
    Stepper,
    Switch,
)
from claude_tray.settings.keys import BY_NAME
from claude_tray.settings.parse import Settings
from claude_tray.words.tongue import ENGLISH, Tongue

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


class Standing(NamedTuple):
    """
    How things stand.

    Attributes:
        settings: What a person chose.
        tongue: How they are spoken to.
        now: The moment.
        starts_at_login: Whether it does; None if that cannot be told.
        sync: How forwarding stands.
        folders: Claude Code's.
        places: Names of own files and where they lie.
        is_dark: The colours in force.
        address: Where counts are sent to; empty: nowhere.
    """

    settings: Settings = Settings()
    tongue: Tongue = ENGLISH
    now: datetime | None = None
    starts_at_login: bool | None = None
    sync: SyncState = SyncState()
    folders: tuple[str, ...] = ()
    places: tuple[tuple[str, str], ...] = ()
    is_dark: bool = True
    address: str = ""

    def value(self, key: str) -> Any:  # noqa: ANN401 - settings differ
        return getattr(self.settings, BY_NAME[key].attribute)

    def switch(self, key: str, label: str, hint: str = "") -> Switch:
        """Return a setting that is on or off."""
        is_on = bool(self.value(key))
        return Switch(setting(key, not is_on), label, is_on, hint)

    def choice(
        self,
        key: str,
        label: str,
        options: Sequence[tuple[str, str]],
        hint: str = "",
    ) -> Choice:
        """Return a setting that is one of a few, by value and label."""
        chosen = self.value(key)
        return Choice(
            label,
            tuple(
                Option(setting(key, value), name, value == chosen)
                for value, name in options
            ),
            hint,
        )

    def stepper(
        self,
        key: str,
        label: str,
        steps: Sequence[tuple[Any, str]],
        hint: str = "",
    ) -> Stepper:
        """Return a setting that is one of many, by value and label."""
        chosen = self.value(key)
        values = [value for value, _ in steps]
        at = _nearest(values, chosen)
        shown = steps[at][1] if values[at] == chosen else str(chosen)
        less, more = at - 1, at + 1
        return Stepper(
            label,
            shown,
            setting(key, values[less]) if less >= 0 else "",
            setting(key, values[more]) if more < len(values) else "",
            hint,
        )


def setting(key: str, value: object) -> str:
    """Return the action that sets a key."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"set:{key}={text}"


def choice_of(action: str) -> tuple[str, object]:
    """Return the key and the value that an action sets."""
    key, _, text = action.removeprefix("set:").partition("=")
    usual = getattr(Settings(), BY_NAME[key].attribute)
    if isinstance(usual, bool):
        return key, text == "true"
    return key, type(usual)(text)


def _nearest(values: list[Any], chosen: Any) -> int:  # noqa: ANN401
    if chosen in values:
        return values.index(chosen)
    if isinstance(chosen, str):
        return 0
    return min(range(len(values)), key=lambda n: abs(values[n] - chosen))
