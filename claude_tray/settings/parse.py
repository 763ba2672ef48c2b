"""The choices in force, made from a mapping."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, NoReturn

from claude_tray.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

RULES: Final = ("auto", "exact", "ten-minutes", "hour")
TABLES: Final = ("anthropic", "agent-sync")
PANELS: Final = ("auto", "dark", "light", "tile")
_PRICE_KEYS: Final = (
    "input",
    "output",
    "cache_write_5m",
    "cache_write_1h",
    "cache_read",
)


class Settings(NamedTuple):
    """
    The choices in force; the defaults are the whole documentation.

    A tuple, as all that every command needs: dataclasses take 10 ms to import.

    Attributes:
        claude_paths: Folders that hold `projects`; none: the usual places.
        window_rule: How a window's start follows from its first message.
        cost_table: Which prices that come with the program.
        prices: A person's own, in dollars for a million tokens, by model.
        icon_panel: What the icon is drawn for.
    """

    claude_paths: tuple[str, ...] = ()
    window_rule: str = "auto"
    cost_table: str = "anthropic"
    prices: Mapping[str, Mapping[str, float]] = MappingProxyType({})
    icon_panel: str = "auto"


def parse_settings(values: Mapping[str, Any]) -> Settings:
    """
    Return the settings that a file's values mean.

    Raises:
        SettingsError: A key is unknown or its value cannot be used; the
            summary names it.
    """
    chosen: dict[str, Any] = {}
    for key, value in _flat(values):
        if key == "prices":
            chosen["prices"] = _prices(value)
            continue
        if key not in _KEYS:
            _refuse_unknown(key)
        name, read = _KEYS[key]
        chosen[name] = read(key, value)
    return Settings(**chosen)


def _flat(values: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return the values by dotted keys."""
    flat: list[tuple[str, Any]] = []
    for key, value in values.items():
        if isinstance(value, dict) and key != "prices":
            flat += [(f"{key}.{inner}", v) for inner, v in value.items()]
        else:
            flat.append((key, value))
    return flat


def _refuse_unknown(key: str) -> NoReturn:
    # Late: only a mistake needs it.
    from difflib import get_close_matches  # noqa: PLC0415

    near = get_close_matches(key, _KEYS, n=1)
    hint = f"Did you mean {near[0]}?" if near else "See the README's table."
    summary = f"Unknown setting: {key}."
    raise SettingsError(summary, hint=hint)


def _refuse(key: str, wanted: str) -> NoReturn:
    summary = f"The setting {key} must be {wanted}."
    raise SettingsError(summary)


def _texts(key: str, value: object) -> tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(v, str) for v in value):
        return tuple(value)
    _refuse(key, "a list of texts")


def _one_of(*allowed: str) -> Callable[[str, object], str]:
    def read(key: str, value: object) -> str:
        if isinstance(value, str) and value in allowed:
            return value
        _refuse(key, f"one of {', '.join(allowed)}")

    return read


def _prices(value: object) -> dict[str, dict[str, float]]:
    if not isinstance(value, dict):
        _refuse("prices", 'a table for each model: [prices."model-id"]')
    return {model: _price(model, price) for model, price in value.items()}


def _price(model: str, value: object) -> dict[str, float]:
    key = f'prices."{model}"'
    if not isinstance(value, dict):
        _refuse(key, "a table")
    for name, amount in value.items():
        if name not in _PRICE_KEYS:
            _refuse_unknown(f"{key}.{name}")
        if isinstance(amount, bool) or not isinstance(amount, int | float):
            _refuse(f"{key}.{name}", "dollars for a million tokens")
        if amount < 0:
            _refuse(f"{key}.{name}", "0 or more")
    if not {"input", "output"} <= value.keys():
        _refuse(key, "given with input and output")
    return dict(value)


_KEYS: Final[dict[str, tuple[str, Callable[[str, object], Any]]]] = {
    "claude_paths": ("claude_paths", _texts),
    "window.rule": ("window_rule", _one_of(*RULES)),
    "cost.table": ("cost_table", _one_of(*TABLES)),
    "icon.panel": ("icon_panel", _one_of(*PANELS)),
}
