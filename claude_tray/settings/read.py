"""How one value of the settings file is read, or refused by its key."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NoReturn

from claude_tray.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable

_PRICE_KEYS: Final = (
    "input",
    "output",
    "cache_write_5m",
    "cache_write_1h",
    "cache_read",
)
_HOURS: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d")


def refuse(key: str, wanted: str) -> NoReturn:
    """Say what a key must be."""
    summary = f"The setting {key} must be {wanted}."
    raise SettingsError(summary)


def texts(key: str, value: object) -> tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(v, str) for v in value):
        return tuple(value)
    refuse(key, "a list of texts")


def text(key: str, value: object) -> str:
    if isinstance(value, str):
        return value
    refuse(key, "a text")


def switch(key: str, value: object) -> bool:
    if isinstance(value, bool):
        return value
    refuse(key, "true or false")


def one_of(*allowed: str) -> Callable[[str, object], str]:
    def read(key: str, value: object) -> str:
        if isinstance(value, str) and value in allowed:
            return value
        refuse(key, f"one of {', '.join(allowed)}")

    return read


def whole(least: int, most: int) -> Callable[[str, object], int]:
    def read(key: str, value: Any) -> int:  # noqa: ANN401 - from TOML
        is_whole = isinstance(value, int) and not isinstance(value, bool)
        if is_whole and least <= value <= most:
            return int(value)
        refuse(key, f"a whole number from {least} to {most}")

    return read


def some_of(*allowed: str) -> Callable[[str, object], tuple[str, ...]]:
    """Return a reader of a list of these texts, in any order."""

    def read(key: str, value: object) -> tuple[str, ...]:
        if isinstance(value, list) and all(v in allowed for v in value):
            return tuple(value)
        refuse(key, f"a list of {', '.join(allowed)}")

    return read


def dollars(key: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        refuse(key, "a number of dollars")
    if not 0 <= value < float("inf"):
        refuse(key, "0 or more dollars")
    return float(value)


def hours(key: str, value: object) -> str:
    """Return hours of the day, as "22:00-08:00", or "" for none."""
    if isinstance(value, str) and (not value or _HOURS.fullmatch(value)):
        return value
    refuse(key, 'hours as "22:00-08:00", or "" for none')


def prices(_: str, value: object) -> dict[str, dict[str, float]]:
    if not isinstance(value, dict):
        refuse("prices", 'a table for each model: [prices."model-id"]')
    return {model: _price(model, price) for model, price in value.items()}


def _price(model: str, value: object) -> dict[str, float]:
    key = f'prices."{model}"'
    if not isinstance(value, dict):
        refuse(key, "a table")
    for name, amount in value.items():
        if name not in _PRICE_KEYS:
            refuse(f"{key}.{name}", f"one of {', '.join(_PRICE_KEYS)}")
        if isinstance(amount, bool) or not isinstance(amount, int | float):
            refuse(f"{key}.{name}", "dollars for a million tokens")
        if amount < 0:
            refuse(f"{key}.{name}", "0 or more")
    if not {"input", "output"} <= value.keys():
        refuse(key, "given with input and output")
    return dict(value)


def profiles(_: str, value: object) -> dict[str, str]:
    """Return what a person calls the accounts of their Claude folders."""
    if not isinstance(value, dict):
        refuse("profiles", 'a table for each folder: [profiles."~/.claude"]')
    return {folder: _profile(folder, of) for folder, of in value.items()}


def _profile(folder: str, value: Any) -> str:  # noqa: ANN401 - from TOML
    key = f'profiles."{folder}"'
    name = value.get("name") if isinstance(value, dict) else None
    if not isinstance(name, str) or not name.strip() or len(value) > 1:
        refuse(key, "a table with one text, name")
    return name.strip()
