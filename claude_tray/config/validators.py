"""How one value of the settings file is read, or refused by its key."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NoReturn

from claude_tray.core.tokens import TOKEN_KINDS
from claude_tray.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable


_PRICE_KEYS: Final = tuple(kind.name for kind in TOKEN_KINDS)
_REQUIRED_PRICE_KEYS: Final = {
    kind.name for kind in TOKEN_KINDS if kind.input_price_factor is None
}
_HOURS: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d")


def raise_invalid(key: str, expected: str) -> NoReturn:
    """Say what a key must be."""
    summary = f"The setting {key} must be {expected}."
    raise SettingsError(summary)


def parse_text_list(key: str, value: object) -> tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(v, str) for v in value):
        return tuple(value)
    raise_invalid(key, "a list of strings")


def parse_text(key: str, value: object) -> str:
    if isinstance(value, str):
        return value
    raise_invalid(key, "a string")


def parse_bool(key: str, value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise_invalid(key, "true or false")


def build_choice_parser(*allowed: str) -> Callable[[str, object], str]:
    def parse(key: str, value: object) -> str:
        if isinstance(value, str) and value in allowed:
            return value
        raise_invalid(key, f"one of {', '.join(allowed)}")

    return parse


def build_int_parser(
    minimum: int, maximum: int
) -> Callable[[str, object], int]:
    def parse(key: str, value: Any) -> int:
        is_int = isinstance(value, int) and not isinstance(value, bool)
        if is_int and minimum <= value <= maximum:
            return int(value)
        raise_invalid(key, f"a whole number from {minimum} to {maximum}")

    return parse


def build_subset_parser(
    *allowed: str,
) -> Callable[[str, object], tuple[str, ...]]:
    """Return a reader of a list of these texts, in any order."""

    def parse(key: str, value: object) -> tuple[str, ...]:
        if isinstance(value, list) and all(v in allowed for v in value):
            return tuple(value)
        raise_invalid(key, f"a list of {', '.join(allowed)}")

    return parse


def parse_dollars(key: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise_invalid(key, "a number of dollars")
    if not 0 <= value < float("inf"):
        raise_invalid(key, "0 or more dollars")
    return float(value)


def parse_hours(key: str, value: object) -> str:
    """Return hours of the day, as "22:00-08:00", or "" for none."""
    if isinstance(value, str) and (not value or _HOURS.fullmatch(value)):
        return value
    raise_invalid(key, 'hours as "22:00-08:00", or "" for none')


def parse_prices(_: str, value: object) -> dict[str, dict[str, float]]:
    if not isinstance(value, dict):
        raise_invalid("prices", 'a table for each model: [prices."model-id"]')
    return {
        model: _parse_price(model, price) for model, price in value.items()
    }


def _parse_price(model: str, value: object) -> dict[str, float]:
    key = f'prices."{model}"'
    if not isinstance(value, dict):
        raise_invalid(key, "a table")
    for name, amount in value.items():
        if name not in _PRICE_KEYS:
            raise_invalid(f"{key}.{name}", f"one of {', '.join(_PRICE_KEYS)}")
        if isinstance(amount, bool) or not isinstance(amount, int | float):
            raise_invalid(f"{key}.{name}", "dollars for a million tokens")
        if amount < 0:
            raise_invalid(f"{key}.{name}", "0 or more")
    if not value.keys() >= _REQUIRED_PRICE_KEYS:
        raise_invalid(key, "given with input and output")
    return dict(value)


def parse_profiles(_: str, value: object) -> dict[str, str]:
    """Return what a person calls the accounts of their Claude folders."""
    if not isinstance(value, dict):
        raise_invalid(
            "profiles", 'a table for each folder: [profiles."~/.claude"]'
        )
    return {
        folder: _parse_profile_name(folder, table)
        for folder, table in value.items()
    }


def _parse_profile_name(folder: str, value: Any) -> str:
    key = f'profiles."{folder}"'
    name = value.get("name") if isinstance(value, dict) else None
    if not isinstance(name, str) or not name.strip() or len(value) > 1:
        raise_invalid(key, "a table with one string, name")
    return name.strip()
