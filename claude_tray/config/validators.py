"""Parse single values of the settings file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from claude_tray.core.currency import MAX_NAME_LENGTH, parse_currency_choice
from claude_tray.core.price_table import MULTIPLIER_KEY
from claude_tray.core.usage import TOKEN_KINDS
from claude_tray.errors import SettingsError, gettext_noop

if TYPE_CHECKING:
    from collections.abc import Callable


# Dollars per million tokens, and a factor: more is a slip of the keyboard.
_MAX_DOLLARS: Final = 1_000_000
_MAX_MULTIPLIER: Final = 1_000
_PRICE_MAXIMA: Final = {
    **{kind.name: _MAX_DOLLARS for kind in TOKEN_KINDS},
    MULTIPLIER_KEY: _MAX_MULTIPLIER,
}
_REQUIRED_PRICE_KEYS: Final = {
    kind.name for kind in TOKEN_KINDS if kind.input_price_factor is None
}
_MAX_BUDGET: Final = 1e9
_HOURS: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d")
_NOT_A_STRING_LIST: Final = gettext_noop(
    "The setting {key} must be a list of strings."
)
_NOT_ONE_OF: Final = gettext_noop("The setting {key} must be one of {values}.")
_NOT_A_PRICE: Final = gettext_noop(
    "The setting {key} must be from 0 to {maximum} dollars per million tokens."
)
_NOT_A_FACTOR: Final = gettext_noop(
    "The setting {key} must be from 0 to {maximum}."
)


def parse_text_list(key: str, value: object) -> tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(v, str) for v in value):
        return tuple(parse_text(key, text) for text in value)
    raise SettingsError(_NOT_A_STRING_LIST, key=key)


def parse_command(key: str, value: object) -> tuple[str, ...]:
    """Return a program and its arguments; empty for none."""
    words = parse_text_list(key, value)
    if all(word and "\n" not in word and "\r" not in word for word in words):
        return words
    raise SettingsError(
        gettext_noop(
            "The setting {key} must be a program and its arguments, each of"
            " one line."
        ),
        key=key,
    )


def parse_text(key: str, value: object) -> str:
    if not isinstance(value, str):
        raise SettingsError(
            gettext_noop("The setting {key} must be a string."), key=key
        )
    if "\0" in value:
        # No path, address or name contains it.
        raise SettingsError(
            gettext_noop("The setting {key} contains a NUL character."),
            key=key,
        )
    return value


def parse_bool(key: str, value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise SettingsError(
        gettext_noop("The setting {key} must be true or false."), key=key
    )


def build_choice_parser(*allowed: str) -> Callable[[str, object], str]:
    def parse(key: str, value: object) -> str:
        if isinstance(value, str) and value in allowed:
            return value
        raise SettingsError(_NOT_ONE_OF, key=key, values=", ".join(allowed))

    return parse


def build_int_parser(
    minimum: int, maximum: int
) -> Callable[[str, object], int]:
    def parse(key: str, value: Any) -> int:
        is_int = isinstance(value, int) and not isinstance(value, bool)
        if is_int and minimum <= value <= maximum:
            return int(value)
        raise SettingsError(
            gettext_noop(
                "The setting {key} must be an integer from {minimum} to"
                " {maximum}."
            ),
            key=key,
            minimum=minimum,
            maximum=maximum,
        )

    return parse


def build_subset_parser(
    *allowed: str,
) -> Callable[[str, object], tuple[str, ...]]:
    """Build a parser of a list of these strings, in any order."""

    def parse(key: str, value: object) -> tuple[str, ...]:
        if isinstance(value, list) and all(v in allowed for v in value):
            return tuple(value)
        raise SettingsError(
            gettext_noop("The setting {key} must be a list of {values}."),
            key=key,
            values=", ".join(allowed),
        )

    return parse


def parse_dollars(key: str, value: object) -> float:
    if (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and 0 <= value <= _MAX_BUDGET
    ):
        return float(value)
    raise SettingsError(
        gettext_noop("The setting {key} must be 0 or more dollars."), key=key
    )


def parse_hours(key: str, value: object) -> str:
    """Return hours of the day such as "22:00-08:00", or "" for none."""
    if isinstance(value, str) and (not value or _HOURS.fullmatch(value)):
        return value
    raise SettingsError(
        gettext_noop(
            'The setting {key} must be hours such as "22:00-08:00", or "" for'
            " none."
        ),
        key=key,
    )


def parse_currency(key: str, value: object) -> str:
    """Return a rate and currency such as "0.92 EUR", or "" for none."""
    if value == "":
        return ""
    choice = parse_currency_choice(value) if isinstance(value, str) else None
    if choice is None:
        raise SettingsError(
            gettext_noop(
                "The setting {key} must be what one US dollar is, such as"
                ' "0.92 EUR": a rate above 0 and a code or symbol of at most'
                ' {maximum} characters without digits; "" for US dollars.'
            ),
            key=key,
            maximum=MAX_NAME_LENGTH,
        )
    return f"{choice.rate_text} {choice.name}"


def parse_prices(_: str, value: object) -> dict[str, dict[str, float]]:
    """Return dollars per million tokens, by model and kind of token."""
    prices, errors = split_prices(value)
    if errors:
        raise errors[0]
    return prices


def split_prices(
    value: object,
) -> tuple[dict[str, dict[str, float]], tuple[SettingsError, ...]]:
    """
    Return the valid prices, and what is wrong with the others.

    Raises:
        SettingsError: There is no table of prices.
    """
    if not isinstance(value, dict):
        raise SettingsError(
            gettext_noop(
                "The setting prices must have a table for each model:"
                ' [prices."model-id"].'
            )
        )
    prices: dict[str, dict[str, float]] = {}
    errors: list[SettingsError] = []
    for model, table in value.items():
        key = f'prices."{model}"'
        if not isinstance(table, dict):
            errors.append(
                SettingsError(
                    gettext_noop("The setting {key} must be a table."),
                    key=key,
                )
            )
            continue
        price, price_errors = _parse_price(key, table)
        missing = _check_required(key, price)
        errors += price_errors or missing
        if not missing:
            prices[model] = price
    return prices, tuple(errors)


def _parse_price(
    key: str, table: dict[str, Any]
) -> tuple[dict[str, float], list[SettingsError]]:
    """Return the valid values of a price, and what is wrong with the rest."""
    price: dict[str, float] = {}
    errors = []
    for name, amount in table.items():
        maximum = _PRICE_MAXIMA.get(name)
        is_number = isinstance(amount, int | float)
        if maximum is None:
            error = SettingsError(
                _NOT_ONE_OF,
                key=f"{key}.{name}",
                values=", ".join(_PRICE_MAXIMA),
            )
        elif (
            is_number
            and not isinstance(amount, bool)
            and 0 <= amount <= maximum
        ):
            price[name] = amount
            continue
        else:
            error = SettingsError(
                _NOT_A_FACTOR if name == MULTIPLIER_KEY else _NOT_A_PRICE,
                key=f"{key}.{name}",
                maximum=f"{maximum:,}",
            )
        errors.append(error)
    return price, errors


def _check_required(
    key: str, price: dict[str, float]
) -> tuple[SettingsError, ...]:
    """Return an error if a price is neither complete nor a multiplier."""
    missing = _REQUIRED_PRICE_KEYS - price.keys()
    if not missing or price.keys() == {MULTIPLIER_KEY}:
        return ()
    return (
        SettingsError(
            gettext_noop("The setting {key} must have {values}."),
            key=key,
            values=", ".join(sorted(missing)),
        ),
    )


def parse_profiles(_: str, value: object) -> dict[str, str]:
    """Return account names by Claude folder."""
    if not isinstance(value, dict):
        raise SettingsError(
            gettext_noop(
                "The setting profiles must have a table for each folder:"
                ' [profiles."~/.claude"].'
            )
        )
    return {
        folder: _parse_profile_name(folder, table)
        for folder, table in value.items()
    }


def _parse_profile_name(folder: str, value: Any) -> str:
    name = value.get("name") if isinstance(value, dict) else None
    if not isinstance(name, str) or not name.strip() or len(value) > 1:
        raise SettingsError(
            gettext_noop("The setting {key} must be a table with a name."),
            key=f'profiles."{folder}"',
        )
    return name.strip()
